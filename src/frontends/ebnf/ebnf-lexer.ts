import type { ProgramBuilder } from '../program-builder.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import { ruleOptionsEnd } from './ebnf-brackets.js';
import { readCharClass, readStringLiteral } from './ebnf-characters.js';
import { type EbnfRuleOptions, readRuleOptions } from './ebnf-options.js';

/**
 * Where llama.cpp (`gbnf`) and XGrammar differ: `\x` takes two digits, or as many as there are; an alternative without
 * anything is the empty text, or an error.
 */
export type EbnfDialect = 'gbnf' | 'xgrammar';

type TokenBody =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'string'; readonly text: string }
  | { readonly kind: 'class'; readonly ranges: readonly CharRange[] }
  | { readonly kind: 'repeat'; readonly min: number; readonly max: number | undefined }
  | { readonly kind: 'tokenId'; readonly id: number; readonly negated: boolean }
  | { readonly kind: 'tokenName'; readonly name: string; readonly negated: boolean }
  /** Behind the name of a rule that is defined. */
  | { readonly kind: 'options'; readonly options: EbnfRuleOptions }
  /** `,` and `=` stand only between the arguments of macros. */
  | { readonly kind: '::=' | '(' | ')' | '|' | '&' | '~' | '.' | ',' | '=' };

/** Where a token begins, and the place behind it. */
export type EbnfToken = { readonly offset: number; readonly end: number } & TokenBody;

const BLANK = /[ \t\r\n]+|#[^\n\r]*/y;
const NAME = /[A-Za-z0-9_-][A-Za-z0-9_.-]*/y;
const BRACES = /\{[ \t\r\n]*(\d+)[ \t\r\n]*(?:(,)[ \t\r\n]*(\d+)?[ \t\r\n]*)?\}/y;
const TOKEN_ID = /<\[(\d{1,10})\]>/y;
const TOKEN_NAME = /<[^<>\s]+>/y;
const MAX_COUNT = 1e15;

/** Splits a grammar's text into tokens. `SYNTAX` for what is none, `UNSUPPORTED` for look-ahead in GBNF. */
export function lexEbnf(builder: ProgramBuilder, source: string, dialect: EbnfDialect): EbnfToken[] {
  const tokens: EbnfToken[] = [];
  let at = 0;
  const step = (): void => builder.step();
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const push = (token: TokenBody, end: number, offset = at): void => {
    tokens.push({ ...token, offset, end });
    at = end;
  };

  function name(text: string): void {
    push({ kind: 'name', name: text }, at + text.length);
    if (source[at] === '[' && ruleOptionsEnd(source, at, step) !== undefined) {
      const { value, end } = readRuleOptions(builder, source, at, text, dialect);
      push({ kind: 'options', options: value }, end);
    }
  }

  function braces(): void {
    const found = match(BRACES);
    if (found === null) {
      throw sourceError('SYNTAX', source, at, 'a malformed repetition', 'write {2}, {2,} or {2,5}');
    }
    const min = Number(found[1]);
    const max = found[2] === undefined ? min : found[3] === undefined ? undefined : Number(found[3]);
    if (min > MAX_COUNT || (max !== undefined && max > MAX_COUNT)) {
      throw sourceError('SYNTAX', source, at, 'a repetition of more than 10^15 times');
    }
    if (max !== undefined && max < min) {
      throw sourceError('SYNTAX', source, at, 'the numbers of a repetition are out of order');
    }
    push({ kind: 'repeat', min, max }, at + found[0].length);
  }

  /** A token in angle brackets; `!` before it means any other token. */
  function angle(): void {
    const start = at;
    const negated = source[at] === '!';
    if (negated) at += 1;
    const id = match(TOKEN_ID);
    const found = id ?? match(TOKEN_NAME);
    if (found === null) {
      throw sourceError(
        'SYNTAX',
        source,
        at,
        'a malformed token',
        'write <name> or <[id]>; quote "<" as text',
      );
    }
    if (id !== null && Number(id[1]) > 0xfffffffe)
      throw sourceError('SYNTAX', source, at, 'the token id is too large');
    const end = at + found[0].length;
    if (id === null) push({ kind: 'tokenName', name: found[0], negated }, end, start);
    else push({ kind: 'tokenId', id: Number(id[1]), negated }, end, start);
  }

  while (at < source.length) {
    builder.step();
    const blank = match(BLANK);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const found = match(NAME);
    if (found !== null) {
      name(found[0]);
      continue;
    }
    const char = source[at] as string;
    switch (char) {
      case ':':
        if (!source.startsWith('::=', at)) {
          throw sourceError('SYNTAX', source, at, 'expected ::=', 'a rule is written name ::= body');
        }
        push({ kind: '::=' }, at + 3);
        break;
      case '"': {
        const { value, end } = readStringLiteral(source, at, dialect, step);
        push({ kind: 'string', text: value }, end);
        break;
      }
      case '[': {
        const { value, end } = readCharClass(source, at, dialect, step);
        push({ kind: 'class', ranges: value }, end);
        break;
      }
      case '(':
        if (source[at + 1] === '=' && dialect === 'gbnf') {
          builder.refuse(
            sourceError(
              'UNSUPPORTED',
              source,
              at,
              'GBNF has no look-ahead (= …)',
              "put what must follow into the rule; or read it as XGrammar does, with dialect: 'xgrammar': as a promise that changes no text",
            ),
          );
        }
        push({ kind: '(' }, at + 1);
        break;
      case ')':
      case '|':
      case '&':
      case '~':
      case '.':
      case ',':
      case '=':
        push({ kind: char }, at + 1);
        break;
      case '*':
        push({ kind: 'repeat', min: 0, max: undefined }, at + 1);
        break;
      case '+':
        push({ kind: 'repeat', min: 1, max: undefined }, at + 1);
        break;
      case '?':
        push({ kind: 'repeat', min: 0, max: 1 }, at + 1);
        break;
      case '{':
        braces();
        break;
      case '<':
        angle();
        break;
      case '!':
        if (source[at + 1] !== '<') throw unexpectedCharacter(source, at);
        angle();
        break;
      default:
        throw unexpectedCharacter(source, at);
    }
  }
  return tokens;
}

export function unexpectedCharacter(source: string, at: number): Error {
  const char = String.fromCodePoint(source.codePointAt(at) as number);
  const hint =
    char === "'"
      ? 'texts stand in double quotes, with \\" for one inside'
      : 'texts stand in double quotes, sets in brackets';
  return sourceError('SYNTAX', source, at, `an unexpected character ${char}`, hint);
}
