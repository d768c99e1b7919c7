import type { BuildBudget } from '../frontends/build-budget.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { below, type Located, numberOf, type SchemaDocument } from './schema-document.js';
import type { FindingSink } from './target-report.js';
import { followXgrammarReference, xgrammarBranchesApart } from './xgrammar-references.js';
import { checkNumber, checkString } from './xgrammar-scalars.js';

/** One of these decides, the first that is there; what stands beside it is dropped without a word. */
const DECIDING = ['$ref', 'const', 'enum', 'anyOf', 'oneOf', 'allOf'] as const;

/** What says nothing about values, or only names things. */
const SILENT = new Set([
  ...['$schema', '$id', 'id', '$anchor', '$dynamicAnchor', '$defs', 'definitions', '$comment', '$vocabulary'],
  ...['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema', 'then', 'else'],
]);

const BY_TYPE: Readonly<Record<string, readonly string[]>> = {
  object: [
    ...['properties', 'required', 'additionalProperties', 'unevaluatedProperties', 'patternProperties'],
    ...['propertyNames', 'minProperties', 'maxProperties'],
  ],
  array: ['items', 'prefixItems', 'unevaluatedItems', 'minItems', 'maxItems', 'minContains'],
  string: ['minLength', 'maxLength', 'pattern', 'format'],
  number: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  integer: ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
  boolean: [],
  null: [],
};

/** Keywords that no type reads. */
const NEVER: Readonly<Record<string, string>> = {
  not: 'list what is allowed instead, or check the finished value',
  if: 'write an anyOf of the cases',
  dependencies: 'write an anyOf of the cases',
  dependentRequired: 'write an anyOf of the cases',
  dependentSchemas: 'write an anyOf of the cases',
  contains: 'check the finished value',
  maxContains: 'check the finished value',
  uniqueItems: 'check the finished value',
  $dynamicRef: 'write $ref',
  $recursiveRef: 'write $ref',
  additionalItems: 'write prefixItems and items',
};

const ASSERTING = new Set([...Object.keys(NEVER), ...DECIDING, 'type', ...Object.values(BY_TYPE).flat()]);

interface Walk {
  readonly document: SchemaDocument;
  readonly sink: FindingSink;
  readonly stack: Located[];
  /** Branches that are read and then dropped: they can be refused all the same. */
  readonly dropped: Located[];
}

/** What XGrammar refuses, drops or narrows: a walk over the schemas that it converts, with a stack of its own. */
export function explainXgrammar(document: SchemaDocument, sink: FindingSink, budget: BuildBudget): void {
  const seen = new Set<JsonValue>();
  const walk: Walk = { document, sink, stack: [document.root], dropped: [] };
  walkAll(walk, seen, budget);
  // Each list of dropped branches may hold further ones.
  const stack = walk.dropped;
  walkAll({ document, sink: onlyRefusals(sink), stack, dropped: stack }, seen, budget);
}

function onlyRefusals(sink: FindingSink): FindingSink {
  return {
    findings: sink.findings,
    more: sink.more,
    add(pointer, keyword, effect, message, hint) {
      if (effect === 'refused') sink.add(pointer, keyword, effect, message, hint);
    },
  };
}

function walkAll(walk: Walk, seen: Set<JsonValue>, budget: BuildBudget): void {
  const { sink } = walk;
  for (let at = walk.stack.pop(); at !== undefined; at = walk.stack.pop()) {
    budget.step();
    const { value } = at;
    if (value.kind === 'boolean') {
      if (!value.value) {
        sink.add(at, '', 'refused', 'the schema false is refused', 'leave the member or item out');
      }
    } else if (value.kind !== 'object') {
      sink.add(at, '', 'refused', 'a schema must be an object or a boolean');
    } else if (!seen.has(value)) {
      seen.add(value);
      visit(walk, at, value);
    }
  }
}

function visit(walk: Walk, at: Located, schema: JsonObject): void {
  const deciding = DECIDING.find((keyword) => schema.members.has(keyword));
  if (deciding === undefined) visitTypes(walk, at, schema);
  else visitDeciding(walk, at, schema, deciding);
}

function visitDeciding(
  walk: Walk,
  at: Located,
  schema: JsonObject,
  keyword: (typeof DECIDING)[number],
): void {
  const { sink } = walk;
  const value = schema.members.get(keyword) as JsonValue;
  for (const [name, beside] of schema.members) {
    if (name === keyword || SILENT.has(name) || !ASSERTING.has(name)) continue;
    if (name === 'type' && saysNothingMore(keyword, value, beside)) continue;
    const hint = 'move both into one schema without the other, for example into each branch';
    sink.add(at, name, 'ignored', `${name} beside ${keyword} is dropped`, hint);
  }
  if (keyword === 'const') return;
  if (keyword === '$ref') {
    const target = followXgrammarReference(walk.document, at, value, sink);
    if (target !== undefined) walk.stack.push(target);
    return;
  }
  if (value.kind !== 'array' || (value.items.length === 0 && keyword === 'enum')) {
    sink.add(at, keyword, 'refused', `${keyword} must be an array that is not empty`);
    return;
  }
  if (keyword === 'enum') return;
  if (keyword === 'allOf' && value.items.length > 1) {
    const hint = 'merge the branches into one schema';
    sink.add(at, 'allOf', 'ignored', 'allOf with more than one branch means any JSON value', hint);
    value.items.forEach((item, index) => {
      walk.dropped.push(below(at, item, keyword, index));
    });
    return;
  }
  if (keyword === 'oneOf' && !xgrammarBranchesApart(walk.document, at, value.items)) {
    sink.add(at, 'oneOf', 'weakened', 'branches that may overlap are read as anyOf');
  }
  value.items.forEach((item, index) => {
    walk.stack.push(below(at, item, keyword, index));
  });
}

/** `type` beside constants of that very type loses nothing. */
function saysNothingMore(keyword: string, value: JsonValue, type: JsonValue): boolean {
  const types = type.kind === 'array' ? type.items : [type];
  const names = types.map((item) => (item.kind === 'string' ? item.value : ''));
  const fits = (item: JsonValue): boolean =>
    names.includes(item.kind) ||
    (item.kind === 'number' && names.includes('integer') && /^-?[0-9]+$/.test(item.text));
  if (keyword === 'const') return fits(value);
  return keyword === 'enum' && value.kind === 'array' && value.items.every(fits);
}

function visitTypes(walk: Walk, at: Located, schema: JsonObject): void {
  const { sink } = walk;
  const type = schema.members.get('type');
  const implied = impliedType(schema);
  const types =
    type === undefined
      ? implied === undefined
        ? []
        : [implied]
      : (type.kind === 'array' ? type.items : [type]).map((item) =>
          item.kind === 'string' ? item.value : '',
        );
  const read = new Set(types.flatMap((name) => (Object.hasOwn(BY_TYPE, name) ? (BY_TYPE[name] ?? []) : [])));
  for (const name of schema.members.keys()) {
    if (Object.hasOwn(NEVER, name)) {
      sink.add(at, name, 'ignored', `${name} is dropped without a warning`, NEVER[name]);
    } else if (type === undefined && ASSERTING.has(name) && !read.has(name)) {
      const hint = 'write the type';
      sink.add(at, name, 'ignored', `without type, ${name} is dropped`, hint);
    }
  }
  if (type === undefined && implied !== undefined) {
    const keyword = impliedBy(schema, implied);
    const message = `without type, ${keyword} is taken to mean type: ${implied}; other values are refused`;
    sink.add(at, keyword, 'narrowed', message, 'write the type');
  }
  for (const name of types) {
    if (!Object.hasOwn(BY_TYPE, name)) {
      sink.add(at, 'type', 'refused', `there is no type ${JSON.stringify(name)}`);
    } else if (name === 'object') visitObject(walk, at, schema);
    else if (name === 'array') visitArray(walk, at, schema);
    else if (name === 'string') checkString(sink, at, schema);
    else if (name === 'number' || name === 'integer') checkNumber(sink, at, schema, name);
  }
}

function impliedBy(schema: JsonObject, type: string): string {
  const keywords =
    type === 'object'
      ? ['properties', 'additionalProperties', 'unevaluatedProperties']
      : ['items', 'prefixItems', 'unevaluatedItems'];
  return keywords.find((keyword) => schema.members.has(keyword)) ?? '';
}

function impliedType(schema: JsonObject): string | undefined {
  return ['object', 'array'].find((type) => impliedBy(schema, type) !== '');
}

function visitObject(walk: Walk, at: Located, schema: JsonObject): void {
  const { sink, stack } = walk;
  const member = (name: string): JsonValue | undefined => schema.members.get(name);
  const refuse = (keyword: string, message: string): void => sink.add(at, keyword, 'refused', message);
  const properties = member('properties');
  const patterns = member('patternProperties');
  const names = member('propertyNames');
  for (const [keyword, value] of [
    ['properties', properties],
    ['patternProperties', patterns],
  ] as const) {
    if (value === undefined) continue;
    if (value.kind !== 'object') refuse(keyword, `${keyword} must be an object`);
    else for (const [name, item] of value.members) stack.push(below(at, item, keyword, name));
  }
  if (patterns?.kind === 'object') {
    for (const pattern of patterns.members.keys()) {
      checkString(
        sink,
        at,
        { kind: 'object', members: new Map([['pattern', text(pattern)]]) },
        'patternProperties',
      );
    }
    if (properties !== undefined) {
      const message = 'a declared name is not held to the patterns that match it';
      sink.add(at, 'patternProperties', 'weakened', message);
    }
  }
  if (names !== undefined) {
    if (names.kind !== 'object') refuse('propertyNames', 'propertyNames must be an object');
    else {
      const where = below(at, names, 'propertyNames');
      checkString(sink, where, names);
      if (properties !== undefined) {
        sink.add(at, 'propertyNames', 'weakened', 'declared names are not held to propertyNames');
      }
    }
  }
  for (const keyword of ['additionalProperties', 'unevaluatedProperties']) {
    const value = member(keyword);
    if (value?.kind === 'object') stack.push(below(at, value, keyword));
  }
  const required = member('required');
  if (required !== undefined && required.kind !== 'array') refuse('required', 'required must be an array');
  if (required?.kind === 'array') {
    const declared = properties?.kind === 'object' ? properties.members : new Map<string, JsonValue>();
    for (const item of required.items) {
      if (item.kind !== 'string' || declared.has(item.value)) continue;
      const hint = `declare ${JSON.stringify(item.value)} under properties`;
      sink.add(
        at,
        'required',
        'ignored',
        `${JSON.stringify(item.value)} is required, yet not declared: it may be absent`,
        hint,
      );
    }
  }
  if (isAbove(schema, 'minProperties', 'maxProperties'))
    refuse('minProperties', 'minProperties is greater than maxProperties');
}

function visitArray(walk: Walk, at: Located, schema: JsonObject): void {
  const { sink, stack } = walk;
  const prefix = schema.members.get('prefixItems');
  if (prefix !== undefined && prefix.kind !== 'array') {
    sink.add(at, 'prefixItems', 'refused', 'prefixItems must be an array');
  } else {
    prefix?.items.forEach((item, index) => {
      stack.push(below(at, item, 'prefixItems', index));
    });
  }
  for (const keyword of ['items', 'unevaluatedItems']) {
    const value = schema.members.get(keyword);
    if (value === undefined || value.kind === 'boolean') continue;
    if (value.kind === 'object') stack.push(below(at, value, keyword));
    else {
      const message = `${keyword} must be an object or a boolean`;
      sink.add(at, keyword, 'refused', message, 'write prefixItems for a list of schemas');
    }
  }
  if (schema.members.has('minContains')) {
    sink.add(at, 'minContains', 'weakened', 'minContains is read as minItems');
  }
  if (isAbove(schema, 'minItems', 'maxItems')) {
    sink.add(at, 'minItems', 'refused', 'minItems is greater than maxItems');
  }
}

function isAbove(schema: JsonObject, least: string, most: string): boolean {
  const [low, high] = [numberOf(schema, least), numberOf(schema, most)];
  return low !== undefined && high !== undefined && low > high;
}

function text(value: string): JsonValue {
  return { kind: 'string', value };
}
