import { normalizeRanges } from './char-ranges.js';
import type { CharRange } from './program-format.js';

/** UTF-8 of sets of characters. A byte is the character of its number. */

export const ANY_BYTE: readonly CharRange[] = [[0, 0xff]];

/** The last character of one, two and three bytes. */
const LAST_OF_LENGTH = [0x7f, 0x7ff, 0xffff];

const encoder = new TextEncoder();

/** The bytes of a text, as characters. */
export function utf8AsCharacters(text: string): string {
  let characters = '';
  for (const byte of encoder.encode(text)) characters += String.fromCharCode(byte);
  return characters;
}

/**
 * The UTF-8 of the characters of a set: each sequence of ranges stands for all ways to take one byte of each. No two sequences
 * have a text in common.
 *
 * A range is cut where its ends have another number of bytes, and then where a byte that is not the same in both has
 * continuation bytes behind it that are not all of them. Nothing recurses.
 */
export function utf8Sequences(ranges: Iterable<CharRange>): CharRange[][] {
  const sequences: CharRange[][] = [];
  for (const range of normalizeRanges(ranges)) {
    const waiting: CharRange[] = [range];
    for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
      const [lo, hi] = next;
      const cut = cutOf(lo, hi);
      if (cut === undefined) sequences.push(bytesOf(lo, hi));
      else waiting.push([cut, hi], [lo, cut - 1]);
    }
  }
  return sequences;
}

/** Where the second part of a range begins that is more than one sequence. */
function cutOf(lo: number, hi: number): number | undefined {
  for (const last of LAST_OF_LENGTH) if (lo <= last && hi > last) return last + 1;
  if (hi <= 0x7f) return undefined;
  for (let bits = 6; bits <= 18; bits += 6) {
    const rest = (1 << bits) - 1;
    if ((lo & ~rest) === (hi & ~rest)) return undefined;
    if ((lo & rest) !== 0) return (lo | rest) + 1;
    if ((hi & rest) !== rest) return hi & ~rest;
  }
  return undefined;
}

/** Of the ends of a range that is one sequence. */
function bytesOf(lo: number, hi: number): CharRange[] {
  const last = encoder.encode(String.fromCodePoint(hi));
  return Array.from(encoder.encode(String.fromCodePoint(lo)), (byte, at) => [byte, last[at] as number]);
}
