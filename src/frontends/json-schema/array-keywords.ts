import { describeKind, type JsonValue } from './json-value.js';
import {
  inform,
  isTrue,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaNode,
  type SchemaObject,
  valueAt,
  warn,
} from './lowering.js';
import { lowerChild } from './object-keywords.js';
import { readCount, readRange } from './scalar-keywords.js';

/** The nodes of a list of schemas that may not be empty. */
export function lowerChildren(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
): SchemaNode[] {
  if (value.kind !== 'array' || value.items.length === 0) {
    malformed(lowering, schema, keyword, 'must be a list of at least one schema');
    return [];
  }
  const nodes: SchemaNode[] = [];
  value.items.forEach((item, index) => {
    const node = lowerChild(lowering, schema, keyword, item, index);
    if (node !== undefined) nodes.push(node);
  });
  return nodes;
}

export const lowerArrayKeywords: KeywordLowering = (lowering, schema) => {
  const [minItems, maxItems] = readRange(lowering, schema, 'minItems', 'maxItems', 'array');
  const { first, rest, restKeyword } = readItems(lowering, schema);
  const restNode =
    rest === undefined || isTrue(rest) ? undefined : lowerChild(lowering, schema, restKeyword, rest);
  const evaluated = rest === undefined ? first.length : Number.POSITIVE_INFINITY;
  schema.node.items = { prefix: evaluated, contains: schema.node.items?.contains };
  return {
    tag: 'array',
    minItems,
    maxItems,
    items: restNode?.id,
    uniqueItems: readFlag(lowering, schema, 'uniqueItems'),
    prefixItems: first.map(({ id }) => id),
  };
};

function readFlag(lowering: Lowering, schema: SchemaObject, keyword: string): boolean {
  const value = valueAt(schema, keyword);
  if (value !== undefined && value.kind !== 'boolean')
    malformed(lowering, schema, keyword, 'must be a boolean');
  return isTrue(value);
}

interface Items {
  readonly first: readonly SchemaNode[];
  readonly rest: JsonValue | undefined;
  readonly restKeyword: string;
}

/** The schemas of the first items, and that of the others, which the drafts spell differently. */
function readItems(lowering: Lowering, schema: SchemaObject): Items {
  const items = valueAt(schema, 'items');
  if (schema.draft === '2020-12') {
    const prefix = valueAt(schema, 'prefixItems');
    const first = prefix === undefined ? [] : lowerChildren(lowering, schema, 'prefixItems', prefix);
    if (items?.kind !== 'array') return { first, rest: items, restKeyword: 'items' };
    const hint = 'write the list as `prefixItems`, or name the draft with `$schema` or the option `draft`';
    malformed(lowering, schema, 'items', 'is one schema: a list is of drafts before 2020-12', hint);
    return { first, rest: undefined, restKeyword: 'items' };
  }
  const additional = valueAt(schema, 'additionalItems');
  if (items?.kind === 'array') {
    // Unlike later, an empty list is allowed by no draft and harmless in all of them.
    const first = items.items.length === 0 ? [] : lowerChildren(lowering, schema, 'items', items);
    return { first, rest: additional, restKeyword: 'additionalItems' };
  }
  if (additional !== undefined) {
    checkAdditional(lowering, schema, additional);
    inform(lowering, schema, 'additionalItems', '`additionalItems` has no effect without a list in `items`');
  }
  return { first: [], rest: items, restKeyword: 'items' };
}

function checkAdditional(lowering: Lowering, schema: SchemaObject, value: JsonValue): void {
  if (value.kind === 'object' || value.kind === 'boolean') return;
  malformed(lowering, schema, 'additionalItems', `must hold a schema, not ${describeKind(value)}`);
}

export const lowerContains: KeywordLowering = (lowering, schema) => {
  const value = valueAt(schema, 'contains');
  const [least, most] = [
    readCount(lowering, schema, 'minContains'),
    readCount(lowering, schema, 'maxContains'),
  ];
  if (value === undefined) {
    for (const keyword of ['minContains', 'maxContains']) {
      if (valueAt(schema, keyword) === undefined) continue;
      inform(lowering, schema, keyword, `\`${keyword}\` has no effect without \`contains\``);
    }
    return undefined;
  }
  const node = lowerChild(lowering, schema, 'contains', value);
  if (node === undefined) return undefined;
  // In 2019-09 the items that `contains` found do not count as evaluated.
  if (schema.draft === '2020-12') {
    schema.node.items = { prefix: schema.node.items?.prefix ?? 0, contains: node.id };
  }
  const minimum = least ?? 1;
  if (most !== undefined && minimum > most) {
    const other = least === undefined ? 'contains' : 'minContains';
    warn(lowering, schema, 'maxContains', `no array satisfies both \`${other}\` and \`maxContains\``);
  }
  if (minimum === 0 && most === undefined) {
    inform(lowering, schema, 'contains', '`contains` asserts nothing with `minContains: 0`');
    return undefined;
  }
  return { tag: 'contains', node: node.id, minimum, maximum: most };
};
