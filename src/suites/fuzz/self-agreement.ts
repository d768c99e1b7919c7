import type { Grammar } from '../../engine/grammar.js';
import { type ByteGrammar, MASK_WORDS, STOP_TOKEN } from './generator.js';

/** Prefixes of one text that are asked for at most. */
const MAX_PREFIXES = 64;

/** What the engine says of a text in one way and not in another: test, prefixes, explanation, masks; undefined: nothing. */
export function selfDisagreement(
  grammar: Grammar,
  bytesOfGrammar: ByteGrammar,
  bytes: Uint8Array,
): string | undefined {
  const { accepted, viable, validBytes } = grammar.explain(bytes);
  if (grammar.test(bytes) !== accepted) return 'test and explain differ';
  if (grammar.testPrefix(bytes) !== viable) return 'testPrefix and explain differ';
  const step = Math.max(1, Math.floor(validBytes / MAX_PREFIXES));
  for (let end = validBytes; end >= 0; end -= step) {
    if (!grammar.testPrefix(bytes.subarray(0, end)))
      return `the first ${end} bytes are no prefix, more of them are`;
  }
  if (validBytes < bytes.length && grammar.testPrefix(bytes.subarray(0, validBytes + 1))) {
    return `explain finds ${validBytes} bytes right, testPrefix more`;
  }
  using matcher = bytesOfGrammar.matcher();
  const mask = new Int32Array(MASK_WORDS);
  const allows = (token: number): boolean => (((mask[token >>> 5] as number) >>> (token & 31)) & 1) === 1;
  for (let at = 0; at <= validBytes; at++) {
    matcher.fillMask(mask);
    const next = bytes[at];
    if (next === undefined) break;
    if (allows(next) !== at < validBytes) return `the mask after ${at} bytes is wrong for the next byte`;
    if (at < validBytes && !matcher.accept(next)) return `byte ${at} is in the mask and is not taken`;
  }
  const isWhole = validBytes === bytes.length;
  if (isWhole && allows(STOP_TOKEN) !== accepted) return 'the mask at the end is wrong for the stop token';
  return undefined;
}
