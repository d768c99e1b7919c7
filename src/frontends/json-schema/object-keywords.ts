import type { SchemaRecord } from '../program-builder.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import {
  checkText,
  inform,
  isFalse,
  isSchema,
  isTrue,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaNode,
  type SchemaObject,
  valueAt,
  warn,
} from './lowering.js';
import { placeBelow } from './place.js';
import { readRange, searchExpr } from './scalar-keywords.js';

/** The schema below a keyword; reports a value that is no schema. */
export function lowerChild(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
  token?: string | number,
): SchemaNode | undefined {
  if (isSchema(value)) {
    if (value.kind === 'boolean' && schema.draft === '4' && !keyword.startsWith('additional')) {
      warn(lowering, schema, keyword, 'boolean schemas are of draft 6 and later');
    }
    const place = placeBelow(schema.place, keyword);
    return lowering.child(schema, value, token === undefined ? place : placeBelow(place, token));
  }
  const at = token === undefined ? '' : ` at ${quoteShort(String(token))}`;
  return malformed(
    lowering,
    schema,
    keyword,
    `must hold a schema${at} (an object or a boolean), not ${describeKind(value)}`,
  );
}

/** The members of a keyword's value, if it is an object. */
export function membersOf(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
): Iterable<[string, JsonValue]> {
  if (value.kind === 'object') return value.members;
  malformed(lowering, schema, keyword, `must be an object, not ${describeKind(value)}`);
  return [];
}

export const lowerObjectKeywords: KeywordLowering = (lowering, schema) => {
  const properties = lowerProperties(lowering, schema);
  const patterns = lowerPatternProperties(lowering, schema);
  const additional = valueAt(schema, 'additionalProperties');
  const [minProperties, maxProperties] = readRange(
    lowering,
    schema,
    'minProperties',
    'maxProperties',
    'object',
  );
  const propertyNames = valueAt(schema, 'propertyNames');
  const names =
    propertyNames === undefined || isTrue(propertyNames)
      ? undefined
      : lowerChild(lowering, schema, 'propertyNames', propertyNames);
  const record: SchemaRecord = {
    tag: 'object',
    additional:
      additional === undefined || isTrue(additional)
        ? undefined
        : lowerChild(lowering, schema, 'additionalProperties', additional)?.id,
    additionalIsSchema: additional?.kind === 'object',
    minProperties,
    maxProperties,
    names: names?.id,
    properties,
    patterns,
    required: lowerRequired(lowering, schema, maxProperties),
  };
  schema.node.names = {
    names: namesIn(valueAt(schema, 'properties')),
    patterns: patterns.map(([expr]) => expr),
    all: additional !== undefined,
  };
  return record;
};

function namesIn(properties: JsonValue | undefined): string[] {
  return properties?.kind === 'object' ? [...properties.members.keys()] : [];
}

function lowerProperties(lowering: Lowering, schema: SchemaObject): [name: number, node: number][] {
  const properties: [name: number, node: number][] = [];
  const value = valueAt(schema, 'properties');
  if (value === undefined) return properties;
  for (const [name, member] of membersOf(lowering, schema, 'properties', value)) {
    lowering.builder.step();
    const node = lowerChild(lowering, schema, 'properties', member, name);
    if (node === undefined || !checkText(lowering, schema, 'properties', name)) continue;
    properties.push([lowering.builder.string(name), node.id]);
  }
  return properties;
}

function lowerPatternProperties(lowering: Lowering, schema: SchemaObject): [expr: number, node: number][] {
  const patterns: [expr: number, node: number][] = [];
  const value = valueAt(schema, 'patternProperties');
  if (value === undefined) return patterns;
  for (const [pattern, member] of membersOf(lowering, schema, 'patternProperties', value)) {
    lowering.builder.step();
    const node = lowerChild(lowering, schema, 'patternProperties', member, pattern);
    const expr = searchExpr(lowering, schema, 'patternProperties', pattern);
    if (node !== undefined && expr !== undefined) patterns.push([expr, node.id]);
  }
  return patterns;
}

/** The names of a list, each once; undefined where the value is no list of names. */
export function lowerNames(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
  onTwice: (name: string) => void,
): string[] | undefined {
  if (value.kind !== 'array') return undefined;
  const names = new Set<string>();
  for (const item of value.items) {
    if (item.kind !== 'string') return undefined;
    lowering.builder.step();
    if (names.has(item.value)) onTwice(item.value);
    else if (checkText(lowering, schema, keyword, item.value)) names.add(item.value);
  }
  return [...names];
}

function lowerRequired(
  lowering: Lowering,
  schema: SchemaObject,
  maxProperties: number | undefined,
): number[] {
  const value = valueAt(schema, 'required');
  if (value === undefined) return [];
  const names = lowerNames(lowering, schema, 'required', value, (name) =>
    warn(lowering, schema, 'required', `the required member ${quoteShort(name)} is listed twice`),
  );
  if (names === undefined) {
    const hint =
      value.kind === 'boolean'
        ? 'list the required names in the schema of the object, not of the member'
        : undefined;
    malformed(lowering, schema, 'required', 'must be a list of member names', hint);
    return [];
  }
  if (lowering.issues.takesNotes) for (const name of names) warnIfForbidden(lowering, schema, name);
  if (maxProperties !== undefined && names.length > maxProperties) {
    warn(lowering, schema, 'maxProperties', '`required` names more members than `maxProperties` allows');
  }
  return names.map((name) => lowering.builder.string(name));
}

function warnIfForbidden(lowering: Lowering, schema: SchemaObject, name: string): void {
  const properties = valueAt(schema, 'properties');
  const declared = properties?.kind === 'object' ? properties.members.get(name) : undefined;
  if (declared !== undefined) {
    if (isFalse(declared)) {
      const shown = quoteShort(name);
      warn(lowering, schema, 'required', `\`required\` names ${shown}, which \`properties\` forbids`);
    }
    return;
  }
  const patterns = valueAt(schema, 'patternProperties');
  const isOpen = patterns?.kind === 'object' && patterns.members.size > 0;
  if (isFalse(valueAt(schema, 'additionalProperties')) && !isOpen) {
    const message = `\`required\` names ${quoteShort(name)}, which \`additionalProperties\` forbids: no object is valid`;
    warn(lowering, schema, 'required', message);
  }
}

/** `dependentRequired`: each name that is absent, or else the others present. */
export const lowerDependentRequired: KeywordLowering = (lowering, schema, keyword, value) => {
  const parts: number[] = [];
  for (const [name, list] of membersOf(lowering, schema, keyword, value)) {
    const part = lowerNameDependency(lowering, schema, keyword, name, list);
    if (part !== undefined) parts.push(part);
    else malformed(lowering, schema, keyword, `must hold a list of names at ${quoteShort(name)}`);
  }
  return lowering.logic.conjunction(parts);
};

/** `dependentSchemas`: each name that is absent, or else its schema. */
export const lowerDependentSchemas: KeywordLowering = (lowering, schema, keyword, value) => {
  const parts: number[] = [];
  for (const [name, dependent] of membersOf(lowering, schema, keyword, value)) {
    const part = lowerSchemaDependency(lowering, schema, keyword, name, dependent);
    if (part !== undefined) parts.push(part);
  }
  return lowering.logic.conjunction(parts);
};

/** `dependencies`: of lists of names and of schemas. Later drafts keep it for old schemas. */
export const lowerDependencies: KeywordLowering = (lowering, schema, keyword, value) => {
  if (!schema.dialect.refHidesSiblings) {
    const message = '`dependencies` is of draft 7 and earlier: it is enforced as there';
    inform(lowering, schema, keyword, message);
  }
  const parts: number[] = [];
  for (const [name, dependent] of membersOf(lowering, schema, keyword, value)) {
    const part =
      dependent.kind === 'array'
        ? lowerNameDependency(lowering, schema, keyword, name, dependent)
        : lowerSchemaDependency(lowering, schema, keyword, name, dependent);
    if (part !== undefined) parts.push(part);
    else if (dependent.kind === 'array') {
      malformed(lowering, schema, keyword, `must hold a list of names or a schema at ${quoteShort(name)}`);
    }
  }
  return lowering.logic.conjunction(parts);
};

function lowerNameDependency(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  name: string,
  list: JsonValue,
): number | undefined {
  const { builder, logic } = lowering;
  const names = lowerNames(lowering, schema, keyword, list, () => undefined);
  if (names === undefined) return undefined;
  const others = names.filter((other) => other !== name);
  if (!checkText(lowering, schema, keyword, name) || others.length === 0) return logic.always;
  const required = others.map((other) => builder.string(other));
  return logic.or([logic.lacks(builder.string(name)), logic.node([{ tag: 'object', required }])]);
}

function lowerSchemaDependency(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  name: string,
  value: JsonValue,
): number | undefined {
  const { builder, logic } = lowering;
  const dependent = lowerChild(lowering, schema, keyword, value, name);
  if (dependent === undefined || !checkText(lowering, schema, keyword, name)) return undefined;
  const index = builder.string(name);
  schema.node.edges.push({ to: dependent, keyword, condition: logic.has(index) });
  return logic.or([logic.lacks(index), dependent.id]);
}
