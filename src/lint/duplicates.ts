import type { BuildBudget } from '../frontends/build-budget.js';
import type { GrammarTree, TreeNode } from './grammar-tree.js';

/**
 * Alternatives that are the same as one before them in their choice, however they are laid out. What is not looked into is
 * the same where it is written the same.
 */
export function duplicateAlternatives(tree: GrammarTree, budget: BuildBudget): number[] {
  const numbers = new Map<string, number>();
  // Equal nodes have one number.
  const same: number[] = [];
  const found: number[] = [];
  for (const node of tree.nodes) {
    budget.step();
    const key = keyOf(tree, node, same);
    let number = numbers.get(key);
    if (number === undefined) {
      number = numbers.size;
      numbers.set(key, number);
    }
    same.push(number);
    if (node.kind !== 'union' || node.isInside === true) continue;
    const seen = new Set<number>();
    for (const part of node.parts) {
      const own = same[part] as number;
      if (seen.has(own) && !isNothing(tree.nodes[part] as TreeNode)) found.push(part);
      seen.add(own);
    }
  }
  return found;
}

const isNothing = (node: TreeNode): boolean => node.kind === 'concat' && node.parts.length === 0;

function keyOf({ source }: GrammarTree, node: TreeNode, same: readonly number[]): string {
  switch (node.kind) {
    case 'text':
      return `text ${node.text}`;
    case 'set':
      return `set ${node.ranges.join(' ')}`;
    case 'rule':
      return `rule ${node.rule}`;
    case 'concat':
    case 'union':
      return `${node.kind} ${node.parts.map((part) => same[part]).join(' ')}`;
    case 'repeat':
      return `repeat ${same[node.body]} ${node.min} ${node.max}`;
    case 'opaque':
      return `opaque ${source.slice(node.offset, node.end).replace(/\s+/g, ' ')}`;
  }
}
