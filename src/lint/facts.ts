import { childrenOf, type GrammarTree, rulesOf, type TreeNode } from './grammar-tree.js';

/** What holds of each node, found by going over all nodes until nothing changes. */
export interface Facts {
  /** Some text matches. */
  readonly productive: readonly boolean[];
  /** Some text that is not empty, or a token, matches. */
  readonly nonEmpty: readonly boolean[];
  readonly nullable: readonly boolean[];
  /** Some text with a character that is no white space, or something opaque, matches. */
  readonly solid: readonly boolean[];
}

/** What Unicode calls white space (property White_Space). */
const WHITE = new Set(
  [9, 10, 11, 12, 13, 32, 0x85, 0xa0, 0x1680, 0x2028, 0x2029, 0x202f, 0x205f, 0x3000].concat(
    Array.from({ length: 11 }, (_, index) => 0x2000 + index),
  ),
);

export function factsOf(tree: GrammarTree): Facts {
  const productive = leastFixpoint(tree, (node, of, all) => {
    if (node.kind === 'set') return node.ranges.length > 0;
    if (node.kind === 'concat') return all(node.parts);
    if (node.kind === 'union') return node.parts.some(of);
    if (node.kind === 'repeat') return node.min === 0 || of(node.body);
    return node.kind === 'rule' ? of(bodyOf(tree, node.rule)) : true;
  });
  const has = (isLeaf: (node: TreeNode) => boolean): boolean[] =>
    leastFixpoint(tree, (node, of, _, index) => {
      if (!(productive[index] as boolean)) return false;
      if (node.kind === 'concat' || node.kind === 'union') return node.parts.some(of);
      if (node.kind === 'repeat') return node.max !== 0 && of(node.body);
      return node.kind === 'rule' ? of(bodyOf(tree, node.rule)) : isLeaf(node);
    });
  const nonEmpty = has((node) => node.kind !== 'text' || node.text !== '');
  const solid = has((node) => {
    if (node.kind === 'text') return [...node.text].some((c) => !WHITE.has(c.codePointAt(0) as number));
    if (node.kind !== 'set') return true;
    return node.ranges.some(([low, high]) => high - low >= WHITE.size || !allWhite(low, high));
  });
  const nullable = leastFixpoint(tree, (node, of, all) => {
    if (node.kind === 'text') return node.text === '';
    if (node.kind === 'concat') return all(node.parts);
    if (node.kind === 'union') return node.parts.some(of);
    if (node.kind === 'repeat') return node.min === 0 || of(node.body);
    return node.kind === 'rule' ? of(bodyOf(tree, node.rule)) : false;
  });
  return { productive, nonEmpty, nullable, solid };
}

function allWhite(low: number, high: number): boolean {
  for (let point = low; point <= high; point++) if (!WHITE.has(point)) return false;
  return true;
}

export function bodyOf(tree: GrammarTree, rule: number): number {
  return tree.rules[rule]?.body ?? 0;
}

/**
 * A node is looked at again when one that it is made of begins to hold. `all` goes on at the first part that did not hold when it
 * was last asked, so that a sequence is read once, however often it is looked at.
 */
function leastFixpoint(
  tree: GrammarTree,
  holds: (
    node: TreeNode,
    of: (index: number) => boolean,
    all: (parts: readonly number[]) => boolean,
    index: number,
  ) => boolean,
): boolean[] {
  const { nodes } = tree;
  const users = usersOf(tree);
  const known = new Array<boolean>(nodes.length).fill(false);
  const read = new Int32Array(nodes.length);
  const of = (index: number): boolean => known[index] as boolean;
  const waiting = Array.from(nodes.keys()).reverse();
  for (let index = waiting.pop(); index !== undefined; index = waiting.pop()) {
    const at = index;
    const all = (parts: readonly number[]): boolean => {
      while ((read[at] as number) < parts.length && of(parts[read[at] as number] as number)) {
        read[at] = (read[at] as number) + 1;
      }
      return read[at] === parts.length;
    };
    if (known[at] || !holds(nodes[at] as TreeNode, of, all, at)) continue;
    known[at] = true;
    waiting.push(...(users[at] as number[]));
  }
  return known;
}

/**
 * The characters of the longest text of each node, where these are at most `most`; else `most + 1`. -1 for a node without a
 * text. What is opaque counts as long.
 */
export function longestTexts(tree: GrammarTree, most: number): Int32Array {
  const { nodes } = tree;
  const longest = new Int32Array(nodes.length).fill(-1);
  const users = usersOf(tree);
  // Of a sequence: the sum over its parts so far, and how many have no text yet. Only what changes is looked at, and lengths grow.
  const sums = new Float64Array(nodes.length);
  const missing = Int32Array.from(nodes, (node) => (node.kind === 'concat' ? node.parts.length : 0));
  const cut = (length: number): number => Math.min(length, most + 1);
  const changes: { readonly index: number; readonly from: number; readonly to: number }[] = [];
  const raise = (index: number, to: number): void => {
    const from = longest[index] as number;
    if (to <= from) return;
    longest[index] = to;
    changes.push({ index, from, to });
  };
  for (const [index, node] of nodes.entries()) {
    if (node.kind === 'text') raise(index, cut([...node.text].length));
    else if (node.kind === 'set') raise(index, node.ranges.length > 0 ? cut(1) : -1);
    else if (node.kind === 'opaque') raise(index, most + 1);
    else if (node.kind === 'repeat' && node.min === 0) raise(index, 0);
    else if (node.kind === 'concat' && node.parts.length === 0) raise(index, 0);
  }
  for (let change = changes.pop(); change !== undefined; change = changes.pop()) {
    const { index, from, to } = change;
    for (const user of users[index] as number[]) {
      const node = nodes[user] as TreeNode;
      if (node.kind === 'concat') {
        if (from < 0) missing[user] = (missing[user] as number) - 1;
        sums[user] = (sums[user] as number) + to - Math.max(0, from);
        if (missing[user] === 0) raise(user, cut(sums[user] as number));
      } else if (node.kind === 'repeat') {
        raise(user, to === 0 ? 0 : cut(to * (node.max ?? most + 1)));
      } else raise(user, to);
    }
  }
  return longest;
}

/** For each node the nodes that are made of it; for a rule's body, what names the rule. */
function usersOf(tree: GrammarTree): number[][] {
  const users: number[][] = tree.nodes.map(() => []);
  for (const [index, node] of tree.nodes.entries()) {
    const parts = node.kind === 'rule' ? [bodyOf(tree, node.rule)] : childrenOf(node);
    for (const part of parts) users[part]?.push(index);
  }
  return users;
}

/** For each rule the rules that its body names. */
export function referencesOf({ nodes, rules }: GrammarTree): ReadonlySet<number>[] {
  let from = 0;
  return rules.map(({ body }) => {
    const named = new Set<number>();
    // The nodes of a rule stand together, its body last.
    for (let index = from; index <= body; index++) {
      for (const rule of rulesOf(nodes[index] as TreeNode)) named.add(rule);
    }
    from = body + 1;
    return named;
  });
}

/** The rules that can be reached from some. */
export function reachableFrom(
  starts: Iterable<number>,
  references: readonly ReadonlySet<number>[],
): Set<number> {
  const reached = new Set(starts);
  const stack = [...reached];
  for (let rule = stack.pop(); rule !== undefined; rule = stack.pop()) {
    for (const next of references[rule] ?? []) {
      if (reached.has(next)) continue;
      reached.add(next);
      stack.push(next);
    }
  }
  return reached;
}
