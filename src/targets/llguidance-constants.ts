import type { JsonValue } from '../frontends/json-schema/json-value.js';
import { type Schema, unsatisfiable } from './llguidance-schema.js';
import type { Located } from './schema-document.js';

/** The schema of one value. It nests as the value does, at most 127 levels. */
export function constant(value: JsonValue, at: Located): Schema {
  if (value.kind === 'null') return { kind: 'null' };
  if (value.kind === 'boolean') return { kind: 'boolean', value: value.value };
  if (value.kind === 'string') {
    return { kind: 'string', minLength: 0, maxLength: Number.POSITIVE_INFINITY, literal: value.value };
  }
  if (value.kind === 'number') {
    const [number, integer] = [Number(value.text), /^-?[0-9]+$/.test(value.text)];
    const bounds = { exclusiveMinimum: undefined, exclusiveMaximum: undefined };
    return { kind: 'number', minimum: number, maximum: number, ...bounds, integer, at };
  }
  if (value.kind === 'array') {
    const prefix = value.items.map((item) => constant(item, at));
    const items = unsatisfiable('schema is false');
    return { kind: 'array', minItems: prefix.length, maxItems: prefix.length, prefix, items };
  }
  return {
    kind: 'object',
    properties: new Map([...value.members].map(([name, member]) => [name, constant(member, at)])),
    patterns: new Map(),
    additional: unsatisfiable('schema is false'),
    required: new Set(value.members.keys()),
    minProperties: 0,
    maxProperties: Number.POSITIVE_INFINITY,
    at,
  };
}
