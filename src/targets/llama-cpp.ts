import type { BuildBudget } from '../frontends/build-budget.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { patternFeatures } from './pattern-features.js';
import {
  below,
  followPointer,
  type Located,
  numberOf,
  type SchemaDocument,
  textOf,
} from './schema-document.js';
import type { FindingSink } from './target-report.js';

/** What says nothing about values, or only names things. */
const SILENT = new Set([
  ...['$schema', '$id', 'id', '$anchor', '$dynamicAnchor', '$defs', 'definitions', '$comment', '$vocabulary'],
  ...['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly', 'type'],
  ...['contentEncoding', 'contentMediaType', 'contentSchema'],
]);

const ASSERTING = new Set([
  ...[
    '$ref',
    '$dynamicRef',
    '$recursiveRef',
    'const',
    'enum',
    'anyOf',
    'oneOf',
    'allOf',
    'not',
    'if',
    'then',
    'else',
  ],
  ...[
    'properties',
    'required',
    'additionalProperties',
    'patternProperties',
    'propertyNames',
    'minProperties',
  ],
  ...['maxProperties', 'unevaluatedProperties', 'dependencies', 'dependentRequired', 'dependentSchemas'],
  ...[
    'items',
    'prefixItems',
    'additionalItems',
    'unevaluatedItems',
    'contains',
    'minContains',
    'maxContains',
  ],
  ...['minItems', 'maxItems', 'uniqueItems', 'minLength', 'maxLength', 'pattern', 'format', 'multipleOf'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]);

const TYPES = new Set(['object', 'array', 'string', 'number', 'integer', 'boolean', 'null']);
const FORMATS = /^(date|time|date-time|uuid[1-5]?)$/;

interface Walk {
  readonly document: SchemaDocument;
  readonly sink: FindingSink;
  readonly stack: Located[];
}

/** What llama.cpp's converter refuses, drops or narrows: a walk over the schemas that it visits, with a stack of its own. */
export function explainLlamaCpp(document: SchemaDocument, sink: FindingSink, budget: BuildBudget): void {
  const walk: Walk = { document, sink, stack: [document.root] };
  const seen = new Set<JsonValue>();
  for (let at = walk.stack.pop(); at !== undefined; at = walk.stack.pop()) {
    budget.step();
    const { value } = at;
    if (value.kind !== 'object') {
      sink.add(
        at,
        '',
        'refused',
        'a schema must be an object; true and false are refused',
        'write {} for true',
      );
    } else if (!seen.has(value)) {
      seen.add(value);
      visit(walk, at, value);
    }
  }
}

/** Which keywords are read; every other one that says something is dropped. */
function visit(walk: Walk, at: Located, schema: JsonObject): void {
  const read = keywordsRead(walk, at, schema);
  for (const name of schema.members.keys()) {
    if (SILENT.has(name) || !ASSERTING.has(name) || read.includes(name)) continue;
    const decides = read[0];
    const beside = decides === undefined || decides === '' ? '' : ` beside ${decides}`;
    walk.sink.add(at, name, 'ignored', `${name}${beside} is dropped without a warning`);
  }
}

function keywordsRead(walk: Walk, at: Located, schema: JsonObject): string[] {
  const { sink, stack } = walk;
  const pointer = at;
  const member = (name: string): JsonValue | undefined => schema.members.get(name);
  const types = typesOf(schema);
  const may = (type: string): boolean => types === undefined || types.includes(type);
  if (member('$ref') !== undefined) return readReference(walk, at, member('$ref') as JsonValue);
  const union = ['oneOf', 'anyOf'].find((name) => member(name) !== undefined);
  if (union !== undefined) {
    if (union === 'oneOf') sink.add(pointer, 'oneOf', 'weakened', 'oneOf is read as anyOf');
    pushAll(stack, at, union, member(union) as JsonValue);
    return [union];
  }
  if (member('const') !== undefined) return ['const'];
  if (member('enum') !== undefined) return ['enum'];
  for (const type of types ?? []) {
    if (!TYPES.has(type)) sink.add(pointer, 'type', 'refused', `there is no type ${JSON.stringify(type)}`);
  }
  const additional = member('additionalProperties');
  const isOpen = additional?.kind === 'boolean' && additional.value;
  const read: string[] = [];
  if (may('object') && (member('properties') !== undefined || (additional !== undefined && !isOpen))) {
    read.push(...readObject(walk, at, schema));
    if (types === undefined || types.length === 1) return narrowed(walk, at, types, read, 'object');
  } else if ((may('object') || may('string')) && member('allOf') !== undefined) {
    read.push(...readAllOf(walk, at, member('allOf') as JsonValue));
    if (types === undefined || types.length === 1) return read;
  }
  if (may('array') && (member('items') !== undefined || member('prefixItems') !== undefined)) {
    read.push(...readArray(walk, at, schema));
    if (types === undefined || types.length === 1) return narrowed(walk, at, types, read, 'array');
  }
  if (may('string')) {
    read.push(...readString(sink, at, schema, types));
    if (read.includes('pattern') || read.includes('format')) {
      if (types === undefined) return narrowed(walk, at, types, read, 'string');
    }
  }
  if (types?.includes('integer')) read.push(...readInteger(sink, at, schema));
  return read;
}

function typesOf(schema: JsonObject): string[] | undefined {
  const type = schema.members.get('type');
  if (type === undefined) return undefined;
  return (type.kind === 'array' ? type.items : [type]).map((item) =>
    item.kind === 'string' ? item.value : '',
  );
}

function narrowed(
  walk: Walk,
  at: Located,
  types: string[] | undefined,
  read: string[],
  type: string,
): string[] {
  if (types === undefined && read[0] !== undefined) {
    const message = `without type, ${read[0]} is taken to mean type: ${type}; other values are refused`;
    walk.sink.add(at, read[0], 'narrowed', message, 'write the type');
  }
  return read;
}

function pushAll(stack: Located[], at: Located, keyword: string, value: JsonValue): void {
  if (value.kind !== 'array') return;
  value.items.forEach((item, index) => {
    stack.push(below(at, item, keyword, index));
  });
}

function readReference(walk: Walk, at: Located, value: JsonValue): string[] {
  const reference = value.kind === 'string' ? value.value : '';
  // It splits at / and undoes no escape.
  const target = /^#\/[^~%]*$/.test(reference)
    ? followPointer(walk.document.root, reference.slice(1))
    : undefined;
  if (target !== undefined) walk.stack.push(target);
  else {
    const hint = 'refer to a place under $defs, with a name without / ~ and %';
    const message = reference.startsWith('https://')
      ? 'the reference to another document depends on whether the program around it fetches documents'
      : 'the reference leads nowhere; only #/… without escapes is understood';
    walk.sink.add(at, '$ref', 'refused', message, hint);
  }
  return ['$ref'];
}

function readObject(walk: Walk, at: Located, schema: JsonObject): string[] {
  const properties = schema.members.get('properties');
  const declared = properties?.kind === 'object' ? properties.members : new Map<string, JsonValue>();
  for (const [name, item] of declared) walk.stack.push(below(at, item, 'properties', name));
  const additional = schema.members.get('additionalProperties');
  if (additional?.kind === 'object') walk.stack.push(below(at, additional, 'additionalProperties'));
  const required = schema.members.get('required');
  for (const item of required?.kind === 'array' ? required.items : []) {
    if (item.kind !== 'string' || declared.has(item.value)) continue;
    const message = `${JSON.stringify(item.value)} is required, yet not declared: it may be absent`;
    walk.sink.add(at, 'required', 'ignored', message, 'declare it under properties');
  }
  if (additional === undefined) {
    const hint = 'write additionalProperties: true where other members are meant';
    walk.sink.add(at, 'properties', 'narrowed', 'members that are not declared are refused', hint);
  }
  return ['properties', 'required', 'additionalProperties'];
}

function readAllOf(walk: Walk, at: Located, value: JsonValue): string[] {
  const hint = 'merge the branches into one schema';
  const message =
    'of allOf only the properties and enum of the branches are read, all of these properties become required, and other members are refused';
  walk.sink.add(at, 'allOf', 'weakened', message, hint);
  if (value.kind === 'array') {
    for (const [index, branch] of value.items.entries()) {
      const properties = branch.kind === 'object' ? branch.members.get('properties') : undefined;
      if (properties?.kind !== 'object') continue;
      for (const [name, item] of properties.members) {
        walk.stack.push(below(at, item, 'allOf', index, 'properties', name));
      }
    }
  }
  return ['allOf'];
}

function readArray(walk: Walk, at: Located, schema: JsonObject): string[] {
  const keyword = schema.members.has('items') ? 'items' : 'prefixItems';
  const items = schema.members.get(keyword) as JsonValue;
  if (items.kind === 'array') {
    pushAll(walk.stack, at, keyword, items);
    walk.sink.add(at, keyword, 'narrowed', 'an array with a list of schemas has exactly as many items');
    return [keyword];
  }
  walk.stack.push(below(at, items, keyword));
  return [keyword, 'minItems', 'maxItems'];
}

function readString(
  sink: FindingSink,
  at: Located,
  schema: JsonObject,
  types: string[] | undefined,
): string[] {
  const pattern = textOf(schema, 'pattern');
  if (pattern !== undefined) {
    const found = patternFeatures(pattern);
    const pointer = at;
    if (!pattern.startsWith('^') || !pattern.endsWith('$')) {
      const hint = 'write ^.* and .*$ where a part of the text is meant';
      sink.add(pointer, 'pattern', 'refused', 'a pattern must begin with ^ and end with $', hint);
    }
    if (found.lookAhead || found.lookBehind)
      sink.add(pointer, 'pattern', 'weakened', 'look-around is not understood');
    if (found.backReference || found.wordBorder || found.unicodeProperty) {
      sink.add(
        pointer,
        'pattern',
        'weakened',
        String.raw`back-references, \b and \p are read as plain characters`,
      );
    }
    return ['pattern'];
  }
  const format = textOf(schema, 'format');
  if (format !== undefined && FORMATS.test(format)) return ['format'];
  return types?.includes('string') ? ['minLength', 'maxLength'] : [];
}

function readInteger(sink: FindingSink, at: Located, schema: JsonObject): string[] {
  const read: string[] = [];
  for (const [inclusive, exclusive] of [
    ['minimum', 'exclusiveMinimum'],
    ['maximum', 'exclusiveMaximum'],
  ] as const) {
    const used = schema.members.has(inclusive) ? inclusive : exclusive;
    read.push(used);
    const bound = numberOf(schema, used);
    if (bound !== undefined && !Number.isInteger(bound)) {
      sink.add(at, used, 'weakened', `${used} is rounded towards 0`);
    }
  }
  return read;
}
