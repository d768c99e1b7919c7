import type { IssueSink } from './issue-sink.js';
import type { InPlaceEdge } from './lowering.js';
import { type Place, pointerOf } from './place.js';

/** A schema with the schemas that the same value must satisfy. */
export interface InPlaceNode {
  place: Place | null;
  edges: readonly InPlaceEdge[];
}

interface Step {
  id: number;
  next: number;
}

const SHOWN = 4;
// Each report walks its cycle, so that their number is bounded.
const REPORTS = 100;

/**
 * Reports every cycle of `$ref`, `allOf` and `anyOf` that comes back to a schema without entering the value: such a
 * schema refers to nothing but itself.
 */
export function reportInPlaceCycles(nodes: ReadonlyMap<number, InPlaceNode>, issues: IssueSink): void {
  const depths = new Map<number, number>();
  const finished = new Set<number>();
  const path: Step[] = [];
  let reports = 0;

  function enter(id: number): void {
    depths.set(id, path.length);
    path.push({ id, next: 0 });
  }

  for (const root of nodes.keys()) {
    if (!finished.has(root)) enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = nodes.get(top.id)?.edges[top.next];
      if (edge === undefined) {
        finished.add(top.id);
        path.pop();
        continue;
      }
      top.next += 1;
      if (finished.has(edge.to) || !nodes.has(edge.to)) continue;
      const depth = depths.get(edge.to);
      if (depth === undefined) enter(edge.to);
      else if (++reports <= REPORTS) reportCycle(path.slice(depth), nodes, issues);
    }
  }
}

function reportCycle(
  cycle: readonly Step[],
  nodes: ReadonlyMap<number, InPlaceNode>,
  issues: IssueSink,
): void {
  // The edge that each step took last is the one on the cycle.
  const byReference = cycle.findLast(({ id, next }) => nodes.get(id)?.edges[next - 1]?.keyword === '$ref');
  const at = nodes.get((byReference ?? cycle[0]!).id)!;
  const names = cycle.map(({ id }) => `#${pointerOf(nodes.get(id)!.place)}`);
  const shown = names.length > 2 * SHOWN ? [...names.slice(0, SHOWN), '…', ...names.slice(-SHOWN)] : names;
  issues.error('SCHEMA', {
    place: at.place,
    keyword: '$ref',
    message: `\`$ref\` leads back to itself without entering the value: ${[...shown, names[0]].join(' → ')}`,
    hint: 'put the recursion below `properties`, `items` or another keyword that enters the value',
  });
}
