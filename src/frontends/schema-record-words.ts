import { MAX_COUNT, NONE, RecordTag, ScalarBits, type SchemaRecord } from './program-format.js';
import type { WordBuffer } from './word-table.js';

const clamp = (count: number): number => Math.min(count, MAX_COUNT);
const countOrNone = (count: number | undefined): number => (count === undefined ? NONE : clamp(count));

/** Appends one record as `tag, payload length, payload`, with every reference replaced. */
export function writeRecord(out: WordBuffer, record: SchemaRecord, map: RecordReferences): void {
  out.push(RecordTag[record.tag]);
  const lengthAt = out.length;
  out.push(0);
  writePayload(out, record, map);
  out.set(lengthAt, out.length - lengthAt - 1);
}

function writePayload(out: WordBuffer, record: SchemaRecord, map: RecordReferences): void {
  switch (record.tag) {
    case 'types':
      out.push(record.bits);
      break;
    case 'scalars':
      out.push(record.bits);
      pushExpr(out, record.strings, map);
      pushStrings(out, record.numbers, map);
      break;
    case 'number':
      pushString(out, record.minimum, map);
      pushString(out, record.exclusiveMinimum, map);
      pushString(out, record.maximum, map);
      pushString(out, record.exclusiveMaximum, map);
      pushString(out, record.multipleOf, map);
      break;
    case 'string':
      out.push(clamp(record.minLength ?? 0));
      out.push(countOrNone(record.maxLength));
      pushExpr(out, record.pattern, map);
      break;
    case 'array':
      out.push(clamp(record.minItems ?? 0));
      out.push(countOrNone(record.maxItems));
      pushNode(out, record.items, map);
      out.push(record.uniqueItems ? 1 : 0);
      pushNodes(out, record.prefixItems, map);
      break;
    case 'object': {
      const { properties = [], patterns = [] } = record;
      pushNode(out, record.additional, map);
      out.push(record.additionalIsSchema ? 1 : 0);
      out.push(clamp(record.minProperties ?? 0));
      out.push(countOrNone(record.maxProperties));
      pushNode(out, record.names, map);
      out.push(properties.length);
      for (const pair of properties) {
        out.push(map.string(pair[0]));
        out.push(map.node(pair[1]));
      }
      out.push(patterns.length);
      for (const pair of patterns) {
        out.push(map.expr(pair[0]));
        out.push(map.node(pair[1]));
      }
      pushStrings(out, record.required, map);
      break;
    }
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      pushNodes(out, record.nodes, map);
      break;
    case 'not':
      out.push(map.node(record.node));
      break;
    case 'contains':
      out.push(map.node(record.node));
      out.push(clamp(record.minimum ?? 0));
      out.push(countOrNone(record.maximum));
      break;
  }
}

function pushString(out: WordBuffer, index: number | undefined, map: RecordReferences): void {
  out.push(index === undefined ? NONE : map.string(index));
}

function pushExpr(out: WordBuffer, index: number | undefined, map: RecordReferences): void {
  out.push(index === undefined ? NONE : map.expr(index));
}

function pushNode(out: WordBuffer, index: number | undefined, map: RecordReferences): void {
  out.push(index === undefined ? NONE : map.node(index));
}

function pushStrings(out: WordBuffer, list: readonly number[] | undefined, map: RecordReferences): void {
  out.push(list?.length ?? 0);
  for (const index of list ?? []) out.push(map.string(index));
}

function pushNodes(out: WordBuffer, list: readonly number[] | undefined, map: RecordReferences): void {
  out.push(list?.length ?? 0);
  for (const index of list ?? []) out.push(map.node(index));
}

/** Which words of a payload are strings, expressions and nodes; used to renumber and to verify. */
export interface RecordReferences {
  string(index: number): number;
  expr(index: number): number;
  node(index: number): number;
}

/** The same record with every reference replaced. */
export function mapRecord(record: SchemaRecord, map: RecordReferences): SchemaRecord {
  const string = (index: number | undefined) => (index === undefined ? undefined : map.string(index));
  const expr = (index: number | undefined) => (index === undefined ? undefined : map.expr(index));
  const node = (index: number | undefined) => (index === undefined ? undefined : map.node(index));
  switch (record.tag) {
    case 'types':
      return record;
    case 'scalars':
      return { ...record, strings: expr(record.strings), numbers: record.numbers?.map(map.string) };
    case 'number':
      return {
        tag: 'number',
        minimum: string(record.minimum),
        exclusiveMinimum: string(record.exclusiveMinimum),
        maximum: string(record.maximum),
        exclusiveMaximum: string(record.exclusiveMaximum),
        multipleOf: string(record.multipleOf),
      };
    case 'string':
      return { ...record, pattern: expr(record.pattern) };
    case 'array':
      return { ...record, items: node(record.items), prefixItems: record.prefixItems?.map(map.node) };
    case 'object':
      return {
        ...record,
        additional: node(record.additional),
        names: node(record.names),
        properties: record.properties?.map(([name, value]) => [map.string(name), map.node(value)] as const),
        patterns: record.patterns?.map(([name, value]) => [map.expr(name), map.node(value)] as const),
        required: record.required?.map(map.string),
      };
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      return { ...record, nodes: record.nodes.map(map.node) };
    case 'not':
    case 'contains':
      return { ...record, node: map.node(record.node) };
  }
}

/** Calls back for every reference of a record. */
export function visitRecord(record: SchemaRecord, visit: RecordReferences): void {
  switch (record.tag) {
    case 'types':
      break;
    case 'scalars':
      if (record.strings !== undefined) visit.expr(record.strings);
      for (const number of record.numbers ?? []) visit.string(number);
      break;
    case 'number':
      if (record.minimum !== undefined) visit.string(record.minimum);
      if (record.exclusiveMinimum !== undefined) visit.string(record.exclusiveMinimum);
      if (record.maximum !== undefined) visit.string(record.maximum);
      if (record.exclusiveMaximum !== undefined) visit.string(record.exclusiveMaximum);
      if (record.multipleOf !== undefined) visit.string(record.multipleOf);
      break;
    case 'string':
      if (record.pattern !== undefined) visit.expr(record.pattern);
      break;
    case 'array':
      if (record.items !== undefined) visit.node(record.items);
      for (const item of record.prefixItems ?? []) visit.node(item);
      break;
    case 'object':
      if (record.additional !== undefined) visit.node(record.additional);
      if (record.names !== undefined) visit.node(record.names);
      for (const pair of record.properties ?? []) {
        visit.string(pair[0]);
        visit.node(pair[1]);
      }
      for (const pair of record.patterns ?? []) {
        visit.expr(pair[0]);
        visit.node(pair[1]);
      }
      for (const name of record.required ?? []) visit.string(name);
      break;
    case 'allOf':
    case 'anyOf':
    case 'oneOf':
      for (const node of record.nodes) visit.node(node);
      break;
    case 'not':
    case 'contains':
      visit.node(record.node);
      break;
  }
}

const GROUPS = ['allOf', 'anyOf', 'oneOf'] as const;

/** Reads a payload back; undefined if its words do not fit the tag. */
export function readRecord(tag: number, payload: ArrayLike<number>): SchemaRecord | undefined {
  const at = (index: number): number => payload[index] ?? NONE;
  const optional = (index: number): number | undefined => (at(index) === NONE ? undefined : at(index));
  const pairs = (from: number, length: number): [number, number][] =>
    Array.from({ length }, (_, i) => [at(from + 2 * i), at(from + 2 * i + 1)]);
  const slice = (from: number, length: number): number[] => Array.from({ length }, (_, i) => at(from + i));
  switch (tag) {
    case RecordTag.types:
      return payload.length === 1 && at(0) < 256 ? { tag: 'types', bits: at(0) } : undefined;
    case RecordTag.scalars:
      if (payload.length < 3 || payload.length !== 3 + at(2)) return undefined;
      if (at(0) > (ScalarBits.null | ScalarBits.true | ScalarBits.false)) return undefined;
      return { tag: 'scalars', bits: at(0), strings: optional(1), numbers: slice(3, at(2)) };
    case RecordTag.number:
      if (payload.length !== 5) return undefined;
      return {
        tag: 'number',
        minimum: optional(0),
        exclusiveMinimum: optional(1),
        maximum: optional(2),
        exclusiveMaximum: optional(3),
        multipleOf: optional(4),
      };
    case RecordTag.string:
      if (payload.length !== 3 || at(0) === NONE) return undefined;
      return { tag: 'string', minLength: at(0), maxLength: optional(1), pattern: optional(2) };
    case RecordTag.array:
      if (payload.length < 5 || payload.length !== 5 + at(4)) return undefined;
      if (at(0) === NONE || at(3) > 1) return undefined;
      return {
        tag: 'array',
        minItems: at(0),
        maxItems: optional(1),
        items: optional(2),
        uniqueItems: at(3) === 1,
        prefixItems: slice(5, at(4)),
      };
    case RecordTag.object: {
      if (payload.length < 8 || at(1) > 1 || at(2) === NONE) return undefined;
      const properties = at(5);
      const patternsAt = 6 + 2 * properties;
      if (patternsAt + 2 > payload.length) return undefined;
      const patterns = at(patternsAt);
      const requiredAt = patternsAt + 1 + 2 * patterns;
      if (payload.length !== requiredAt + 1 + at(requiredAt)) return undefined;
      return {
        tag: 'object',
        additional: optional(0),
        additionalIsSchema: at(1) === 1,
        minProperties: at(2),
        maxProperties: optional(3),
        names: optional(4),
        properties: pairs(6, properties),
        patterns: pairs(patternsAt + 1, patterns),
        required: slice(requiredAt + 1, at(requiredAt)),
      };
    }
    case RecordTag.allOf:
    case RecordTag.anyOf:
    case RecordTag.oneOf:
      if (payload.length < 1 || payload.length !== 1 + at(0)) return undefined;
      return { tag: GROUPS[tag - RecordTag.allOf]!, nodes: slice(1, at(0)) };
    case RecordTag.not:
      return payload.length === 1 ? { tag: 'not', node: at(0) } : undefined;
    case RecordTag.contains:
      if (payload.length !== 3 || at(1) === NONE) return undefined;
      return { tag: 'contains', node: at(0), minimum: at(1), maximum: optional(2) };
    default:
      return undefined;
  }
}
