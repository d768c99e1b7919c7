import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { lowerRules } from '../rules/lower-rules.js';
import type { EbnfDialect } from './ebnf-lexer.js';
import { parseEbnf } from './ebnf-parser.js';

export type { EbnfDialect } from './ebnf-lexer.js';

export interface EbnfOptions {
  /** The start rule. Default: `root`. */
  readonly root?: string | undefined;
  /** How `\x` is read: `gbnf` (default) takes two digits, `xgrammar` as many as there are. */
  readonly dialect?: EbnfDialect | undefined;
  readonly limits?: GrammarLimits | undefined;
}

/**
 * The program of a grammar in GBNF, as llama.cpp and XGrammar write it without its macros. `SYNTAX` with line and column
 * for what is no grammar, `UNSUPPORTED` for macros, look-ahead and rule options.
 */
export function ebnfProgram(source: string, options: EbnfOptions = {}): Uint8Array {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const { root = 'root', dialect = 'gbnf', limits } = checkOptions(options, ['root', 'dialect', 'limits']);
  if (dialect !== 'gbnf' && dialect !== 'xgrammar') {
    throw new GrammaskError('ARGUMENT', `no EBNF dialect is named ${dialect}`, {
      hint: 'use gbnf or xgrammar',
    });
  }
  const builder = createProgramBuilder(limits);
  const grammar = parseEbnf(builder, source, { root, dialect });
  return builder.finish(lowerRules(builder, grammar));
}
