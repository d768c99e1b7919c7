import {
  ANY_BYTES,
  and,
  type ByteLanguage,
  concat,
  EMPTY,
  not,
  or,
  type Range,
  repeat,
} from '../oracle/byte-language.js';
import type { SeededRandom } from '../support/seeded-random.js';

/** A piece of a grammar in Lark, and its language of bytes. */
export interface Written {
  readonly text: string;
  readonly language: ByteLanguage;
}

const MANY = Number.POSITIVE_INFINITY;
const bytes = (...ranges: readonly Range[]): ByteLanguage => ({ kind: 'bytes', ranges });
const character = (...ranges: readonly Range[]): ByteLanguage => ({ kind: 'character', ranges, read: [] });
const utf8 = (text: string): ByteLanguage =>
  concat(...Array.from(new TextEncoder().encode(text), (byte) => bytes([byte, byte])));

const BUT_LINE: readonly Range[] = [
  [0, 9],
  [11, 255],
];
const WORD: readonly Range[] = [
  [0x30, 0x39],
  [0x41, 0x5a],
  [0x5f, 0x5f],
  [0x61, 0x7a],
];
const NO_WORD: readonly Range[] = [
  [0, 0x2f],
  [0x3a, 0x40],
  [0x5b, 0x5e],
  [0x60, 0x60],
  [0x7b, 0xff],
];

/** What a pattern may be made of, where flag u is off. */
const BYTE_ATOMS: readonly Written[] = [
  { text: 'a', language: bytes([0x61, 0x61]) },
  { text: 'é', language: utf8('é') },
  { text: '€', language: utf8('€') },
  { text: '\\x{e9}', language: utf8('é') },
  { text: '\\u00e9', language: utf8('é') },
  { text: '\\xE9', language: bytes([0xe9, 0xe9]) },
  { text: '\\xC3', language: bytes([0xc3, 0xc3]) },
  { text: '\\xa9', language: bytes([0xa9, 0xa9]) },
  { text: '.', language: bytes(...BUT_LINE) },
  { text: '(?s:.)', language: bytes([0, 255]) },
  { text: '[^a]', language: bytes([0, 0x60], [0x62, 255]) },
  { text: '[\\xC0-\\xFE]', language: bytes([0xc0, 0xfe]) },
  { text: '[a\\xA9-\\xC3]', language: bytes([0x61, 0x61], [0xa9, 0xc3]) },
  { text: '[^\\x80-\\xFF]', language: bytes([0, 0x7f]) },
  { text: '[\\x{61}-c]', language: bytes([0x61, 0x63]) },
  { text: '\\w', language: bytes(...WORD) },
  { text: '\\W', language: bytes(...NO_WORD) },
  { text: '[[:^word:]&&[^\\xE9]]', language: bytes(...NO_WORD.slice(0, 4), [0x7b, 0xe8], [0xea, 0xff]) },
  { text: '(?i:k)', language: bytes([0x4b, 0x4b], [0x6b, 0x6b]) },
  { text: '(?i:é)', language: utf8('é') },
  { text: '(?i:[\\xC9b])', language: bytes([0xc9, 0xc9], [0x42, 0x42], [0x62, 0x62]) },
];
/** And where it is on. */
const CHARACTER_ATOMS: readonly Written[] = [
  { text: 'a', language: bytes([0x61, 0x61]) },
  { text: '.', language: character([0, 9], [11, 0x10ffff]) },
  { text: '[^a]', language: character([0, 0x60], [0x62, 0x10ffff]) },
  { text: '[à-ü]', language: character([0xe0, 0xfc]) },
  { text: '[é€😀]', language: character([0xe9, 0xe9], [0x20ac, 0x20ac], [0x1f600, 0x1f600]) },
  { text: '\\xE9', language: utf8('é') },
  { text: '(?i:é)', language: or(utf8('é'), utf8('É')) },
  { text: '(?i:k)', language: or(bytes([0x4b, 0x4b], [0x6b, 0x6b]), utf8('\u212a')) },
];

function quantified(random: SeededRandom, { text, language }: Written): Written {
  const [mark, min, max] = random.pick([
    ['*', 0, MANY],
    ['+', 1, MANY],
    ['?', 0, 1],
    ['{2}', 2, 2],
    ['{1,2}', 1, 2],
  ] as const);
  return { text: text + mark, language: repeat(language, min, max) };
}

function pattern(random: SeededRandom, unicode: boolean, depth: number): Written {
  const kind = depth === 0 ? 0 : random.below(7);
  if (kind <= 1) return random.pick(unicode ? CHARACTER_ATOMS : BYTE_ATOMS);
  const inner = (): Written => pattern(random, unicode, depth - 1);
  if (kind === 2) {
    const { text, language } = inner();
    return quantified(random, { text: `(?:${text})`, language });
  }
  if (kind === 3) {
    const { text, language } = pattern(random, !unicode, depth - 1);
    return { text: `(?${unicode ? '-u' : 'u'}:${text})`, language };
  }
  const [left, right] = [inner(), inner()];
  if (kind === 4)
    return { text: `(?:${left.text}|${right.text})`, language: or(left.language, right.language) };
  return { text: left.text + right.text, language: concat(left.language, right.language) };
}

function leaf(random: SeededRandom): Written {
  switch (random.below(8)) {
    case 0:
      return random.pick([
        { text: '"a"', language: bytes([0x61, 0x61]) },
        { text: '"é"', language: utf8('é') },
        { text: '"\\xE9"', language: utf8('é') },
        { text: '"k"i', language: bytes([0x4b, 0x4b], [0x6b, 0x6b]) },
        { text: '"a".."c"', language: bytes([0x61, 0x63]) },
        { text: '%regex {"substring_chars": "aé"}', language: or(EMPTY, utf8('a'), utf8('é'), utf8('aé')) },
      ]);
    case 1: {
      const { text, language } = pattern(random, true, 2);
      return { text: `/${text}/u`, language };
    }
    default: {
      const { text, language } = pattern(random, false, 2);
      return { text: `/${text}/`, language };
    }
  }
}

/** The body of a terminal. */
export function randomByteTerminal(random: SeededRandom, depth = 2): Written {
  const kind = depth === 0 ? 0 : random.below(8);
  if (kind <= 1) return leaf(random);
  const inner = (): Written => randomByteTerminal(random, depth - 1);
  if (kind === 2) {
    const { text, language } = inner();
    return { text: `~(${text})`, language: not(language) };
  }
  if (kind === 3) {
    const { text, language } = inner();
    return quantified(random, { text: `(${text})`, language });
  }
  const [left, right] = [inner(), inner()];
  if (kind === 4)
    return { text: `(${left.text} & ${right.text})`, language: and(left.language, right.language) };
  if (kind === 5)
    return { text: `(${left.text} | ${right.text})`, language: or(left.language, right.language) };
  return { text: `${left.text} ${right.text}`, language: concat(left.language, right.language) };
}

export const BYTES_OPTION = '%llguidance {"allow_invalid_utf8": true}\n';

const someByte: ByteLanguage = { kind: 'bytes', ranges: [[0, 255]] };
/** The texts of which no shorter beginning is one too. */
const shortest = (language: ByteLanguage): ByteLanguage =>
  and(language, not(concat(language, someByte, ANY_BYTES)));

/** A grammar with rules, whose language is regular all the same. */
export function randomByteGrammar(random: SeededRandom): Written {
  const first = randomByteTerminal(random, 1);
  const second = randomByteTerminal(random, 1);
  const terminals = `A: ${first.text}\nB: ${second.text}\n`;
  const [a, b] = [first.language, second.language];
  switch (random.below(8)) {
    case 0:
      return {
        text: `${BYTES_OPTION}start: (A | B "é")*\n${terminals}`,
        language: repeat(or(a, concat(b, utf8('é'))), 0, MANY),
      };
    case 1:
      return {
        text: `${BYTES_OPTION}start: A start | B\n${terminals}`,
        language: concat(repeat(a, 0, MANY), b),
      };
    case 2:
      return {
        text: `${BYTES_OPTION}start: x B\nx[lazy]: /\\xE9/ A /\\xA9/\n${terminals}`,
        language: concat(shortest(concat(bytes([0xe9, 0xe9]), a, bytes([0xa9, 0xa9]))), b),
      };
    case 3:
      return {
        text: `${BYTES_OPTION}start: x B\nx[suffix=/[\\xA9\\xC3]/]: A\n${terminals}`,
        language: concat(shortest(concat(a, bytes([0xa9, 0xa9], [0xc3, 0xc3]))), b),
      };
    case 4: {
      // Nothing is ignored behind a terminal that is not there.
      const ignored = repeat(bytes([0xfe, 0xfe]), 0, MANY);
      const behind = (own: ByteLanguage): ByteLanguage =>
        or(concat(and(own, not(EMPTY)), ignored), and(own, EMPTY));
      return {
        text: `${BYTES_OPTION}%ignore /\\xFE/\nstart: A B\n${terminals}`,
        language: concat(behind(a), behind(b)),
      };
    }
    case 5: {
      const inside = random.pick(CHARACTER_ATOMS.filter(({ text }) => !text.includes('\\x')));
      return {
        text: `${BYTES_OPTION}start: A inner B\ninner: %lark {\nstart: /${inside.text}/*\n}\n${terminals}`,
        language: concat(a, repeat(inside.language, 0, MANY), b),
      };
    }
    case 6: {
      const inside = random.pick(CHARACTER_ATOMS.filter(({ text }) => !text.includes('\\x')));
      return {
        text: `start: C+ inner C?\ninner: %lark {\n${BYTES_OPTION}start: A | B\n${terminals}}\nC: /${inside.text}/\n`,
        language: concat(repeat(inside.language, 1, MANY), or(a, b), repeat(inside.language, 0, 1)),
      };
    }
    default:
      return {
        text: `${BYTES_OPTION}start: x\nx[max_chars=2]: A B\n${terminals}`,
        language: atMost(concat(a, b), 2),
      };
  }
}

/** The texts that end where they first can once they have so many bytes. */
function atMost(language: ByteLanguage, count: number): ByteLanguage {
  const long = and(language, concat(repeat(someByte, count, count), ANY_BYTES));
  return and(language, not(concat(long, someByte, ANY_BYTES)));
}
