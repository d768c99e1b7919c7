import type { BuildBudget } from '../frontends/build-budget.js';
import type { CharRange } from '../frontends/program-format.js';
import { textToShow } from '../frontends/written-grammar.js';
import { bodyOf } from './facts.js';
import type { GrammarTree, TreeNode } from './grammar-tree.js';
import { MAX_MATCHED, matchesText, nodesBelow } from './matches.js';

export interface ShadowedKeyword {
  /** The node of the text. */
  readonly node: number;
  /** As it is written. */
  readonly keyword: string;
  /** What reads it as well, as `rule name`, or undefined where that has no name. */
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
        const spellings = spellingsOf(tree, index);
        const [keyword = ''] = spellings;
        if (!KEYWORD.test(keyword) || found.has(index)) continue;
        for (const { others, j } of reading) {
          if (i === j) continue;
          const reader = others.find((other) => {
            const key = `${other} ${spellings.join(' ')}`;
            let verdict = verdicts.get(key);
            if (verdict === undefined) {
              verdict = ++pairs <= MAX_PAIRS && spellings.some((text) => matchesText(tree, other, text));
              verdicts.set(key, verdict);
            }
            return verdict;
          });
          if (reader === undefined) continue;
          const { offset, end, isInside } = tree.nodes[index] as TreeNode;
          const written =
            isInside === true ? JSON.stringify(textToShow(tree, keyword)) : tree.source.slice(offset, end);
          found.set(index, { node: index, keyword: written, by: nameOf(tree, reader) });
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
    if (node.kind === 'concat' && spellingsOf(tree, at).length > 0) continue;
    if (node.kind === 'concat' && node.parts[0] !== undefined) stack.push(node.parts[0]);
    else if (node.kind === 'union') stack.push(...node.parts);
    else if (node.kind === 'rule') stack.push(bodyOf(tree, node.rule));
  }
  return [...seen];
}

function nameOf(tree: GrammarTree, index: number): string | undefined {
  const node = tree.nodes[index] as TreeNode;
  if (node.kind === 'rule') return tree.rules[node.rule]?.called;
  return tree.rules.find(({ body }) => body === index)?.called;
}

/** A text; or of one in any case, which is a row of sets, the spelling in small and the one in large letters. */
function spellingsOf(tree: GrammarTree, index: number): string[] {
  const node = tree.nodes[index] as TreeNode;
  if (node.kind === 'text') return [node.text];
  if (node.kind !== 'concat' || node.parts.length > MAX_MATCHED) return [];
  let [small, isCaseless] = ['', false];
  for (const part of node.parts) {
    const own = tree.nodes[part] as TreeNode;
    if (!own.isInside) return [];
    if (own.kind === 'text') small += own.text;
    else {
      const letter = own.kind === 'set' ? letterOf(own.ranges) : undefined;
      if (letter === undefined) return [];
      isCaseless = true;
      small += letter;
    }
  }
  return isCaseless ? [small, small.toUpperCase()] : [];
}

/** The small letter of a set that is one letter in both cases. */
function letterOf(ranges: readonly CharRange[]): string | undefined {
  const [large, small, ...more] = ranges;
  if (large === undefined || small === undefined || large[0] !== large[1] || small[0] !== small[1])
    return undefined;
  const letter = String.fromCodePoint(small[0]);
  const isOne = more.length === 0 && letter.toUpperCase() === String.fromCodePoint(large[0]);
  return isOne ? letter : undefined;
}
