import { BLANK, patternOf } from './lexical.js';
import type { Token } from './terminals.js';
import { IDENTIFIER, LINE_END, PUNCTUATORS } from './words.js';

/** Where a scan stopped short: inside a token or a comment that the text does not end. */
export type Unfinished = 'string' | 'regex' | 'lineComment' | 'blockComment';

export type Scan =
  | { readonly kind: 'token'; readonly token: Token; readonly end: number }
  /** The end of the text; whether white space or a comment stands before it, and a line end in that. */
  | { readonly kind: 'end'; readonly spaced: boolean; readonly newline: boolean }
  | {
      readonly kind: 'unfinished';
      readonly what: Unfinished;
      readonly start: number;
      readonly newline: boolean;
    }
  | { readonly kind: 'error'; readonly start: number };

export interface ScanMode {
  /** In the characters of a template. */
  readonly template: boolean;
  /** Whether a `/` begins a regular expression; asked where there is one. */
  readonly regex: () => boolean;
}

const sticky = (source: string): RegExp => new RegExp(source, 'uy');
const word = sticky(IDENTIFIER);
const privateName = sticky(`#${IDENTIFIER}`);
const integer = sticky(patternOf({ kind: 'integer' }).source);
const number = sticky(patternOf({ kind: 'number' }).source);
const fraction = sticky(patternOf({ kind: 'fraction' }).source);
const text = sticky(patternOf({ kind: 'string' }).source);
const openText = /["'](?:[^\\\n\r]|\\(?:\r\n|[\s\S])?)*$/y;
const regex = sticky(patternOf({ kind: 'regex' }).source);
const characters = /(?:[^`\\$]|\\[\s\S]|\$(?!\{))+/y;
const space = sticky(`${BLANK}+`);

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
    if (LINE_END.test(first)) {
      newline = true;
      at += 1;
    } else if (source.startsWith('//', at)) {
      const start = at;
      while (at < source.length && !LINE_END.test(source[at] as string)) at += 1;
      if (at >= source.length) return { kind: 'unfinished', what: 'lineComment', start, newline };
    } else if (source.startsWith('/*', at)) {
      const end = source.indexOf('*/', at + 2);
      if (end < 0) return { kind: 'unfinished', what: 'blockComment', start: at, newline };
      newline ||= LINE_END.test(source.slice(at, end));
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
  const numbers = [
    ['number', number],
    ['integer', integer],
    ['fraction', fraction],
  ] as const;
  for (const [kind, pattern] of numbers) {
    end = matchEnd(pattern, source, start);
    if (end >= 0) return found(kind, end);
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
    if (!LINE_END.test(rest)) return { kind: 'unfinished', what: 'regex', start, newline };
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
