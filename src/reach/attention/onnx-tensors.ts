// The weights of an .onnx file. It is a protocol buffer (onnx.proto): ModelProto.graph = 7, GraphProto.initializer = 5; of a
// TensorProto dims = 1, data_type = 2, float_data = 4, name = 8, raw_data = 9, double_data = 10, external_data = 13,
// data_location = 14. The file is walked through a small window, fields that are not wanted are stepped over, and numbers stay where
// they are until they are asked for.
import { type FileHandle, realpath } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { bytesOf, countOf, damaged, opened, type TensorPlace, type TensorType } from './tensor-file.js';

// More fields than any graph has: a file of millions of them is there to keep its reader busy.
const mostFields = 4_000_000;
const mostTensors = 100_000;
const mostNameBytes = 512;
const windowBytes = 1 << 16;

const types: Readonly<Record<number, TensorType>> = {
  1: 'float32',
  10: 'float16',
  11: 'float64',
  16: 'bfloat16',
};
const external = 1;

interface Field {
  readonly number: number;
  readonly wire: number;
  /** Of a varint its value; of bytes where they begin. */
  readonly value: number;
  /** Bytes, where it has some. */
  readonly length: number;
}

interface Draft {
  name: string;
  shape: number[];
  type: number;
  /** Its numbers; undefined: none, or in several pieces, which nobody writes. */
  bytes: Pick<Field, 'value' | 'length'> | undefined;
  pieces: number;
  isExternal: boolean;
  location: string;
  offset: string;
}

/**
 * Where its weights of floating-point numbers are; others are left out.
 *
 * @throws GrammaskError `MODEL` for a file that is damaged or no such file, `ARGUMENT` for one that cannot be read
 */
export function readOnnxTensors(path: string): Promise<Map<string, TensorPlace>> {
  return opened(path, async (file, size) => {
    const walk = createWalk(file, path, size);
    const drafts: Draft[] = [];
    let graphs = 0;
    for await (const model of walk.fields(0, size)) {
      if (model.number !== 7 || model.wire !== 2) continue;
      graphs++;
      for await (const graph of walk.fields(model.value, model.value + model.length)) {
        if (graph.number !== 5 || graph.wire !== 2) continue;
        if (drafts.length >= mostTensors) throw damaged(path, 'it has too many weights');
        drafts.push(await readTensorProto(walk, graph.value, graph.value + graph.length));
      }
    }
    if (graphs !== 1) throw damaged(path, 'it is no ONNX model');
    const table = new Map<string, TensorPlace>();
    for (const draft of drafts) {
      const place = await placeOf(draft, path);
      if (place !== undefined) table.set(draft.name, place);
    }
    return table;
  });
}

async function readTensorProto(walk: Walk, from: number, end: number): Promise<Draft> {
  const draft: Draft = {
    ...{ name: '', shape: [], type: 0, bytes: undefined, pieces: 0 },
    ...{ isExternal: false, location: '', offset: '0' },
  };
  for await (const { number, wire, value, length } of walk.fields(from, end)) {
    if (number === 1 && wire === 0) draft.shape.push(value);
    else if (number === 1 && wire === 2) draft.shape.push(...(await walk.varints(value, length)));
    else if (number === 2 && wire === 0) draft.type = value;
    else if (number === 8 && wire === 2) draft.name = await walk.text(value, length);
    else if ((number === 9 || number === 4 || number === 10) && wire === 2) {
      draft.bytes = { value, length };
      draft.pieces++;
    } else if (number === 14 && wire === 0) draft.isExternal = value === external;
    else if (number === 13 && wire === 2) {
      const entry = ['', ''];
      for await (const part of walk.fields(value, value + length)) {
        if (part.wire === 2 && (part.number === 1 || part.number === 2)) {
          entry[part.number - 1] = await walk.text(part.value, part.length);
        }
      }
      const [key, text] = entry as [string, string];
      if (key === 'location') draft.location = text;
      if (key === 'offset') draft.offset = text;
    }
    if (draft.shape.length > 16) throw walk.wrong('a weight has too many dimensions');
  }
  return draft;
}

async function placeOf(draft: Draft, path: string): Promise<TensorPlace | undefined> {
  const { shape, bytes, isExternal } = draft;
  const type = types[draft.type];
  const count = countOf(shape);
  if (type === undefined || draft.name === '' || count === undefined) return undefined;
  if (!isExternal) {
    if (bytes === undefined || draft.pieces > 1) return undefined;
    if (bytes.length !== count * bytesOf[type])
      throw damaged(path, 'a weight is not as long as its shape says');
    return { type, shape, offset: bytes.value };
  }
  const offset = Number(draft.offset);
  if (!Number.isSafeInteger(offset) || offset < 0) throw damaged(path, 'a weight lies outside of its file');
  return { type, shape, offset, path: await besides(path, draft.location) };
}

/** A file beside the model or below, wherever links lead. */
async function besides(path: string, name: string): Promise<string> {
  const folder = await realpath(dirname(path));
  const file = await realpath(join(folder, name)).catch(() => undefined);
  if (file === undefined) throw damaged(path, 'a file of its weights is missing');
  const way = relative(folder, file);
  if (way === '' || way.startsWith(`..${sep}`) || way === '..' || way.includes(':')) {
    throw damaged(path, 'a file of its weights is not beside it');
  }
  return file;
}

interface Walk {
  /** The fields of a message, in their order. */
  fields(from: number, end: number): AsyncGenerator<Field>;
  text(from: number, length: number): Promise<string>;
  varints(from: number, length: number): Promise<number[]>;
  wrong(why: string): Error;
}

function createWalk(file: FileHandle, path: string, size: number): Walk {
  let window = Buffer.alloc(0);
  let windowStart = 0;
  let fieldsLeft = mostFields;
  const wrong = (why: string): Error => damaged(path, why);

  async function byteAt(at: number, end: number): Promise<number> {
    if (at >= end) throw wrong('a message ends too early');
    if (at < windowStart || at >= windowStart + window.length) {
      const bytes = Buffer.allocUnsafe(windowBytes);
      const { bytesRead } = await file.read(bytes, 0, windowBytes, at);
      if (bytesRead === 0) throw wrong('it ends too early');
      window = bytes.subarray(0, bytesRead);
      windowStart = at;
    }
    return window[at - windowStart] as number;
  }

  /** A varint of at most 64 bits, and where it ends. What is above 2^53 is no length, size or number of a field. */
  async function varint(from: number, end: number): Promise<{ value: number; next: number }> {
    let value = 0;
    for (let at = from; at < from + 10; at++) {
      const byte = await byteAt(at, end);
      value += (byte & 127) * 2 ** (7 * (at - from));
      if (byte < 128) return { value, next: at + 1 };
    }
    throw wrong('a number is too long');
  }

  async function* fields(from: number, end: number): AsyncGenerator<Field> {
    if (end > size) throw wrong('a message goes beyond its end');
    for (let at = from; at < end; ) {
      if (--fieldsLeft < 0) throw wrong('it has too many fields');
      const { value: tag, next } = await varint(at, end);
      const [number, wire] = [Math.floor(tag / 8), tag % 8];
      if (number === 0 || number >= 2 ** 29) throw wrong('it is no protocol buffer');
      if (wire === 0) {
        const read = await varint(next, end);
        yield { number, wire, value: read.value, length: 0 };
        at = read.next;
        continue;
      }
      let start = next;
      let length = wire === 1 ? 8 : 4;
      if (wire === 2) ({ value: length, next: start } = await varint(next, end));
      else if (wire !== 1 && wire !== 5) throw wrong('it is no protocol buffer');
      if (length > end - start) throw wrong('a message goes beyond its end');
      yield { number, wire, value: start, length };
      at = start + length;
    }
  }

  async function bytes(from: number, length: number): Promise<Buffer> {
    const found = Buffer.alloc(length);
    for (let i = 0; i < length; i++) found[i] = await byteAt(from + i, from + length);
    return found;
  }

  return {
    fields,
    wrong,
    async text(from, length) {
      if (length > mostNameBytes) throw wrong('a name is too long');
      return (await bytes(from, length)).toString('utf8');
    },
    async varints(from, length) {
      const values: number[] = [];
      for (let at = from; at < from + length; ) {
        if (values.length > 16) throw wrong('a weight has too many dimensions');
        const { value, next } = await varint(at, from + length);
        values.push(value);
        at = next;
      }
      return values;
    },
  };
}
