import type { BuildBudget } from '../frontends/build-budget.js';
import { bodyOf } from './facts.js';
import type { GrammarTree, TreeNode } from './grammar-tree.js';
import { matchesText, nodesBelow } from './matches.js';

export interface ShadowedKeyword {
  /** The node of the text. */
  readonly node: number;
  readonly keyword: string;
  /** What reads it as well: the name of a rule, or of none. */
  readonly by: string | undefined;
}

const KEYWORD = /^[A-Za-z_][A-Za-z0-9_]+$/;
const MANY_CHARACTERS = 10;
const MAX_PAIRS = 2000;
/** What reads identifiers is small; in the larger, keywords are read where identifiers may stand anyway. */
const MAX_READER_NODES = 200;

/**
 * Words that an alternative begins with, and that another alternative of the same choice reads as an identifier: something
 * with repeated sets of many characters.
 */
export function shadowedKeywords(tree: GrammarTree, budget: BuildBudget): ShadowedKeyword[] {
  const found = new Map<number, ShadowedKeyword>();
  const isWide = new Map<number, boolean>();
  const verdicts = new Map<string, boolean>();
  const wide = (index: number): boolean => {
    const known = isWide.get(index);
    if (known !== undefined) return known;
    const inside = nodesBelow(tree, index, MAX_READER_NODES);
    const is =
      inside.length <= MAX_READER_NODES &&
      inside.some((below) => {
        const node = tree.nodes[below] as TreeNode;
        if (node.kind !== 'set') return false;
        return node.ranges.reduce((sum, [low, high]) => sum + high - low + 1, 0) >= MANY_CHARACTERS;
      });
    isWide.set(index, is);
    return is;
  };
  let pairs = 0;
  for (const node of tree.nodes) {
    budget.step();
    if (node.kind !== 'union') continue;
    const starts = node.parts.map((part) => startsOf(tree, part));
    const readers = starts.map((own) =>
      own.filter((index) => (tree.nodes[index] as TreeNode).kind !== 'text' && wide(index)),
    );
    const reading = readers.flatMap((others, j) => (others.length === 0 ? [] : [{ others, j }]));
    for (const [i, own] of starts.entries()) {
      for (const index of own) {
        const text = tree.nodes[index] as TreeNode;
        if (text.kind !== 'text' || !KEYWORD.test(text.text) || found.has(index)) continue;
        for (const { others, j } of reading) {
          if (i === j) continue;
          const reader = others.find((other) => {
            const key = `${other} ${text.text}`;
            let verdict = verdicts.get(key);
            if (verdict === undefined) {
              verdict = ++pairs <= MAX_PAIRS && matchesText(tree, other, text.text);
              verdicts.set(key, verdict);
            }
            return verdict;
          });
          if (reader === undefined) continue;
          found.set(index, { node: index, keyword: text.text, by: nameOf(tree, reader) });
          break;
        }
      }
    }
  }
  return [...found.values()];
}

/** What an alternative may begin with: the first items, through rules, groups and choices, each of them. */
function startsOf(tree: GrammarTree, start: number): number[] {
  const seen = new Set<number>();
  const stack = [start];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    if (seen.has(at)) continue;
    seen.add(at);
    const node = tree.nodes[at] as TreeNode;
    if (node.kind === 'concat' && node.parts[0] !== undefined) stack.push(node.parts[0]);
    else if (node.kind === 'union') stack.push(...node.parts);
    else if (node.kind === 'rule') stack.push(bodyOf(tree, node.rule));
  }
  return [...seen];
}

function nameOf(tree: GrammarTree, index: number): string | undefined {
  const node = tree.nodes[index] as TreeNode;
  if (node.kind === 'rule') return tree.rules[node.rule]?.name;
  return tree.rules.find(({ body }) => body === index)?.name;
}
