import type { ProgramBuilder } from '../program-builder.js';
import { sourceError } from '../source-location.js';
import { jsonTextEnd } from './json-text-end.js';
import { readLarkString } from './lark-string.js';

const KEYWORDS = ['%ignore', '%import', '%declare', '%override', '%extend', '%lark', '%if'] as const;
/** A JSON text follows each of these. */
const JSON_KEYWORDS = ['%json', '%regex', '%llguidance', '%grammar_options', '%structural_tag'] as const;
/** Longer ones first. */
const PUNCTUATION = [
  ...(['->', '::', '..', ':', '|', '(', ')', '[', ']', '{', '}'] as const),
  ...([',', '.', '~', '&', '=', '*', '+', '?', '!'] as const),
] as const;

type TokenBody =
  | { readonly kind: 'name'; readonly name: string }
  | { readonly kind: 'string'; readonly text: string; readonly ignoreCase: boolean }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'number'; readonly text: string }
  /** What stands between `<` and `>`. */
  | { readonly kind: 'special'; readonly text: string }
  | { readonly kind: 'grammar'; readonly name: string }
  | { readonly kind: (typeof JSON_KEYWORDS)[number]; readonly text: string; readonly textOffset: number }
  | { readonly kind: (typeof KEYWORDS)[number] | (typeof PUNCTUATION)[number] | '_' | 'newline' | 'end' };

/** Where a token begins, and the place behind it. */
export type LarkToken = { readonly offset: number; readonly end: number } & TokenBody;

const BLANK = /[ \t]+|(?:#|\/\/)[^\n\r]*/y;
// No groups inside of repetitions: those keep a place for each turn, and overflow on long texts.
const NEWLINE = /\n+|\r\n/y;
/** A hyphen before `>` begins an arrow. */
const NAME = /_?[A-Za-z][A-Za-z0-9_-]*(?!(?<=-)>)/y;
const NUMBER = /[+-]?(?:0[xX][A-Za-z0-9_]*|[0-9]+(?:\.[0-9]+)?(?:[eE][+-]?[0-9]+)?[A-Za-z0-9_]*)/y;
const FLAGS = /[A-Za-z]*/y;
const SPECIAL = /<([^<>\s]+)>/y;
const GRAMMAR = /@([A-Za-z0-9_-]+)/y;
const WORD = /%[A-Za-z_]+/y;

/** Splits a grammar's text into tokens; the last one is `end`. `SYNTAX` for what is none. */
export function lexLark(builder: ProgramBuilder, source: string): LarkToken[] {
  const tokens: LarkToken[] = [];
  let at = 0;
  const step = (): void => builder.step();
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const fail = (message: string, hint?: string): never => {
    throw sourceError('SYNTAX', source, at, message, hint);
  };
  const push = (token: TokenBody, end: number): void => {
    tokens.push({ ...token, offset: at, end });
    at = end;
  };

  function percent(): void {
    const word = match(WORD)?.[0] ?? '%';
    const keyword = KEYWORDS.find((known) => known === word);
    if (keyword !== undefined) {
      push({ kind: keyword }, at + word.length);
      return;
    }
    const kind = JSON_KEYWORDS.find((known) => known === word);
    if (kind === undefined) {
      const hint = `the directives are ${[...KEYWORDS, ...JSON_KEYWORDS].join(', ')}`;
      throw sourceError('SYNTAX', source, at, `${word} is no directive`, hint);
    }
    const { start, end } = jsonTextEnd(builder, source, at + word.length, kind);
    push({ kind, text: source.slice(start, end), textOffset: start }, end);
  }

  function closingSlash(): number {
    for (let index = at + 1; index < source.length; index++) {
      step();
      const char = source[index];
      if (char === '/') return index;
      if (char === '\\') index += 1;
      else if (char === '\n') break;
    }
    return fail('a pattern without its closing /', 'write /pattern/, and \\/ for the character');
  }

  while (at < source.length) {
    builder.step();
    const blank = match(BLANK);
    if (blank !== null) {
      at += blank[0].length;
      continue;
    }
    const char = source[at] as string;
    const take = (found: RegExpExecArray, token: TokenBody): void => push(token, at + found[0].length);
    let found = match(NEWLINE);
    if (found !== null) {
      // Several are one.
      if (tokens.at(-1)?.kind === 'newline') at += found[0].length;
      else take(found, { kind: 'newline' });
      continue;
    }
    found = match(NAME);
    if (found !== null) {
      take(found, { kind: 'name', name: found[0] });
      continue;
    }
    found = match(NUMBER);
    if (found !== null) {
      take(found, { kind: 'number', text: found[0] });
      continue;
    }
    if (char === '"') {
      const { text, ignoreCase, end } = readLarkString(source, at, step);
      push({ kind: 'string', text, ignoreCase }, end);
      continue;
    }
    if (char === '/') {
      const end = closingSlash();
      FLAGS.lastIndex = end + 1;
      const flags = FLAGS.exec(source)?.[0] ?? '';
      push({ kind: 'pattern', pattern: source.slice(at + 1, end), flags }, end + 1 + flags.length);
      continue;
    }
    if (char === '<') {
      found = match(SPECIAL);
      if (found === null) fail('a malformed token', 'write <name> or <[id]>; quote "<" as text');
      take(found as RegExpExecArray, { kind: 'special', text: found?.[1] ?? '' });
      continue;
    }
    if (char === '@') {
      found = match(GRAMMAR);
      if (found === null) fail('expected the name of a grammar behind @');
      take(found as RegExpExecArray, { kind: 'grammar', name: found?.[1] ?? '' });
      continue;
    }
    if (char === '%') {
      percent();
      continue;
    }
    const mark = char === '_' ? '_' : PUNCTUATION.find((known) => source.startsWith(known, at));
    if (mark === undefined) {
      return fail(`unexpected ${JSON.stringify(char)}`, char === "'" ? 'quote texts with "' : undefined);
    }
    push({ kind: mark }, at + mark.length);
  }
  push({ kind: 'end' }, source.length);
  return tokens;
}
