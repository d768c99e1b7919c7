// One step of a decoder: what its graph is fed, and what is kept of the texts behind it.
import type { InferenceSession, Tensor } from 'onnxruntime-node';
import { GrammaskError } from '../errors.js';
import type { CacheInput, DecoderLayout } from './decoder-inputs.js';

export type Runtime = typeof import('onnxruntime-node');

/** Texts of one length in progress, mostly a single one: their tokens and what the model keeps of them. */
export interface DecoderState {
  /** Of several texts the first one's. Such a state is never cut. */
  tokens: number[];
  /** How many texts. */
  rows: number;
  cache: Map<string, Tensor>;
}

/** A graph and its session: steps over one or several texts at a time. */
export interface Decoder {
  newState(): DecoderState;
  drop(state: DecoderState): void;
  /** What must be fed now: only `tokens` where the cache could be cut, else the kept ones too. Of a single text. */
  cut(state: DecoderState, keep: number, tokens: Int32Array): Int32Array;
  /**
   * A state of texts of another one, in this order, each as often as it is named. The other one stays as it is; it must
   * lie in main memory.
   */
  pick(state: DecoderState, texts: Int32Array): DecoderState;
  /**
   * Feeds each text the same number of tokens.
   *
   * @param tokens of the first text, then of the second, and so on
   * @param rows of logits that are wanted of each text, of its last tokens; there may be more of them. 0: none
   * @param keepsCache whether the state moves on; else it is not to be used again
   */
  step(state: DecoderState, tokens: Int32Array, rows: number, keepsCache?: boolean): Promise<Tensor | null>;
}

export function makeDecoder(
  runtime: Runtime,
  session: InferenceSession,
  layout: DecoderLayout,
  weights: string,
): Decoder {
  const int64 = (values: ArrayLike<number>, dims: readonly number[]): Tensor =>
    new runtime.Tensor('int64', BigInt64Array.from(values, BigInt), dims);
  const empty = ({ type, initial }: CacheInput): Tensor => {
    const size = initial.reduce((product, dimension) => product * dimension, 1);
    return new runtime.Tensor(type as 'float32', emptyData(type, size, weights) as Float32Array, initial);
  };
  const newState = (): DecoderState => ({
    tokens: [],
    rows: 1,
    cache: new Map(layout.cache.map((input) => [input.name, empty(input)])),
  });
  const drop = ({ cache }: DecoderState): void => {
    for (const tensor of cache.values()) if (tensor.location !== 'cpu') tensor.dispose();
    cache.clear();
  };
  const cacheOutputs = layout.cache.map((input) => input.output);
  // The cache of a text that many texts begin with, as often as it was wanted at the most: by its first tensor.
  const repeated = new WeakMap<Tensor, DecoderState>();

  return {
    newState,
    drop,

    cut(state, keep, tokens) {
      if (keep >= state.tokens.length) return tokens;
      const canCut = layout.cache.every(({ name, axis }) => {
        const tensor = state.cache.get(name);
        const counts = axis !== undefined && tensor?.dims[axis] === state.tokens.length;
        return counts && tensor.location === 'cpu';
      });
      if (canCut) {
        for (const { name, axis } of layout.cache) {
          const tensor = state.cache.get(name);
          if (tensor) state.cache.set(name, firstAlong(runtime, tensor, axis ?? 0, keep));
        }
        state.tokens.length = keep;
        return tokens;
      }
      const kept = state.tokens.slice(0, keep);
      drop(state);
      Object.assign(state, newState());
      return Int32Array.from([...kept, ...tokens]);
    },

    pick(state, texts) {
      const rows = texts.length;
      const picked = (from: DecoderState, make: (tensor: Tensor, axis: number) => Tensor): DecoderState => {
        const cache = layout.cache.map(({ name, batchAxis = 0 }): [string, Tensor] => [
          name,
          make(from.cache.get(name) as Tensor, batchAxis),
        ]);
        return { tokens: [...state.tokens], rows, cache: new Map(cache) };
      };
      const isWhole = rows === state.rows && texts.every((text, index) => text === index);
      if (isWhole) return picked(state, (tensor) => tensor);
      const first = state.cache.values().next().value;
      const repeats = state.rows === 1 && first !== undefined;
      const known = repeats ? repeated.get(first) : undefined;
      if (known !== undefined && known.rows >= rows)
        return picked(known, (tensor, axis) => firstOf(runtime, tensor, axis, rows));
      const made = picked(state, (tensor, axis) => along(runtime, tensor, axis, texts));
      if (repeats) repeated.set(first, { ...made, cache: new Map(made.cache) });
      return made;
    },

    async step(state, tokens, rows, keepsCache = true) {
      const texts = state.rows;
      const length = tokens.length / texts;
      const past = state.tokens.length;
      const total = past + length;
      const feeds: Record<string, Tensor> = Object.fromEntries(state.cache);
      feeds.input_ids = int64(tokens, [texts, length]);
      if (layout.hasAttentionMask) {
        const ones = new BigInt64Array(texts * total).fill(1n);
        feeds.attention_mask = new runtime.Tensor('int64', ones, [texts, total]);
      }
      if (layout.hasPositionIds) {
        const positions = Array.from(tokens, (_, index) => past + (index % length));
        feeds.position_ids = int64(positions, [texts, length]);
      }
      if (layout.logitsToKeep)
        feeds[layout.logitsToKeep.name] = int64([Math.max(1, rows)], layout.logitsToKeep.dims);
      if (layout.hasCacheBranch) {
        feeds.use_cache_branch = new runtime.Tensor('bool', Uint8Array.of(past > 0 ? 1 : 0), [1]);
      }
      let outputs: InferenceSession.ReturnType;
      try {
        outputs = await session.run(feeds, [
          ...(rows > 0 ? ['logits'] : []),
          ...(keepsCache ? cacheOutputs : []),
        ]);
      } catch (cause) {
        throw modelError(`a step of it failed: ${(cause as Error).message}`, weights, cause);
      }
      for (const { name, output } of layout.cache) {
        const tensor = outputs[output];
        if (!tensor) continue;
        const before = state.cache.get(name);
        if (before && before.location !== 'cpu') before.dispose();
        state.cache.set(name, tensor);
      }
      for (const token of tokens.subarray(0, length)) state.tokens.push(token);
      return outputs.logits ?? null;
    },
  };
}

function emptyData(type: string, size: number, weights: string): Float32Array | Uint16Array {
  if (type === 'float32') return new Float32Array(size);
  if (type === 'float16') return new Uint16Array(size);
  throw modelError(`its cache is ${type}, not float32 or float16`, weights);
}

type CacheData = Float32Array | Uint16Array;

/** The first places along one dimension, without a copy where that is the outermost one. */
function firstOf(runtime: Runtime, tensor: Tensor, axis: number, places: number): Tensor {
  const size = tensor.dims[axis];
  if (places === size) return tensor;
  if (axis !== 0 || size === undefined) return firstAlong(runtime, tensor, axis, places);
  const data = tensor.data as CacheData;
  const dims = [places, ...tensor.dims.slice(1)];
  const part = data.subarray(0, (data.length / size) * places);
  return new runtime.Tensor(tensor.type as 'float32', part as Float32Array, dims);
}

/** The first `keep` places along one dimension. */
function firstAlong(runtime: Runtime, tensor: Tensor, axis: number, keep: number): Tensor {
  return rearranged(runtime, tensor, axis, keep, (from, to, length, inner) => {
    const outer = to.length / Math.max(1, keep * inner);
    for (let row = 0; row < outer; row++) {
      const start = row * length * inner;
      to.set(from.subarray(start, start + keep * inner), row * keep * inner);
    }
  });
}

/** These places along one dimension, in this order. */
function along(runtime: Runtime, tensor: Tensor, axis: number, places: Int32Array): Tensor {
  return rearranged(runtime, tensor, axis, places.length, (from, to, length, inner) => {
    let at = 0;
    for (let row = 0; at < to.length; row++) {
      for (const place of places) {
        const start = (row * length + place) * inner;
        to.set(from.subarray(start, start + inner), at);
        at += inner;
      }
    }
  });
}

/**
 * A tensor with another size of one dimension.
 *
 * @param fill told the old size of that dimension, and how many numbers lie in one place of it
 */
function rearranged(
  runtime: Runtime,
  tensor: Tensor,
  axis: number,
  size: number,
  fill: (from: CacheData, to: CacheData, length: number, inner: number) => void,
): Tensor {
  const dims = [...tensor.dims];
  const product = (sizes: readonly number[]): number => sizes.reduce((total, each) => total * each, 1);
  const inner = product(dims.slice(axis + 1));
  const from = tensor.data as CacheData;
  const to = new (from.constructor as { new (size: number): CacheData })(
    product(dims.slice(0, axis)) * size * inner,
  );
  fill(from, to, dims[axis] ?? 0, inner);
  dims[axis] = size;
  return new runtime.Tensor(tensor.type as 'float32', to as Float32Array, dims);
}

export function modelError(why: string, path: string, cause?: unknown): GrammaskError {
  return new GrammaskError('MODEL', `the model cannot be used: ${why}`, { location: { path }, cause });
}
