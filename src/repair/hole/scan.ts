import type { Token } from './terminals.js';
import { PUNCTUATORS } from './words.js';

/** Where a scan stopped short: inside a token or a comment that the text does not end. */
export type Unfinished = 'string' | 'regex' | 'lineComment' | 'blockComment';

export type Scan =
  | { readonly kind: 'token'; readonly token: Token; readonly end: number }
  /** The end of the text; whether white space or a comment stands before it, and a line end in that. */
  | { readonly kind: 'end'; readonly spaced: boolean; readonly newline: boolean }
  | { readonly kind: 'unfinished'; readonly what: Unfinished; readonly start: number; readonly newline: boolean }
  | { readonly kind: 'error'; readonly start: number };

export interface ScanMode {
  /** In the characters of a template. */
  readonly template: boolean;
  /** Whether a `/` begins a regular expression; asked where there is one. */
  readonly regex: () => boolean;
}

const ESCAPE = '\\\\u(?:[0-9a-fA-F]{4}|\\{[0-9a-fA-F]+\\})';
const WORD = `(?:[$_\\p{ID_Start}]|${ESCAPE})(?:[$\\u200c\\u200d\\p{ID_Continue}]|${ESCAPE})*`;
const word = new RegExp(WORD, 'uy');
const privateName = new RegExp(`#${WORD}`, 'uy');
const number =
  /(?:0[xX][0-9a-fA-F_]+n?|0[oO][0-7_]+n?|0[bB][01_]+n?|(?:[0-9][0-9_]*(?:\.[0-9_]*)?|\.[0-9][0-9_]*)(?:[eE][+-]?[0-9_]+)?n?)/y;
const integer = /^[0-9][0-9_]*$/;
const text = /"(?:[^"\\\n\r]|\\(?:\r\n|[^]))*"|'(?:[^'\\\n\r]|\\(?:\r\n|[^]))*'/y;
const openText = /["'](?:[^\\\n\r]|\\(?:\r\n|[^])?)*$/y;
const regex =
  /\/(?![*/])(?:[^\\/[\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029]|\[(?:[^\]\\\n\r\u2028\u2029]|\\[^\n\r\u2028\u2029])*\])+\/(?:[$\u200c\u200d\p{ID_Continue}])*/uy;
const characters = /(?:[^`\\$]|\\[^]|\$(?!\{))+/y;
const space = /[\t\v\f\ufeff\p{Zs}]+/uy;
const lineEnd = /[\n\r\u2028\u2029]/;

/** The end of what a sticky pattern matches at a place; -1 for nothing. */
function matchEnd(pattern: RegExp, source: string, at: number): number {
  pattern.lastIndex = at;
  return pattern.test(source) ? pattern.lastIndex : -1;
}

/** The next token behind a place of a text. */
export function scan(source: string, from: number, mode: ScanMode): Scan {
  if (mode.template) return scanTemplate(source, from);
  let at = from;
  let newline = false;
  for (;;) {
    if (at >= source.length) return { kind: 'end', spaced: at > from, newline };
    const first = source[at] as string;
    if (lineEnd.test(first)) {
      newline = true;
      at += 1;
    } else if (source.startsWith('//', at)) {
      const start = at;
      while (at < source.length && !lineEnd.test(source[at] as string)) at += 1;
      if (at >= source.length) return { kind: 'unfinished', what: 'lineComment', start, newline };
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) return { kind: 'unfinished', what: 'blockComment', start: at, newline };
      newline ||= lineEnd.test(source.slice(at, end));
      at = end + 2;
    } else {
      const end = matchEnd(space, source, at);
      if (end < 0) break;
      at = end;
    }
  }
  return scanToken(source, at, newline, mode.regex);
}

function scanToken(source: string, start: number, newline: boolean, regexAllowed: () => boolean): Scan {
  const found = (kind: Token['kind'], end: number): Scan => ({
    kind: 'token',
    token: { kind, text: source.slice(start, end), start, newline },
    end,
  });
  const first = source[start] as string;
  let end = matchEnd(word, source, start);
  if (end >= 0) return found('word', end);
  end = matchEnd(number, source, start);
  if (end >= 0) {
    const digits = source.slice(start, end);
    return found(first === '.' ? 'fraction' : integer.test(digits) ? 'integer' : 'number', end);
  }
  if (first === '"' || first === "'") {
    end = matchEnd(text, source, start);
    if (end >= 0) return found('string', end);
    if (matchEnd(openText, source, start) < 0) return { kind: 'error', start };
    return { kind: 'unfinished', what: 'string', start, newline };
  }
  if (first === '#') {
    end = matchEnd(privateName, source, start);
    return end >= 0 ? found('private', end) : { kind: 'error', start };
  }
  if (first === '/' && regexAllowed()) {
    end = matchEnd(regex, source, start);
    if (end >= 0) return found('regex', end);
    const rest = source.slice(start);
    if (!lineEnd.test(rest)) return { kind: 'unfinished', what: 'regex', start, newline };
  }
  if (first === '`') return found('punctuator', start + 1);
  for (const mark of PUNCTUATORS) {
    if (!source.startsWith(mark, start)) continue;
    // `a?.5:b` is no member.
    const isDigit = mark === '?.' && /[0-9]/.test(source[start + 2] ?? '');
    if (!isDigit) return found('punctuator', start + mark.length);
  }
  return { kind: 'error', start };
}

function scanTemplate(source: string, start: number): Scan {
  const found = (kind: Token['kind'], end: number): Scan => ({
    kind: 'token',
    token: { kind, text: source.slice(start, end), start, newline: false },
    end,
  });
  if (start >= source.length) return { kind: 'end', spaced: false, newline: false };
  if (source[start] === '`') return found('punctuator', start + 1);
  if (source.startsWith('${', start)) return found('punctuator', start + 2);
  const end = matchEnd(characters, source, start);
  // A backslash or a dollar sign at the very end.
  return found('characters', end < 0 ? source.length : end);
}
