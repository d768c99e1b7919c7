import { type Facts, reachableFrom, referencesOf } from './facts.js';
import type { GrammarTree, TreeNode, TreeRule } from './grammar-tree.js';
import { nodesBelow } from './matches.js';

/** More characters than this in a row are hardly meant as white space. */
const MOST = 20;

export interface WhiteSpaceFinding {
  readonly offset: number;
  readonly message: string;
  /** With the text to write in its place. */
  readonly hint: string;
}

/** Repetitions without bound, and rules that come back to themselves, whose texts are white space. */
export function whiteSpaceFindings(tree: GrammarTree, facts: Facts): WhiteSpaceFinding[] {
  const { productive, nonEmpty, solid } = facts;
  const isWhite = (index: number): boolean =>
    productive[index] === true && nonEmpty[index] === true && solid[index] !== true;
  const found: WhiteSpaceFinding[] = [];
  let from = 0;
  for (const rule of tree.rules) {
    for (let index = from; index <= rule.body && !rule.isLibrary; index++) {
      const node = tree.nodes[index] as TreeNode;
      if (node.kind !== 'repeat' || node.max !== undefined || !isWhite(node.body)) continue;
      found.push({
        offset: node.offset,
        message: `white space may go on without end in ${rule.called}`,
        hint: hintFor(rewriteOf(tree, rule, node, isWhite)),
      });
    }
    from = rule.body + 1;
  }
  const references = referencesOf(tree);
  for (const [rule, { name, called, offset, body, isLibrary }] of tree.rules.entries()) {
    if (isLibrary || !isWhite(body)) continue;
    if (!reachableFrom(references[rule] ?? [], references).has(rule)) continue;
    const least = facts.nullable[body] === true ? 0 : 1;
    found.push({
      offset,
      message: `${called} is white space without end: it names itself`,
      hint: hintFor(`bound it: ${boundedRule(tree, name, body, least)}`),
    });
  }
  return found;
}

function hintFor(rewrite: string): string {
  return `models like to write it for ever; ${rewrite}`;
}

/** What to write in place of a repetition. */
function rewriteOf(
  tree: GrammarTree,
  { name, body }: TreeRule,
  node: TreeNode & { kind: 'repeat' },
  isWhite: (index: number) => boolean,
): string {
  const { source, notation } = tree;
  const { min } = node;
  if (name === '%ignore') {
    return 'let it stand once at a place, and bound it: %llguidance {"skip_repetition": "once"}';
  }
  const most = Math.max(MOST, min);
  const repeated = tree.nodes[node.body] as TreeNode;
  const written = source.slice(repeated.offset, repeated.end);
  if (repeated.isInside !== true) return `bound it: ${notation.repeat(written, min, most)}`;
  // Of a pattern only the place of the whole is known.
  if (isWhite(body)) return `bound it: ${boundedRule(tree, name, body, min)}`;
  return `bound it: {${min},${most}} in the pattern`;
}

/** The rule with the characters of all its texts, bounded. */
function boundedRule(tree: GrammarTree, name: string, body: number, least: number): string {
  const { rule, repeat, set } = tree.notation;
  return rule(name, repeat(set(charactersBelow(tree, body)), least, Math.max(MOST, least)));
}

/** The characters of all texts below a node, as code points. */
function charactersBelow(tree: GrammarTree, start: number): number[] {
  const points = new Set<number>();
  for (const index of nodesBelow(tree, start)) {
    const node = tree.nodes[index] as TreeNode;
    if (node.kind === 'text') for (const c of node.text) points.add(c.codePointAt(0) as number);
    if (node.kind !== 'set') continue;
    for (const [low, high] of node.ranges) for (let point = low; point <= high; point++) points.add(point);
  }
  return [...points].sort((a, b) => b - a);
}
