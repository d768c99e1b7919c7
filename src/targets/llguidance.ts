import type { BuildBudget } from '../frontends/build-budget.js';
import { compileSchema } from './llguidance-compile.js';
import { Refusal } from './llguidance-context.js';
import { emitSchema } from './llguidance-emit.js';
import { isForeignMetaSchema, UNSUPPORTED_HINTS } from './llguidance-keywords.js';
import { type SchemaDocument, textOf } from './schema-document.js';
import type { FindingSink } from './target-report.js';

/** serde_json refuses text that nests deeper. The schema stands in an object and an array of the grammar. */
const MAX_DEPTH = 124;

/** What llguidance refuses of a schema; it drops nothing that its draft knows. */
export function explainLlguidance(document: SchemaDocument, sink: FindingSink, budget: BuildBudget): void {
  const { value } = document.root;
  if (document.depth > MAX_DEPTH) {
    sink.add('', '', 'refused', `the schema nests ${document.depth} levels, more than ${MAX_DEPTH}`);
    return;
  }
  const metaSchema = value.kind === 'object' ? textOf(value, '$schema') : undefined;
  if (metaSchema !== undefined && isForeignMetaSchema(metaSchema)) {
    const hint = 'name a draft of json-schema.org from draft-04 to 2020-12, or leave $schema out';
    sink.add('', '$schema', 'refused', `the meta-schema ${metaSchema} is not known`, hint);
  }
  try {
    emitSchema(compileSchema(document, sink, budget), sink, budget);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
  }
  relax(document, sink);
}

const LENIENT = new Set([...UNSUPPORTED_HINTS.keys(), 'contains', 'minContains', 'maxContains']);

/** The options that a schema may give at its root turn refusals into warnings. */
function relax({ root: { value } }: SchemaDocument, sink: FindingSink): void {
  const options = value.kind === 'object' ? value.members.get('x-guidance') : undefined;
  if (options?.kind !== 'object') return;
  const isSet = (name: string): boolean => {
    const option = options.members.get(name);
    return option?.kind === 'boolean' && option.value;
  };
  for (const finding of sink.findings) {
    if (finding.keyword === 'oneOf' && (isSet('coerce_one_of') || isSet('lenient')))
      finding.effect = 'weakened';
    if (!isSet('lenient')) continue;
    if (LENIENT.has(finding.keyword) || finding.keyword === 'format') finding.effect = 'ignored';
    if (finding.keyword === 'minProperties' || finding.keyword === 'maxProperties')
      finding.effect = 'ignored';
  }
}
