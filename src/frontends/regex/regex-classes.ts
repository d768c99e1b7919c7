import { invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';

/** The character classes of ECMA-262. */

const DIGIT: readonly CharRange[] = [[0x30, 0x39]];
export const WORD: readonly CharRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
export const LINE_TERMINATOR: readonly CharRange[] = [
  [0x0a, 0x0a],
  [0x0d, 0x0d],
  [0x2028, 0x2029],
];
/** WhiteSpace and LineTerminator, with the Unicode category Zs. */
const SPACE: readonly CharRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x2000, 0x200a],
  [0x2028, 0x2029],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
  [0xfeff, 0xfeff],
];

export const NOT_LINE_TERMINATOR: readonly CharRange[] = invertRanges(LINE_TERMINATOR);

const CLASS_ESCAPES: ReadonlyMap<string, readonly CharRange[]> = new Map([
  ['d', DIGIT],
  ['D', invertRanges(DIGIT)],
  ['w', WORD],
  ['W', invertRanges(WORD)],
  ['s', SPACE],
  ['S', invertRanges(SPACE)],
]);

/** The set of `\d`, `\D`, `\w`, `\W`, `\s`, `\S`; undefined for any other letter. */
export function classEscape(letter: string): readonly CharRange[] | undefined {
  return CLASS_ESCAPES.get(letter);
}
