import { invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { lettersOf, propertyRanges } from './unicode-properties.js';

/** Dialects whose syntax comes from Perl. */
export type PerlDialect = 'rust' | 'pcre' | 'xgrammar';

const DIGIT: readonly CharRange[] = [[0x30, 0x39]];
const LOWER: readonly CharRange[] = [[0x61, 0x7a]];
const UPPER: readonly CharRange[] = [[0x41, 0x5a]];
const ALPHA = [...UPPER, ...LOWER];
const WORD: readonly CharRange[] = [...DIGIT, ...ALPHA, [0x5f, 0x5f]];
/** Tab to carriage return, and the space. */
const SPACE: readonly CharRange[] = [
  [0x09, 0x0d],
  [0x20, 0x20],
];
const XGRAMMAR_SPACE: readonly CharRange[] = [...SPACE, [0xa0, 0xa0]];
export const HORIZONTAL_SPACE: readonly CharRange[] = [
  [0x09, 0x09],
  [0x20, 0x20],
  [0xa0, 0xa0],
  [0x1680, 0x1680],
  [0x180e, 0x180e],
  [0x2000, 0x200a],
  [0x202f, 0x202f],
  [0x205f, 0x205f],
  [0x3000, 0x3000],
];
export const VERTICAL_SPACE: readonly CharRange[] = [
  [0x0a, 0x0d],
  [0x85, 0x85],
  [0x2028, 0x2029],
];
export const NEWLINE: readonly CharRange[] = [[0x0a, 0x0a]];

const POSIX: ReadonlyMap<string, readonly CharRange[]> = new Map([
  ['alnum', [...DIGIT, ...ALPHA]],
  ['alpha', ALPHA],
  ['ascii', [[0, 0x7f]]],
  [
    'blank',
    [
      [0x09, 0x09],
      [0x20, 0x20],
    ],
  ],
  [
    'cntrl',
    [
      [0, 0x1f],
      [0x7f, 0x7f],
    ],
  ],
  ['digit', DIGIT],
  ['graph', [[0x21, 0x7e]]],
  ['lower', LOWER],
  ['print', [[0x20, 0x7e]]],
  [
    'punct',
    [
      [0x21, 0x2f],
      [0x3a, 0x40],
      [0x5b, 0x60],
      [0x7b, 0x7e],
    ],
  ],
  ['space', SPACE],
  ['upper', UPPER],
  ['word', WORD],
  ['xdigit', [...DIGIT, [0x41, 0x46], [0x61, 0x66]]],
] as const);

/** The set of `[:name:]`, which is one of ASCII; undefined for an unknown name. */
export function posixClass(name: string): readonly CharRange[] | undefined {
  return POSIX.get(name);
}

/** As Rust's regex and PCRE define them; the sets of unassigned characters are not among them. */
const UNICODE: Readonly<Record<'rust' | 'pcre', Readonly<Record<'d' | 's' | 'w', string>>>> = {
  rust: {
    d: '\\p{Nd}',
    s: '\\p{White_Space}',
    w: '[\\p{Alphabetic}\\p{M}\\p{Nd}\\p{Pc}\\p{Join_Control}]',
  },
  pcre: {
    d: '\\p{Nd}',
    s: '[\\p{Z}\\t-\\r\\x85\\u180e]',
    w: '[\\p{L}\\p{N}\\p{Mn}\\p{Pc}]',
  },
};
const found = new Map<string, readonly CharRange[]>();

/** The set of `\d`, `\s`, `\w` in a dialect. */
export function perlClass(
  letter: 'd' | 's' | 'w',
  dialect: PerlDialect,
  unicode: boolean,
): readonly CharRange[] {
  if (dialect === 'xgrammar' || !unicode) {
    if (letter === 's') return dialect === 'xgrammar' ? XGRAMMAR_SPACE : SPACE;
    return letter === 'd' ? DIGIT : WORD;
  }
  const atom = UNICODE[dialect][letter];
  let ranges = found.get(atom);
  if (ranges === undefined) {
    ranges = lettersOf(atom);
    found.set(atom, ranges);
  }
  return ranges;
}

/** The set of a property named loosely, as `greek`, `Lu` or `script=Greek`; undefined for an unknown one. */
export function looseProperty(name: string): readonly CharRange[] | undefined {
  const negated = name.startsWith('^');
  const written = negated ? name.slice(1) : name;
  const ranges = propertyOf(written === 'L&' ? 'LC' : written);
  return ranges === undefined ? undefined : negated ? invertRanges(ranges) : ranges;
}

function propertyOf(name: string): readonly CharRange[] | undefined {
  const [key = '', value] = name.split(/[=:]/, 2).map((part) => part.trim());
  const titled = (text: string): string =>
    text
      .split(/[-_ ]+/)
      .map((word) => word.slice(0, 1).toUpperCase() + word.slice(1).toLowerCase())
      .join('_');
  const forms =
    value === undefined
      ? [key, titled(key), key.toUpperCase()].flatMap((each) => [each, `Script=${each}`])
      : [key, titled(key), key.toLowerCase()].flatMap((each) => [
          `${each}=${value}`,
          `${each}=${titled(value)}`,
        ]);
  for (const form of forms) {
    if (form.length > 100) continue;
    const ranges = propertyRanges(`{${form}}`);
    if (ranges !== null) return ranges;
  }
  return undefined;
}
