import { intersectRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { ignoreCase } from './unicode-properties.js';

const UPPER: readonly CharRange[] = [[0x41, 0x5a]];
const LOWER: readonly CharRange[] = [[0x61, 0x7a]];

/** A set with every character that differs from one of it in case only: by Unicode's simple folding, or for ASCII letters. */
export function foldCase(ranges: readonly CharRange[], unicode: boolean): readonly CharRange[] {
  if (ranges.length === 0) return ranges;
  if (unicode) return ignoreCase(classOf(ranges), ranges, true);
  const lower = intersectRanges(ranges, UPPER).map(([lo, hi]): CharRange => [lo + 32, hi + 32]);
  const upper = intersectRanges(ranges, LOWER).map(([lo, hi]): CharRange => [lo - 32, hi - 32]);
  return [...ranges, ...lower, ...upper];
}

/** A class of ECMAScript with flag u. */
function classOf(ranges: readonly CharRange[]): string {
  const char = (point: number): string => `\\u{${point.toString(16)}}`;
  return `[${ranges.map(([lo, hi]) => `${char(lo)}-${char(hi)}`).join('')}]`;
}
