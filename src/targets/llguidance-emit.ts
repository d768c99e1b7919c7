import type { BuildBudget } from '../frontends/build-budget.js';
import type { Compiled } from './llguidance-compile.js';
import { Refusal } from './llguidance-context.js';
import {
  ANY,
  type ArraySchema,
  type NumberSchema,
  type ObjectSchema,
  propertySchema,
  type Schema,
} from './llguidance-schema.js';
import type { FindingSink } from './target-report.js';

const MAX_NESTING = 700;

interface Emission extends Compiled {
  readonly sink: FindingSink;
  readonly budget: BuildBudget;
  readonly pending: string[];
  readonly reached: Set<string>;
  readonly known: Map<Schema, string | undefined>;
}

/**
 * The second half of llguidance's work: grammars of merged schemas. Parts that nothing fulfils are left out where they are
 * optional; at the root they are an error, as is a `oneOf` that is left.
 */
export function emitSchema(compiled: Compiled, sink: FindingSink, budget: BuildBudget): void {
  const on: Emission = { ...compiled, sink, budget, pending: [], reached: new Set(), known: new Map() };
  const refuse = (reason: string | undefined): void => {
    if (reason !== undefined) sink.add('', '', 'refused', `no value fulfils the schema: ${reason}`);
  };
  refuse(emit(on, compiled.root, 0));
  for (let uri = on.pending.pop(); uri !== undefined; uri = on.pending.pop()) {
    refuse(emit(on, compiled.definitions.get(uri) ?? ANY, 0));
  }
}

/** Undefined, or why nothing fulfils the schema. Recursion is bounded by MAX_NESTING. */
function emit(on: Emission, schema: Schema, depth: number): string | undefined {
  on.budget.step();
  if (depth > MAX_NESTING) {
    on.sink.add('', '', 'refused', 'the merged schema nests too deeply');
    throw new Refusal();
  }
  if (on.known.has(schema)) return on.known.get(schema);
  const reason = emitNew(on, schema, depth);
  on.known.set(schema, reason);
  return reason;
}

function emitNew(on: Emission, schema: Schema, depth: number): string | undefined {
  switch (schema.kind) {
    case 'any':
    case 'null':
    case 'boolean':
      return undefined;
    case 'unsatisfiable':
      return schema.reason;
    case 'number':
      return emitNumber(on, schema);
    case 'string': {
      const { literal, minLength, maxLength } = schema;
      if (minLength > maxLength) return 'minLength is greater than maxLength';
      const length = typeof literal === 'string' ? [...literal].length : minLength;
      return length < minLength || length > maxLength ? 'a constant has not the length' : undefined;
    }
    case 'array':
      return emitArray(on, schema, depth);
    case 'object':
      return emitObject(on, schema, depth);
    case 'ref':
      if (!on.reached.has(schema.uri)) {
        on.reached.add(schema.uri);
        on.pending.push(schema.uri);
      }
      return undefined;
    case 'oneOf':
      on.sink.add(
        schema.at,
        'oneOf',
        'refused',
        'the branches are not proved disjoint: their types, constants or a required member must tell them apart, and no branch may be a $ref',
        'write anyOf, or x-guidance: { "coerce_one_of": true } at the root, which reads oneOf as anyOf',
      );
      return emitUnion(on, schema.options, depth);
    case 'anyOf':
      return emitUnion(on, schema.options, depth);
  }
}

function emitUnion(on: Emission, options: readonly Schema[], depth: number): string | undefined {
  let left = 0;
  for (const option of options) if (emit(on, option, depth + 1) === undefined) left += 1;
  return left > 0 ? undefined : 'all branches are unsatisfiable';
}

function emitNumber(on: Emission, schema: NumberSchema): string | undefined {
  const low = Math.max(
    schema.minimum ?? Number.NEGATIVE_INFINITY,
    schema.exclusiveMinimum ?? Number.NEGATIVE_INFINITY,
  );
  const high = Math.min(
    schema.maximum ?? Number.POSITIVE_INFINITY,
    schema.exclusiveMaximum ?? Number.POSITIVE_INFINITY,
  );
  const openLow = low === schema.exclusiveMinimum;
  const openHigh = high === schema.exclusiveMaximum;
  if (low > high || (low === high && (openLow || openHigh))) return 'minimum is greater than maximum';
  if (!schema.integer) return undefined;
  const first = openLow ? Math.floor(low) + 1 : Math.ceil(low);
  const last = openHigh ? Math.ceil(high) - 1 : Math.floor(high);
  if (first > last || first >= 2 ** 63 || last < -(2 ** 63)) {
    on.sink.add(schema.at, 'type', 'refused', 'the bounds hold no integer of 64 bits');
  }
  return undefined;
}

function emitArray(on: Emission, schema: ArraySchema, depth: number): string | undefined {
  if (schema.minItems > schema.maxItems) return 'minItems is greater than maxItems';
  const rest = emit(on, schema.items ?? ANY, depth + 1);
  if (rest !== undefined && schema.prefix.length < schema.minItems) return 'a required item is unsatisfiable';
  const count = schema.maxItems === Number.POSITIVE_INFINITY ? schema.prefix.length : schema.maxItems;
  for (const [index, item] of schema.prefix.entries()) {
    if (index >= count) break;
    if (emit(on, item, depth + 1) === undefined) continue;
    return index < schema.minItems ? `item ${index} is unsatisfiable` : undefined;
  }
  return undefined;
}

function emitObject(on: Emission, schema: ObjectSchema, depth: number): string | undefined {
  const { properties, required } = schema;
  const names = new Set([...properties.keys(), ...required]);
  let count = 0;
  for (const name of names) {
    if (emit(on, propertySchema(schema, name, on.context), depth + 1) === undefined) count += 1;
    else if (required.has(name)) return `the required property ${JSON.stringify(name)} is unsatisfiable`;
  }
  // Both bounds count from the required ones on.
  const least = Math.max(0, schema.minProperties - required.size);
  const most = Math.max(0, schema.maxProperties - required.size);
  if (count > required.size && (least > 0 || most !== Number.POSITIVE_INFINITY)) {
    const isClosed = schema.patterns.size === 0 && schema.additional?.kind === 'unsatisfiable';
    if (!isClosed || least > 1 || (most !== 1 && most !== Number.POSITIVE_INFINITY)) {
      on.sink.add(
        schema.at,
        schema.maxProperties === Number.POSITIVE_INFINITY ? 'minProperties' : 'maxProperties',
        'refused',
        'the number of members can be bounded only where all properties are required, or at 0 or 1 beside additionalProperties: false',
      );
    }
    return undefined;
  }
  for (const pattern of schema.patterns.values()) emit(on, pattern, depth + 1);
  const rest = emit(on, schema.additional ?? ANY, depth + 1);
  const isOpen = rest === undefined || schema.patterns.size > 0;
  if (!isOpen && schema.minProperties > count)
    return 'minProperties is greater than the number of properties';
  return undefined;
}
