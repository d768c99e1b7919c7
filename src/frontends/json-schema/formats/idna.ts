import { intersectRanges, invertRanges, normalizeRanges } from '../../char-ranges.js';
import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { charactersOf, propertyRanges } from '../../regex/unicode-properties.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';
import { MAX_NAME, plainLabel } from './host-names.js';
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
const properties = (...names: string[]): CharRange[] => names.flatMap((name) => [...property(name)]);
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

const EUROPEAN: readonly CharRange[] = [[0x30, 0x39], EXTENDED_ARABIC_DIGITS];
/** Everything but the separators of labels. */
const NO_DOT = invertRanges(points(0x2e, 0x3002, 0xff0e, 0xff61));

interface LabelSets {
  readonly valid: readonly CharRange[];
  readonly viramas: readonly CharRange[];
  /** Joining_Type T, among the valid ones. */
  readonly transparent: readonly CharRange[];
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
    transparent: [...property('Mn'), [0x1e94b, 0x1e94b]],
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

/** What one label must not be: RFC 5891 §4.2 and RFC 5892 appendix A. `any` is a class of what is no separator. */
function wrongLabels(any: string, refuseALabels: boolean): string {
  const { viramas, transparent } = sets();
  const set = (...parts: (readonly CharRange[])[]): string => `[${members(parts.flat())}]`;
  const not = (...parts: (readonly CharRange[])[]): string =>
    `[${members(intersectRanges(invertRanges(parts.flat()), NO_DOT))}]`;
  const joinsBefore = [...LEFT_JOINING, ...DUAL_JOINING];
  const joinsAfter = [...RIGHT_JOINING, ...DUAL_JOINING];
  const hebrew = property('Script=Hebrew');
  const greek = property('Script=Greek');
  const japanese = properties('Script=Hiragana', 'Script=Katakana', 'Script=Han');
  const european: readonly CharRange[] = EUROPEAN;
  const all = `${any}*`;
  const wide = '[^\\0-\\x7f.\\u3002\\uff0e\\uff61]';
  const wrong = [
    // Hyphens in the third and fourth place, beside something that is not ASCII.
    `${any}{2}--${all}${wide}${all}`,
    `(?:${wide}${any}|${any}${wide})--${all}`,
    // A.3: the middle dot between two l.
    `(?:${all}[^l.])?\\xb7${all}`,
    `${all}\\xb7(?:[^l.]${all})?`,
    // A.4: the numeral sign before a Greek letter; A.5, A.6: the Hebrew marks behind a Hebrew one.
    `${all}\\u0375(?:${not(greek)}${all})?`,
    `(?:${all}${not(hebrew)})?[\\u05f3\\u05f4]${all}`,
    // A.7: the Katakana dot in a label with some Japanese.
    `${not(japanese, points(0x30fb))}*\\u30fb${not(japanese)}*`,
    // A.8, A.9 and RFC 5893 §2 rule 4: digits of one kind.
    `${all}${set(AN_CLASS)}${all}${set(european)}${all}`,
    `${all}${set(european)}${all}${set(AN_CLASS)}${all}`,
    // A.2: a joiner behind a virama. A.1: a non-joiner too, or between letters that would join.
    `(?:${all}${not(viramas)})?\\u200d${all}`,
    `(?:${all}${not(transparent, joinsBefore)})?(?:${set(transparent)}*${set(without(transparent, viramas))})?\\u200c${all}`,
    `(?:${all}${not(viramas)})?\\u200c${set(transparent)}*(?:${not(transparent, joinsAfter)}${all})?`,
  ];
  if (refuseALabels) wrong.push(`[Xx][Nn]--${all}`);
  return wrong.join('|');
}

/** RFC 5893 §2, but for its fourth rule. Characters that are in none of the other classes have class L. */
function bidiLabel(): string {
  const nonspacing = without(property('Mn'), MARKS_OF_CLASS_L);
  const neutral = [...nonspacing, ...points(0x200c, 0x200d, 0x2d), ...ON_CLASS];
  const rightToLeft = [...R_CLASS, ...AL_CLASS];
  const left = without(NO_DOT, [...neutral, ...EUROPEAN, ...rightToLeft, ...AN_CLASS]);
  const set = (...parts: (readonly CharRange[])[]): string => `[${members(parts.flat())}]`;
  const rtl = `${set(rightToLeft)}(?:${set(rightToLeft, AN_CLASS, EUROPEAN, neutral)}*${set(rightToLeft, EUROPEAN, AN_CLASS)})?`;
  const ltr = `${set(left)}(?:${set(left, EUROPEAN, neutral)}*${set(left, EUROPEAN)})?`;
  return `(?:${rtl}|${ltr})${set(nonspacing)}*`;
}

/**
 * Names of ASCII labels, in the language `plain`, and Unicode labels. Each rule is one operand of an intersection over the
 * whole name: the large ones have few states, and the ones that count have small rows.
 */
export function internationalName(
  builder: ProgramBuilder,
  plain: number,
  separators: string,
  refuseALabels: boolean,
): number {
  const { valid, marks } = sets();
  const separator = patternExpr(builder, `[${separators}]`);
  const joined = (label: number): number =>
    builder.concat([label, builder.repeat(builder.concat([separator, label]), 0)]);
  const last = members(without(valid, points(0x2d)));
  const first = members(without(valid, [...marks, ...points(0x2d)]));
  const label = builder.union([plain, patternExpr(builder, `[${first}](?:[${members(valid)}]*[${last}])?`)]);

  const any = '[^.\\u3002\\uff0e\\uff61]';
  const text = patternExpr(builder, '.*');
  const wrong = builder.concat([
    builder.repeat(builder.concat([text, separator]), 0, 1),
    patternExpr(builder, wrongLabels(any, refuseALabels)),
    builder.repeat(builder.concat([separator, text]), 0, 1),
  ]);
  const noBidi = invertRanges([...R_CLASS, ...AL_CLASS, ...AN_CLASS]);
  return builder.intersect([
    joined(label),
    joined(patternExpr(builder, `${any}{1,63}`)),
    patternExpr(builder, `.{1,${MAX_NAME}}`),
    builder.complement(wrong),
    builder.union([builder.repeat(builder.charSet(noBidi), 0), joined(patternExpr(builder, bidiLabel()))]),
  ]);
}

export const idnHostnameFormat: FormatBuilder = (builder) =>
  internationalName(builder, plainLabel(builder), '.\\u3002\\uff0e\\uff61', true);
