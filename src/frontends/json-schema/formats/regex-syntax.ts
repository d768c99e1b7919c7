import type { ProgramBuilder } from '../../program-builder.js';
import type { CharRange } from '../../program-format.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';

/**
 * The texts that are regular expressions of ECMA-262 under flag u.
 *
 * That language is not regular: parentheses balance, a range's ends and a counter's bounds are compared, a reference needs
 * its group. What stands here is a part of it, so every accepted text is a pattern. It holds all patterns but those with
 * - groups more than `MAX_NESTING` deep,
 * - a back-reference, or two named groups, or a group's name beyond ASCII,
 * - `\0`, or a property beyond general categories, the most used scripts and binary properties,
 * - `{n,m}` with more than four digits or leading zeros,
 * - a class range between ends that are written in different ways, or close to each other beyond ASCII, or with `-` or a
 *   control character at an end.
 */
export const REGEX_FORMAT_NOTE =
  'patterns with back-references, more than one named group or groups nested more than 8 deep are not generated or accepted';

const MAX_NESTING = 8;

export const regexFormat: FormatBuilder = (builder) => {
  const quantifier = builder.concat([
    builder.union([patternExpr(builder, '[*+?]|\\{[0-9]+,?\\}'), boundedQuantifier(builder)]),
    patternExpr(builder, '\\??'),
  ]);
  const mayRepeat = builder.repeat(quantifier, 0, 1);
  const atom = builder.union([
    patternExpr(builder, '[^\\^$\\\\*+?()[\\]{}|]'),
    builder.concat([builder.literal('\\'), builder.union([commonEscape(builder), classEscapes(builder)])]),
    characterClass(builder),
  ]);
  const simple = builder.union([builder.concat([atom, mayRepeat]), patternExpr(builder, '[\\^$|]|\\\\[bB]')]);
  const close = builder.literal(')');
  const group = patternExpr(builder, '\\((?:\\?:|\\?<[A-Za-z_$][A-Za-z0-9_$]*>)?');
  const look = patternExpr(builder, '\\(\\?<?[=!]');
  let inner = builder.repeat(simple, 0);
  for (let depth = 0; depth < MAX_NESTING; depth++) {
    const terms = builder.union([
      simple,
      builder.concat([group, inner, close, mayRepeat]),
      builder.concat([look, inner, close]),
    ]);
    inner = builder.repeat(terms, 0);
  }
  const token = '(?:[^\\\\[]|\\\\[^]|\\[(?:[^\\]\\\\]|\\\\[^])*\\])*';
  const named = '\\(\\?<[A-Za-z_$]';
  const two = patternExpr(builder, `${token}${named}${token}${named}${token}`);
  return builder.intersect([inner, builder.complement(two)]);
};

/** Escapes of one character, in a class as outside, without their backslash. */
function commonEscape(builder: ProgramBuilder): number {
  const codePoint = 'u\\{0*(?:[0-9A-Fa-f]{1,5}|10[0-9A-Fa-f]{4})\\}';
  return patternExpr(
    builder,
    `[fnrtv\\^$\\\\.*+?()[\\]{}|/]|c[A-Za-z]|x[0-9A-Fa-f]{2}|u[0-9A-Fa-f]{4}|${codePoint}`,
  );
}

const CATEGORIES =
  'L Lu Ll Lt LC Lm Lo M Mn Mc Me N Nd Nl No P Pc Pd Ps Pe Pi Pf Po S Sm Sc Sk So Z Zs Zl Zp C Cc Cf Cs Co Cn ' +
  'Letter Uppercase_Letter Lowercase_Letter Titlecase_Letter Cased_Letter Modifier_Letter Other_Letter Mark ' +
  'Nonspacing_Mark Spacing_Mark Enclosing_Mark Number Decimal_Number Letter_Number Other_Number Punctuation ' +
  'Connector_Punctuation Dash_Punctuation Open_Punctuation Close_Punctuation Initial_Punctuation Final_Punctuation ' +
  'Other_Punctuation Symbol Math_Symbol Currency_Symbol Modifier_Symbol Other_Symbol Separator Space_Separator ' +
  'Line_Separator Paragraph_Separator Other Control Format Surrogate Private_Use Unassigned punct digit';
const BINARY =
  'Any ASCII Assigned Alphabetic Alpha Lowercase Lower Uppercase Upper White_Space space Emoji Emoji_Presentation ' +
  'Emoji_Modifier Emoji_Modifier_Base Emoji_Component Extended_Pictographic ASCII_Hex_Digit AHex Hex_Digit Hex ' +
  'ID_Start IDS ID_Continue IDC XID_Start XIDS XID_Continue XIDC Ideographic Ideo Dash Diacritic Dia Extender Ext ' +
  'Math Cased Case_Ignorable CI Default_Ignorable_Code_Point DI Join_Control Join_C Variation_Selector VS ' +
  'Quotation_Mark QMark Regional_Indicator RI Sentence_Terminal STerm Terminal_Punctuation Term';
const SCRIPTS =
  'Latin Latn Greek Grek Cyrillic Cyrl Armenian Armn Hebrew Hebr Arabic Arab Syriac Thaana Devanagari Deva Bengali Beng ' +
  'Gurmukhi Gujarati Oriya Tamil Taml Telugu Telu Kannada Malayalam Sinhala Thai Lao Laoo Tibetan Myanmar Georgian Geor ' +
  'Hangul Hang Ethiopic Cherokee Khmer Khmr Mongolian Hiragana Hira Katakana Kana Bopomofo Bopo Han Hani Yi Common Zyyy ' +
  'Inherited Zinh';

/** Escapes that stand for a set. */
function classEscapes(builder: ProgramBuilder): number {
  const words = (list: string): string => list.split(' ').join('|');
  return patternExpr(
    builder,
    `[dDsSwW]|[pP]\\{(?:(?:(?:General_Category|gc)=)?(?:${words(CATEGORIES)})|${words(BINARY)}|(?:Script|sc|Script_Extensions|scx)=(?:${words(SCRIPTS)}))\\}`,
  );
}

/** `{n,m}` with n not above m. */
function boundedQuantifier(builder: ProgramBuilder): number {
  const number = (digits: number): string => (digits === 1 ? '[0-9]' : `[1-9][0-9]{${digits - 1}}`);
  const choices: number[] = [];
  for (let low = 1; low <= 4; low++) {
    const pair = { open: '{', middle: ',', close: '}' };
    choices.push(
      builder.intersect([
        ordered(builder, pair, '0123456789', low),
        patternExpr(builder, `\\{${number(low)},${number(low)}\\}`),
      ]),
    );
    if (low < 4) choices.push(patternExpr(builder, `\\{${number(low)},[1-9][0-9]{${low},3}\\}`));
  }
  return builder.union(choices);
}

interface Pair {
  readonly open: string;
  readonly middle: string;
  readonly close: string;
}

/** Two numbers of so many digits, the first not above the second: compared digit by digit, as conditions on one text. */
function ordered(builder: ProgramBuilder, pair: Pair, digits: string, length: number): number {
  const set = (list: string): number =>
    builder.charSet(
      [...list, ...list.toUpperCase()].map((digit) => [digit.charCodeAt(0), digit.charCodeAt(0)]),
    );
  const [open, middle, close] = [pair.open, pair.middle, pair.close].map((text) => builder.literal(text));
  const any = set(digits);
  const compare = (at: number, relation: 'equal' | 'less' | 'notAbove'): number => {
    const before = builder.repeat(any, at, at);
    const behind = builder.repeat(any, length - 1 - at, length - 1 - at);
    const choices = [...digits].flatMap((digit, index) => {
      const others = { equal: digit, less: digits.slice(index + 1), notAbove: digits.slice(index) }[relation];
      if (others === '') return [];
      const [first, second] = [set(digit), set(others)].map((one) => [before, one, behind]);
      return [builder.concat([open, first, middle, second, close].flat() as number[])];
    });
    return builder.union(choices);
  };
  const choices: number[] = [];
  const equal: number[] = [];
  for (let at = 0; at < length; at++) {
    const last = at === length - 1;
    choices.push(builder.intersect([...equal, compare(at, last ? 'notAbove' : 'less')]));
    equal.push(compare(at, 'equal'));
  }
  return builder.union(choices);
}

const SYNTAX = '^$\\.*+?()[]{}|/';

function characterClass(builder: ProgramBuilder): number {
  const escaped = builder.concat([
    builder.literal('\\'),
    builder.union([commonEscape(builder), classEscapes(builder), patternExpr(builder, '[b\\-]')]),
  ]);
  const item = builder.union([patternExpr(builder, '[^\\\\\\]\\-]'), escaped, classRange(builder)]);
  return builder.concat([
    patternExpr(builder, '\\[\\^?-?'),
    // A `^` behind the bracket was read above: the first item may be one all the same.
    builder.repeat(item, 0),
    patternExpr(builder, '-?\\]'),
  ]);
}

function classRange(builder: ProgramBuilder): number {
  const hex = '0123456789abcdef';
  const choices = [
    ordered(builder, { open: '\\x', middle: '-\\x', close: '' }, hex, 2),
    ordered(builder, { open: '\\u', middle: '-\\u', close: '' }, hex, 4),
  ];
  const dash = builder.literal('-');
  const beyond = builder.charSet([[0x80, 0x10ffff]]);
  const spelled = (points: readonly number[]): number => {
    const plain = points.filter((point) => point !== 0x5c && point !== 0x5d && point !== 0x2d);
    const escaped = points.filter((point) => SYNTAX.includes(String.fromCharCode(point)));
    const set = (list: readonly number[]): number => builder.charSet(list.map((point) => [point, point]));
    return builder.union([set(plain), builder.concat([builder.literal('\\'), set(escaped)])]);
  };
  for (let low = 0x20; low < 0x7f; low++) {
    const above = Array.from({ length: 0x7f - low }, (_, i) => low + i);
    choices.push(builder.concat([spelled([low]), dash, builder.union([spelled(above), beyond])]));
  }
  for (const [lo, hi] of blocksBeyondAscii()) {
    choices.push(builder.concat([builder.charSet([[lo, hi]]), dash, builder.charSet([[hi + 1, 0x10ffff]])]));
  }
  return builder.union(choices);
}

/** Blocks of which two different ones are told apart: small where alphabets are, larger above. */
function blocksBeyondAscii(): CharRange[] {
  const blocks: CharRange[] = [];
  for (let lo = 0x80; lo < 0x110000; ) {
    const size = lo < 0x600 ? 0x10 : lo < 0x10000 ? 0x400 : 0x4000;
    const hi = Math.floor(lo / size) * size + size - 1;
    blocks.push([lo, hi]);
    lo = hi + 1;
  }
  return blocks;
}
