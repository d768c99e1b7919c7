import { invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import { propertyAt, propertyRanges } from './unicode-properties.js';

/** What an escape stands for. */
export type Escape =
  | { readonly kind: 'char'; readonly point: number; readonly end: number }
  | { readonly kind: 'backReference'; readonly group: number; readonly end: number }
  | { readonly kind: 'set'; readonly ranges: readonly CharRange[]; readonly end: number };

export interface EscapeContext {
  readonly pattern: string;
  /** The grammar of Annex B, for patterns without flag u. */
  readonly annexB: boolean;
  readonly groupCount: number;
  /** The number of the group with a name. */
  readonly groupNames: ReadonlyMap<string, number>;
}

const CONTROL: ReadonlyMap<string, number> = new Map([
  ['t', 9],
  ['n', 10],
  ['v', 11],
  ['f', 12],
  ['r', 13],
]);
const SYNTAX_CHARACTERS = '^$\\.*+?()[]{}|/';

/** Reads hexadecimal digits, exactly so many; undefined where there are fewer. */
function hex(pattern: string, at: number, count: number): number | undefined {
  const digits = pattern.slice(at, at + count);
  return digits.length === count && /^[0-9a-fA-F]+$/.test(digits) ? Number.parseInt(digits, 16) : undefined;
}

/** The code point of what follows `\u`, which stands before `at`. */
export function unicodeEscape(
  pattern: string,
  at: number,
  braces: boolean,
): { point: number; end: number } | undefined {
  if (braces && pattern[at] === '{') {
    const close = pattern.indexOf('}', at);
    const digits = close < 0 ? '' : pattern.slice(at + 1, close);
    if (!/^[0-9a-fA-F]+$/.test(digits)) return undefined;
    const point = Number.parseInt(digits, 16);
    return point <= 0x10ffff ? { point, end: close + 1 } : undefined;
  }
  const high = hex(pattern, at, 4);
  if (high === undefined) return undefined;
  if (high >= 0xd800 && high <= 0xdbff && pattern.startsWith('\\u', at + 4)) {
    const low = hex(pattern, at + 6, 4);
    if (low !== undefined && low >= 0xdc00 && low <= 0xdfff) {
      return { point: 0x10000 + ((high - 0xd800) << 10) + (low - 0xdc00), end: at + 10 };
    }
  }
  return { point: high, end: at + 4 };
}

/**
 * Reads the escape whose backslash is at `at`; `\d` and its like, `\b` and `\B` are the caller's. Code points that are half
 * of a surrogate pair are returned as they are: no well-formed text holds them.
 */
export function readEscape(context: EscapeContext, at: number, inClass: boolean): Escape {
  const { pattern, annexB } = context;
  const next = pattern.codePointAt(at + 1);
  if (next === undefined) throw sourceError('SYNTAX', pattern, at, 'a backslash at the end of the pattern');
  const letter = String.fromCodePoint(next);
  const end = at + 1 + letter.length;
  const char = (point: number, after: number): Escape => ({ kind: 'char', point, end: after });
  const invalid = (): Error =>
    sourceError(
      'SYNTAX',
      pattern,
      at,
      `invalid escape \\${letter}`,
      `write \\\\ for a backslash; under flag u only ${SYNTAX_CHARACTERS} and - in a class may be escaped`,
    );

  const control = CONTROL.get(letter);
  if (control !== undefined) return char(control, end);
  if (letter >= '0' && letter <= '9') return readDigits(context, at, inClass);

  switch (letter) {
    case 'c': {
      const controlLetter = pattern[end] ?? '';
      if (/^[a-zA-Z]$/.test(controlLetter) || (annexB && inClass && /^[0-9_]$/.test(controlLetter))) {
        return char(controlLetter.charCodeAt(0) % 32, end + 1);
      }
      // Annex B: the backslash stands for itself and the c follows it.
      if (annexB) return char(0x5c, at + 1);
      throw invalid();
    }
    case 'x': {
      const point = hex(pattern, end, 2);
      if (point !== undefined) return char(point, end + 2);
      break;
    }
    case 'u': {
      const unicode = unicodeEscape(pattern, end, !annexB);
      if (unicode !== undefined) return char(unicode.point, unicode.end);
      break;
    }
    case 'k':
      if (!annexB || context.groupNames.size > 0) {
        if (inClass) throw invalid();
        return namedReference(context, at);
      }
      break;
    case 'p':
    case 'P':
      if (!annexB) return property(pattern, at);
      break;
    case '-':
      if (inClass) return char(0x2d, end);
      break;
  }
  if (annexB || SYNTAX_CHARACTERS.includes(letter)) return char(next, end);
  throw invalid();
}

function readDigits(context: EscapeContext, at: number, inClass: boolean): Escape {
  const { pattern, annexB } = context;
  const digits = /^[0-9]+/.exec(pattern.slice(at + 1, at + 12))?.[0] as string;
  const char = (point: number, length: number): Escape => ({ kind: 'char', point, end: at + 1 + length });
  if (digits === '0') return char(0, 1);
  if (!annexB) {
    if (digits.startsWith('0')) {
      throw sourceError('SYNTAX', pattern, at, 'a digit follows \\0', 'write \\x00 before a digit');
    }
    if (inClass) throw sourceError('SYNTAX', pattern, at, `\\${digits} inside of a character class`);
    if (Number(digits) > context.groupCount) {
      throw sourceError('SYNTAX', pattern, at, `\\${digits} refers to a group that does not exist`);
    }
    return { kind: 'backReference', group: Number(digits), end: at + 1 + digits.length };
  }
  if (!inClass && !digits.startsWith('0') && Number(digits) <= context.groupCount) {
    return { kind: 'backReference', group: Number(digits), end: at + 1 + digits.length };
  }
  const octal = /^(?:[0-3][0-7]{0,2}|[4-7][0-7]?)/.exec(digits)?.[0];
  if (octal !== undefined) return char(Number.parseInt(octal, 8), octal.length);
  return char(digits.charCodeAt(0), 1);
}

function namedReference(context: EscapeContext, at: number): Escape {
  const { pattern } = context;
  const close = pattern.indexOf('>', at);
  const name =
    pattern[at + 2] === '<' && close > 0 ? decodeGroupName(pattern.slice(at + 3, close)) : undefined;
  const group = name === undefined ? undefined : context.groupNames.get(name);
  if (group === undefined) {
    throw sourceError('SYNTAX', pattern, at, '\\k needs the <name> of a group that exists');
  }
  return { kind: 'backReference', group, end: close + 1 };
}

function property(pattern: string, at: number): Escape {
  const braced = propertyAt(pattern, at + 2);
  const ranges = braced === undefined ? null : propertyRanges(braced);
  if (braced === undefined || ranges === null) {
    throw sourceError(
      'SYNTAX',
      pattern,
      at,
      'an unknown Unicode property',
      'write \\p{Letter} or \\p{Script=Greek}',
    );
  }
  const inside = pattern[at + 1] === 'p' ? ranges : invertRanges(ranges);
  return { kind: 'set', ranges: inside, end: at + 2 + braced.length };
}

/** A group's name with its escapes decoded; undefined if it is no identifier. */
export function decodeGroupName(source: string): string | undefined {
  let name = '';
  for (let at = 0; at < source.length; ) {
    if (source[at] !== '\\') {
      name += source[at++];
      continue;
    }
    const unicode = source[at + 1] === 'u' ? unicodeEscape(source, at + 2, true) : undefined;
    if (unicode === undefined) return undefined;
    name += String.fromCodePoint(unicode.point);
    at = unicode.end;
  }
  if (/^[$_A-Za-z][$\w]*$/.test(name)) return name;
  // Character by character: a repetition of those keeps a place for each, and overflows on long names.
  let isFirst = true;
  for (const char of name) {
    if (!(isFirst ? /^[$_\p{ID_Start}]$/u : /^[$\p{ID_Continue}\u200c\u200d]$/u).test(char)) return undefined;
    isFirst = false;
  }
  return isFirst ? undefined : name;
}
