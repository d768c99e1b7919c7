import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createProgramBuilder, type ProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { lowerRules } from '../rules/lower-rules.js';
import type { ProgramWithOptions } from '../rules/rule-options.js';
import type { EbnfDialect } from './ebnf-lexer.js';
import { type ParsedEbnf, parseEbnf } from './ebnf-parser.js';

export type { EbnfDialect } from './ebnf-lexer.js';

export interface EbnfOptions {
  /** The start rule. Default: `root`. */
  readonly root?: string | undefined;
  /**
   * Where llama.cpp and XGrammar differ: `gbnf` (default) takes two digits behind `\\x` and empty alternatives, `xgrammar` as
   * many digits as there are and no empty alternative at the end.
   */
  readonly dialect?: EbnfDialect | undefined;
  readonly limits?: GrammarLimits | undefined;
}

/**
 * The program of a grammar in GBNF, as llama.cpp and XGrammar write it, and the options of its rules that are no part of the
 * language. `SYNTAX` with line and column for what is no grammar, `UNSUPPORTED` for what cannot be enforced.
 */
export function ebnfGrammar(source: string, options: EbnfOptions = {}): ProgramWithOptions {
  const { builder, grammar } = readEbnf(source, options);
  return { program: builder.finish(lowerRules(builder, grammar)), ruleOptions: grammar.ruleOptions };
}

/** Parses a grammar; with `refusals`, what cannot be enforced is noted there where the reader can go on. Throws what `ebnfGrammar` throws, but for what only lowering finds. */
export function readEbnf(
  source: string,
  options: EbnfOptions,
  refusals?: GrammaskError[],
): { readonly builder: ProgramBuilder; readonly grammar: ParsedEbnf } {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const { root = 'root', dialect = 'gbnf', limits } = checkOptions(options, ['root', 'dialect', 'limits']);
  if (dialect !== 'gbnf' && dialect !== 'xgrammar') {
    throw new GrammaskError('ARGUMENT', `no EBNF dialect is named ${dialect}`, {
      hint: 'use gbnf or xgrammar',
    });
  }
  const builder = createProgramBuilder(limits, refusals);
  return { builder, grammar: parseEbnf(builder, source, { root, dialect }) };
}

/** The program of `ebnfGrammar` alone. */
export function ebnfProgram(source: string, options: EbnfOptions = {}): Uint8Array {
  return ebnfGrammar(source, options).program;
}
