import { ScalarBits, type SchemaRecord, TypeBits } from '../program-format.js';
import { warnWrongTypes } from './contradictions.js';
import {
  describeKind,
  type JsonArray,
  type JsonObject,
  type JsonScalar,
  type JsonValue,
} from './json-value.js';
import {
  checkText,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaObject,
  warn,
} from './lowering.js';
import { lowerNumber } from './scalar-keywords.js';

export const lowerConst: KeywordLowering = (lowering, schema, keyword, value) =>
  lowerAlternatives(lowering, schema, keyword, [value]);

export const lowerEnum: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'array') {
    return malformed(lowering, schema, keyword, `must be a list of values, not ${describeKind(value)}`);
  }
  if (value.items.length === 0) {
    warn(lowering, schema, keyword, 'an empty `enum` allows no value');
  }
  return lowerAlternatives(lowering, schema, keyword, value.items);
};

/** One of the values, exactly: scalars in one record, each object and array as a node of its own. */
function lowerAlternatives(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  values: readonly JsonValue[],
): SchemaRecord {
  warnWrongTypes(lowering, schema, keyword, values);
  let constants: Constants | undefined;
  const scalars: JsonScalar[] = [];
  const nodes: number[] = [];
  let scalarsAt = -1;
  for (const value of values) {
    lowering.builder.step();
    if (value.kind === 'object' || value.kind === 'array') {
      constants ??= createConstants(lowering, schema, keyword);
      nodes.push(constants.node(value));
    } else {
      if (scalarsAt === -1) scalarsAt = nodes.length;
      scalars.push(value);
    }
  }
  constants?.finish();
  if (scalars.length === 0 && nodes.length === 0) return { tag: 'types', bits: 0 };
  if (nodes.length === 0) return lowerScalars(lowering, schema, keyword, scalars);
  if (scalars.length > 0) {
    nodes.splice(scalarsAt, 0, lowering.logic.node([lowerScalars(lowering, schema, keyword, scalars)]));
  }
  return nodes.length === 1 ? { tag: 'allOf', nodes } : { tag: 'anyOf', nodes };
}

interface Constants {
  /** The node that only this value satisfies; it is complete after `finish`. */
  node(value: JsonValue): number;
  finish(): void;
}

function createConstants(lowering: Lowering, schema: SchemaObject, keyword: string): Constants {
  const { builder, logic } = lowering;
  const known = new Map<JsonValue, number>();
  const pending: { node: number; value: JsonValue }[] = [];

  function node(value: JsonValue): number {
    let id = known.get(value);
    if (id === undefined) {
      id = builder.reserveNode();
      known.set(value, id);
      pending.push({ node: id, value });
    }
    return id;
  }

  function object(value: JsonObject): SchemaRecord[] {
    const properties: [name: number, node: number][] = [];
    for (const [name, member] of value.members) {
      if (checkText(lowering, schema, keyword, name)) properties.push([builder.string(name), node(member)]);
    }
    const required = properties.map(([name]) => name);
    return [
      { tag: 'types', bits: TypeBits.object },
      { tag: 'object', additional: logic.never, properties, required },
    ];
  }

  function array(value: JsonArray): SchemaRecord[] {
    const length = value.items.length;
    return [
      { tag: 'types', bits: TypeBits.array },
      { tag: 'array', minItems: length, maxItems: length, prefixItems: value.items.map(node) },
    ];
  }

  return {
    node,
    finish() {
      for (let next = pending.pop(); next !== undefined; next = pending.pop()) {
        const { value } = next;
        const records =
          value.kind === 'object'
            ? object(value)
            : value.kind === 'array'
              ? array(value)
              : [lowerScalars(lowering, schema, keyword, [value])];
        builder.setNode(next.node, records);
      }
    },
  };
}

/** One of the scalars. */
function lowerScalars(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  values: readonly JsonScalar[],
): SchemaRecord {
  const { builder } = lowering;
  let bits = 0;
  const texts: number[] = [];
  const numbers = new Set<number>();
  for (const value of values) {
    builder.step();
    if (value.kind === 'null') bits |= ScalarBits.null;
    else if (value.kind === 'boolean') bits |= value.value ? ScalarBits.true : ScalarBits.false;
    else if (value.kind === 'number') {
      const number = lowerNumber(lowering, schema, keyword, value.text);
      if (number !== undefined) numbers.add(number.index);
    } else if (checkText(lowering, schema, keyword, value.value)) {
      texts.push(builder.literal(value.value));
    }
  }
  const strings = texts.length === 0 ? undefined : builder.union(texts);
  return { tag: 'scalars', bits, strings, numbers: [...numbers] };
}
