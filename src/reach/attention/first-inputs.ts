// What the first layer reads of tokens: their embeddings, behind RMSNorm.
import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { tensorsOf } from './attention-layer.js';
import type { Matrix } from './matrix.js';
import { readRow, readTensor, type TensorPlace } from './tensor-file.js';

/** The options of `readFirstInputs`. */
export interface FirstInputsOptions {
  /** A `.safetensors` or `.onnx` file. */
  file: string;
  /** Token ids, at most 4,096. */
  tokens: readonly number[] | Int32Array;
  /** What RMSNorm adds to the mean of squares. Default 1e-5. */
  epsilon?: number | undefined;
  /** What the tensors are called, where it is not as Llama's or this package's own. */
  names?: { readonly embeddings: string; readonly norm: string } | undefined;
}

const mostTokens = 4096;
const known = [
  { embeddings: 'embed', norm: 'layers.0.attn_norm' },
  { embeddings: 'model.embed_tokens.weight', norm: 'model.layers.0.input_layernorm.weight' },
];

/**
 * The rows that the first layer of a model with RMSNorm reads, a row a token. Models that add positions to the embeddings, or use
 * LayerNorm, are not covered.
 *
 * @throws GrammaskError `ARGUMENT`, `TOKEN_RANGE`; `MODEL` for a file that is damaged or lacks the tensors; `UNSUPPORTED` for
 *   another kind of file
 */
export async function readFirstInputs(options: FirstInputsOptions): Promise<Matrix> {
  if (typeof options !== 'object' || options === null) throw expected('an object', 'options', options);
  checkOptions(options, ['file', 'tokens', 'epsilon', 'names']);
  const { file, tokens, epsilon = 1e-5 } = options;
  if (typeof file !== 'string' || file === '') throw expected('the path of a file', 'file', file);
  const isList = Array.isArray(tokens) || tokens instanceof Int32Array;
  if (!isList || tokens.length === 0 || tokens.length > mostTokens) {
    throw expected(`a list of at most ${mostTokens} token ids`, 'tokens', tokens);
  }
  if (typeof epsilon !== 'number' || !(epsilon >= 0))
    throw expected('a number of at least 0', 'epsilon', epsilon);
  const table = await tensorsOf(file);
  const names =
    options.names ?? known.find(({ embeddings, norm }) => table.has(embeddings) && table.has(norm));
  const embeddings = table.get(names?.embeddings ?? '');
  const weights = table.get(names?.norm ?? '');
  if (
    embeddings?.shape.length !== 2 ||
    weights?.shape.length !== 1 ||
    weights.shape[0] !== embeddings.shape[1]
  ) {
    throw new GrammaskError('MODEL', 'the file has no embeddings and weights of RMSNorm with a known name', {
      hint: 'name them, or pass to `attention` what the layer reads',
      location: { path: file },
    });
  }
  const { data: scale } = await readTensor(file, weights);
  const columns = scale.length;
  const data = new Float64Array(tokens.length * columns);
  for (const [at, token] of tokens.entries()) {
    const row = await rowOfToken(file, embeddings, token);
    let squares = 0;
    for (const each of row) squares += each * each;
    const root = Math.sqrt(squares / columns + epsilon);
    for (let i = 0; i < columns; i++)
      data[at * columns + i] = ((row[i] as number) * (scale[i] as number)) / root;
  }
  return { rows: tokens.length, columns, data };
}

async function rowOfToken(
  file: string,
  embeddings: TensorPlace,
  token: number,
): Promise<Float32Array | Float64Array> {
  const [size = 0] = embeddings.shape;
  if (!Number.isInteger(token) || token < 0 || token >= size) {
    throw new GrammaskError('TOKEN_RANGE', `there is no token ${token}`, { hint: `the file has ${size}` });
  }
  return (await readRow(file, embeddings, token)).data;
}
