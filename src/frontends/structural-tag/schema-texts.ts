import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { TypeBits } from '../program-format.js';
import { anyText, atMostCharacters } from '../rules/text-operations.js';

const NUMBERS = TypeBits.number | TypeBits.integer | TypeBits.plainInteger;
/** Every type once: an integer is a number here. */
export const ALL_KINDS =
  TypeBits.null | TypeBits.boolean | TypeBits.number | TypeBits.string | TypeBits.array | TypeBits.object;

/** What the nodes of a schema say of strings and types, and nodes made of them. */
export interface SchemaTexts {
  records(node: number): readonly SchemaRecord[];
  /** The expression of the contents of all strings that satisfy a node: exact. */
  strings(node: number): number;
  /** Types that values of a node may have, of {@link ALL_KINDS}: perhaps more than there are. */
  kinds(node: number): number;
  /** The node of what satisfies all of them. */
  and(nodes: readonly number[]): number;
  /** The node of the values of a node that have one of the types. */
  ofTypes(node: number, bits: number): number;
}

export function createSchemaTexts(
  builder: ProgramBuilder,
  inserted: ReadonlyMap<number, readonly SchemaRecord[]>,
): SchemaTexts {
  const made = new Map(inserted);
  const records = (node: number): readonly SchemaRecord[] => made.get(node) ?? [];
  const strings = new Map<number, number>();
  const kinds = new Map<number, number>();
  const joined = new Map<string, number>();

  function node(key: string, make: () => SchemaRecord[]): number {
    let id = joined.get(key);
    if (id === undefined) {
      id = builder.reserveNode();
      const own = make();
      builder.setNode(id, own);
      made.set(id, own);
      joined.set(key, id);
    }
    return id;
  }

  return {
    records,
    strings: (root) =>
      evaluate(root, records, strings, (record, at) => stringsOf(builder, record, at), {
        none: anyText(builder),
        all: (parts) => builder.intersect(parts),
      }),
    kinds: (root) =>
      evaluate(root, records, kinds, kindsOf, {
        none: ALL_KINDS,
        all: (parts) => parts.reduce((bits, part) => bits & part, ALL_KINDS),
      }),
    and(nodes) {
      const parts = [...new Set(nodes)].sort((a, b) => a - b);
      if (parts.length === 1) return parts[0] as number;
      return node(`&${parts.join()}`, () => (parts.length === 0 ? [] : [{ tag: 'allOf', nodes: parts }]));
    },
    ofTypes: (of, bits) =>
      node(`${of}:${bits}`, () => [
        { tag: 'types', bits },
        { tag: 'allOf', nodes: [of] },
      ]),
  };
}

/** Bottom-up over the parts that hold in place; these have no cycles. Without recursion. */
function evaluate(
  root: number,
  records: (node: number) => readonly SchemaRecord[],
  known: Map<number, number>,
  of: (record: SchemaRecord, at: (node: number) => number) => number,
  { none, all }: { readonly none: number; readonly all: (parts: readonly number[]) => number },
): number {
  const at = (node: number): number => known.get(node) as number;
  const stack = [root];
  while (stack.length > 0) {
    const node = stack[stack.length - 1] as number;
    if (known.has(node)) {
      stack.pop();
      continue;
    }
    const own = records(node);
    const before = own.flatMap(partsInPlace).filter((part) => !known.has(part));
    if (before.length > 0) {
      for (const part of before) stack.push(part);
      continue;
    }
    known.set(node, own.length === 0 ? none : all(own.map((record) => of(record, at))));
    stack.pop();
  }
  return at(root);
}

function partsInPlace(record: SchemaRecord): readonly number[] {
  if (record.tag === 'allOf' || record.tag === 'anyOf' || record.tag === 'oneOf') return record.nodes;
  return record.tag === 'not' ? [record.node] : [];
}

function stringsOf(builder: ProgramBuilder, record: SchemaRecord, at: (node: number) => number): number {
  switch (record.tag) {
    case 'types':
      return (record.bits & TypeBits.string) === 0 ? builder.empty() : anyText(builder);
    case 'scalars':
      return record.strings ?? builder.empty();
    case 'string': {
      const { minLength = 0, maxLength, pattern } = record;
      const expr = pattern ?? anyText(builder);
      if (minLength === 0) return maxLength === undefined ? expr : atMostCharacters(builder, expr, maxLength);
      if (maxLength !== undefined && maxLength < minLength) return builder.empty();
      return builder.intersect([expr, builder.repeat(builder.charSet(ANY_CHAR), minLength, maxLength)]);
    }
    case 'allOf':
      return builder.intersect(record.nodes.map(at));
    case 'anyOf':
      return builder.union(record.nodes.map(at));
    case 'oneOf':
      return exactlyOne(builder, record.nodes.map(at));
    case 'not':
      return builder.complement(at(record.node));
    default:
      return anyText(builder);
  }
}

function exactlyOne(builder: ProgramBuilder, exprs: readonly number[]): number {
  let none = anyText(builder);
  let one = builder.empty();
  for (const expr of exprs) {
    const not = builder.complement(expr);
    one = builder.union([builder.intersect([one, not]), builder.intersect([none, expr])]);
    none = builder.intersect([none, not]);
  }
  return one;
}

function kindsOf(record: SchemaRecord, at: (node: number) => number): number {
  switch (record.tag) {
    case 'types':
      return (record.bits & ALL_KINDS) | ((record.bits & NUMBERS) !== 0 ? TypeBits.number : 0);
    case 'scalars':
      return (
        ((record.bits & 1) !== 0 ? TypeBits.null : 0) |
        ((record.bits & 6) !== 0 ? TypeBits.boolean : 0) |
        (record.strings !== undefined ? TypeBits.string : 0) |
        ((record.numbers ?? []).length > 0 ? TypeBits.number : 0)
      );
    case 'allOf':
      return record.nodes.reduce((bits, node) => bits & at(node), ALL_KINDS);
    case 'anyOf':
    case 'oneOf':
      return record.nodes.reduce((bits, node) => bits | at(node), 0);
    default:
      return ALL_KINDS;
  }
}
