import type { SchemaRecord } from '../program-builder.js';
import { lowerChildren } from './array-keywords.js';
import { areExclusive } from './exclusive-branches.js';
import { inform, type KeywordLowering, type SchemaNode, valueAt } from './lowering.js';
import { lowerChild } from './object-keywords.js';

export const lowerAllOf: KeywordLowering = (lowering, schema, keyword, value) => {
  const nodes = lowerChildren(lowering, schema, keyword, value);
  for (const to of nodes) schema.node.edges.push({ to, keyword, condition: lowering.logic.always });
  return { tag: 'allOf', nodes: nodes.map(({ id }) => id) };
};

export const lowerAnyOf: KeywordLowering = (lowering, schema, keyword, value) => {
  const nodes = lowerChildren(lowering, schema, keyword, value);
  for (const to of nodes) schema.node.edges.push({ to, keyword, condition: to.id });
  return { tag: 'anyOf', nodes: nodes.map(({ id }) => id) };
};

/** Exactly one. Where no value can satisfy two of the branches that is any of them, which costs less to track. */
export const lowerOneOf: KeywordLowering = (lowering, schema, keyword, value) => {
  const nodes = lowerChildren(lowering, schema, keyword, value);
  for (const to of nodes) schema.node.edges.push({ to, keyword, condition: to.id });
  const ids = nodes.map(({ id }) => id).filter((id) => id !== lowering.logic.never);
  if (ids.length === 0) return { tag: 'types', bits: 0 };
  if (ids.length === 1) return { tag: 'allOf', nodes: ids };
  return { tag: areExclusive(lowering, schema, nodes) ? 'anyOf' : 'oneOf', nodes: ids };
};

export const lowerNot: KeywordLowering = (lowering, schema, keyword, value) => {
  const to = lowerChild(lowering, schema, keyword, value);
  if (to === undefined) return undefined;
  schema.node.edges.push({ to, keyword, condition: undefined });
  const { logic } = lowering;
  if (to.id === logic.never) return undefined;
  if (to.id === logic.always || (value.kind === 'object' && value.members.size === 0)) {
    return { tag: 'types', bits: 0 };
  }
  return { tag: 'not', node: to.id };
};

/** `if`, `then` and `else`: (not I or T) and (I or E). */
export const lowerIf: KeywordLowering = (lowering, schema) => {
  const { logic } = lowering;
  const condition = valueAt(schema, 'if');
  if (condition === undefined) {
    for (const keyword of ['then', 'else']) {
      const value = valueAt(schema, keyword);
      if (value === undefined) continue;
      lowerChild(lowering, schema, keyword, value);
      inform(lowering, schema, keyword, `\`${keyword}\` has no effect without \`if\``);
    }
    return undefined;
  }
  const test = lowerChild(lowering, schema, 'if', condition);
  const then = branch('then');
  const otherwise = branch('else');
  if (test === undefined) return undefined;
  const { edges } = schema.node;
  edges.push({ to: test, keyword: 'if', condition: test.id });
  if (then !== undefined) edges.push({ to: then, keyword: 'then', condition: test.id });
  if (otherwise !== undefined) {
    edges.push({ to: otherwise, keyword: 'else', condition: logic.not(test.id) });
  }
  const records: SchemaRecord[] = [];
  if (then !== undefined) records.push(...logic.disjunction([logic.not(test.id), then.id]));
  if (otherwise !== undefined) records.push(...logic.disjunction([test.id, otherwise.id]));
  return records;

  function branch(keyword: string): SchemaNode | undefined {
    const value = valueAt(schema, keyword);
    return value === undefined ? undefined : lowerChild(lowering, schema, keyword, value);
  }
};
