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
  /** So many texts took a token at a node. */
  note(node: AnswerNode, token: number, texts: number): void;
  /** What was noted so far is what is known after each `forget`. */
  keep(): void;
  /** So that what comes does not depend in its last digits on what was read before. */
  forget(): void;
}

/** The share of texts from which on it is guessed that others do the same. */
const usualShare = 0.75;

/** How many texts took each token at a node, by the key of the node: the tree may make the node itself anew. */
type Counts = Map<string, Map<number, number>>;

export function createAnswerPaths(tree: AnswerTree): AnswerPaths {
  let counts: Counts = new Map();
  let kept: Counts = new Map();

  const takenAt = (node: AnswerNode): ReadonlyMap<number, number> => counts.get(node.key) ?? new Map();

  function tokenOf(node: AnswerNode, least: number): number | undefined {
    for (const [token, texts] of takenAt(node)) if (texts >= least) return token;
    return undefined;
  }

  return {
    usualFrom(start, mostTokens) {
      const tokens: number[] = [];
      const choices = [{ node: start, at: 0 }];
      // Of all that were at the start, so many go all of the way.
      const least = usualShare * total(takenAt(start));
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
      const taken = takenAt(node);
      if (taken.size === 0) return false;
      const ended = [...taken].filter(([token]) => tree.child(node, token).outcome !== undefined);
      return total(new Map(ended)) >= usualShare * total(taken);
    },
    note(node, token, texts) {
      const taken = counts.get(node.key) ?? new Map<number, number>();
      counts.set(node.key, taken.set(token, (taken.get(token) ?? 0) + texts));
    },
    keep() {
      kept = copyOf(counts);
    },
    forget() {
      counts = copyOf(kept);
    },
  };
}

function total(taken: ReadonlyMap<number, number>): number {
  let sum = 0;
  for (const texts of taken.values()) sum += texts;
  return sum;
}

const copyOf = (counts: Counts): Counts => new Map([...counts].map(([key, taken]) => [key, new Map(taken)]));
