import type { GrammarWords } from '../../cli/grammar-source.js';
import type { EbnfDialect } from '../../frontends/ebnf/ebnf-lexer.js';
import { parseEbnf } from '../../frontends/ebnf/ebnf-parser.js';
import type { ProgramBuilder } from '../../frontends/program-builder.js';
import type { RuleGrammar } from '../../frontends/rules/rule-tree.js';

type Read = (builder: ProgramBuilder, source: string, options: GrammarWords) => RuleGrammar;

/** The kinds of grammars whose front ends keep the places of what they read. */
const sources = new Map<string, Read>([
  [
    'ebnf',
    (builder, source, { root = 'root', dialect = 'gbnf' }) =>
      parseEbnf(builder, source, { root, dialect: dialect as EbnfDialect }),
  ],
]);

/** The kinds whose coverage is measured, for messages. */
export const coveredKinds: readonly string[] = [...sources.keys()];

/** Reads a grammar with the places of its parts; undefined for a kind whose coverage is not measured. */
export function readCoverageSource(
  builder: ProgramBuilder,
  kind: string,
  source: string,
  options: GrammarWords = {},
): RuleGrammar | undefined {
  return sources.get(kind)?.(builder, source, options);
}
