import { countOf } from './decimal.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import {
  checkText,
  isSchema,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaObject,
} from './lowering.js';
import { placeBelow } from './place.js';
import { readCount, warnEmpty } from './scalar-keywords.js';

/** The node of a schema below a keyword; reports a value that is no schema. */
function lowerChild(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
  ...tokens: (string | number)[]
): number | undefined {
  if (isSchema(value)) return lowering.node(value, placeBelow(schema.place, keyword, ...tokens));
  const at = tokens.length === 0 ? '' : ` at ${quoteShort(String(tokens[0]))}`;
  return malformed(
    lowering,
    schema,
    keyword,
    `must hold a schema${at} (an object or a boolean), not ${describeKind(value)}`,
  );
}

/** The nodes of a list of schemas that may not be empty. */
function lowerChildren(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
): number[] {
  if (value.kind !== 'array' || value.items.length === 0) {
    malformed(lowering, schema, keyword, 'must be a list of at least one schema');
    return [];
  }
  const nodes: number[] = [];
  value.items.forEach((item, index) => {
    const node = lowerChild(lowering, schema, keyword, item, index);
    if (node !== undefined) nodes.push(node);
  });
  return nodes;
}

export const lowerAllOf: KeywordLowering = (lowering, schema, keyword, value) => {
  const nodes = lowerChildren(lowering, schema, keyword, value);
  for (const to of nodes) lowering.inPlace(schema, { to, keyword });
  return { tag: 'allOf', nodes };
};

export const lowerAnyOf: KeywordLowering = (lowering, schema, keyword, value) => {
  const nodes = lowerChildren(lowering, schema, keyword, value);
  for (const to of nodes) lowering.inPlace(schema, { to, keyword });
  return { tag: 'anyOf', nodes };
};

export const lowerArray: KeywordLowering = (lowering, schema) => {
  const minItems = readCount(lowering, schema, 'minItems');
  const maxItems = readCount(lowering, schema, 'maxItems');
  if (minItems !== undefined && maxItems !== undefined && minItems > maxItems) {
    warnEmpty(lowering, schema, 'maxItems', 'minItems', 'array');
  }
  const prefix = schema.members.get('prefixItems');
  const prefixItems =
    prefix === undefined ? undefined : lowerChildren(lowering, schema, 'prefixItems', prefix);
  return { tag: 'array', minItems, maxItems, items: lowerItems(lowering, schema), prefixItems };
};

function lowerItems(lowering: Lowering, schema: SchemaObject): number | undefined {
  const value = schema.members.get('items');
  if (value === undefined || (value.kind === 'boolean' && value.value)) return undefined;
  if (value.kind !== 'array') return lowerChild(lowering, schema, 'items', value);
  lowering.issues.error('UNSUPPORTED', {
    place: schema.place,
    keyword: 'items',
    message: '`items` with a list of schemas is of drafts before 2020-12',
    hint: 'write the list as `prefixItems`, and `additionalItems` as `items`',
  });
  return undefined;
}

export const lowerObject: KeywordLowering = (lowering, schema) => {
  const properties = lowerProperties(lowering, schema);
  const additional = lowerAdditional(lowering, schema);
  const required = lowerRequired(lowering, schema);
  return {
    tag: 'object',
    additional,
    additionalIsSchema: schema.members.get('additionalProperties')?.kind === 'object',
    properties,
    required,
  };
};

function lowerProperties(lowering: Lowering, schema: SchemaObject): [name: number, node: number][] {
  const value = schema.members.get('properties');
  const properties: [name: number, node: number][] = [];
  if (value === undefined) return properties;
  if (value.kind !== 'object') {
    malformed(lowering, schema, 'properties', `must be an object, not ${describeKind(value)}`);
    return properties;
  }
  for (const [name, member] of value.members) {
    lowering.builder.step();
    const node = lowerChild(lowering, schema, 'properties', member, name);
    if (node === undefined || !checkText(lowering, schema, 'properties', name)) continue;
    properties.push([lowering.builder.string(name), node]);
  }
  return properties;
}

function lowerAdditional(lowering: Lowering, schema: SchemaObject): number | undefined {
  const value = schema.members.get('additionalProperties');
  if (value === undefined || (value.kind === 'boolean' && value.value)) return undefined;
  return lowerChild(lowering, schema, 'additionalProperties', value);
}

function lowerRequired(lowering: Lowering, schema: SchemaObject): number[] {
  const value = schema.members.get('required');
  if (value === undefined) return [];
  const hint =
    value.kind === 'boolean'
      ? 'list the required names in the schema of the object, not of the member'
      : undefined;
  if (value.kind !== 'array' || value.items.some((item) => item.kind !== 'string')) {
    malformed(lowering, schema, 'required', 'must be a list of member names', hint);
    return [];
  }
  const names = new Set<string>();
  for (const item of value.items) {
    if (item.kind !== 'string' || !checkText(lowering, schema, 'required', item.value)) continue;
    if (names.has(item.value)) warnRequired(lowering, schema, item.value, 'is listed twice');
    else warnIfForbidden(lowering, schema, item.value);
    names.add(item.value);
  }
  return Array.from(names, (name) => lowering.builder.string(name));
}

function warnIfForbidden(lowering: Lowering, schema: SchemaObject, name: string): void {
  const properties = schema.members.get('properties');
  const declared = properties?.kind === 'object' ? properties.members.get(name) : undefined;
  if (declared !== undefined) {
    if (isFalse(declared)) warnRequired(lowering, schema, name, 'is forbidden: its schema is `false`');
  } else if (isFalse(schema.members.get('additionalProperties'))) {
    warnRequired(lowering, schema, name, 'is forbidden by `additionalProperties: false`: no object is valid');
  }
}

function isFalse(value: JsonValue | undefined): boolean {
  return value?.kind === 'boolean' && !value.value;
}

function warnRequired(lowering: Lowering, schema: SchemaObject, name: string, what: string): void {
  lowering.issues.warning({
    place: schema.place,
    keyword: 'required',
    message: `the required member ${quoteShort(name)} ${what}`,
  });
}

/** Whether a count keyword is present and is 0. */
export function isZero(value: JsonValue | undefined): boolean {
  return value?.kind === 'number' && countOf(value.text) === 0;
}
