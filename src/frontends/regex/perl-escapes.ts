import { ANY_CHAR, invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import {
  HORIZONTAL_SPACE,
  looseProperty,
  NEWLINE,
  type PerlDialect,
  perlClass,
  VERTICAL_SPACE,
} from './perl-classes.js';

/** What an escape stands for. */
export type PerlEscape = {
  readonly end: number;
} /** `isByte`: written with two hexadecimal digits, as a byte is. */ & (
  | { readonly kind: 'char'; readonly point: number; readonly isByte?: boolean }
  /** `ranges` are what is folded; then they are inverted if `negated`. */
  | {
      readonly kind: 'set';
      readonly ranges: readonly CharRange[];
      readonly negated: boolean;
      /** A property of characters, whatever flag u says. */
      readonly isUnicode?: boolean;
    }
  /** `\Q…\E` */
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'start' | 'end' | 'lineEnd' }
  | { readonly kind: 'border'; readonly negated: boolean }
  /** Where a word begins or ends; `isHalf`: only what stands on the other side is looked at. */
  | { readonly kind: 'wordStart' | 'wordEnd'; readonly isHalf: boolean }
  /** What no regular language holds, or what this dialect does not have. */
  | { readonly kind: 'refused'; readonly what: string; readonly hint: string }
);

export interface PerlEscapeContext {
  readonly pattern: string;
  readonly dialect: PerlDialect;
  /** `\d`, `\s`, `\w` hold characters beyond ASCII. */
  readonly unicode: boolean;
}

const CONTROL: ReadonlyMap<string, number> = new Map([
  ['a', 7],
  ['e', 27],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
]);
const HEX_BRACES = /\{[ \t]*([0-9a-fA-F]{1,8})[ \t]*\}/y;
const OCTAL_BRACES = /\{[ \t]*([0-7]{1,8})[ \t]*\}/y;
const WORD_SIDE = /\{(start|end)(-half)?\}/y;
const PROPERTY = /\{[ \t]*(\^?[A-Za-z0-9_ &=:-]{1,100})[ \t]*\}/y;

/** Reads the escape whose backslash is at `at`. */
export function readPerlEscape(context: PerlEscapeContext, at: number, inClass: boolean): PerlEscape {
  const { pattern, dialect } = context;
  const point = pattern.codePointAt(at + 1);
  const fail = (message: string, hint?: string): never => {
    throw sourceError('SYNTAX', pattern, at, message, hint);
  };
  if (point === undefined) return fail('a backslash at the end of the pattern');
  const letter = String.fromCodePoint(point);
  const end = at + 1 + letter.length;
  const char = (value: number, after: number, isByte = false): PerlEscape => {
    if (value > 0x10ffff || (value >= 0xd800 && value <= 0xdfff)) fail(`\\${letter} names no character`);
    return { kind: 'char', point: value, isByte, end: after };
  };
  const set = (ranges: readonly CharRange[], negated: boolean, after = end): PerlEscape => ({
    kind: 'set',
    ranges,
    negated,
    end: after,
  });
  const refused = (what: string, hint: string, after = end): PerlEscape => ({
    kind: 'refused',
    what,
    hint,
    end: after,
  });
  const unknown = (): never => fail(`invalid escape \\${letter}`, 'write \\\\ for a backslash');

  if (!/[A-Za-z0-9]/.test(letter)) {
    if (dialect === 'rust' && (letter === '<' || letter === '>')) {
      return inClass ? unknown() : { kind: letter === '<' ? 'wordStart' : 'wordEnd', isHalf: false, end };
    }
    return char(point, end);
  }
  const control = letter === 'e' && dialect === 'rust' ? undefined : CONTROL.get(letter);
  if (control !== undefined) return char(control, end);
  if (letter >= '0' && letter <= '9') return digits(context, at, inClass, char, refused);

  const lower = letter.toLowerCase();
  if (lower === 'd' || lower === 's' || lower === 'w') {
    return set(perlClass(lower, dialect, context.unicode), letter !== lower);
  }
  switch (letter) {
    case 'x':
    case 'u':
    case 'U': {
      if (letter !== 'x' && dialect === 'pcre') return unknown();
      HEX_BRACES.lastIndex = end;
      const braces = HEX_BRACES.exec(pattern);
      if (braces !== null) return char(Number.parseInt(braces[1] as string, 16), end + braces[0].length);
      if (pattern[end] === '{') return fail(`\\${letter}{…} names no character`);
      const wanted = letter === 'x' ? 2 : letter === 'u' ? 4 : 8;
      const hex = /^[0-9a-fA-F]*/.exec(pattern.slice(end, end + wanted))?.[0] as string;
      // PCRE takes fewer digits too, and none for the character 0.
      if (hex.length < wanted && dialect !== 'pcre')
        return fail(`\\${letter} needs ${wanted} hexadecimal digits`);
      return char(hex === '' ? 0 : Number.parseInt(hex, 16), end + hex.length, letter === 'x');
    }
    case 'p':
    case 'P':
      if (dialect === 'xgrammar') break;
      return property(context, at, end, fail);
    case 'v':
      return dialect === 'pcre' ? set(VERTICAL_SPACE, false) : char(11, end);
    case 'b':
    case 'B':
      if (inClass) {
        if (letter === 'b' && dialect !== 'rust') return char(8, end);
        break;
      }
      if (dialect === 'rust' && letter === 'b') {
        WORD_SIDE.lastIndex = end;
        const found = WORD_SIDE.exec(pattern);
        if (found !== null) {
          const kind = found[1] === 'start' ? 'wordStart' : 'wordEnd';
          return { kind, isHalf: found[2] !== undefined, end: WORD_SIDE.lastIndex };
        }
        if (/^\{[A-Za-z-]+\}/.test(pattern.slice(end, end + 16)))
          return fail('no such word border', 'write \\b{start}, \\b{end}, \\b{start-half} or \\b{end-half}');
      }
      return { kind: 'border', negated: letter === 'B', end };
    case 'A':
      if (!inClass && dialect !== 'xgrammar') return { kind: 'start', end };
      break;
    case 'z':
      if (!inClass && dialect !== 'xgrammar') return { kind: 'end', end };
      break;
  }
  if (dialect !== 'pcre') {
    if (letter === 'h') fail('\\h is known to PCRE alone', "write [ \\t], or use the dialect 'pcre'");
    return unknown();
  }
  switch (letter) {
    case 'h':
    case 'H':
      return set(HORIZONTAL_SPACE, letter === 'H');
    case 'V':
      return set(VERTICAL_SPACE, true);
    case 'N':
      if (!inClass) return set(NEWLINE, true);
      break;
    case 'Z':
      if (!inClass) return { kind: 'lineEnd', end };
      break;
    case 'o': {
      OCTAL_BRACES.lastIndex = end;
      const braces = OCTAL_BRACES.exec(pattern);
      if (braces !== null) return char(Number.parseInt(braces[1] as string, 8), end + braces[0].length);
      break;
    }
    case 'c':
      if (/^[ -~]$/.test(pattern[end] ?? '')) {
        return char((pattern[end] as string).toUpperCase().charCodeAt(0) ^ 64, end + 1);
      }
      break;
    case 'Q': {
      const close = pattern.indexOf('\\E', end);
      const text = pattern.slice(end, close < 0 ? undefined : close);
      return { kind: 'text', text, end: close < 0 ? pattern.length : close + 2 };
    }
    case 'E':
      return { kind: 'text', text: '', end };
    case 'g':
    case 'k':
      if (!inClass) return refused('a back-reference', 'write the alternatives out');
      break;
    case 'R':
      if (!inClass) return refused('\\R, which gives nothing back,', 'write (?:\\r\\n|\\n|\\r)');
      break;
    case 'X':
      if (!inClass) return refused('a grapheme \\X', 'name the characters that may stand there');
      break;
    case 'G':
    case 'K':
    case 'C':
      if (!inClass) return refused(`\\${letter}`, 'leave it out: the whole text is matched');
      break;
  }
  return unknown();
}

/** Octal numbers and back-references. */
function digits(
  { pattern, dialect }: PerlEscapeContext,
  at: number,
  inClass: boolean,
  char: (point: number, end: number) => PerlEscape,
  refused: (what: string, hint: string, end: number) => PerlEscape,
): PerlEscape {
  const all = /^\d+/.exec(pattern.slice(at + 1, at + 12))?.[0] as string;
  const octal = /^[0-7]{1,3}/.exec(all)?.[0];
  const isOctal = inClass || all.startsWith('0') || (all.length >= 3 && octal?.length === 3);
  if (dialect === 'xgrammar' && all.startsWith('0')) return char(0, at + 2);
  if (dialect === 'pcre' && isOctal && octal !== undefined) {
    return char(Number.parseInt(octal, 8), at + 1 + octal.length);
  }
  if (inClass || (dialect === 'rust' && all.startsWith('0'))) {
    throw sourceError('SYNTAX', pattern, at, `invalid escape \\${all}`, 'write the character as \\x00');
  }
  return refused('a back-reference', 'write the alternatives out', at + 1 + all.length);
}

function property(
  { pattern }: PerlEscapeContext,
  at: number,
  start: number,
  fail: (message: string, hint?: string) => never,
): PerlEscape {
  const letter = /^[A-Za-z]/.exec(pattern[start] ?? '')?.[0];
  PROPERTY.lastIndex = start;
  const braces = letter === undefined ? PROPERTY.exec(pattern) : null;
  const name = letter ?? braces?.[1]?.trim();
  const ranges =
    name === undefined ? undefined : name === 'any' || name === 'Any' ? ANY_CHAR : looseProperty(name);
  if (ranges === undefined) return fail('an unknown Unicode property', 'write \\p{Letter} or \\p{Greek}');
  const end = start + (braces?.[0].length ?? 1);
  return { kind: 'set', ranges, negated: pattern[at + 1] === 'P', isUnicode: true, end };
}

/** What an escape matches outside of what folds case; for sets that stand alone. */
export const setOf = (ranges: readonly CharRange[], negated: boolean): readonly CharRange[] =>
  negated ? invertRanges(ranges) : ranges;
