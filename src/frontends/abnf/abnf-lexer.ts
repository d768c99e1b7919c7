import type { ProgramBuilder } from '../program-builder.js';
import { sourceError } from '../source-location.js';
import { readNumber, readQuoted } from './abnf-values.js';

interface Place {
  readonly offset: number;
  readonly end: number;
  /** How far the line is indented, in columns from 0, where this is the first token of its line; else undefined. */
  readonly indent: number | undefined;
}

export type AbnfToken = Place &
  (
    | { readonly kind: 'name'; readonly name: string }
    /** Something in angle brackets. */
    | { readonly kind: 'prose'; readonly text: string }
    /** A text, or a set of characters. */
    | { readonly kind: 'expr'; readonly expr: number; readonly isText: boolean }
    | { readonly kind: 'repeat'; readonly min: number; readonly max: number | undefined }
    | { readonly kind: '=' | '=/' | '/' | '(' | ')' | '[' | ']' }
  );

const BLANK = /[ \t]+|;[^\n\r]*/y;
const LINE_END = /\r\n|[\n\r]/y;
const NAME = /[A-Za-z][A-Za-z0-9-]*/y;
const REPEAT = /([0-9]*)(\*?)([0-9]*)/y;
const PROSE = /<([\x20-\x3d\x3f-\x7e]*)>/y;
const MAX_COUNT = 1e15;
const TAB = 8;

const HINTS: ReadonlyMap<string, string> = new Map([
  [':', 'a rule is written name = elements; grammars with ::= are read by Grammar.ebnf'],
  ['|', 'alternatives are separated by /'],
  ["'", 'texts stand in double quotes'],
  ['+', 'one or more of x is written 1*x'],
  ['?', 'an optional x is written [x]'],
  ['{', 'two to five of x are written 2*5x'],
  ['_', 'names hold letters, digits and hyphens'],
  ['#', 'write 1#x of RFC 9110 out as x *( *WSP "," *WSP x )'],
  ['\\', 'there are no escapes: write a character as %x5C'],
  ['\f', 'leave out the page breaks of the RFC with the lines around them'],
]);

/** Splits a grammar's text into tokens. `SYNTAX` for what is none. */
export function lexAbnf(builder: ProgramBuilder, source: string): AbnfToken[] {
  const tokens: AbnfToken[] = [];
  // A byte-order mark is no part of the text.
  let at = source.startsWith('\ufeff') ? 1 : 0;
  let indent: number | undefined = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const place = (end: number): Place => ({ offset: at, end, indent });

  function repeat(): AbnfToken {
    const [whole = '', low = '', star = '', high = ''] = match(REPEAT) as RegExpExecArray;
    const min = low === '' ? 0 : Number(low);
    const max = star === '' ? min : high === '' ? undefined : Number(high);
    if (min > MAX_COUNT || (max !== undefined && max > MAX_COUNT)) {
      throw sourceError('SYNTAX', source, at, 'a repetition of more than 10^15 times');
    }
    if (max !== undefined && max < min) {
      throw sourceError(
        'SYNTAX',
        source,
        at,
        'the numbers of a repetition are out of order',
        'write 2*5x for two to five of x',
      );
    }
    return { kind: 'repeat', min, max, ...place(at + whole.length) };
  }

  function next(): AbnfToken {
    const char = source[at] as string;
    const name = match(NAME);
    if (name !== null) return { kind: 'name', name: name[0], ...place(at + name[0].length) };
    if (char === '*' || (char >= '0' && char <= '9')) return repeat();
    switch (char) {
      case '=':
        if (source[at + 1] === '/') return { kind: '=/', ...place(at + 2) };
        return { kind: '=', ...place(at + 1) };
      case '/':
      case '(':
      case ')':
      case '[':
      case ']':
        return { kind: char, ...place(at + 1) };
      case '"': {
        const { expr, end } = readQuoted(builder, source, at, false);
        return { kind: 'expr', expr, isText: true, ...place(end) };
      }
      case '%': {
        const letter = source[at + 1]?.toLowerCase();
        const isQuoted = (letter === 's' || letter === 'i') && source[at + 2] === '"';
        const { expr, end } = isQuoted
          ? readQuoted(builder, source, at + 2, letter === 's')
          : readNumber(builder, source, at);
        // Of numbers, only a range is a choice of characters.
        const isText = isQuoted || !source.slice(at, end).includes('-');
        return { kind: 'expr', expr, isText, ...place(end) };
      }
      case '<': {
        const found = match(PROSE);
        if (found === null) {
          throw sourceError('SYNTAX', source, at, 'a < without its >', 'write the character itself as "<"');
        }
        return { kind: 'prose', text: found[1] as string, ...place(at + found[0].length) };
      }
      default:
        throw unexpectedCharacter(source, at);
    }
  }

  while (at < source.length) {
    builder.step();
    const blank = match(BLANK);
    if (blank !== null) {
      if (indent !== undefined)
        for (const char of blank[0]) indent += char === '\t' ? TAB - (indent % TAB) : 1;
      at += blank[0].length;
      continue;
    }
    const lineEnd = match(LINE_END);
    if (lineEnd !== null) {
      indent = 0;
      at += lineEnd[0].length;
      continue;
    }
    const token = next();
    tokens.push(token);
    at = token.end;
    indent = undefined;
  }
  return tokens;
}

function unexpectedCharacter(source: string, at: number): Error {
  const char = String.fromCodePoint(source.codePointAt(at) as number);
  const shown = /^[\p{C}\p{Z}]$/u.test(char)
    ? `U+${(char.codePointAt(0) as number).toString(16).toUpperCase().padStart(4, '0')}`
    : char;
  const hint = HINTS.get(char) ?? 'texts stand in double quotes, characters are written as %x41';
  return sourceError('SYNTAX', source, at, `an unexpected character ${shown}`, hint);
}
