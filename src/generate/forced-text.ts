// Text that must come next, as the tokens that the tokenizer makes of it: `forced: 'text'`.
import { completeText, settledTokens } from '../engine/forced-tokens.js';
import type { Matcher } from '../engine/matcher.js';
import { nativeVocabulary, type Vocabulary } from '../engine/vocabulary.js';
import type { ModelWorker } from '../model/model-worker.js';
import { allowedTokens } from './mask-bits.js';

/** The tokens of a text that goes on behind another one. */
export type EncodeForced = (text: string) => Promise<readonly number[]>;

// Texts of a model that are remembered: the rests of names come again and again.
const mostTexts = 4096;
const encoders = new WeakMap<ModelWorker, EncodeForced>();

/** The tokenizer in the thread of a model, with a memory. */
export function forcedEncoder(worker: ModelWorker): EncodeForced {
  let encoder = encoders.get(worker);
  if (encoder !== undefined) return encoder;
  const memory = new Map<string, readonly number[]>();
  encoder = async (text) => {
    const known = memory.get(text);
    if (known !== undefined) return known;
    const tokens = [...(await worker.encode({ continuation: text })).tokens];
    if (memory.size >= mostTexts) memory.clear();
    memory.set(text, tokens);
    return tokens;
  };
  encoders.set(worker, encoder);
  return encoder;
}

/**
 * The tokens of what must come next, as many as stay the same whatever follows; possibly none. Where a token that may be written runs on
 * beyond the text, such as `etName` where `get` must come and `getName` may, the model is left to choose.
 *
 * @param last the token before, which the tokenizer sees as well
 */
export async function forcedRun(
  matcher: Matcher,
  vocabulary: Vocabulary,
  maskWords: number,
  encode: EncodeForced,
  last: number | undefined,
): Promise<Int32Array> {
  const forced = matcher.forcedBytes();
  const text = completeText(forced);
  const bytes = Buffer.from(text);
  // The text may begin inside of a character.
  if (text === '' || !bytes.equals(forced.subarray(0, bytes.length))) return new Int32Array(0);
  const settled = settledBytes(matcher, vocabulary, maskWords, bytes);
  if (settled === 0) return new Int32Array(0);
  const before = last === undefined || vocabulary.isSpecial(last) ? '' : lastText(vocabulary.bytes(last));
  const whole = before === '' ? [] : await encode(before + text);
  // Cut as one with the token before where that is how the tokenizer begins.
  const tokens = whole.length > 0 && whole[0] === last ? whole.slice(1) : await encode(text);
  const run = settledTokens(tokens, settled, vocabulary);
  return run.subarray(0, matcher.validate(run));
}

/** The text of a token; empty where it is none by itself. */
function lastText(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return '';
  }
}

/** How far a forced text goes until a token that may be written runs on beyond it. */
function settledBytes(
  matcher: Matcher,
  vocabulary: Vocabulary,
  maskWords: number,
  bytes: Uint8Array,
): number {
  let at = nativeVocabulary(vocabulary).firstCrossing(bytes);
  if (at >= bytes.length) return bytes.length;
  const mask = new Int32Array(maskWords);
  const trial = matcher.fork();
  try {
    for (let from = 0; at < bytes.length; from = at, at++) {
      if (at > from && !trial.acceptBytes(bytes.subarray(from, at))) return from;
      trial.fillMask(mask);
      for (const token of allowedTokens(mask)) {
        if (token < vocabulary.tokenCount && vocabulary.bytes(token).length > bytes.length - at) return at;
      }
    }
    return bytes.length;
  } finally {
    trial.dispose();
  }
}
