// The weights of one head, out of a file of a model.
import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import type { AttentionWeights } from './attention.js';
import { type Matrix, norm, type Vector } from './matrix.js';
import { readOnnxTensors } from './onnx-tensors.js';
import { readSafetensors } from './safetensors.js';
import { readTensor, type Tensor, type TensorPlace } from './tensor-file.js';

/** The options of `readAttentionLayer`. */
export interface AttentionLayerOptions {
  /** A `.safetensors` or `.onnx` file. */
  file: string;
  /** From 0. */
  layer: number;
  /** From 0. */
  head: number;
  /** Query heads of the layer. */
  heads: number;
  /** Heads of keys and values, where several query heads share one. Default: as many as `heads`. */
  keyValueHeads?: number | undefined;
  /**
   * What the tensors are called, where it is not as Llama's, GPT-2's or this package's own. A name for three stands for one
   * tensor of queries, keys and values side by side.
   */
  names?: AttentionNames | undefined;
}

/** Names of tensors. */
export interface AttentionNames {
  query: string;
  key: string;
  value: string;
  /** What the row is multiplied with by the normalisation before the layer. */
  norm?: string | undefined;
  /** Added by it. */
  normBias?: string | undefined;
  /** Of `nn.Linear` a row is an output; of a MatMul of ONNX, and of GPT-2's files, a row is an input. */
  rowIs: 'input' | 'output';
}

/** A head that was read. */
export interface AttentionLayer {
  readonly weights: AttentionWeights;
  /**
   * No row that RMSNorm or LayerNorm gives has a larger norm: √width · the largest weight, and with LayerNorm's bias its norm
   * more. null where the weights of the normalisation have no known name. Gemma's files hold the weight less 1, so that this is not
   * true of them.
   */
  readonly controlNorm: number | null;
}

const names = ['file', 'layer', 'head', 'heads', 'keyValueHeads', 'names'];

/**
 * Reads the weights of one head. Only what is asked for is read; a file of a stranger costs bounded time and memory.
 *
 * @throws GrammaskError `MODEL` for a file that is damaged, or lacks the tensors, or whose shapes do not fit the heads;
 *   `ARGUMENT` for options and a file that cannot be read; `UNSUPPORTED` for another kind of file
 */
export async function readAttentionLayer(options: AttentionLayerOptions): Promise<AttentionLayer> {
  if (typeof options !== 'object' || options === null) throw expected('an object', 'options', options);
  checkOptions(options, names);
  const { file, head, heads, keyValueHeads = heads } = options;
  if (typeof file !== 'string' || file === '') throw expected('the path of a file', 'file', file);
  const isHeads = [heads, keyValueHeads].every((count) => Number.isSafeInteger(count) && count > 0);
  if (!isHeads || heads % keyValueHeads !== 0) {
    throw expected('numbers of heads, of which one divides the other,', 'heads', heads);
  }
  if (!Number.isSafeInteger(head) || head < 0 || head >= heads)
    throw expected(`a head below ${heads}`, 'head', head);
  if (!Number.isSafeInteger(options.layer) || options.layer < 0)
    throw expected('a layer', 'layer', options.layer);
  const table = await tensorsOf(file);
  const called = options.names ?? knownNames(table, options.layer);
  if (called === undefined) {
    throw new GrammaskError(
      'MODEL',
      `the file has no tensors of the layer ${options.layer} with a known name`,
      {
        hint: `name them; it has, for example, ${[...table.keys()].slice(0, 3).join(', ') || 'none'}`,
        location: { path: file },
      },
    );
  }
  const tensor = (name: string): Promise<Tensor> => named(file, table, name);
  const kv = Math.floor(head / (heads / keyValueHeads));
  const isFused = called.query === called.key;
  const parts = [
    { name: called.query, before: 0, index: head, of: heads },
    { name: called.key, before: heads, index: kv, of: keyValueHeads },
    { name: called.value, before: heads + keyValueHeads, index: kv, of: keyValueHeads },
  ];
  const all = heads + 2 * keyValueHeads;
  const read: { matrix: Matrix; bias: Vector | undefined }[] = [];
  for (const { name, before, index, of } of parts) {
    const slice = isFused ? { index: before + index, of: all } : { index, of };
    const biasName = name.replace(/\.weight$/, '.bias');
    const hasBias = biasName !== name && table.has(biasName);
    read.push({
      matrix: columnsOf(await tensor(name), called.rowIs, slice, name, file),
      bias: hasBias ? partOf(await tensor(biasName), slice, biasName, file) : undefined,
    });
  }
  const [query, key, value] = read as [(typeof read)[0], (typeof read)[0], (typeof read)[0]];
  return {
    weights: {
      ...{ query: query.matrix, key: key.matrix, value: value.matrix },
      ...{ queryBias: query.bias, keyBias: key.bias, valueBias: value.bias },
    },
    controlNorm: called.norm === undefined ? null : await normBound(called, tensor),
  };
}

/** Where the tensors of a file of weights are. */
export async function tensorsOf(file: string): Promise<Map<string, TensorPlace>> {
  if (file.endsWith('.safetensors')) return readSafetensors(file);
  if (file.endsWith('.onnx')) return readOnnxTensors(file);
  throw new GrammaskError('UNSUPPORTED', 'weights are read from .safetensors and .onnx files', {
    location: { path: file },
  });
}

/** As Llama's family writes them, GPT-2's, and the models of this package. */
function knownNames(table: ReadonlyMap<string, TensorPlace>, layer: number): AttentionNames | undefined {
  const optional = (name: string): string | undefined => (table.has(name) ? name : undefined);
  const own = `layers.${layer}`;
  if (table.has(`${own}.q`)) {
    const names = { query: `${own}.q`, key: `${own}.k`, value: `${own}.v` };
    return { ...names, norm: optional(`${own}.attn_norm`), rowIs: 'input' };
  }
  const llama = `model.layers.${layer}`;
  const projection = (part: string): string => `${llama}.self_attn.${part}_proj.weight`;
  if (table.has(projection('q'))) {
    const beyond = ['q_norm.weight', 'k_norm.weight', 'sinks'].find((name) =>
      table.has(`${llama}.self_attn.${name}`),
    );
    if (beyond !== undefined) {
      throw new GrammaskError('UNSUPPORTED', `the layer has ${beyond}, of which the theorem says nothing`);
    }
    const [query, key, value] = [projection('q'), projection('k'), projection('v')] as const;
    return { query, key, value, norm: optional(`${llama}.input_layernorm.weight`), rowIs: 'output' };
  }
  for (const gpt of [`transformer.h.${layer}`, `h.${layer}`]) {
    const qkv = `${gpt}.attn.c_attn.weight`;
    if (!table.has(qkv)) continue;
    const [weight, bias] = [optional(`${gpt}.ln_1.weight`), optional(`${gpt}.ln_1.bias`)];
    return { query: qkv, key: qkv, value: qkv, norm: weight, normBias: bias, rowIs: 'input' };
  }
  return undefined;
}

function named(file: string, table: ReadonlyMap<string, TensorPlace>, name: string): Promise<Tensor> {
  const place = table.get(name);
  if (place !== undefined) return readTensor(file, place);
  throw new GrammaskError('MODEL', `the file has no tensor ${name} of floating-point numbers`, {
    hint: 'models in several files have a file beside them, model.safetensors.index.json, that says which one has it',
    location: { path: file },
  });
}

interface Slice {
  readonly index: number;
  readonly of: number;
}

/** One of so many equal parts of the outputs, as columns. */
function columnsOf(
  { shape, data }: Tensor,
  rowIs: AttentionNames['rowIs'],
  { index, of }: Slice,
  name: string,
  path: string,
): Matrix {
  const [rows = 0, columns = 0] = shape;
  const outputs = rowIs === 'input' ? columns : rows;
  if (shape.length !== 2 || outputs % of !== 0 || rows * columns === 0) throw misfit(name, shape, of, path);
  const [inputs, width] = [rowIs === 'input' ? rows : columns, outputs / of];
  const part = new Float64Array(inputs * width);
  for (let input = 0; input < inputs; input++) {
    for (let i = 0; i < width; i++) {
      const output = index * width + i;
      const at = rowIs === 'input' ? input * columns + output : output * columns + input;
      part[input * width + i] = data[at] as number;
    }
  }
  return { rows: inputs, columns: width, data: part };
}

function partOf({ shape, data }: Tensor, { index, of }: Slice, name: string, path: string): Vector {
  const width = data.length / of;
  if (shape.length !== 1 || !Number.isInteger(width)) throw misfit(name, shape, of, path);
  return data.slice(index * width, (index + 1) * width);
}

async function normBound(
  { norm: weight, normBias }: AttentionNames,
  tensor: (name: string) => Promise<Tensor>,
): Promise<number> {
  const { data } = await tensor(weight as string);
  let most = 0;
  for (const each of data) most = Math.max(most, Math.abs(each));
  const bias = normBias === undefined ? 0 : norm((await tensor(normBias)).data);
  return Math.sqrt(data.length) * most + bias;
}

function misfit(name: string, shape: readonly number[], parts: number, path: string): GrammaskError {
  return new GrammaskError(
    'MODEL',
    `the tensor ${name} is ${shape.join(' × ')}, which are not ${parts} heads`,
    {
      location: { path },
    },
  );
}
