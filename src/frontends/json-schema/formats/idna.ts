import { intersectRanges, invertRanges, normalizeRanges } from '../../char-ranges.js';
import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { charactersOf, propertyRanges } from '../../regex/unicode-properties.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';
import { joinLabels, plainLabel } from './host-names.js';
import {
  AL_CLASS,
  AN_CLASS,
  DUAL_JOINING,
  LEFT_JOINING,
  MARKS_OF_CLASS_L,
  ON_CLASS,
  R_CLASS,
  RIGHT_JOINING,
} from './idna-data.js';

/**
 * Internationalised host names: RFC 5890 to 5893.
 *
 * The code points of a label follow from Unicode properties by the rules of RFC 5892 §2 and §3, so they are those of the
 * engine's Unicode version. The rules for joiners and for single characters in context (appendix A) and the Bidi rule are
 * languages that are intersected. Not held, because no finite automaton can or none of a sensible size: that a label is
 * in normalisation form C, and that its A-label has at most 63 octets and the name in that form 253; the lengths are
 * counted in code points.
 */

const property = (name: string): readonly CharRange[] => propertyRanges(`{${name}}`) ?? [];
const without = (set: readonly CharRange[], taken: readonly CharRange[]): CharRange[] =>
  intersectRanges(set, invertRanges(taken));
const points = (...list: number[]): CharRange[] => list.map((point) => [point, point] as const);

/** RFC 5892 §2.6. */
const ALWAYS_VALID = points(0xdf, 0x3c2, 0x6fd, 0x6fe, 0xf0b, 0x3007);
const NEVER_VALID: CharRange[] = [...points(0x640, 0x7fa, 0x302e, 0x302f, 0x303b), [0x3031, 0x3035]];
const ARABIC_DIGITS: CharRange = [0x660, 0x669];
const EXTENDED_ARABIC_DIGITS: CharRange = [0x6f0, 0x6f9];
const IN_CONTEXT: CharRange[] = [
  ...points(0xb7, 0x375, 0x5f3, 0x5f4, 0x30fb, 0x200c, 0x200d),
  ARABIC_DIGITS,
  EXTENDED_ARABIC_DIGITS,
];
/** §2.8, §2.9: blocks and conjoining syllables that are out. */
const EXCLUDED_BLOCKS: CharRange[] = [
  [0x20d0, 0x20ff],
  [0x1d100, 0x1d24f],
  [0x1100, 0x11ff],
  [0xa960, 0xa97c],
  [0xd7b0, 0xd7c6],
  [0xd7cb, 0xd7fb],
];

interface LabelSets {
  readonly valid: readonly CharRange[];
  readonly viramas: readonly CharRange[];
  readonly marks: readonly CharRange[];
}
let labelSets: LabelSets | undefined;

function sets(): LabelSets {
  if (labelSets !== undefined) return labelSets;
  // Letters, digits and marks that normalisation and case folding leave alone, and that are not ignored (§2.1 to §2.3).
  const derived = charactersOf(
    '(?![\\p{CWKCF}\\p{DI}\\p{White_Space}\\p{NChar}])[\\p{Ll}\\p{Lu}\\p{Lo}\\p{Nd}\\p{Lm}\\p{Mn}\\p{Mc}]',
  );
  const marks = property('M');
  labelSets = {
    valid: normalizeRanges([
      ...without(derived, [...EXCLUDED_BLOCKS, ...NEVER_VALID]),
      ...ALWAYS_VALID,
      ...IN_CONTEXT,
      [0x2d, 0x2d],
    ]),
    viramas: viramas(marks),
    marks,
  };
  return labelSets;
}

/** Marks of combining class 9, told by how normalisation orders them among marks of the classes 8 and 10. */
function viramas(marks: readonly CharRange[]): CharRange[] {
  const found: CharRange[] = [];
  for (const [lo, hi] of marks) {
    for (let point = lo; point <= hi; point++) {
      const mark = String.fromCodePoint(point);
      const above8 = `${mark}\u3099`.normalize('NFD') === `\u3099${mark}`;
      const below10 = `\u05b0${mark}`.normalize('NFD') === `${mark}\u05b0`;
      if (above8 && below10) found.push([point, point]);
    }
  }
  return found;
}

/** A set as the members of a class of a pattern. */
function members(ranges: Iterable<CharRange>): string {
  return normalizeRanges(ranges)
    .map(([lo, hi]) => `\\u{${lo.toString(16)}}-\\u{${hi.toString(16)}}`)
    .join('');
}

/** Labels of valid characters with at least one that is not ASCII: RFC 5891 §4.2 and RFC 5892 appendix A. */
function unicodeLabel(builder: ProgramBuilder): number {
  const { valid, viramas, marks } = sets();
  const rules = [
    `(?![\\-${members(marks)}])`,
    '(?!..--)',
    '(?=.*[^\\0-\\x7f])',
    '(?!.*(?<!l)\\xb7)(?!.*\\xb7(?!l))',
    '(?!.*\\u0375(?!\\p{Script=Greek}))',
    '(?!.*(?<!\\p{Script=Hebrew})[\\u05f3\\u05f4])',
    '(?:(?!.*\\u30fb)|(?=.*[\\p{Script=Hiragana}\\p{Script=Katakana}\\p{Script=Han}]))',
    '(?!.*[\\u0660-\\u0669].*[\\u06f0-\\u06f9])(?!.*[\\u06f0-\\u06f9].*[\\u0660-\\u0669])',
    `(?!.*(?<![${members(viramas)}])\\u200d)`,
  ];
  const label = patternExpr(builder, `${rules.join('')}[${members(valid)}]{1,63}(?<!-)`);
  return builder.intersect([label, nonJoinersInContext(builder)]);
}

/** Appendix A.1: a non-joiner stands behind a virama, or between letters that would join. */
function nonJoinersInContext(builder: ProgramBuilder): number {
  const virama = members(sets().viramas);
  const transparent = `[\\p{Mn}\\p{Me}\\p{Cf}\\u{1e94b}]*`;
  const joinsBefore = `[${members([...LEFT_JOINING, ...DUAL_JOINING])}]${transparent}`;
  const joinsAfter = `${transparent}[${members([...RIGHT_JOINING, ...DUAL_JOINING])}].*`;
  const not = (source: string): number => builder.complement(patternExpr(builder, source));
  const nonJoiner = builder.literal('\u200c');
  const any = patternExpr(builder, '.*');
  const wrong = builder.union([
    builder.concat([not(`.*(?:[${virama}]|${joinsBefore})`), nonJoiner, any]),
    builder.concat([not(`.*[${virama}]`), nonJoiner, not(joinsAfter)]),
  ]);
  return builder.complement(wrong);
}

/** RFC 5893 §2. Characters that are in none of the other classes have class L. */
function bidiRule(builder: ProgramBuilder): number {
  const nonspacing = without(property('Mn'), MARKS_OF_CLASS_L);
  const joiners = points(0x200c, 0x200d);
  const neutral = [...nonspacing, ...joiners, ...ON_CLASS, ...points(0x2d)];
  const european: CharRange[] = [[0x30, 0x39], EXTENDED_ARABIC_DIGITS];
  const rightToLeft = [...R_CLASS, ...AL_CLASS];
  const left = without([[0, 0x10ffff]], [...neutral, ...european, ...rightToLeft, ...AN_CLASS, [0x2e, 0x2e]]);
  const set = (...parts: (readonly CharRange[])[]): string => `[${members(parts.flat())}]`;
  const marks = `${set(nonspacing)}*`;
  const rtl = [
    `(?!.*${set(european)}.*${set(AN_CLASS)})(?!.*${set(AN_CLASS)}.*${set(european)})`,
    `${set(rightToLeft)}(?:${set(rightToLeft, AN_CLASS, european, neutral)}*${set(rightToLeft, european, AN_CLASS)})?`,
  ].join('');
  const ltr = `${set(left)}(?:${set(left, european, neutral)}*${set(left, european)})?`;
  return patternExpr(builder, `(?:${rtl}|${ltr})${marks}`);
}

/** Names of ASCII and Unicode labels; `plain` is the language of the ASCII ones. */
export function internationalName(builder: ProgramBuilder, plain: number, separators: string): number {
  const label = builder.union([plain, unicodeLabel(builder)]);
  const noBidi = invertRanges([...R_CLASS, ...AL_CLASS, ...AN_CLASS]);
  const leftToRight = builder.intersect([label, builder.repeat(builder.charSet(noBidi), 0)]);
  const bidi = builder.intersect([label, bidiRule(builder)]);
  return builder.union([joinLabels(builder, leftToRight, separators), joinLabels(builder, bidi, separators)]);
}

export const idnHostnameFormat: FormatBuilder = (builder) =>
  internationalName(builder, plainLabel(builder), '[.\\u3002\\uff0e\\uff61]');
