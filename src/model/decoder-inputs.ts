// Which inputs a decoder takes and what they must hold, read from the graph itself. No table of architectures:
// every input whose name begins with "past" is cache, its numeric dimensions are as given, of the symbolic ones the
// batch is 1 and the others begin at 0.
import type { InferenceSession } from 'onnxruntime-node';
import { GrammaskError } from '../errors.js';

/** One tensor of the cache. */
export interface CacheInput {
  name: string;
  /** The output that holds it after a step. */
  output: string;
  type: string;
  /** Its dimensions before the first token. */
  initial: readonly number[];
  /** The dimension that counts tokens; undefined where the tensor is a running state that cannot be cut. */
  axis: number | undefined;
  /** The dimension that counts texts; undefined where the graph takes one text alone. */
  batchAxis: number | undefined;
}

/** What a decoder's graph takes and gives. */
export interface DecoderLayout {
  cache: readonly CacheInput[];
  hasAttentionMask: boolean;
  hasPositionIds: boolean;
  /** Dimensions of `num_logits_to_keep`: none, or one of 1; undefined where the graph does not have it. */
  logitsToKeep: { name: string; dims: readonly number[] } | undefined;
  /** A merged export: one branch for the prompt, one that takes a single token and the cache. */
  hasCacheBranch: boolean;
  /** Whether several texts of one length can be read at a time. */
  takesSeveral: boolean;
}

type Metadata = InferenceSession.ValueMetadata;
type TensorMetadata = Extract<Metadata, { isTensor: true }>;

/** @throws GrammaskError `MODEL` for a graph that is no decoder, naming the input or output at fault */
export function readLayout(
  inputs: readonly Metadata[],
  outputs: readonly Metadata[],
  path: string,
): DecoderLayout {
  const outputNames = new Set(outputs.map((output) => output.name));
  const layout: DecoderLayout & { cache: CacheInput[] } = {
    cache: [],
    hasAttentionMask: false,
    hasPositionIds: false,
    logitsToKeep: undefined,
    hasCacheBranch: false,
    takesSeveral: true,
  };
  if (!outputNames.has('logits')) throw notDecoder('it has no output `logits`', path);
  if (!inputs.some((input) => input.name === 'input_ids'))
    throw notDecoder('it has no input `input_ids`', path);
  for (const input of inputs) {
    if (!input.isTensor) throw notDecoder(`its input \`${input.name}\` is no tensor`, path);
    if (input.name === 'input_ids' && typeof input.shape[0] === 'number') layout.takesSeveral = false;
    if (input.name === 'input_ids') continue;
    if (input.name === 'attention_mask') layout.hasAttentionMask = true;
    else if (input.name === 'position_ids') layout.hasPositionIds = true;
    else if (input.name === 'use_cache_branch') layout.hasCacheBranch = true;
    else if (/^(num_)?logits_to_keep$/.test(input.name)) {
      layout.logitsToKeep = { name: input.name, dims: input.shape.map(() => 1) };
    } else if (input.name.startsWith('past')) layout.cache.push(cacheInput(input, outputNames, path));
    else throw notDecoder(`its input \`${input.name}\` is not known`, path);
  }
  if (layout.cache.some(({ batchAxis }) => batchAxis === undefined)) layout.takesSeveral = false;
  return layout;
}

function cacheInput(input: TensorMetadata, outputs: ReadonlySet<string>, path: string): CacheInput {
  const candidates = [
    input.name.replace(/^past_key_values/, 'present'),
    input.name.replace(/^past_/, 'present_'),
    input.name.replace(/^past/, 'present'),
  ];
  const output = candidates.find((name) => outputs.has(name));
  if (output === undefined) throw notDecoder(`no output belongs to its input \`${input.name}\``, path);
  const isBatch = input.shape.map(
    (size, index) => typeof size === 'string' && (index === 0 || /batch/.test(size)),
  );
  const growing = input.shape.flatMap((size, index) =>
    typeof size === 'string' && !isBatch[index] ? [index] : [],
  );
  return {
    name: input.name,
    output,
    type: input.type,
    initial: input.shape.map((size, index) => (typeof size === 'number' ? size : isBatch[index] ? 1 : 0)),
    axis: growing.length === 1 ? growing[0] : undefined,
    batchAxis: isBatch.indexOf(true) < 0 ? undefined : isBatch.indexOf(true),
  };
}

function notDecoder(why: string, path: string): GrammaskError {
  return new GrammaskError('MODEL', `the graph is no text decoder: ${why}`, {
    hint: 'expected a causal language model exported with its cache, as on the Hugging Face hub',
    location: { path },
  });
}
