import { type Facts, reachableFrom, referencesOf } from './facts.js';
import type { GrammarTree, TreeNode } from './grammar-tree.js';
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
  for (const { name, body } of tree.rules) {
    for (let index = from; index <= body; index++) {
      const node = tree.nodes[index] as TreeNode;
      if (node.kind !== 'repeat' || node.max !== undefined || !isWhite(node.body)) continue;
      found.push({
        offset: node.offset,
        message: `white space may go on without end in rule ${name}`,
        hint: hintFor(boundedRepeat(tree, node)),
      });
    }
    from = body + 1;
  }
  const references = referencesOf(tree);
  for (const [rule, { name, offset, body }] of tree.rules.entries()) {
    if (!isWhite(body)) continue;
    if (!reachableFrom(references[rule] ?? [], references).has(rule)) continue;
    const least = facts.nullable[body] === true ? 0 : 1;
    found.push({
      offset,
      message: `rule ${name} is white space without end: it names itself`,
      hint: hintFor(`${name} ::= ${charactersBelow(tree, body)}{${least},${MOST}}`),
    });
  }
  return found;
}

function hintFor(rewrite: string): string {
  return `models like to write it for ever; bound it: ${rewrite}`;
}

/** The repetition as it is written, with a bound. */
function boundedRepeat({ source }: GrammarTree, node: TreeNode & { kind: 'repeat' }): string {
  // What is repeated may be a group, so only the operator at the end is exchanged.
  const repeated = source.slice(node.offset, node.end).replace(/(?:[*+]|\{[^{}]*\})$/, '');
  return `${repeated.trimEnd()}{${node.min},${Math.max(MOST, node.min)}}`;
}

/** The characters of all texts below a node, as a set. */
function charactersBelow(tree: GrammarTree, start: number): string {
  const points = new Set<number>();
  for (const index of nodesBelow(tree, start)) {
    const node = tree.nodes[index] as TreeNode;
    if (node.kind === 'text') for (const c of node.text) points.add(c.codePointAt(0) as number);
    if (node.kind !== 'set') continue;
    for (const [low, high] of node.ranges) for (let point = low; point <= high; point++) points.add(point);
  }
  const sorted = [...points].sort((a, b) => b - a);
  return `[${sorted.map((point) => WRITTEN.get(point) ?? String.fromCodePoint(point)).join('')}]`;
}

/** How white space is written in a set. */
const WRITTEN: ReadonlyMap<number, string> = new Map([
  [9, '\\t'],
  [10, '\\n'],
  [11, '\\x0b'],
  [12, '\\x0c'],
  [13, '\\r'],
]);
