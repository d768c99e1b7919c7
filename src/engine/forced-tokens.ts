import type { NativeMatcher } from './binding.js';

// What may follow a forced text, in one character or two each: where the tokens of the text differ with any of these
// behind it, they are not settled yet. Classes of characters that tokenizers treat apart, and frequent endings.
const PROBES = [
  'a',
  'e',
  's',
  'ing',
  'A',
  '1',
  ' ',
  ' a',
  '  ',
  '\n',
  '"',
  "'",
  ',',
  '.',
  ':',
  '_',
  '-',
  '/',
].concat(['(', ')', '}', ']', '=', '\\', 'é', '中']);

/**
 * The canonical tokens of the forced bytes, as many as stay the same whatever follows.
 *
 * A tokenizer may merge the end of the forced text with what comes behind it, and such a change can run back over several
 * tokens. So the text is encoded alone and before each of the probes, and only the common beginning counts.
 */
export function canonicalForcedTokens(
  matcher: NativeMatcher,
  encode: (text: string) => readonly number[],
): Int32Array {
  const text = completeText(matcher.forcedBytes());
  if (text === '') return new Int32Array(0);
  let settled = [...encode(text)];
  for (const probe of PROBES) {
    if (settled.length === 0) break;
    settled = commonBeginning(settled, encode(text + probe));
  }
  const tokens = Int32Array.from(settled);
  // A tokenizer may add or normalise something: only what the matcher takes is forced.
  return tokens.subarray(0, matcher.validate(tokens));
}

/** The text without the bytes of a character that is not complete at its end. */
function completeText(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes, { stream: true });
}

function commonBeginning(a: readonly number[], b: readonly number[]): number[] {
  let length = 0;
  while (length < a.length && length < b.length && a[length] === b[length]) length++;
  return a.slice(0, length);
}
