/** How a text falls into chunks for `%regex`. */

/** Runs of white space, of letters with digits and `_`, and of everything else. */
const WORDS = /\p{White_Space}+|[\p{Alphabetic}\p{N}_]+|[^\p{White_Space}\p{Alphabetic}\p{N}_]+/gu;

export function chunkWords(text: string): string[] {
  return text.match(WORDS) ?? [];
}

/** One chunk a code point. */
export function chunkCharacters(text: string): string[] {
  return Array.from(text);
}
