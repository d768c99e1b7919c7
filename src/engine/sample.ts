import { GrammaskError } from '../errors.js';
import { checkOptions, expected } from './arguments.js';
import { engine, type NativeSampleOptions } from './binding.js';
import { type MaskHandle, nativeMask } from './mask-handle.js';

/** How a token is drawn. The filters apply in this order: mask, repetition penalty, bias, temperature, topK, topP, minP. */
export interface SampleOptions {
  /** 0: the most probable token (of equals the smallest id). Default 1. */
  temperature?: number | undefined;
  /** Only the so many most probable tokens. Default 0: all. */
  topK?: number | undefined;
  /** Only the smallest set of most probable tokens whose probabilities reach this sum, above 0 and at most 1. Default 1. */
  topP?: number | undefined;
  /** Only tokens with at least this share of the largest probability, from 0 to 1. Default 0. */
  minP?: number | undefined;
  /** Added to the logits of these tokens: token id to a finite number or −∞. */
  bias?: ReadonlyMap<number, number> | undefined;
  /** Divides positive and multiplies negative logits of the tokens in `seen`; above 0. Default 1: no penalty. */
  repetitionPenalty?: number | undefined;
  /** The tokens that the penalty is for; needed where there is one. */
  seen?: Int32Array | readonly number[] | undefined;
  /** The random number that decides, from 0 to 1, without 1. Default: a new one from `Math.random()`. */
  random?: number | undefined;
}

const optionNames = [
  'temperature',
  'topK',
  'topP',
  'minP',
  'bias',
  'repetitionPenalty',
  'seen',
  'random',
] as const satisfies readonly (keyof SampleOptions)[];

const knownNames: ReadonlySet<string> = new Set(optionNames);

/** As `checkOptions`, for every token: in the common case no list is made. */
function checked(options: SampleOptions): SampleOptions {
  if (typeof options === 'object' && options !== null && !Array.isArray(options)) {
    let isKnown = true;
    for (const name in options) isKnown &&= knownNames.has(name);
    if (isKnown) return options;
  }
  return checkOptions(options, optionNames);
}

/** The options as the native engine reads them. */
export function nativeSampleOptions(options: SampleOptions | undefined): NativeSampleOptions {
  if (options === undefined) {
    return [undefined, undefined, undefined, undefined, undefined, Math.random()];
  }
  const { temperature, topK, topP, minP, bias, repetitionPenalty, seen, random } = checked(options);
  if (repetitionPenalty !== undefined && repetitionPenalty !== 1 && seen === undefined) {
    throw new GrammaskError('ARGUMENT', 'expected the tokens so far for `seen` with `repetitionPenalty`');
  }
  const numbers = [temperature, topK, topP, minP, repetitionPenalty, random ?? Math.random()] as const;
  if (bias === undefined) return [...numbers, seen];
  if (!(bias instanceof Map)) throw expected('a Map from token ids to numbers', 'bias', bias);
  const values = Float32Array.from(bias.values(), (value: unknown) => {
    if (typeof value !== 'number') throw expected('a number', 'bias', value);
    return value;
  });
  return [...numbers, seen, [...bias.keys()], values];
}

/**
 * Writes −∞ to the logits of the tokens that a mask forbids, in place.
 *
 * @param logits float32, or float16 as its bits
 * @param mask at least ceil(logits.length / 32) words, bit = allowed; or a handle
 * @throws GrammaskError `ARGUMENT` for another type, or a mask that is too short
 */
export function applyMask(logits: Float32Array | Uint16Array, mask: Int32Array | MaskHandle): void {
  engine().applyMask(logits, nativeMask(mask));
}

/**
 * Draws a token id. The logits stay as they are.
 *
 * @param logits float32, or float16 as its bits; one a token
 * @param mask at least ceil(logits.length / 32) words, bit = allowed; or a handle, which is read where the mask is
 *   kept; null: every token is allowed
 * @throws GrammaskError `ARGUMENT` for a bad argument, `TOKEN_RANGE` for a bias or seen token out of range, `LOGITS`
 *   where an allowed logit is NaN or +∞, or no token is left to draw
 */
export function sample(
  logits: Float32Array | Uint16Array,
  mask: Int32Array | MaskHandle | null,
  options?: SampleOptions,
): number {
  const native = nativeSampleOptions(options);
  try {
    return engine().sample(logits, nativeMask(mask), ...native);
  } catch (error) {
    throw placedLogitsError(error, logits, mask);
  }
}

/** A `LOGITS` error with the first token at fault as its place, and what to do; any other error as it is. */
export function placedLogitsError(
  error: unknown,
  logits: Float32Array | Uint16Array,
  mask: Int32Array | MaskHandle | null,
): unknown {
  if (!GrammaskError.isInstance(error) || error.code !== 'LOGITS') return error;
  const token = logits.findIndex((logit, id) => {
    return isAllowed(mask, id) && isNotFinite(logit, logits instanceof Uint16Array);
  });
  return new GrammaskError('LOGITS', error.message, {
    hint:
      token < 0
        ? 'no logit of an allowed token is finite: check the model, the bias and the mask'
        : 'the model went wrong before this: check its weights and dtype, another dtype may help',
    location: token < 0 ? undefined : { token },
    cause: error,
  });
}

function isAllowed(mask: Int32Array | MaskHandle | null, token: number): boolean {
  if (mask === null) return true;
  if (mask instanceof Int32Array) return (((mask[token >> 5] ?? 0) >>> (token & 31)) & 1) === 1;
  return mask.has(token);
}

/** NaN or +∞, as a float32 or as the bits of a float16. */
function isNotFinite(logit: number, isHalf: boolean): boolean {
  if (isHalf) return (logit & 0x7c00) === 0x7c00 && logit !== 0xfc00;
  return Number.isNaN(logit) || logit === Number.POSITIVE_INFINITY;
}
