import type { IssueSink } from './issue-sink.js';
import type { SchemaNode } from './lowering.js';
import { pointerOf } from './place.js';

interface Step {
  readonly node: SchemaNode;
  next: number;
}

const SHOWN = 4;
// Each report walks its cycle, so that their number is bounded.
const REPORTS = 100;
const REFERENCES = new Set(['$ref', '$dynamicRef', '$recursiveRef']);

/**
 * Reports every cycle of `$ref`, `allOf`, `anyOf`, `not` and other in-place keywords that comes back to a schema without
 * entering the value: such a schema refers to nothing but itself. Gives whether there is none.
 */
export function reportInPlaceCycles(nodes: Iterable<SchemaNode>, issues: IssueSink): boolean {
  const depths = new Map<SchemaNode, number>();
  const finished = new Set<SchemaNode>();
  const path: Step[] = [];
  let reports = 0;

  function enter(node: SchemaNode): void {
    depths.set(node, path.length);
    path.push({ node, next: 0 });
  }

  for (const root of nodes) {
    // Most schemas lead nowhere.
    if (root.edges.length === 0 || finished.has(root)) continue;
    enter(root);
    for (let top = path.at(-1); top !== undefined; top = path.at(-1)) {
      const edge = top.node.edges[top.next];
      if (edge === undefined) {
        finished.add(top.node);
        path.pop();
        continue;
      }
      top.next += 1;
      if (edge.to.edges.length === 0 || finished.has(edge.to)) continue;
      const depth = depths.get(edge.to);
      if (depth === undefined) enter(edge.to);
      else if (++reports <= REPORTS) reportCycle(path.slice(depth), issues);
    }
  }
  return reports === 0;
}

function reportCycle(cycle: readonly Step[], issues: IssueSink): void {
  // The edge that each step took last is the one on the cycle.
  const keywordOf = ({ node, next }: Step) => node.edges[next - 1]?.keyword ?? '$ref';
  const at = cycle.findLast((step) => REFERENCES.has(keywordOf(step))) ?? cycle[0]!;
  const keyword = REFERENCES.has(keywordOf(at)) ? keywordOf(at) : '$ref';
  const names = cycle.map(({ node }) => nameOf(pointerOf(node.place)));
  const shown = names.length > 2 * SHOWN ? [...names.slice(0, SHOWN), '…', ...names.slice(-SHOWN)] : names;
  issues.error('SCHEMA', {
    place: at.node.place,
    keyword,
    message: `\`${keyword}\` leads back to itself without entering the value: ${[...shown, names[0]].join(' → ')}`,
    hint: 'put the recursion below `properties`, `items` or another keyword that enters the value',
  });
}

/** A pointer as a reference; in another document it begins with that document's URI. */
function nameOf(pointer: string): string {
  return pointer === '' || pointer.startsWith('/') ? `#${pointer}` : pointer;
}
