import type { BuildBudget } from '../frontends/build-budget.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { placeBelow } from '../frontends/json-schema/place.js';
import { below, type Located, type SchemaDocument, textOf } from './schema-document.js';
import type { FindingSink } from './target-report.js';

/** Keywords of the published list, and what names or describes things. */
const SUPPORTED = new Set([
  ...['type', 'enum', 'const', 'anyOf', '$ref', '$defs', 'definitions', '$schema', '$id', '$comment'],
  ...[
    'title',
    'description',
    'properties',
    'required',
    'additionalProperties',
    'items',
    'minItems',
    'maxItems',
  ],
  ...['pattern', 'format', 'multipleOf', 'minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'],
]);

const HINTS: ReadonlyMap<string, string> = new Map([
  ['allOf', 'merge the branches into one schema'],
  ['oneOf', 'write anyOf'],
  ['not', 'list what is allowed instead'],
  ['if', 'write an anyOf of the cases'],
  ['then', 'write an anyOf of the cases'],
  ['else', 'write an anyOf of the cases'],
  ['dependentRequired', 'write an anyOf of the cases'],
  ['dependentSchemas', 'write an anyOf of the cases'],
  ['default', 'tell of it in the description'],
  ['minLength', 'write pattern: "^.{m,n}$"'],
  ['maxLength', 'write pattern: "^.{m,n}$"'],
]);

const FORMATS = new Set([
  'date-time',
  'time',
  'date',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uuid',
]);
const TYPES = new Set(['string', 'number', 'boolean', 'integer', 'object', 'array', 'null']);

const MAX_PROPERTIES = 5000;
const MAX_LEVELS = 10;
const MAX_ENUM = 1000;
const MAX_LETTERS = 120_000;
const LONG_ENUM = 250;
const MAX_LONG_ENUM_LETTERS = 15_000;

interface Totals {
  properties: number;
  constants: number;
  letters: number;
  levels: number;
}

/** What the published rules of Structured Outputs refuse: every schema of the document, the definitions too. */
export function explainOpenAiStrict(document: SchemaDocument, sink: FindingSink, budget: BuildBudget): void {
  const totals: Totals = { properties: 0, constants: 0, letters: 0, levels: 0 };
  checkRoot(document.root, sink);
  const stack: { at: Located; level: number }[] = [{ at: document.root, level: 0 }];
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    budget.step();
    const { at } = next;
    const { value } = at;
    if (value.kind !== 'object') {
      sink.add(at, '', 'refused', 'a schema must be an object here; true and false are none');
      continue;
    }
    const isObject = value.members.has('properties') || hasType(value, 'object');
    const level = next.level + (isObject ? 1 : 0);
    totals.levels = Math.max(totals.levels, level);
    checkKeywords(at, value, sink);
    if (isObject) checkObject(at, value, sink, totals);
    checkConstants(at, value, sink, totals);
    checkReference(document, at, value, sink);
    for (const below of childrenOf(at, value))
      stack.push({ at: below.at, level: below.isDefinition ? 0 : level });
  }
  checkTotals(totals, sink);
}

function hasType(schema: JsonObject, name: string): boolean {
  return typesOf(schema).includes(name);
}

function typesOf(schema: JsonObject): string[] {
  const type = schema.members.get('type');
  const items = type?.kind === 'array' ? type.items : type === undefined ? [] : [type];
  return items.map((item) => (item.kind === 'string' ? item.value : ''));
}

function checkRoot(root: Located, sink: FindingSink): void {
  if (root.value.kind !== 'object') return;
  if (root.value.members.has('anyOf')) {
    sink.add('', 'anyOf', 'refused', 'the root must not be an anyOf', 'put it into a property of an object');
  }
  if (typesOf(root.value).join() !== 'object') {
    const hint = 'wrap it: { "type": "object", "properties": { "value": … } }';
    sink.add('', 'type', 'refused', 'the root must be of type: "object"', hint);
  }
}

function checkKeywords(at: Located, schema: JsonObject, sink: FindingSink): void {
  const pointer = at;
  for (const keyword of schema.members.keys()) {
    if (SUPPORTED.has(keyword)) continue;
    const hint = HINTS.get(keyword) ?? 'leave it out and check the finished value';
    sink.add(pointer, keyword, 'refused', `${keyword} is not in the supported subset`, hint);
  }
  for (const type of typesOf(schema)) {
    if (!TYPES.has(type)) sink.add(pointer, 'type', 'refused', `there is no type ${JSON.stringify(type)}`);
  }
  const format = textOf(schema, 'format');
  if (format !== undefined && !FORMATS.has(format)) {
    const hint = `the formats are ${[...FORMATS].join(', ')}`;
    sink.add(pointer, 'format', 'refused', `the format ${JSON.stringify(format)} is not supported`, hint);
  }
  const says = ['type', 'enum', 'const', 'anyOf', 'oneOf', 'allOf', '$ref', 'properties'];
  if (!says.some((keyword) => schema.members.has(keyword))) {
    sink.add(pointer, '', 'refused', 'a schema must have a type', 'write the type, or an anyOf of types');
  }
}

function checkObject(at: Located, schema: JsonObject, sink: FindingSink, totals: Totals): void {
  const pointer = at;
  const additional = schema.members.get('additionalProperties');
  if (additional?.kind !== 'boolean' || additional.value) {
    const message = 'every object must have additionalProperties: false';
    sink.add(pointer, 'additionalProperties', 'refused', message, 'write it, and declare every member');
  }
  const properties = schema.members.get('properties');
  const declared = properties?.kind === 'object' ? [...properties.members.keys()] : [];
  const required = schema.members.get('required');
  const listed = new Set<string>();
  for (const item of required?.kind === 'array' ? required.items : []) {
    if (item.kind === 'string') listed.add(item.value);
  }
  const optional = declared.filter((name) => !listed.has(name));
  if (optional.length > 0) {
    const some = optional
      .slice(0, 5)
      .map((name) => JSON.stringify(name))
      .join(', ');
    const names = optional.length > 5 ? `${some} and ${optional.length - 5} more` : some;
    const hint = 'list every property, and let an optional one be null: type: ["string", "null"]';
    sink.add(pointer, 'required', 'refused', `every property must be required; ${names} is not`, hint);
  }
  totals.properties += declared.length;
  for (const name of declared) totals.letters += name.length;
}

function checkConstants(at: Located, schema: JsonObject, sink: FindingSink, totals: Totals): void {
  const constants = schema.members.get('enum');
  const items = constants?.kind === 'array' ? constants.items : [];
  const letters = items.reduce((sum, item) => sum + (item.kind === 'string' ? item.value.length : 0), 0);
  totals.constants += items.length;
  totals.letters += letters;
  if (items.length > LONG_ENUM && letters > MAX_LONG_ENUM_LETTERS) {
    const message = `an enum of more than ${LONG_ENUM} texts must not have more than ${MAX_LONG_ENUM_LETTERS} characters; this has ${letters}`;
    sink.add(at, 'enum', 'refused', message);
  }
  totals.letters += textOf(schema, 'const')?.length ?? 0;
  const definitions = schema.members.get('$defs') ?? schema.members.get('definitions');
  if (definitions?.kind === 'object')
    for (const name of definitions.members.keys()) totals.letters += name.length;
}

function checkReference(document: SchemaDocument, at: Located, schema: JsonObject, sink: FindingSink): void {
  const reference = textOf(schema, '$ref');
  if (reference === undefined || reference === '#') return;
  const found =
    reference.startsWith('#/') && document.resolve(`${document.baseAt(document.root.value)}${reference}`);
  if (found !== undefined && found !== false) return;
  const message = 'a reference must lead to the root or to a definition of this document';
  sink.add(at, '$ref', 'refused', message, 'put what it refers to under $defs');
}

function childrenOf(at: Located, schema: JsonObject): { at: Located; isDefinition: boolean }[] {
  const children: { at: Located; isDefinition: boolean }[] = [];
  const addAll = (keyword: string, value: JsonValue | undefined, isDefinition: boolean): void => {
    const entries: [string | number, JsonValue][] =
      value?.kind === 'object'
        ? [...value.members]
        : value?.kind === 'array'
          ? [...value.items.entries()]
          : [];
    for (const [name, item] of entries) children.push({ at: below(at, item, keyword, name), isDefinition });
  };
  for (const keyword of ['properties', 'anyOf']) addAll(keyword, schema.members.get(keyword), false);
  for (const keyword of ['$defs', 'definitions']) addAll(keyword, schema.members.get(keyword), true);
  const items = schema.members.get('items');
  if (items !== undefined)
    children.push({ at: { value: items, place: placeBelow(at.place, 'items') }, isDefinition: false });
  return children;
}

function checkTotals({ properties, constants, letters, levels }: Totals, sink: FindingSink): void {
  const check = (keyword: string, count: number, most: number, what: string): void => {
    if (count > most)
      sink.add('', keyword, 'refused', `the schema has ${count} ${what}; ${most} are allowed`);
  };
  check('properties', properties, MAX_PROPERTIES, 'properties in all');
  check('enum', constants, MAX_ENUM, 'values of enum in all');
  check('', letters, MAX_LETTERS, 'characters in names, enum and const');
  check('', levels, MAX_LEVELS, 'levels of nested objects');
}
