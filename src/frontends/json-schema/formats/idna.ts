import { intersectRanges, invertRanges, normalizeRanges } from '../../char-ranges.js';
import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { charactersOf, propertyRanges } from '../../regex/unicode-properties.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';
import { MAX_NAME } from './host-names.js';
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
const ASCII_ALPHANUMERIC: readonly CharRange[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x61, 0x7a],
];
const ANY = invertRanges(points(0));
/** Everything but the separators of labels. */
const NO_SEPARATOR = invertRanges(points(0, 0x2e, 0x3002, 0xff0e, 0xff61));

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

/** What the rules below are built from; `any` is what is no separator. */
interface Parts {
  readonly builder: ProgramBuilder;
  readonly any: number;
  set(...ranges: (readonly CharRange[])[]): number;
  star(...choices: number[]): number;
}

/** Which characters stand in a label, and where: RFC 5891 §4.2.3.2 and RFC 5892 §2. Capitals stand in ASCII labels. */
function spelling({ builder, set, star }: Parts): number {
  const { valid, marks } = sets();
  const hyphen = points(0x2d);
  const word = (first: number, later: number): number =>
    builder.concat([first, star(builder.concat([star(set(hyphen)), later]))]);
  const later = without(valid, hyphen);
  const ascii = set(ASCII_ALPHANUMERIC);
  return builder.union([word(ascii, ascii), word(set(without(later, marks)), set(later))]);
}

/** Hyphens in the third and fourth place, RFC 5891 §4.2.3.1: only in ASCII labels, and perhaps not behind `xn`. */
function hyphens({ builder, any, set, star }: Parts, refuseALabels: boolean): number {
  const hyphen = points(0x2d);
  const ascii = intersectRanges(NO_SEPARATOR, [[0, 0x7f]]);
  const x = points(0x58, 0x78);
  const n = points(0x4e, 0x6e);
  const two = refuseALabels
    ? [builder.concat([set(without(ascii, x)), set(ascii)]), builder.concat([set(x), set(without(ascii, n))])]
    : [builder.repeat(set(ascii), 2, 2)];
  const other = set(without(NO_SEPARATOR, hyphen));
  const rest = builder.concat([builder.repeat(set(hyphen), 0, 1), other, star(any)]);
  return builder.union([
    builder.repeat(any, 1, 2),
    builder.concat([builder.repeat(any, 2, 2), builder.union([set(hyphen), rest])]),
    builder.concat([builder.union(two), builder.literal('--'), star(set(ascii))]),
  ]);
}

/**
 * RFC 5892 appendix A.1 to A.6 over a whole name: a character that needs neighbours is in no choice but beside them. A
 * separator is nobody's neighbour.
 */
function neighbours({ builder, set, star }: Parts): number {
  const { viramas, transparent } = sets();
  const greekSign = points(0x375);
  const hebrewMarks = points(0x5f3, 0x5f4);
  const joiners = points(0x200c, 0x200d);
  const greek = without(property('Script=Greek'), greekSign);
  const hebrew = without(property('Script=Hebrew'), hebrewMarks);
  const before = [...LEFT_JOINING, ...DUAL_JOINING];
  const special = [
    ...points(0x6c, 0xb7),
    ...greekSign,
    ...hebrewMarks,
    ...joiners,
    ...viramas,
    ...hebrew,
    ...before,
  ];
  const joiner = set(joiners);
  // A non-joiner between letters that would join; the second may be the first of the next pair.
  const apart = (after: readonly CharRange[]): number =>
    builder.concat([builder.literal('\u200c'), star(set(transparent)), set(after)]);
  return star(
    set(without(ANY, special)),
    builder.concat([builder.literal('l'), star(builder.literal('\xb7l'))]),
    builder.concat([builder.repeat(set(greekSign), 1), set(greek)]),
    builder.concat([set(hebrew), star(set(hebrewMarks))]),
    builder.concat([set(viramas), builder.repeat(joiner, 0, 1)]),
    builder.concat([
      set(before),
      star(set(transparent), apart(DUAL_JOINING)),
      builder.union([
        builder.epsilon(),
        apart(RIGHT_JOINING),
        builder.concat([set(intersectRanges(viramas, transparent)), joiner]),
      ]),
    ]),
  );
}

/** A.7: the Katakana dot in a label with some Japanese. */
function katakanaDot({ builder, any, set, star }: Parts): number {
  const japanese = intersectRanges(
    properties('Script=Hiragana', 'Script=Katakana', 'Script=Han'),
    invertRanges(points(0x30fb)),
  );
  const dot = points(0x30fb);
  const some = builder.concat([set(japanese), star(any)]);
  return builder.concat([
    star(set(without(NO_SEPARATOR, [...japanese, ...dot]))),
    builder.union([
      builder.epsilon(),
      some,
      builder.concat([set(dot), star(set(without(NO_SEPARATOR, japanese))), some]),
    ]),
  ]);
}

/**
 * RFC 5893 §2, and with it A.8 and A.9: a label from right to left has digits of one kind. Characters that are in none of
 * the other classes have class L. What must stand beside characters of class L is in no label from right to left.
 */
function bidiLabel({ builder, set, star }: Parts): number {
  const nonspacing = without(property('Mn'), MARKS_OF_CLASS_L);
  const neutral = [...points(0x200c, 0x200d, 0x2d), ...ON_CLASS];
  const rightToLeft = [...R_CLASS, ...AL_CLASS];
  const left = without(NO_SEPARATOR, [...nonspacing, ...neutral, ...EUROPEAN, ...rightToLeft, ...AN_CLASS]);
  const label = (
    first: readonly CharRange[],
    ends: readonly CharRange[],
    others: readonly CharRange[],
  ): number =>
    builder.concat([
      set(first),
      star(set(nonspacing, ends), builder.concat([set(others), star(set(nonspacing, others)), set(ends)])),
    ]);
  const neutralInRight = without(neutral, points(0xb7, 0x375, 0x30fb));
  return builder.union([
    label(left, [...left, ...EUROPEAN], neutral),
    label(rightToLeft, [...rightToLeft, ...EUROPEAN], neutralInRight),
    label(rightToLeft, [...rightToLeft, ...AN_CLASS], neutralInRight),
  ]);
}

/**
 * Names of Unicode labels and of ASCII ones. The rules are operands of an intersection. Each is written so that few
 * alternatives are open at a time and none is a complement, because a step takes all operands together for each of a
 * thousand ranges of characters. For the same reason the rules and the lengths are two levels: what the rules come to does
 * not depend on how long the name is, and is then worked out once. A null character that no name can hold keeps them apart.
 */
export function internationalName(
  builder: ProgramBuilder,
  separators: string,
  refuseALabels: boolean,
): number {
  const set = (...ranges: (readonly CharRange[])[]): number => builder.charSet(ranges.flat());
  const star = (...choices: number[]): number => builder.repeat(builder.union(choices), 0);
  const separator = patternExpr(builder, `[${separators}]`);
  const joined = (label: number): number => builder.concat([label, star(builder.concat([separator, label]))]);
  const any = set(NO_SEPARATOR);
  const parts: Parts = { builder, any, set, star };
  const noBidi = without(ANY, [...R_CLASS, ...AL_CLASS, ...AN_CLASS]);
  const rules = builder.intersect([
    joined(spelling(parts)),
    joined(hyphens(parts, refuseALabels)),
    neighbours(parts),
    joined(katakanaDot(parts)),
    builder.union([star(set(noBidi)), joined(bidiLabel(parts))]),
  ]);
  return builder.intersect([
    builder.concat([rules, builder.repeat(builder.literal('\0'), 0, 1)]),
    joined(builder.repeat(any, 1, 63)),
    builder.repeat(set(ANY), 1, MAX_NAME),
  ]);
}

export const idnHostnameFormat: FormatBuilder = (builder) =>
  internationalName(builder, '.\\u3002\\uff0e\\uff61', true);
