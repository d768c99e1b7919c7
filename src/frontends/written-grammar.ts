import { GrammaskError } from '../errors.js';
import { readableBytes } from '../readable-bytes.js';
import { type AbnfOptions, readAbnf } from './abnf/abnf-program.js';
import { type EbnfOptions, readEbnf } from './ebnf/ebnf-program.js';
import { type LarkProgramOptions, readLark } from './lark/lark-program.js';
import { writtenLark } from './lark/lark-written.js';
import type { ProgramBuilder } from './program-builder.js';
import type { GrammarLimits } from './program-format.js';
import { lowerRules } from './rules/lower-rules.js';
import { abnfNotation, ebnfNotation, larkNotation, type Notation } from './rules/notation.js';
import type { Rule, RuleGrammar } from './rules/rule-tree.js';

/**
 * A grammar as it is written: what the linter and the coverage of tests look at, whatever the dialect. Front ends lower
 * grammars to something smaller, and forget the places on the way; here every part of a rule has its place.
 */
export interface WrittenGrammar {
  readonly builder: ProgramBuilder;
  readonly source: string;
  readonly rules: readonly WrittenRule[];
  /** The start rule. */
  readonly root: number;
  /** What is read wherever it stands, as `%ignore` of Lark. */
  readonly ignored: readonly number[];
  readonly notation: Notation;
  /** Some of its texts are no UTF-8: they are bytes, and so is what an expression reads (`bytesOf` of the builder). */
  readonly readsBytes: boolean;
  /**
   * The rules that the engine reads: those that are written, or others whose nodes name the ones that they come from.
   * `UNSUPPORTED` for what cannot be enforced.
   */
  lowered(): RuleGrammar;
}

/** What reads the texts of a grammar: an expression of the builder over its characters, or over bytes that stand for them. */
export function readingOf({ builder, readsBytes }: WrittenGrammar): (expr: number) => number {
  return readsBytes ? builder.bytesOf : (expr) => expr;
}

/** A text as such an expression reads it. */
export function textToRead({ readsBytes }: Pick<WrittenGrammar, 'readsBytes'>, bytes: Uint8Array): string {
  if (readsBytes) return Buffer.from(bytes).toString('latin1');
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}

/** The same for people: characters where there are some, else bytes as `\xC3`. */
export function textToShow({ readsBytes }: Pick<WrittenGrammar, 'readsBytes'>, text: string): string {
  return readsBytes ? readableBytes(Buffer.from(text, 'latin1')) : text;
}

export interface WrittenRule extends Rule {
  /** What people call it. Default: a rule. */
  readonly what?: 'rule' | 'terminal' | 'directive';
  /** The rule has fewer texts than its body: it ends where it first can, or has a bound or conditions. */
  readonly isNarrowed?: boolean;
  /** The expression of a terminal. */
  readonly expr?: () => number;
}

/** Words that say how a grammar is read; which of them a dialect has, its own options say. */
export interface WrittenOptions {
  readonly root?: string | undefined;
  readonly start?: string | undefined;
  readonly dialect?: string | undefined;
  readonly limits?: GrammarLimits | undefined;
}

type Read = (source: string, options: WrittenOptions, refusals?: GrammaskError[]) => WrittenGrammar;

const readers = {
  ebnf(source, options, refusals) {
    const { builder, grammar } = readEbnf(source, options as EbnfOptions, refusals);
    return ofRules(builder, source, grammar, ebnfNotation);
  },
  abnf(source, options, refusals) {
    const { builder, grammar } = readAbnf(source, options as AbnfOptions, refusals);
    return ofRules(builder, source, grammar, abnfNotation);
  },
  lark(source, options, refusals) {
    const { root, ...others } = options;
    const larkOptions = { ...others, start: options.start ?? root } as LarkProgramOptions;
    const read = readLark(source, larkOptions, refusals);
    const written = writtenLark(read.builder, read.source, read.grammar, read);
    return {
      builder: read.builder,
      source,
      rules: written.rules,
      root: written.root,
      ignored: written.ignored,
      notation: larkNotation,
      readsBytes: written.readsBytes,
      lowered: () => read.lower(written),
    };
  },
} satisfies Readonly<Record<string, Read>>;

export type WrittenKind = keyof typeof readers;

/** The kinds of grammars that are rules with places, for messages. */
export const writtenKinds = Object.keys(readers) as readonly WrittenKind[];

export function isWrittenKind(kind: string): kind is WrittenKind {
  return Object.hasOwn(readers, kind);
}

/**
 * Reads a grammar as it is written.
 *
 * @throws {GrammaskError} `SYNTAX` with its place for what is no grammar, `UNSUPPORTED` for what the reader of the dialect
 * refuses at once; `ARGUMENT`; `DEADLINE` and `MEMORY` past the limits
 */
export function readWritten(kind: WrittenKind, source: string, options: WrittenOptions): WrittenGrammar {
  const read: Read = readers[kind];
  return read(source, options);
}

/**
 * The same, of a grammar that need not be one that can be enforced; `refusals` say why not, and `written` is missing where the
 * reader could not go on behind one. A wrong grammar is refused all the same.
 */
export function readToLookAt(
  kind: WrittenKind,
  source: string,
  options: WrittenOptions,
): { readonly written: WrittenGrammar | undefined; readonly refusals: readonly GrammaskError[] } {
  const refusals: GrammaskError[] = [];
  let written: WrittenGrammar | undefined;
  try {
    written = readers[kind](source, options, refusals);
    lowerRules(written.builder, written.lowered());
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
    refusals.push(error);
  }
  return { written, refusals };
}

function ofRules(
  builder: ProgramBuilder,
  source: string,
  grammar: RuleGrammar,
  notation: Notation,
): WrittenGrammar {
  const { rules, root } = grammar;
  return { builder, source, rules, root, ignored: [], notation, readsBytes: false, lowered: () => grammar };
}
