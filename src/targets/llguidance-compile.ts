import type { BuildBudget } from '../frontends/build-budget.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { resolveUri, splitFragment } from '../frontends/json-schema/uri.js';
import { constant } from './llguidance-constants.js';
import { createSchemaContext } from './llguidance-context.js';
import {
  draftAt,
  isKnown,
  type LlguidanceDraft,
  META,
  SUPPORTED,
  UNSUPPORTED_HINTS,
} from './llguidance-keywords.js';
import { checkPattern, numericSchema, stringSchema, wholeNumber } from './llguidance-scalars.js';
import {
  ANY,
  intersect,
  normalize,
  objectSchema,
  type Schema,
  type SchemaContext,
  unsatisfiable,
} from './llguidance-schema.js';
import { below, type Located, type SchemaDocument } from './schema-document.js';
import type { FindingSink } from './target-report.js';

const TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'];
const IN_PLACE = new Set(['const', 'enum', 'allOf', 'anyOf', 'oneOf', '$ref']);
/** References nest schemas beyond what the text nests; deeper definitions wait until the outer ones are done. */
const MAX_NESTED_DEFINITIONS = 40;

export interface Compiled {
  readonly root: Schema;
  readonly definitions: ReadonlyMap<string, Schema>;
  readonly context: SchemaContext;
}

interface Compilation {
  readonly document: SchemaDocument;
  readonly sink: FindingSink;
  readonly context: SchemaContext;
  readonly definitions: Map<string, Schema>;
  readonly seen: Set<string>;
  readonly waiting: { uri: string; target: Located }[];
  nesting: number;
}

/**
 * What llguidance makes of a document before it builds a grammar. What it refuses goes to the sink, and the walk goes on
 * as if the keyword were absent, so that all of it is told.
 */
export function compileSchema(document: SchemaDocument, sink: FindingSink, budget: BuildBudget): Compiled {
  const definitions = new Map<string, Schema>();
  const context = createSchemaContext(definitions, sink, budget);
  const compilation: Compilation = {
    document,
    sink,
    context,
    definitions,
    seen: new Set(),
    waiting: [],
    nesting: 0,
  };
  const root = compile(compilation, document.root, draftAt(document.root.value, '2020-12'));
  for (let next = compilation.waiting.pop(); next !== undefined; next = compilation.waiting.pop()) {
    defineNow(compilation, next.uri, next.target);
  }
  return { root, definitions, context };
}

/** Recurses on the nesting of the text alone, which is bounded at 127 before. */
function compile(on: Compilation, at: Located, outer: LlguidanceDraft): Schema {
  const { value } = at;
  if (value.kind === 'boolean') return value.value ? ANY : unsatisfiable('schema is false');
  if (value.kind !== 'object') {
    on.sink.add(at, '', 'refused', 'a schema must be an object or a boolean');
    return ANY;
  }
  return normalize(compileObject(on, at, value, draftAt(value, outer)), on.context);
}

function compileObject(on: Compilation, at: Located, schema: JsonObject, draft: LlguidanceDraft): Schema {
  on.context.increment();
  const names = [...schema.members.keys()];
  if (names.every((name) => META.has(name) || !isKnown(name, draft))) return ANY;
  for (const name of names) {
    if (META.has(name) || SUPPORTED.has(name) || !isKnown(name, draft)) continue;
    on.sink.add(at, name, 'refused', `${name} is not implemented`, UNSUPPORTED_HINTS.get(name));
  }
  let result: Schema = ANY;
  let group = new Map<string, JsonValue>();
  const flush = (): void => {
    if (group.size === 0) return;
    const type = schema.members.get('type');
    if (type !== undefined) group.set('type', type);
    result = intersect(result, compileGroup(on, at, schema, group, draft), on.context, 0, at);
    group = new Map();
  };
  for (const [name, value] of schema.members) {
    if (!IN_PLACE.has(name)) {
      if (!META.has(name)) group.set(name, value);
      continue;
    }
    flush();
    result = applyInPlace(on, at, schema, name, value, result, draft);
  }
  flush();
  return result;
}

function applyInPlace(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  keyword: string,
  value: JsonValue,
  result: Schema,
  draft: LlguidanceDraft,
): Schema {
  const { context, sink } = on;
  if (keyword === 'const') return intersect(result, constant(value, at), context, 0, at);
  if (keyword === '$ref') return applyReference(on, at, schema, value, result);
  if (value.kind !== 'array') {
    sink.add(at, keyword, 'refused', `${keyword} must be an array`);
    return result;
  }
  if (keyword === 'enum') {
    const options = value.items.map((item) => constant(item, at));
    return intersect(result, { kind: 'anyOf', options }, context, 0, at);
  }
  const options = value.items.map((item, index) => compile(on, below(at, item, keyword, index), draft));
  if (keyword === 'allOf') {
    return options.reduce((merged, option) => intersect(merged, option, context, 0, at), result);
  }
  const union: Schema = keyword === 'anyOf' ? { kind: 'anyOf', options } : { kind: 'oneOf', options, at };
  return intersect(result, union, context, 0, at);
}

function applyReference(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  value: JsonValue,
  result: Schema,
): Schema {
  if (value.kind !== 'string') {
    on.sink.add(at, '$ref', 'refused', '$ref must be a string');
    return result;
  }
  const { document, fragment } = splitFragment(value.value);
  const base = resolveUri(on.document.baseAt(schema), document);
  let uri = `${base}#${fragment ?? ''}`;
  let target = on.document.resolve(uri);
  if (target === undefined && document === '') {
    // Below an identifier that names no resource of its own, a fragment means the whole document.
    uri = `${on.document.baseAt(on.document.root.value)}#${fragment ?? ''}`;
    target = on.document.resolve(uri);
  }
  if (target === undefined) {
    if (on.document.resolve(base) === undefined && /^https?:\/\/json-schema\.org\//.test(base)) return result;
    on.sink.add(
      at,
      '$ref',
      'refused',
      'the reference leads nowhere in this document, and others are not fetched',
      'put what it refers to under $defs',
    );
    return result;
  }
  define(on, uri, target, result.kind !== 'any');
  if (result.kind === 'any') return { kind: 'ref', uri };
  return intersect(result, on.context.definition(uri, at), on.context, 1, at);
}

function define(on: Compilation, uri: string, target: Located, isNeeded: boolean): void {
  if (on.seen.has(uri)) return;
  on.seen.add(uri);
  if (on.nesting < MAX_NESTED_DEFINITIONS || (isNeeded && on.nesting < 2 * MAX_NESTED_DEFINITIONS)) {
    defineNow(on, uri, target);
  } else {
    on.waiting.push({ uri, target });
  }
}

function defineNow(on: Compilation, uri: string, target: Located): void {
  on.nesting += 1;
  const draft = draftAt(on.document.root.value, '2020-12');
  on.definitions.set(uri, compile(on, target, draft));
  on.nesting -= 1;
}

/** Keywords that stand between two that apply in place: they are read together, once for each type. */
function compileGroup(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  group: ReadonlyMap<string, JsonValue>,
  draft: LlguidanceDraft,
): Schema {
  const type = group.get('type');
  const types =
    type === undefined
      ? TYPES
      : type.kind === 'string'
        ? [type.value]
        : type.kind === 'array' && type.items.every((item) => item.kind === 'string')
          ? type.items.map((item) => (item.kind === 'string' ? item.value : ''))
          : undefined;
  if (types === undefined) {
    on.sink.add(at, 'type', 'refused', 'type must be a string or an array of strings');
    return ANY;
  }
  const options = types.map((name) => compileType(on, at, schema, name, group, draft));
  return options.length === 1 ? (options[0] as Schema) : { kind: 'anyOf', options };
}

function compileType(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  type: string,
  group: ReadonlyMap<string, JsonValue>,
  draft: LlguidanceDraft,
): Schema {
  on.context.increment();
  switch (type) {
    case 'null':
      return { kind: 'null' };
    case 'boolean':
      return { kind: 'boolean', value: undefined };
    case 'number':
    case 'integer':
      return numericSchema(on.sink, at, group, type === 'integer');
    case 'string':
      return stringSchema(on.sink, at, group);
    case 'array':
      return compileArray(on, at, schema, group, draft);
    case 'object':
      return compileMembers(on, at, schema, group, draft);
    default:
      on.sink.add(at, 'type', 'refused', `there is no type ${JSON.stringify(type)}`);
      return ANY;
  }
}

function compileArray(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  group: ReadonlyMap<string, JsonValue>,
  draft: LlguidanceDraft,
): Schema {
  const items = group.get('items');
  const additional = group.get('additionalItems');
  const isOld = draft !== '2020-12' || additional !== undefined || items?.kind === 'array';
  const prefixKeyword = isOld ? 'items' : 'prefixItems';
  // `items` knows of `prefixItems` even where another keyword stands between them.
  const prefix = isOld ? (items?.kind === 'array' ? items : undefined) : schema.members.get('prefixItems');
  const restKeyword = isOld && items?.kind === 'array' ? 'additionalItems' : 'items';
  const rest = restKeyword === 'items' ? items : additional;
  if (prefix !== undefined && prefix.kind !== 'array') {
    on.sink.add(at, prefixKeyword, 'refused', `${prefixKeyword} must be an array`);
  }
  return {
    kind: 'array',
    minItems: wholeNumber(on.sink, at, group, 'minItems') ?? 0,
    maxItems: wholeNumber(on.sink, at, group, 'maxItems') ?? Number.POSITIVE_INFINITY,
    prefix:
      prefix?.kind === 'array'
        ? prefix.items.map((item, index) => compile(on, below(at, item, prefixKeyword, index), draft))
        : [],
    items: rest === undefined ? undefined : compile(on, below(at, rest, restKeyword), draft),
  };
}

function compileMembers(
  on: Compilation,
  at: Located,
  schema: JsonObject,
  group: ReadonlyMap<string, JsonValue>,
  draft: LlguidanceDraft,
): Schema {
  const map = (keyword: string): Map<string, Schema> => {
    const value = group.get(keyword);
    const made = new Map<string, Schema>();
    if (value?.kind === 'object') {
      for (const [name, member] of value.members) {
        made.set(name, compile(on, below(at, member, keyword, name), draft));
      }
    } else if (value !== undefined) {
      on.sink.add(at, keyword, 'refused', `${keyword} must be an object`);
    }
    return made;
  };
  const properties = map('properties');
  const declared = schema.members.get('properties');
  const additional = group.get('additionalProperties');
  if (additional !== undefined && !group.has('properties') && declared?.kind === 'object') {
    // `additionalProperties` knows the names, even where another keyword stands between them.
    for (const name of declared.members.keys()) properties.set(name, ANY);
  }
  const required = group.get('required');
  const names = new Set<string>();
  if (required?.kind === 'array' && required.items.every((item) => item.kind === 'string')) {
    for (const item of required.items) if (item.kind === 'string') names.add(item.value);
  } else if (required !== undefined) {
    on.sink.add(at, 'required', 'refused', 'required must be an array of strings');
  }
  const patterns = map('patternProperties');
  for (const pattern of patterns.keys()) checkPattern(on.sink, at, 'patternProperties', pattern);
  on.context.checkPatterns(at, [...patterns.keys()]);
  return objectSchema({
    kind: 'object',
    properties,
    patterns,
    additional:
      additional === undefined
        ? undefined
        : compile(on, below(at, additional, 'additionalProperties'), draft),
    required: names,
    minProperties: wholeNumber(on.sink, at, group, 'minProperties') ?? 0,
    maxProperties: wholeNumber(on.sink, at, group, 'maxProperties') ?? Number.POSITIVE_INFINITY,
    at,
  });
}
