import { TypeBits } from '../program-format.js';
import type { IssueSink } from './issue-sink.js';
import type { SchemaNode } from './lowering.js';

/**
 * Says where a schema costs: many branches that have to be tracked because more than one might hold, items that are compared
 * as whole values, and branches whose combinations are too many to be split (docs/engine.md).
 */
export function reportCosts(nodes: readonly SchemaNode[], issues: IssueSink): void {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const ways = countWays(nodes, byId);
  for (const node of nodes) {
    const { place } = node;
    for (const record of node.records) {
      if (record.tag === 'oneOf' && record.nodes.length > MANY_BRANCHES) {
        const message = `nothing tells the ${record.nodes.length} branches of \`oneOf\` apart from outside: all are tracked`;
        const hint = 'a member that all require, with a different `const` in each, tells them apart';
        issues.info({ place, keyword: 'oneOf', message, hint });
      }
      if (record.tag === 'array' && record.uniqueItems && mayBeContainer(record.items, byId)) {
        const message =
          '`uniqueItems` compares whole arrays and objects here: all that were written are kept';
        issues.info({ place, keyword: 'uniqueItems', message });
      }
    }
    const isFirst = node.edges.every(({ to }) => (ways.get(to) ?? 1) <= MAX_WAYS);
    if ((ways.get(node) ?? 1) > MAX_WAYS && isFirst) {
      const keyword = node.edges[0]?.keyword ?? '';
      const message = `the branches combine in more than ${MAX_WAYS} ways, of which not all may be told apart`;
      issues.info({
        place,
        keyword,
        message,
        hint: 'dead ends are possible: `matcher.stats.undecided` counts them',
      });
    }
  }
}

const MANY_BRANCHES = 16;
const MAX_WAYS = 16_384;

/** In how many ways a schema's branches can be chosen, up to a little above the bound. */
function countWays(
  nodes: readonly SchemaNode[],
  byId: ReadonlyMap<number, SchemaNode>,
): Map<SchemaNode, number> {
  const ways = new Map<SchemaNode, number>();
  const open = new Set<SchemaNode>();
  for (const start of nodes) {
    const stack = [start];
    for (let node = stack.at(-1); node !== undefined; node = stack.at(-1)) {
      const waiting = open.has(node) ? [] : node.edges.filter(({ to }) => !ways.has(to) && !open.has(to));
      open.add(node);
      if (waiting.length > 0 && !ways.has(node)) {
        for (const { to } of waiting) stack.push(to);
        continue;
      }
      stack.pop();
      open.delete(node);
      if (!ways.has(node)) ways.set(node, waysOf(node, byId, ways));
    }
  }
  return ways;
}

function waysOf(
  node: SchemaNode,
  byId: ReadonlyMap<number, SchemaNode>,
  ways: ReadonlyMap<SchemaNode, number>,
): number {
  const of = (id: number): number => {
    const child = byId.get(id);
    return child === undefined ? 1 : (ways.get(child) ?? 1);
  };
  let total = 1;
  for (const record of node.records) {
    if (record.tag === 'allOf') for (const id of record.nodes) total *= of(id);
    else if (record.tag === 'anyOf' || record.tag === 'oneOf') {
      total *= record.nodes.reduce((sum, id) => sum + of(id), 0);
    }
    total = Math.min(total, MAX_WAYS + 1);
  }
  return total;
}

const CONTAINERS = TypeBits.array | TypeBits.object;
const MAX_LOOKS = 16;

/** Whether a schema's values may be arrays or objects, as far as it says so itself or behind `$ref` and `allOf`. */
function mayBeContainer(items: number | undefined, byId: ReadonlyMap<number, SchemaNode>): boolean {
  const stack = items === undefined ? [] : [items];
  for (let looks = 0; looks < MAX_LOOKS; looks++) {
    const id = stack.pop();
    if (id === undefined) return true;
    for (const record of byId.get(id)?.records ?? []) {
      if (record.tag === 'scalars') return false;
      if (record.tag === 'types' && (record.bits & CONTAINERS) === 0) return false;
      if (record.tag === 'allOf') stack.push(...record.nodes);
    }
  }
  return true;
}
