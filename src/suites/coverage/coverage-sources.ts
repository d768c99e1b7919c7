import type { EbnfDialect } from '../../frontends/ebnf/ebnf-lexer.js';
import { parseEbnf } from '../../frontends/ebnf/ebnf-parser.js';
import type { ProgramBuilder } from '../../frontends/program-builder.js';
import type { RuleGrammar } from '../../frontends/rules/rule-tree.js';

type Read = (builder: ProgramBuilder, source: string) => RuleGrammar;

const dialect: EbnfDialect = 'gbnf';

/** The kinds of grammars whose front ends keep the places of what they read. */
const sources = new Map<string, Read>([
  ['ebnf', (builder, source) => parseEbnf(builder, source, { root: 'root', dialect })],
]);

/** The kinds whose coverage is measured, for messages. */
export const coveredKinds: readonly string[] = [...sources.keys()];

/** Reads a grammar with the places of its parts; undefined for a kind whose coverage is not measured. */
export function readCoverageSource(
  builder: ProgramBuilder,
  kind: string,
  source: string,
): RuleGrammar | undefined {
  return sources.get(kind)?.(builder, source);
}
