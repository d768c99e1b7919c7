import type { BuildBudget } from '../build-budget.js';
import { sourceError } from '../source-location.js';
import { delimitedEnd, ruleOptionsEnd } from './ebnf-brackets.js';

/** A piece of a grammar's text as it is written: nothing in it is read, so every dialect passes through. */
export interface Lexeme {
  readonly kind:
    | 'name'
    /** `[…]` between the name of a rule and `::=`. */
    | 'options'
    | '::='
    | '('
    | ')'
    | '|'
    | '&'
    | '~'
    | ','
    | '='
    | 'repeat'
    /** A text, a set, a token, and what else stands for itself. */
    | 'atom'
    | 'comment';
  readonly text: string;
  readonly offset: number;
  /** Line ends between the piece before and this one. */
  readonly lineEnds: number;
  /** Blank stands between the piece before and this one. */
  readonly isApart: boolean;
}

const BLANK = /[ \t\r\n]+/y;
const COMMENT = /#[^\n\r]*/y;
const NAME = /[A-Za-z0-9_-][A-Za-z0-9_.-]*/y;
const BRACES = /\{[^{}\n\r"]*\}/y;
const TOKEN = /!?<(?:\[[^\]]*\]|[^<>\s]+)>/y;

/** Splits a grammar's text into pieces with the comments between them. `SYNTAX` for a text or set that does not end. */
export function lexemesOf(source: string, budget: BuildBudget): Lexeme[] {
  const lexemes: Lexeme[] = [];
  let at = 0;
  let lineEnds = 0;
  let isApart = false;
  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at;
    return pattern.exec(source)?.[0];
  };
  const step = (): void => budget.step();
  const delimited = (closer: string): string | undefined => {
    const end = delimitedEnd(source, at, closer, step);
    return end === undefined ? undefined : source.slice(at, end);
  };
  const push = (kind: Lexeme['kind'], text: string): void => {
    lexemes.push({ kind, text, offset: at, lineEnds, isApart });
    at += text.length;
    lineEnds = 0;
    isApart = false;
  };
  while (at < source.length) {
    budget.step();
    const blank = match(BLANK);
    if (blank !== undefined) {
      lineEnds += blank.split(/\r\n|\n|\r/).length - 1;
      isApart = true;
      at += blank.length;
      continue;
    }
    const char = source[at] as string;
    const comment = match(COMMENT);
    const name = match(NAME);
    if (comment !== undefined) push('comment', comment);
    else if (name !== undefined) push('name', name);
    else if (char === '"') push('atom', delimited('"') ?? unclosed(source, at, 'a text', '"'));
    else if (char === '[') {
      const end = lexemes.at(-1)?.kind === 'name' && !isApart ? ruleOptionsEnd(source, at, step) : undefined;
      if (end !== undefined) push('options', source.slice(at, end));
      else push('atom', delimited(']') ?? unclosed(source, at, 'a set', ']'));
    } else if (source.startsWith('::=', at)) push('::=', '::=');
    else if (char === '*' || char === '+' || char === '?') push('repeat', char);
    else if (char === '{') push('repeat', match(BRACES) ?? unclosed(source, at, 'a repetition', '}'));
    else if (source.startsWith('(=', at)) push('(', '(=');
    else if ('()|&~,='.includes(char)) push(char as Lexeme['kind'], char);
    else push('atom', match(TOKEN) ?? String.fromCodePoint(source.codePointAt(at) as number));
  }
  return lexemes;
}

function unclosed(source: string, at: number, what: string, closer: string): never {
  throw sourceError('SYNTAX', source, at, `${what} that does not end`, `write ${closer} behind it`);
}
