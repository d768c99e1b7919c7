// Several texts of one length read at a time: of the logits behind each, only what was asked for leaves the thread.
import type { Tensor } from 'onnxruntime-node';
import { engine } from '../engine/binding.js';
import { nativeSampleOptions, placedLogitsError } from '../engine/sample.js';
import { clearBit, hasBit } from '../generate/mask-bits.js';
import type { Decoder, DecoderState } from './decoder-graph.js';
import { halfValue } from './log-probability.js';
import type { PlaceAnswer, PlaceQuestion, RowsQuestion } from './rows-question.js';

/** How much one step may read. */
export interface RowLimits {
  logitsWidth: number;
  /** Tokens that one step may read of each of so many texts. */
  tokensPerStep(rows: number, past: number, length: number): number;
}

/**
 * Reads tokens behind the texts of a state, which moves on; without `keepsCache` it is not to be used again.
 *
 * @returns the answers of the places, in their order; null where it was cancelled
 * @throws GrammaskError `LOGITS` where an allowed logit is NaN or +∞; what the decoder throws
 */
export async function readRows(
  decoder: Decoder,
  limits: RowLimits,
  state: DecoderState,
  question: RowsQuestion,
  isCancelled: () => boolean,
  keepsCache: boolean,
): Promise<PlaceAnswer[] | null> {
  const { tokens, places } = question;
  const { rows } = state;
  const length = tokens.length / rows;
  const answers: PlaceAnswer[] = [];
  for (let at = 0; at < length; ) {
    if (isCancelled()) return null;
    const end = Math.min(length, at + limits.tokensPerStep(rows, state.tokens.length, length));
    const behind = length - end;
    const here = places.filter(({ back }) => back >= behind && back < length - at);
    const wanted = here.length === 0 ? 0 : (here[0] as PlaceQuestion).back - behind + 1;
    const piece = columns(tokens, rows, at, end);
    const logits = await decoder.step(state, piece, wanted, keepsCache || end < length);
    for (const place of here)
      answers.push(answer(logits as Tensor, rows, limits.logitsWidth, place, place.back - behind));
    at = end;
  }
  return answers;
}

function columns(tokens: Int32Array, rows: number, from: number, end: number): Int32Array {
  const length = tokens.length / rows;
  if (from === 0 && end === length) return tokens;
  const piece = new Int32Array(rows * (end - from));
  for (let row = 0; row < rows; row++) {
    piece.set(tokens.subarray(row * length + from, row * length + end), row * (end - from));
  }
  return piece;
}

/** @param back rows of logits of each text behind the one that is asked about */
function answer(
  tensor: Tensor,
  rows: number,
  width: number,
  question: PlaceQuestion,
  back: number,
): PlaceAnswer {
  const { sets, targets } = question;
  const found: PlaceAnswer = {
    best: new Int32Array(rows),
    bestLogits: new Float32Array(rows),
    second: new Int32Array(rows),
    secondLogits: new Float32Array(rows),
    sets: new Float32Array(rows * sets.length),
    targets: new Float32Array(rows * targets.length),
    logSums: new Float64Array(question.wantsLogSum ? rows : 0),
  };
  const data = tensor.data as Float32Array | Uint16Array;
  const all = tensor.type === 'float32' ? data : new Uint16Array(data.buffer, data.byteOffset, data.length);
  const kept = all.length / rows / width;
  const others = Int32Array.from(question.mask);
  for (let row = 0; row < rows; row++) {
    const start = ((row + 1) * kept - 1 - back) * width;
    const logits = all.subarray(start, start + width);
    const logitAt = (token: number): number => logitOf(logits, token);
    const best = largest(logits, question.mask);
    found.best[row] = best;
    found.bestLogits[row] = logitAt(best);
    clearBit(others, best);
    const second = largestOrNone(logits, others);
    others[best >>> 5] = question.mask[best >>> 5] as number;
    found.second[row] = second ?? best;
    found.secondLogits[row] = second === undefined ? Number.NEGATIVE_INFINITY : logitAt(second);
    for (let i = 0; i < sets.length; i++) {
      const token = largestOrNone(logits, sets[i] as Int32Array);
      found.sets[row * sets.length + i] = token === undefined ? Number.NEGATIVE_INFINITY : logitAt(token);
    }
    for (let i = 0; i < targets.length; i++) {
      found.targets[row * targets.length + i] = logitAt(targets[i] as number);
    }
    if (question.wantsLogSum) found.logSums[row] = logSum(logits, question.mask, logitAt(best));
  }
  return found;
}

const greedy = nativeSampleOptions({ temperature: 0, random: 0 });

function largest(logits: Float32Array | Uint16Array, mask: Int32Array): number {
  try {
    return engine().sample(logits, mask, ...greedy);
  } catch (error) {
    throw placedLogitsError(error, logits, mask);
  }
}

/** As `largest`, of a set that may be empty or hold no finite logit. */
function largestOrNone(logits: Float32Array | Uint16Array, mask: Int32Array): number | undefined {
  if (mask.every((word) => word === 0)) return undefined;
  const half = logits instanceof Uint16Array;
  try {
    return engine().sample(logits, mask, ...greedy);
  } catch (error) {
    // NaN and +∞ are told of by the whole mask, which holds this one.
    const isMinusInfinity = (logit: number): boolean =>
      half ? logit === 0xfc00 : logit === Number.NEGATIVE_INFINITY;
    if (logits.every((logit, token) => !hasBit(mask, token) || isMinusInfinity(logit))) return undefined;
    throw placedLogitsError(error, logits, mask);
  }
}

function logitOf(logits: Float32Array | Uint16Array, token: number): number {
  const value = logits[token] as number;
  return logits instanceof Uint16Array ? halfValue(value) : value;
}

function logSum(logits: Float32Array | Uint16Array, mask: Int32Array, most: number): number {
  let sum = 0;
  for (let word = 0; word < mask.length; word++) {
    let bits = mask[word] as number;
    while (bits !== 0) {
      const bit = 31 - Math.clz32(bits & -bits);
      sum += Math.exp(logitOf(logits, word * 32 + bit) - most);
      bits &= bits - 1;
    }
  }
  return most + Math.log(sum);
}
