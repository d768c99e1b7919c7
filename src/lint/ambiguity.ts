import type { CharRange } from '../frontends/program-format.js';
import { bodyOf, type Facts, longestTexts, referencesOf } from './facts.js';
import type { GrammarTree, TreeNode } from './grammar-tree.js';

/** Texts of more characters are not looked at. */
export const MAX_LENGTH = 6;
/** Texts kept for a node and a length. */
const MAX_TEXTS = 120;
/** Characters of a set that stand for all. */
const MAX_CHARACTERS = 8;

export interface AmbiguitySearch {
  /** A shortest text with two readings, by rule. */
  readonly witnesses: ReadonlyMap<number, string>;
  /** Rules without a witness of which some text was not looked at. */
  readonly undecided: ReadonlySet<number>;
  /** The steps were used up. */
  readonly ranOut: boolean;
}

/**
 * Looks for texts that a rule reads in two ways, shortest first. The readings of other rules count as one, so that a rule is
 * named only where the choice is its own. For each node and length the texts are kept, over a few characters of each set;
 * nodes that depend on each other at one length are gone over until nothing changes.
 */
export function findAmbiguities(tree: GrammarTree, facts: Facts, budget: number): AmbiguitySearch {
  const { nodes, rules } = tree;
  const search: Search = {
    tree,
    texts: nodes.map(() => []),
    characters: charactersOf(nodes),
    left: budget,
    cutShort: new Set(),
  };
  for (const [index, { kind }] of nodes.entries()) if (kind === 'opaque') search.cutShort.add(index);
  const witnesses = new Map<number, string>();
  /** Texts of fewer characters have been looked at. */
  let length = 0;
  for (; length <= MAX_LENGTH && search.left > 0; length++) {
    for (const texts of search.texts) texts[length] = new Map();
    let rounds = 0;
    for (let changed = true; changed && search.left > 0; rounds++) {
      changed = false;
      for (const step of nodes.keys()) {
        // There and back, as rules may stand before what they name or behind it.
        const index = rounds % 2 === 0 ? step : nodes.length - 1 - step;
        const node = nodes[index] as TreeNode;
        search.left -= 1;
        if (!facts.productive[index]) continue;
        const found = countsOf(search, index, node, length);
        const known = search.texts[index]?.[length] as Map<string, number>;
        if (found.size === known.size && [...found].every(([text, count]) => known.get(text) === count))
          continue;
        (search.texts[index] as Map<string, number>[])[length] = found;
        changed = true;
      }
      if (rounds > nodes.length + 4) {
        for (const index of nodes.keys()) search.cutShort.add(index);
        break;
      }
    }
    if (search.left <= 0) break;
    for (const [rule, { body }] of rules.entries()) {
      if (witnesses.has(rule)) continue;
      for (const [text, count] of search.texts[body]?.[length] ?? []) {
        if (count > 1) {
          witnesses.set(rule, text);
          break;
        }
      }
    }
  }
  const ranOut = search.left <= 0;
  const isLong = longestTexts(tree, MAX_LENGTH).map((longest) => Number(ranOut && longest >= length));
  const isOpen = (index: number): boolean => isLong[index] === 1 || search.cutShort.has(index);
  return { witnesses, undecided: undecidedRules(tree, isOpen, witnesses), ranOut };
}

/** Rules of whose texts, or of those of rules that they name, some were left out. */
function undecidedRules(
  tree: GrammarTree,
  isOpen: (index: number) => boolean,
  witnesses: ReadonlyMap<number, string>,
): Set<number> {
  const { rules } = tree;
  const undecided = new Set<number>();
  const references = referencesOf(tree);
  const users: number[][] = rules.map(() => []);
  for (const [rule, named] of references.entries()) for (const other of named) users[other]?.push(rule);
  const waiting: number[] = [];
  const add = (rule: number): void => {
    if (undecided.has(rule)) return;
    undecided.add(rule);
    waiting.push(rule);
  };
  let from = 0;
  for (const [rule, { body }] of rules.entries()) {
    for (let index = from; index <= body; index++) if (isOpen(index)) add(rule);
    from = body + 1;
  }
  for (let rule = waiting.pop(); rule !== undefined; rule = waiting.pop()) users[rule]?.forEach(add);
  for (const rule of witnesses.keys()) undecided.delete(rule);
  return undecided;
}

interface Search {
  readonly tree: GrammarTree;
  /** Of each node and length: the texts, and in how many ways the node reads each, at most 2. */
  readonly texts: Map<string, number>[][];
  readonly characters: ReadonlyMap<TreeNode, readonly string[]>;
  left: number;
  /** Nodes of which some text is not kept. */
  readonly cutShort: Set<number>;
}

type Counts = Map<string, number>;

function countsOf(search: Search, index: number, node: TreeNode, length: number): Counts {
  const found: Counts = new Map();
  const add = (text: string, count: number): void => {
    search.left -= 1;
    const before = found.get(text);
    if (before === undefined && found.size >= MAX_TEXTS) search.cutShort.add(index);
    else found.set(text, Math.min(2, (before ?? 0) + count));
  };
  const of = (part: number, size: number): Counts => search.texts[part]?.[size] ?? new Map();
  switch (node.kind) {
    case 'text':
      if ([...node.text].length === length) add(node.text, 1);
      break;
    case 'set':
      if (length === 1) for (const character of search.characters.get(node) ?? []) add(character, 1);
      break;
    case 'rule':
      // The readings of another rule are its own affair.
      for (const text of of(bodyOf(search.tree, node.rule), length).keys()) add(text, 1);
      break;
    case 'union':
      for (const part of node.parts) for (const [text, count] of of(part, length)) add(text, count);
      break;
    case 'concat': {
      const sums = sequence(search, index, node.parts, length, of);
      for (const [text, count] of sums) add(text, count);
      break;
    }
    case 'repeat':
      for (const [text, count] of repetition(search, index, node, length, of)) add(text, count);
      break;
    case 'opaque':
      break;
  }
  return found;
}

/** Texts of a length that parts in a row make. */
function sequence(
  search: Search,
  node: number,
  parts: readonly number[],
  length: number,
  of: (index: number, size: number) => Counts,
): Counts {
  let sums: Counts[] = [new Map([['', 1]])];
  for (const part of parts) sums = join(search, node, sums, length, (size) => of(part, size));
  return sums[length] ?? new Map();
}

function repetition(
  search: Search,
  node: number,
  { body, min, max }: TreeNode & { kind: 'repeat' },
  length: number,
  of: (index: number, size: number) => Counts,
): Counts {
  const found: Counts = new Map();
  // Rounds that take nothing are not counted as other readings.
  const isNullable = of(body, 0).size > 0;
  let sums: Counts[] = [new Map([['', 1]])];
  for (let times = 0; times <= Math.min(max ?? length, length); times++) {
    if (times > 0)
      sums = join(search, node, sums, length, (size) => (size === 0 ? new Map() : of(body, size)));
    if (times < min && !isNullable) continue;
    for (const [text, count] of sums[length] ?? [])
      found.set(text, Math.min(2, (found.get(text) ?? 0) + count));
  }
  return found;
}

function join(
  search: Search,
  node: number,
  sums: readonly Counts[],
  length: number,
  next: (size: number) => Counts,
): Counts[] {
  const joined: Counts[] = Array.from({ length: length + 1 }, () => new Map());
  sums.forEach((before, size) => {
    if (before === undefined || before.size === 0) return;
    for (let more = 0; size + more <= length; more++) {
      const behind = next(more);
      const into = joined[size + more] as Counts;
      for (const [left, count] of before) {
        for (const [right, times] of behind) {
          if (--search.left <= 0) return;
          const text = left + right;
          const known = into.get(text);
          if (known === undefined && into.size >= 4 * MAX_TEXTS) search.cutShort.add(node);
          else into.set(text, Math.min(2, (known ?? 0) + count * times));
        }
      }
    }
  });
  return joined;
}

/** Characters that stand for each set: those of the texts of the grammar first, then one of each stretch between borders. */
function charactersOf(nodes: readonly TreeNode[]): Map<TreeNode, readonly string[]> {
  const written = new Set<number>();
  const borders = new Set<number>();
  for (const node of nodes) {
    if (node.kind === 'text') for (const c of node.text) written.add(c.codePointAt(0) as number);
    if (node.kind === 'set') for (const [low] of node.ranges) borders.add(low);
  }
  const candidates = [
    ...new Set([
      ...[...written].slice(0, 40),
      ...[...'a0 _-A'].map((c) => c.charCodeAt(0)),
      ...[...borders].slice(0, 60),
    ]),
  ];
  const chosen = new Map<TreeNode, readonly string[]>();
  for (const node of nodes) {
    if (node.kind !== 'set') continue;
    const inside = candidates.filter((point) => contains(node.ranges, point));
    const [first] = node.ranges;
    if (inside.length === 0 && first !== undefined) inside.push(first[0]);
    chosen.set(
      node,
      inside.slice(0, MAX_CHARACTERS).map((point) => String.fromCodePoint(point)),
    );
  }
  return chosen;
}

export function contains(ranges: readonly CharRange[], point: number): boolean {
  return ranges.some(([low, high]) => low <= point && point <= high);
}
