import type { NativeMatcher, NativeVocabulary } from './binding.js';

/** How a vocabulary writes text as tokens. */
export interface Tokenization {
  readonly vocabulary: NativeVocabulary;
  readonly encode: (text: string) => readonly number[];
}

/**
 * The canonical tokens of the forced bytes, as many as stay the same whatever follows.
 *
 * The end of the forced text may become one token with what comes behind it. So the tokens end at the first place from
 * which a token of the vocabulary runs on beyond the text.
 */
export function canonicalForcedTokens(
  matcher: NativeMatcher,
  { vocabulary, encode }: Tokenization,
): Int32Array {
  const text = completeText(matcher.forcedBytes());
  if (text === '') return new Int32Array(0);
  const settled = settledTokens(encode(text), vocabulary.firstCrossing(Buffer.from(text)), vocabulary);
  // A tokenizer may add or normalise something: only what the matcher takes is forced.
  return settled.subarray(0, matcher.validate(settled));
}

/**
 * Of the tokens of a text, those that end before a place from which it may be cut another way. Where that place is inside a token, its
 * left part may merge with the token before, which then goes, too.
 */
export function settledTokens(
  tokens: readonly number[],
  settledBytes: number,
  vocabulary: { bytes(token: number): Uint8Array },
): Int32Array {
  let count = 0;
  let bytes = 0;
  while (count < tokens.length) {
    const end = bytes + vocabulary.bytes(tokens[count] as number).length;
    if (end > settledBytes) break;
    bytes = end;
    count++;
  }
  if (bytes < settledBytes && count > 0) count--;
  return Int32Array.from(tokens.slice(0, count));
}

/** The text without the bytes of a character that is not complete at its end. */
export function completeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}
