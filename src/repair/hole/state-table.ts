import type { Terminal } from './terminals.js';

/**
 * The syntax of TypeScript as states: which class of tokens may come next, and in which state that leaves the text. What is
 * within brackets begins in a state of its own, and the state behind the bracket is fixed when it opens. The states take
 * all valid texts and many that are not: what is declared where, and what is a type, they keep apart as far as one can
 * tell from the tokens before.
 */

/**
 * What ends the text of a bracket. `>` ends types in angle brackets, `:` the middle of a conditional, `` ` `` a template;
 * `soft` is no token: a construct, such as a type, that is over where it may end.
 */
export type Close = ')' | ']' | '}' | '>' | ':' | '`' | 'soft';

/** A bracket that brackets of TypeScript's lexical syntax balance, or a template. */
export type Bracket = '(' | '[' | '{' | '${' | '`';

export interface Push {
  readonly close: Close;
  /** The state within. */
  readonly inner: string;
}

export interface Move {
  /** undefined: nothing is read; only with a soft push. */
  readonly on: Terminal | undefined;
  readonly push?: Push | undefined;
  /** The state behind; behind the bracket, if there is one. */
  readonly to: string;
}

export interface State {
  readonly moves: readonly Move[];
  /** Set where a bracket may close, or a soft construct be over. */
  readonly close?: 'bracket' | 'soft' | undefined;
  /** Behind a line end, the text may go on from this state too. */
  readonly newline?: string | undefined;
  /** Set in templates, where white space and comments are characters. */
  readonly raw?: boolean | undefined;
  /** Set where a construct was left of which only its beginning is known: the states behind one. */
  readonly behind?: readonly string[] | undefined;
}

export type StateTable = ReadonlyMap<string, State>;

export const words = (text: string): Terminal => ({ kind: 'words', words: text.split(' ') });
export const marks = (text: string): Terminal => ({ kind: 'punctuators', texts: text.split(' ') });
export const a = (kind: Exclude<Terminal['kind'], 'words' | 'punctuators'>): Terminal => ({ kind });

/** Reads a terminal. */
export const go = (on: Terminal, to: string): Move => ({ on, to });

/** What closes a bracket; also those that the lexical syntax has not. */
export const CLOSERS: Readonly<Record<Bracket | '<' | '?', Close>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '${': '}',
  '<': '>',
  '?': ':',
  '`': '`',
};

/** Reads an opening bracket; `to` is the state behind the closing one. */
export const open = (bracket: keyof typeof CLOSERS, inner: string, to: string): Move => ({
  on: marks(bracket),
  push: { close: CLOSERS[bracket], inner },
  to,
});

/** Reads a terminal, then a construct that begins in the state `inner`. */
export const call = (on: Terminal | undefined, inner: string, to: string): Move => ({
  on,
  push: { close: 'soft', inner },
  to,
});
