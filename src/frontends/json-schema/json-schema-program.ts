import { GrammaskError } from '../../errors.js';
import { type BuildBudget, createBuildBudget } from '../build-budget.js';
import { createBudgetedBuilder, createProgramBuilder, type ProgramBuilder } from '../program-builder.js';
import { reportCosts } from './costs.js';
import { DRAFTS, dialectOfDraft } from './drafts.js';
import { collectingSink, type IssueSink, throwingSink } from './issue-sink.js';
import { jsonFromJs } from './json-from-js.js';
import { parseJsonText } from './json-text.js';
import type { JsonValue } from './json-value.js';
import { type LoweredDocument, lowerDocument } from './lower-document.js';
import { createRegistry } from './registry.js';
import { styleWords } from './style.js';
import type { JsonSchemaOptions, SchemaAnalysis, SchemaIssue } from './types.js';

/**
 * The program of a JSON Schema: one rule, `root`, which is a JSON text that the schema validates,
 * narrowed by the style. A string is read as exact JSON text, where `1.0`, `1e400` and the order of members are kept.
 *
 * @throws {GrammaskError} `SYNTAX` for text that is no JSON, and for a wrong `pattern`; `SCHEMA` for a malformed
 *   schema; `UNSUPPORTED` for a keyword that cannot be enforced, always with pointer and keyword; `ARGUMENT` for wrong
 *   options; `DEADLINE` and `MEMORY` past the limits
 */
export function jsonSchemaProgram(
  schema: object | boolean | string,
  options: JsonSchemaOptions = {},
): Uint8Array {
  const builder = createProgramBuilder(options.limits);
  const root = jsonSchemaRoot(builder, schema, options);
  const rule = builder.reserveRule('root');
  builder.setRule(rule, [[{ kind: 'schema', root }]]);
  return builder.finish(rule);
}

/** Adds a schema to a builder, for grammars with JSON inside; returns its schema root. Errors as above. */
export function jsonSchemaRoot(
  builder: ProgramBuilder,
  schema: object | boolean | string,
  options: JsonSchemaOptions = {},
): number {
  const style = styleWords(checkOptions(options).style);
  return builder.schemaRoot(jsonSchemaNode(builder, schema, options), style);
}

/** The same of a schema whose root has a style that the options have no words for; returns its node. */
export function jsonSchemaNode(
  builder: ProgramBuilder,
  schema: object | boolean | string,
  options: Omit<JsonSchemaOptions, 'style'> = {},
): number {
  return (lower(schema, options, builder, throwingSink) as LoweredDocument).root.id;
}

/**
 * What of a schema can be enforced: all its issues, where {@link jsonSchemaProgram} throws the first error. Warnings
 * name schemas that allow less than they seem to; infos name keywords without effect, and what costs.
 *
 * @throws {GrammaskError} `ARGUMENT`, `DEADLINE`, `MEMORY`, and `UNSUPPORTED` for an option; never for the schema
 */
export function analyzeJsonSchema(
  schema: object | boolean | string,
  options: JsonSchemaOptions = {},
): SchemaAnalysis {
  styleWords(checkOptions(options).style);
  const issues: SchemaIssue[] = [];
  try {
    const sink = collectingSink(issues);
    const lowered = lower(schema, options, createProgramBuilder(options.limits), sink);
    if (lowered !== undefined) reportCosts(lowered.nodes, sink);
  } catch (error) {
    // Only reading throws at a place: the lowering reports to the sink.
    if (!GrammaskError.isInstance(error) || error.location === undefined) throw error;
    issues.push(issueOfReading(error));
  }
  return { supported: issues.every((issue) => issue.severity !== 'error'), issues };
}

function issueOfReading(error: GrammaskError): SchemaIssue {
  const { location, message, hint } = error;
  const issue: SchemaIssue = { pointer: '', keyword: '', severity: 'error', message };
  if (location !== undefined && 'pointer' in location) issue.pointer = location.pointer;
  if (location !== undefined && 'line' in location) {
    issue.message = `line ${location.line}, column ${location.column}: ${message}`;
  }
  if (hint !== undefined) issue.hint = hint;
  return issue;
}

function lower(
  schema: object | boolean | string,
  options: JsonSchemaOptions,
  builder: ProgramBuilder,
  issues: IssueSink,
): LoweredDocument | undefined {
  const { timeoutMs, memoryBytes } = options.limits ?? {};
  // `nodes` counts what is built; what is read is bounded by time and memory.
  const budget = createBuildBudget({ timeoutMs, memoryBytes });
  const root: JsonValue =
    typeof schema === 'string' ? parseJsonText(schema, budget) : jsonFromJs(schema, budget);
  return lowerJsonSchema(root, options, { builder, budget, issues });
}

/**
 * Lowers a schema that is read already into a builder, whatever else that holds. `budget` counts what is read. Options
 * are taken for checked.
 */
export function lowerJsonSchema(
  root: JsonValue,
  options: JsonSchemaOptions,
  to: { readonly builder: ProgramBuilder; readonly budget: BuildBudget; readonly issues: IssueSink },
): LoweredDocument | undefined {
  const { draft = '2020-12', formats = 'assert', resolve, limits } = options;
  // What is only checked counts by itself, from now on.
  const scratchBudget = createBuildBudget(limits);
  const registry = createRegistry(root, { resolve, dialect: dialectOfDraft(draft), budget: to.budget });
  const scratch = () => createBudgetedBuilder(scratchBudget);
  return lowerDocument(registry, formats, to.builder, scratch, to.issues);
}

const OPTIONS = new Set(['style', 'draft', 'formats', 'resolve', 'limits']);

function checkOptions(options: JsonSchemaOptions): JsonSchemaOptions {
  if (typeof options !== 'object' || options === null) {
    throw new GrammaskError('ARGUMENT', `expected an object of options but received ${String(options)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || OPTIONS.has(name)) continue;
    throw new GrammaskError('ARGUMENT', `a JSON Schema has no option ${JSON.stringify(name)}`, {
      hint: `the options are ${[...OPTIONS].join(', ')}`,
    });
  }
  const { draft, formats, resolve } = options as Record<string, unknown>;
  if (draft !== undefined && !(DRAFTS as readonly unknown[]).includes(draft)) {
    const hint = `the drafts are ${DRAFTS.map((name) => `'${name}'`).join(', ')}`;
    throw new GrammaskError('ARGUMENT', `no draft is called ${String(draft)}`, { hint });
  }
  if (resolve !== undefined && typeof resolve !== 'function') {
    throw new GrammaskError('ARGUMENT', `expected a function for resolve but received ${String(resolve)}`);
  }
  if (formats !== undefined && formats !== 'assert' && formats !== 'annotate') {
    throw new GrammaskError(
      'ARGUMENT',
      `expected 'assert' or 'annotate' for formats but received ${String(formats)}`,
    );
  }
  return options;
}
