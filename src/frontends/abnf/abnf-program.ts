import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createProgramBuilder, type ProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { lowerRules } from '../rules/lower-rules.js';
import type { RuleGrammar } from '../rules/rule-tree.js';
import { parseAbnf } from './abnf-parser.js';

/** Options of a grammar in ABNF. */
export interface AbnfOptions {
  /** The start rule, in any case of its letters. Default: the first rule of the text. */
  readonly root?: string | undefined;
  readonly limits?: GrammarLimits | undefined;
}

/**
 * The program of a grammar in ABNF (RFC 5234, RFC 7405). `SYNTAX` with line and column for what is no grammar,
 * `UNSUPPORTED` for prose in angle brackets that the start rule needs.
 */
export function abnfProgram(source: string, options: AbnfOptions = {}): Uint8Array {
  const { builder, grammar } = readAbnf(source, options);
  return builder.finish(lowerRules(builder, grammar));
}

/** Parses a grammar; with `refusals`, what cannot be enforced is noted there where the reader can go on. Throws what `abnfProgram` throws, but for what only lowering finds. */
export function readAbnf(
  source: string,
  options: AbnfOptions,
  refusals?: GrammaskError[],
): { readonly builder: ProgramBuilder; readonly grammar: RuleGrammar } {
  if (typeof source !== 'string') throw new GrammaskError('ARGUMENT', 'a grammar is a string');
  const { root, limits } = checkOptions(options, ['root', 'limits']);
  if (root !== undefined && typeof root !== 'string') {
    throw new GrammaskError('ARGUMENT', 'the option root is the name of a rule');
  }
  const builder = createProgramBuilder(limits, refusals);
  return { builder, grammar: parseAbnf(builder, source, root) };
}
