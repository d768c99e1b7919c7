// How texts go on in an answer. Most go the same way: through the names of members to the value that is asked about. The next ones
// are read along that path in one step, on the guess that they go there too; those that do not are read again from where they left it.
import type { AnswerNode, AnswerTree } from './answer-tree.js';

/** A way through an answer. */
export interface AnswerPath {
  readonly tokens: readonly number[];
  /** Where one of several tokens was taken, each behind so many tokens of the path. */
  readonly choices: readonly { readonly node: AnswerNode; readonly at: number }[];
}

export interface AnswerPaths {
  /** How most texts went on from a node: as far as their outcome, where they part, or so many tokens. */
  usualFrom(node: AnswerNode, mostTokens: number): AnswerPath;
  /** Whether the outcome of most texts was known behind the token that they took at a node. */
  endsNext(node: AnswerNode): boolean;
  /** So many texts took a token at a node, which led to another one. */
  note(node: AnswerNode, token: number, child: AnswerNode, texts: number): void;
  /** What was noted so far is what is known after each `forget`. */
  keep(): void;
  /** So that what comes does not depend in its last digits on what was read before. */
  forget(): void;
}

/** The share of texts from which on it is guessed that others do the same. */
const usualShare = 0.75;

/** How many texts took a token, and whether that gave their outcome. */
interface Taken {
  texts: number;
  readonly isEnd: boolean;
}

/** What was taken at each node, by its key: the tree may make the node itself anew. */
type Counts = Map<string, Map<number, Taken>>;

/** Nodes that are counted beside those that were kept: free text leads each text to some of its own. */
const mostNodes = 4096;

export function createAnswerPaths(tree: AnswerTree): AnswerPaths {
  let counts: Counts = new Map();
  let kept: Counts = new Map();

  const takenAt = (node: AnswerNode): ReadonlyMap<number, Taken> => counts.get(node.key) ?? new Map();

  function tokenOf(node: AnswerNode, least: number): number | undefined {
    for (const [token, { texts }] of takenAt(node)) if (texts >= least) return token;
    return undefined;
  }

  function forget(): void {
    counts = copyOf(kept);
  }

  return {
    usualFrom(start, mostTokens) {
      const tokens: number[] = [];
      const choices = [{ node: start, at: 0 }];
      // Of all that were at the start, so many go all of the way.
      const least = usualShare * total(takenAt(start).values());
      let token = tokenOf(start, least);
      for (let node = start; token !== undefined; token = tokenOf(node, least)) {
        node = tree.child(node, token);
        // Behind the last token before an outcome nothing is asked.
        if (node.outcome !== undefined || tokens.length + 1 + node.forced.length > mostTokens) break;
        tokens.push(token, ...node.forced);
        choices.push({ node, at: tokens.length });
      }
      return { tokens, choices };
    },
    endsNext(node) {
      const taken = [...takenAt(node).values()];
      const ended = taken.filter(({ isEnd }) => isEnd);
      return taken.length > 0 && total(ended) >= usualShare * total(taken);
    },
    note(node, token, { outcome }, texts) {
      if (counts.size >= kept.size + mostNodes) forget();
      const taken = counts.get(node.key) ?? new Map<number, Taken>();
      counts.set(node.key, taken);
      const known = taken.get(token);
      if (known === undefined) taken.set(token, { texts, isEnd: outcome !== undefined });
      else known.texts += texts;
    },
    keep() {
      kept = copyOf(counts);
    },
    forget,
  };
}

function total(taken: Iterable<Taken>): number {
  let sum = 0;
  for (const { texts } of taken) sum += texts;
  return sum;
}

const copyOf = (counts: Counts): Counts =>
  new Map(
    [...counts].map(([key, taken]) => [
      key,
      new Map([...taken].map(([token, each]) => [token, { ...each }])),
    ]),
  );
