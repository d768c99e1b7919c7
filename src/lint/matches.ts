import { contains } from './ambiguity.js';
import { bodyOf } from './facts.js';
import { childrenOf, type GrammarTree, rulesOf, type TreeNode } from './grammar-tree.js';

/** Longer texts are not looked at: the ends of a match are bits of a number. */
export const MAX_MATCHED = 24;

/**
 * The node and all nodes below it, through rules, in an order in which children tend to stand first. Where there are more than
 * `most`, at least so many of them.
 */
export function nodesBelow(tree: GrammarTree, start: number, most = Number.POSITIVE_INFINITY): number[] {
  const seen = new Set([start]);
  const stack = [start];
  for (let at = stack.pop(); at !== undefined && seen.size <= most; at = stack.pop()) {
    const node = tree.nodes[at] as TreeNode;
    for (const next of [...childrenOf(node), ...rulesOf(node).map((rule) => bodyOf(tree, rule))]) {
      if (seen.has(next)) continue;
      seen.add(next);
      stack.push(next);
    }
  }
  return [...seen].sort((a, b) => a - b);
}

/** Whether a node matches a text as a whole. What is opaque matches nothing. */
export function matchesText(tree: GrammarTree, start: number, text: string): boolean {
  const points = Array.from(text, (c) => c.codePointAt(0) as number);
  const length = points.length;
  if (length > MAX_MATCHED) return false;
  const order = nodesBelow(tree, start);
  // For each node and each place, the places where a match that begins there may end, as bits.
  const ends = new Map<number, Int32Array>(order.map((index) => [index, new Int32Array(length + 1)]));
  const of = (index: number, from: number): number => ends.get(index)?.[from] ?? 0;
  for (let changed = true; changed; ) {
    changed = false;
    for (const index of order) {
      const own = ends.get(index) as Int32Array;
      for (let from = 0; from <= length; from++) {
        const found = (own[from] as number) | endsOf(tree, tree.nodes[index] as TreeNode, from, points, of);
        if (found === own[from]) continue;
        own[from] = found;
        changed = true;
      }
    }
  }
  return (of(start, 0) & (1 << length)) !== 0;
}

function endsOf(
  tree: GrammarTree,
  node: TreeNode,
  from: number,
  points: readonly number[],
  of: (index: number, from: number) => number,
): number {
  switch (node.kind) {
    case 'text': {
      const own = Array.from(node.text, (c) => c.codePointAt(0));
      return own.every((point, i) => points[from + i] === point) ? 1 << (from + own.length) : 0;
    }
    case 'set': {
      const point = points[from];
      return point !== undefined && contains(node.ranges, point) ? 1 << (from + 1) : 0;
    }
    case 'rule':
      return of(bodyOf(tree, node.rule), from);
    case 'union':
      return node.parts.reduce((all, part) => all | of(part, from), 0);
    case 'concat':
      return node.parts.reduce((at, part) => step(at, points.length, (place) => of(part, place)), 1 << from);
    case 'repeat': {
      let at = 1 << from;
      let all = node.min === 0 ? at : 0;
      const most = Math.min(node.max ?? points.length + node.min, points.length + node.min, 2 * MAX_MATCHED);
      for (let times = 1; times <= most && at !== 0; times++) {
        at = step(at, points.length, (place) => of(node.body, place));
        if (times >= node.min) all |= at;
      }
      return all;
    }
    case 'opaque':
      return 0;
  }
}

function step(places: number, length: number, ends: (place: number) => number): number {
  let found = 0;
  for (let place = 0; place <= length; place++) if ((places & (1 << place)) !== 0) found |= ends(place);
  return found;
}
