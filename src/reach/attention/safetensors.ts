// The table of a .safetensors file (huggingface.co/docs/safetensors): eight bytes with the length of a JSON object, the object,
// then the numbers.
import {
  bytesAt,
  bytesOf,
  countOf,
  damaged,
  opened,
  type TensorPlace,
  type TensorType,
} from './tensor-file.js';

// Of the largest models that there are it is a tenth of that.
const mostHeaderBytes = 1 << 24;

const types: Readonly<Record<string, TensorType>> = {
  ...{ F64: 'float64', F32: 'float32', F16: 'float16', BF16: 'bfloat16' },
};

/**
 * Where its tensors of floating-point numbers are; others are left out.
 *
 * @throws GrammaskError `MODEL` for a file that is damaged or no such file, `ARGUMENT` for one that cannot be read
 */
export function readSafetensors(path: string): Promise<Map<string, TensorPlace>> {
  return opened(path, async (file, size) => {
    if (size < 8) throw damaged(path, 'it is shorter than its header');
    const length = (await bytesAt(file, path, 0, 8)).readBigUInt64LE();
    if (length > BigInt(Math.min(mostHeaderBytes, size - 8))) throw damaged(path, 'its header is too long');
    const begin = 8 + Number(length);
    const text = (await bytesAt(file, path, 8, Number(length))).toString('utf8');
    return tableOf(path, text, begin, size);
  });
}

function tableOf(path: string, text: string, begin: number, size: number): Map<string, TensorPlace> {
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch {
    throw damaged(path, 'its header is no JSON');
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header)) {
    throw damaged(path, 'its header is no object');
  }
  const table = new Map<string, TensorPlace>();
  for (const [name, entry] of Object.entries(header)) {
    if (name === '__metadata__') continue;
    const { dtype, shape, data_offsets: offsets } = Object(entry) as Record<string, unknown>;
    if (typeof dtype !== 'string' || !Array.isArray(shape) || !Array.isArray(offsets)) {
      throw damaged(path, 'an entry of its header is none');
    }
    const [from, end] = offsets as unknown[];
    const isRange = Number.isSafeInteger(from) && Number.isSafeInteger(end) && offsets.length === 2;
    if (
      !isRange ||
      (from as number) < 0 ||
      (end as number) < (from as number) ||
      begin + (end as number) > size
    ) {
      throw damaged(path, 'a tensor lies outside of it');
    }
    const type = Object.hasOwn(types, dtype) ? types[dtype] : undefined;
    const count = countOf(shape);
    if (type === undefined || count === undefined) continue;
    if (count * bytesOf[type] !== (end as number) - (from as number)) {
      throw damaged(path, 'a tensor is not as long as its shape says');
    }
    table.set(name, { type, shape: shape as number[], offset: begin + (from as number) });
  }
  return table;
}
