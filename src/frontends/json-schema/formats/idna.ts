import { intersectRanges, invertRanges, normalizeRanges } from '../../char-ranges.js';
import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { lettersOf } from '../../regex/unicode-properties.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';
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
import { MAX_NAME, MAX_PUNYCODE, ofLength } from './name-lengths.js';

/**
 * Internationalised host names: RFC 5890 to 5893.
 *
 * The code points of a label follow from Unicode properties by the rules of RFC 5892 §2 and §3, so they are those of the
 * engine's Unicode version. The rules for joiners and for single characters in context (appendix A) and the Bidi rule are
 * languages that are intersected. An A-label is right if what it decodes to is a label by these rules; the operator PUNYCODE
 * of programs decodes it. Not held, because no finite automaton can or none of a sensible size: that a label is in
 * normalisation form C, and that the A-label of one in Unicode has at most 63 octets and the name in that form 253; these
 * lengths are counted in code points. An A-label is held to the Bidi rule by itself, not with the labels beside it.
 */

const property = (name: string): readonly CharRange[] => lettersOf(`\\p{${name}}`);
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

/** What takes time to find, once for all grammars. */
interface LabelSets {
  /** The valid ones but the hyphen, and those of them that may be first. */
  readonly later: readonly CharRange[];
  readonly first: readonly CharRange[];
  readonly viramas: readonly CharRange[];
  /** Joining_Type T, among the valid ones. */
  readonly transparent: readonly CharRange[];
  readonly greek: readonly CharRange[];
  readonly hebrew: readonly CharRange[];
  /** Characters that no rule of context names. */
  readonly ordinary: readonly CharRange[];
  readonly japanese: readonly CharRange[];
  readonly notJapanese: readonly CharRange[];
  readonly nonspacing: readonly CharRange[];
  readonly left: readonly CharRange[];
  readonly noBidi: readonly CharRange[];
}
let labelSets: LabelSets | undefined;

const GREEK_SIGN = points(0x375);
const HEBREW_MARKS = points(0x5f3, 0x5f4);
const JOINERS = points(0x200c, 0x200d);
const KATAKANA_DOT = points(0x30fb);
/** What joins the letter behind it. */
const BEFORE = [...LEFT_JOINING, ...DUAL_JOINING];
const NEUTRAL = [...JOINERS, ...points(0x2d), ...ON_CLASS];
const RIGHT_TO_LEFT = [...R_CLASS, ...AL_CLASS];

function sets(): LabelSets {
  if (labelSets !== undefined) return labelSets;
  // Letters, digits and marks that normalisation and case folding leave alone, and that are not ignored (§2.1 to §2.3).
  const derived = lettersOf(
    '[\\p{Ll}\\p{Lu}\\p{Lo}\\p{Nd}\\p{Lm}\\p{Mn}\\p{Mc}](?<![\\p{CWKCF}\\p{DI}\\p{White_Space}\\p{NChar}])',
  );
  const marks = property('M');
  const later = normalizeRanges([
    ...without(derived, [...EXCLUDED_BLOCKS, ...NEVER_VALID]),
    ...ALWAYS_VALID,
    ...IN_CONTEXT,
  ]);
  const mn = property('Mn');
  const nonspacing = without(mn, MARKS_OF_CLASS_L);
  const greek = without(property('Script=Greek'), GREEK_SIGN);
  const hebrew = without(property('Script=Hebrew'), HEBREW_MARKS);
  const japanese = without(properties('Script=Hiragana', 'Script=Katakana', 'Script=Han'), KATAKANA_DOT);
  const found = viramas(marks);
  labelSets = {
    later,
    first: without(later, marks),
    viramas: found,
    transparent: [...mn, [0x1e94b, 0x1e94b]],
    greek,
    hebrew,
    ordinary: without(ANY, [
      ...points(0x6c, 0xb7),
      ...GREEK_SIGN,
      ...HEBREW_MARKS,
      ...JOINERS,
      ...found,
      ...hebrew,
      ...BEFORE,
    ]),
    japanese,
    notJapanese: without(NO_SEPARATOR, japanese),
    nonspacing,
    left: without(NO_SEPARATOR, [...nonspacing, ...NEUTRAL, ...EUROPEAN, ...RIGHT_TO_LEFT, ...AN_CLASS]),
    noBidi: without(ANY, [...RIGHT_TO_LEFT, ...AN_CLASS]),
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

/** Characters, and hyphens between them. */
function word({ builder, set, star }: Parts, first: number, later: number): number {
  return builder.concat([first, star(builder.concat([star(set(points(0x2d))), later]))]);
}

/** Which characters stand in a Unicode label, and where: RFC 5891 §4.2.3.2 and RFC 5892 §2. */
function unicodeSpelling(parts: Parts): number {
  const { first, later } = sets();
  return word(parts, parts.set(first), parts.set(later));
}

/** Of a Unicode label or an ASCII one, where capitals stand. */
function spelling(parts: Parts): number {
  const ascii = parts.set(ASCII_ALPHANUMERIC);
  return parts.builder.union([word(parts, ascii, ascii), unicodeSpelling(parts)]);
}

/** No hyphens in the third and fourth place, RFC 5891 §4.2.3.1. */
function unicodeHyphens({ builder, any, set, star }: Parts): number {
  const hyphen = points(0x2d);
  const other = set(without(NO_SEPARATOR, hyphen));
  const rest = builder.concat([builder.repeat(set(hyphen), 0, 1), other, star(any)]);
  return builder.union([
    builder.repeat(any, 1, 2),
    builder.concat([builder.repeat(any, 2, 2), builder.union([set(hyphen), rest])]),
  ]);
}

/** Two hyphens there only in ASCII labels, and behind `xn` only in A-labels, which may go undecoded. */
function hyphens(parts: Parts, decoded: boolean): number {
  const { builder, set, star } = parts;
  const ascii = intersectRanges(NO_SEPARATOR, [[0, 0x7f]]);
  const x = points(0x58, 0x78);
  const n = points(0x4e, 0x6e);
  const two = decoded
    ? [builder.concat([set(without(ascii, x)), set(ascii)]), builder.concat([set(x), set(without(ascii, n))])]
    : [builder.repeat(set(ascii), 2, 2)];
  return builder.union([
    unicodeHyphens(parts),
    builder.concat([builder.union(two), builder.literal('--'), star(set(ascii))]),
    ...(decoded ? [aLabel(builder)] : []),
  ]);
}

/**
 * RFC 5892 appendix A.1 to A.6 over a whole name: a character that needs neighbours is in no choice but beside them. A
 * separator is nobody's neighbour.
 */
function neighbours({ builder, set, star }: Parts): number {
  const { viramas, transparent, greek, hebrew, ordinary } = sets();
  const joiner = set(JOINERS);
  // A non-joiner between letters that would join; the second may be the first of the next pair.
  const apart = (after: readonly CharRange[]): number =>
    builder.concat([builder.literal('\u200c'), star(set(transparent)), set(after)]);
  return star(
    set(ordinary),
    builder.concat([builder.literal('l'), star(builder.literal('\xb7l'))]),
    builder.concat([builder.repeat(set(GREEK_SIGN), 1), set(greek)]),
    builder.concat([set(hebrew), star(set(HEBREW_MARKS))]),
    builder.concat([set(viramas), builder.repeat(joiner, 0, 1)]),
    builder.concat([
      set(BEFORE),
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
  const { japanese, notJapanese } = sets();
  const some = builder.concat([set(japanese), star(any)]);
  return builder.concat([
    star(set(without(notJapanese, KATAKANA_DOT))),
    builder.union([
      builder.epsilon(),
      some,
      builder.concat([set(KATAKANA_DOT), star(set(notJapanese)), some]),
    ]),
  ]);
}

/**
 * RFC 5893 §2, and with it A.8 and A.9: a label from right to left has digits of one kind. Characters that are in none of
 * the other classes have class L. What must stand beside characters of class L is in no label from right to left.
 */
function bidiLabel({ builder, set, star }: Parts): number {
  const { nonspacing, left } = sets();
  const label = (
    first: readonly CharRange[],
    ends: readonly CharRange[],
    others: readonly CharRange[],
  ): number =>
    builder.concat([
      set(first),
      star(set(nonspacing, ends), builder.concat([set(others), star(set(nonspacing, others)), set(ends)])),
    ]);
  const neutralInRight = without(NEUTRAL, points(0xb7, 0x375, 0x30fb));
  return builder.union([
    label(left, [...left, ...EUROPEAN], NEUTRAL),
    label(RIGHT_TO_LEFT, [...RIGHT_TO_LEFT, ...EUROPEAN], neutralInRight),
    label(RIGHT_TO_LEFT, [...RIGHT_TO_LEFT, ...AN_CLASS], neutralInRight),
  ]);
}

function createParts(builder: ProgramBuilder): Parts {
  const set = (...ranges: (readonly CharRange[])[]): number =>
    builder.charSet(([] as CharRange[]).concat(...ranges));
  const star = (...choices: number[]): number => builder.repeat(builder.union(choices), 0);
  return { builder, any: set(NO_SEPARATOR), set, star };
}

/** A label whose Punycode decodes to a label in Unicode. */
export function aLabel(builder: ProgramBuilder): number {
  const parts = createParts(builder);
  const decoded = builder.intersect([
    unicodeSpelling(parts),
    unicodeHyphens(parts),
    neighbours(parts),
    katakanaDot(parts),
    builder.union([parts.star(parts.set(sets().noBidi)), bidiLabel(parts)]),
  ]);
  return builder.concat([patternExpr(builder, '[Xx][Nn]--'), builder.punycode(decoded, MAX_PUNYCODE)]);
}

/**
 * Names of Unicode labels and of ASCII ones. The rules are operands of an intersection. Each is written so that few
 * alternatives are open at a time and none is a complement, because a step takes all operands together for each of a
 * thousand ranges of characters. For the same reason the rules and the lengths are two levels: what the rules come to does
 * not depend on how long the name is, and is then worked out once. A null character that no name can hold keeps them apart.
 * A-labels are `decoded`, and what they decode to is a label by the same rules; or any text may stand behind `xn--`.
 */
export function internationalName(builder: ProgramBuilder, separators: string, decoded: boolean): number {
  const parts = createParts(builder);
  const { any, set, star } = parts;
  const separator = patternExpr(builder, `[${separators}]`);
  const joined = (label: number): number => builder.concat([label, star(builder.concat([separator, label]))]);
  const rules = builder.intersect([
    joined(spelling(parts)),
    joined(hyphens(parts, decoded)),
    neighbours(parts),
    joined(katakanaDot(parts)),
    builder.union([star(set(sets().noBidi)), joined(bidiLabel(parts))]),
  ]);
  return builder.intersect([
    builder.concat([rules, builder.repeat(builder.literal('\0'), 0, 1)]),
    joined(builder.repeat(any, 1, 63)),
    ofLength(builder, 1, MAX_NAME),
  ]);
}

export const idnHostnameFormat: FormatBuilder = (builder) =>
  internationalName(builder, '.\\u3002\\uff0e\\uff61', true);
