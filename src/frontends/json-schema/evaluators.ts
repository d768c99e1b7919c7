import type { Logic } from './logic.js';
import type { SchemaNode } from './lowering.js';

/**
 * Which schemas, held against the same value as one schema, have evaluated its members or items: those behind `allOf`,
 * `$ref`, `anyOf`, `oneOf`, `if` and the others. What a schema evaluated counts only if it and all schemas on the way to it
 * hold. That is a condition on the value, which is built here as a node of the program.
 */
export interface Evaluator<T> {
  /** A node that holds if what it evaluated counts, given that the schema at the start holds. */
  readonly condition: number;
  readonly found: T;
}

/**
 * The evaluators behind a schema with their conditions, those of schemas that cannot hold left out. `read` gives what a
 * schema evaluates by itself; the start is not asked.
 */
export function evaluatorsOf<T>(
  start: SchemaNode,
  own: T | undefined,
  read: (node: SchemaNode) => T | undefined,
  logic: Logic,
  step: () => void,
): Evaluator<T>[] {
  const order = topologicalOrder(start, step);
  const found = new Map<SchemaNode, T>();
  if (own !== undefined) found.set(start, own);
  // From the last to the first: does the way lead to an evaluator?
  const leads = new Set<SchemaNode>();
  for (let i = order.length - 1; i >= 0; i--) {
    const node = order[i]!;
    const evaluated = node === start ? own : read(node);
    if (evaluated !== undefined) found.set(node, evaluated);
    const isOnWay = node.edges.some(({ to, condition }) => condition !== undefined && leads.has(to));
    if (evaluated !== undefined || isOnWay) leads.add(node);
  }

  const ways = new Map<SchemaNode, number[]>([[start, [logic.always]]]);
  const result: Evaluator<T>[] = [];
  for (const node of order) {
    step();
    if (!leads.has(node)) continue;
    const condition = logic.or(ways.get(node) ?? []);
    if (condition === logic.never) continue;
    const evaluated = found.get(node);
    if (evaluated !== undefined) result.push({ condition, found: evaluated });
    for (const edge of node.edges) {
      if (edge.condition === undefined || !leads.has(edge.to)) continue;
      const way = logic.and([condition, edge.condition]);
      const known = ways.get(edge.to);
      if (known === undefined) ways.set(edge.to, [way]);
      else known.push(way);
    }
  }
  return result;
}

/** The schemas behind a schema, each after all that lead to it. Their edges have no cycle. */
function topologicalOrder(start: SchemaNode, step: () => void): SchemaNode[] {
  const seen = new Set([start]);
  const done: SchemaNode[] = [];
  const stack: { node: SchemaNode; next: number }[] = [{ node: start, next: 0 }];
  for (let top = stack.at(-1); top !== undefined; top = stack.at(-1)) {
    step();
    // The last edge first, so that the reversed order follows the source.
    const edge = top.node.edges[top.node.edges.length - 1 - top.next];
    top.next += 1;
    if (edge === undefined) {
      stack.pop();
      done.push(top.node);
    } else if (edge.condition !== undefined && !seen.has(edge.to)) {
      seen.add(edge.to);
      stack.push({ node: edge.to, next: 0 });
    }
  }
  return done.reverse();
}

/** Evaluators with the same condition are one group; that of all values comes apart. */
export function groupByCondition<T>(
  evaluators: readonly Evaluator<T>[],
  logic: Logic,
): { always: T[]; groups: { condition: number; found: T[] }[] } {
  const groups = new Map<number, T[]>();
  const always: T[] = [];
  for (const { condition, found } of evaluators) {
    if (condition === logic.always) always.push(found);
    else {
      const known = groups.get(condition);
      if (known === undefined) groups.set(condition, [found]);
      else known.push(found);
    }
  }
  return { always, groups: Array.from(groups, ([condition, found]) => ({ condition, found })) };
}
