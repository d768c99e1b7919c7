// A file of tensors from anybody: its table of contents is read in bounded memory, and of the numbers only what is asked for.
import { type FileHandle, open } from 'node:fs/promises';
import { GrammaskError } from '../../errors.js';
import { halfValue } from '../../model/log-probability.js';
import { unreadable } from '../../unreadable.js';

export type TensorType = 'float64' | 'float32' | 'float16' | 'bfloat16';

/** Where the numbers of a tensor are. */
export interface TensorPlace {
  readonly type: TensorType;
  readonly shape: readonly number[];
  /** Where they begin, in bytes from the beginning of the file. */
  readonly offset: number;
  /** The file, where it is another one. */
  readonly path?: string | undefined;
}

/** A tensor that was read. */
export interface Tensor {
  readonly shape: readonly number[];
  readonly data: Float64Array | Float32Array;
}

// Numbers that are read of one tensor: 1 GiB of float32.
const mostNumbers = 1 << 28;

export const bytesOf: Readonly<Record<TensorType, number>> = {
  float64: 8,
  float32: 4,
  float16: 2,
  bfloat16: 2,
};

/** How many numbers a shape has; undefined where it is none. */
export function countOf(shape: readonly unknown[]): number | undefined {
  let count = 1;
  for (const size of shape) {
    if (!Number.isSafeInteger(size) || (size as number) < 0) return undefined;
    count *= size as number;
    if (!Number.isSafeInteger(count)) return undefined;
  }
  return shape.length > 8 ? undefined : count;
}

/** @throws GrammaskError `ARGUMENT` where it cannot be opened */
export async function opened<Result>(
  path: string,
  work: (file: FileHandle, size: number) => Promise<Result>,
): Promise<Result> {
  let file: FileHandle | undefined;
  try {
    file = await open(path, 'r');
    const stats = await file.stat();
    if (stats.isFile()) return await work(file, stats.size);
  } catch (cause) {
    if (GrammaskError.isInstance(cause)) throw cause;
    throw unreadable(path, cause);
  } finally {
    await file?.close();
  }
  throw new GrammaskError('ARGUMENT', `${path} is no file`, { location: { path } });
}

/** So many bytes from a place of a file. `MODEL` where it ends before. */
export async function bytesAt(
  file: FileHandle,
  path: string,
  offset: number,
  length: number,
): Promise<Buffer> {
  const bytes = Buffer.alloc(length);
  for (let at = 0; at < length; ) {
    const { bytesRead } = await file.read(bytes, at, length - at, offset + at);
    if (bytesRead === 0) throw damaged(path, 'it ends too early');
    at += bytesRead;
  }
  return bytes;
}

/** The numbers of a tensor. */
export async function readTensor(path: string, place: TensorPlace): Promise<Tensor> {
  const { shape, type, offset } = place;
  const from = place.path ?? path;
  const count = countOf(shape) as number;
  if (count > mostNumbers) {
    throw new GrammaskError('UNSUPPORTED', `a tensor of ${count} numbers is more than is read`, {
      location: { path: from },
    });
  }
  return opened(from, async (file, size) => {
    if (offset + count * bytesOf[type] > size) throw damaged(from, 'a tensor goes beyond its end');
    const bytes = await bytesAt(file, from, offset, count * bytesOf[type]);
    return { shape, data: numbersOf(bytes, type, count) };
  });
}

/** One row of a tensor that is a table: it may be as large as a vocabulary. */
export function readRow(path: string, place: TensorPlace, row: number): Promise<Tensor> {
  const [, columns = 0] = place.shape;
  return readTensor(path, {
    ...place,
    shape: [columns],
    offset: place.offset + row * columns * bytesOf[place.type],
  });
}

function numbersOf(bytes: Buffer, type: TensorType, count: number): Float64Array | Float32Array {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (type === 'float64') return Float64Array.from({ length: count }, (_, i) => view.getFloat64(8 * i, true));
  const data = new Float32Array(count);
  if (type === 'float32') for (let i = 0; i < count; i++) data[i] = view.getFloat32(4 * i, true);
  else if (type === 'float16')
    for (let i = 0; i < count; i++) data[i] = halfValue(view.getUint16(2 * i, true));
  else {
    // The upper half of a float32.
    const bits = new Uint32Array(data.buffer);
    for (let i = 0; i < count; i++) bits[i] = view.getUint16(2 * i, true) << 16;
  }
  return data;
}

export function damaged(path: string, why: string): GrammaskError {
  return new GrammaskError('MODEL', `the file of weights is damaged: ${why}`, { location: { path } });
}
