import { GrammaskError } from '../errors.js';
import { createBuildBudget } from '../frontends/build-budget.js';
import { jsonFromJs } from '../frontends/json-schema/json-from-js.js';
import { parseJsonText } from '../frontends/json-schema/json-text.js';
import type { GrammarLimits } from '../frontends/program-format.js';
import { explainLlamaCpp } from './llama-cpp.js';
import { explainLlguidance } from './llguidance.js';
import { explainOpenAiStrict } from './openai-strict.js';
import { indexSchema, type SchemaDocument } from './schema-document.js';
import { TARGET_FACTS } from './target-facts.js';
import {
  createFindingSink,
  type FindingSink,
  TARGETS,
  type TargetName,
  type TargetReport,
} from './target-report.js';
import { explainXgrammar } from './xgrammar.js';

const EXPLAIN: Readonly<
  Record<
    TargetName,
    (document: SchemaDocument, sink: FindingSink, budget: ReturnType<typeof createBuildBudget>) => void
  >
> = {
  'openai-strict': explainOpenAiStrict,
  llguidance: explainLlguidance,
  xgrammar: explainXgrammar,
  'llama.cpp': explainLlamaCpp,
};

/**
 * Tells what another back end makes of a JSON Schema: what it refuses, ignores, enforces in part or narrows, for each place
 * and keyword, with the version of the back end that the statement is about. The back end is not run.
 *
 * @param schema a JSON Schema as an object or a boolean, or as exact JSON text
 * @param target `'openai-strict'`, `'llguidance'`, `'xgrammar'` or `'llama.cpp'`
 * @param options.limits bounds of the work
 * @throws {GrammaskError} `SYNTAX` for text that is no JSON, `SCHEMA` for a value that JSON has not, `ARGUMENT` for another
 *   target, `DEADLINE` and `MEMORY` past the limits
 * @example
 * explainTarget({ type: 'array', uniqueItems: true }, 'xgrammar').findings
 * // [{ pointer: '', keyword: 'uniqueItems', effect: 'ignored', message: … }]
 */
export function explainTarget(
  schema: object | boolean | string,
  target: TargetName,
  options: { readonly limits?: GrammarLimits } = {},
): TargetReport {
  if (!TARGETS.includes(target)) {
    throw new GrammaskError('ARGUMENT', `no target is called ${JSON.stringify(target)}`, {
      hint: `the targets are ${TARGETS.join(', ')}`,
    });
  }
  const budget = createBuildBudget(options.limits);
  const root = typeof schema === 'string' ? parseJsonText(schema, budget) : jsonFromJs(schema, budget);
  const sink = createFindingSink();
  EXPLAIN[target](indexSchema(root, budget), sink, budget);
  const { findings, more } = sink;
  return {
    target,
    version: TARGET_FACTS[target].version,
    accepted: !more.isRefused && findings.every(({ effect }) => effect !== 'refused'),
    enforced: !more.isOpen && findings.every(({ effect }) => effect === 'narrowed'),
    findings,
    more: more.count,
    notes: [...TARGET_FACTS[target].notes],
  };
}
