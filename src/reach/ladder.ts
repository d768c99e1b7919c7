// The search: what is cheap and sure first. No text at all, texts that somebody thought of, every text of one symbol; then
// longer ones, built from the best shorter ones, every text that is read being looked at for every goal.
import { enumeration, walk } from './enumeration.js';
import type { Scored, Search } from './search.js';

/** How far a search went. */
export interface LadderResult {
  /** Every text of at most so many symbols was read; -1: not even the empty one. */
  readonly complete: number;
}

export interface LadderOptions {
  readonly maxK: number;
  /** Every text of at most so many symbols is read, where the budget allows, whatever hits. */
  readonly certifyK: number;
  /** Sequences that are tried before those of the search. */
  readonly seeds: readonly (readonly number[])[];
}

// Of each goal, so many of the nearest shorter sequences are made longer.
const mostSequences = 64;
// So many sequences are improved symbol by symbol for a goal.
const mostTries = 16;
// Of the budget of a length, the part for extensions of the best shorter sequences; the rest improves single symbols.
const extensionShare = 0.8;

export async function climb(search: Search, options: LadderOptions): Promise<LadderResult> {
  const { maxK, certifyK, seeds } = options;
  const symbols = search.system.control.symbols.length;
  let complete = -1;
  let best: Scored[] = [];
  let first: Scored[] = [];
  let seeded: Scored[] = [];
  for (let k = 0; k <= maxK; k++) {
    search.searchLength(k);
    if (search.open().length === 0 || search.left === 0) break;
    // One symbol is always tried in full: it is the smallest search, and tells which symbols matter.
    const isExact = complete === k - 1 && (k <= Math.max(1, certifyK) || fits(symbols, k, search.left));
    if (isExact) {
      const { scored, isWhole } = await search.read(
        sequencesOf(search, k),
        k <= 1 ? `exact k=${k}` : 'exact',
      );
      if (isWhole) complete = k;
      if (k === 1) first = scored;
      best = scored;
    } else {
      best = await searchLength(search, k, best, first, maxK);
    }
    if (k === 0 && seeds.length > 0) seeded = (await search.read(seeds, 'seed')).scored;
    best.push(...seeded.filter(({ sequence }) => sequence.length === k));
  }
  return { complete };
}

/** Whether all sequences of a length fit into half of the budget. */
function fits(symbols: number, k: number, left: number): boolean {
  return symbols ** k <= left / 2;
}

/** All sequences of a length. */
export function* sequencesOf({ system, maker, counts }: Search, k: number): Generator<readonly number[]> {
  const all = enumeration(system.control.symbols.length, k);
  if (all === undefined) return;
  const skipped = (count: number): void => {
    counts.enumerated += count;
    counts.notInLanguage += count;
  };
  for (const { sequence } of walk(all, 0, all.total, maker.mayBegin, skipped)) {
    if (sequence.length === k) yield sequence;
  }
}

/** Sequences of length k from those of length k − 1. */
async function searchLength(
  search: Search,
  k: number,
  shorter: readonly Scored[],
  first: readonly Scored[],
  maxK: number,
): Promise<Scored[]> {
  const budget = Math.ceil(search.left / (maxK - k + 1));
  const end = search.evaluations + budget;
  const ranks = createRanks(search, shorter, first);
  const most = Math.ceil(budget * extensionShare);
  const found = (await search.read(extended(search, ranks), 'extend', { most })).scored;
  // Then the nearest sequences of each goal, one symbol after the other.
  for (const { goal, sequence } of nearest(search, found)) {
    if (search.open().length === 0 || search.evaluations >= end || search.left === 0) break;
    if (!search.open().includes(goal)) continue;
    const changes = changed(sequence, ranks.symbols(goal));
    const { scored } = await search.read(changes, 'coordinate', { most: end - search.evaluations });
    found.push(...scored);
  }
  return found;
}

interface Ranked {
  readonly sequence: readonly number[];
  readonly score: number;
}

/** What is nearest to each goal. */
interface Ranks {
  /** Shorter sequences, the nearest first. */
  sequences(goal: number): readonly Ranked[];
  /** Symbols, those first that came nearest alone. */
  symbols(goal: number): readonly number[];
}

function createRanks(search: Search, shorter: readonly Scored[], first: readonly Scored[]): Ranks {
  const count = search.system.control.symbols.length;
  const sequences = new Map<number, readonly Ranked[]>();
  const symbols = new Map<number, readonly number[]>();
  const once = <Value>(known: Map<number, Value>, goal: number, make: () => Value): Value => {
    const value = known.get(goal) ?? make();
    known.set(goal, value);
    return value;
  };
  const sorted = (scored: readonly Scored[], goal: number): Scored[] =>
    [...scored].sort((a, b) => (b.scores[goal] as number) - (a.scores[goal] as number) || 0);
  return {
    sequences: (goal) =>
      once(sequences, goal, () =>
        sorted(shorter, goal)
          .slice(0, mostSequences)
          .map(({ sequence, scores }) => ({ sequence, score: scores[goal] as number })),
      ),
    symbols: (goal) =>
      once(symbols, goal, () => {
        const ranked = sorted(first, goal).map(({ sequence }) => sequence[0] as number);
        const known = new Set(ranked);
        // Symbols that are no text alone may be one beside others.
        return [
          ...ranked,
          ...Array.from({ length: count }, (_, symbol) => symbol).filter((symbol) => !known.has(symbol)),
        ];
      }),
  };
}

/**
 * Each symbol before the nearest shorter sequences: of each goal in turn the nearest, then the second nearest, and so on. What
 * stands last decides most, and how near it comes alone tells well how near it comes behind another one; of what stands before it
 * that tells nothing, so that all symbols are tried there (docs/reachability.md).
 */
function* extended(search: Search, ranks: Ranks): Generator<readonly number[]> {
  for (let rank = 0; rank < mostSequences; rank++) {
    const nearestFirst = search
      .open()
      .flatMap((goal) => {
        const found = ranks.sequences(goal)[rank];
        return found === undefined ? [] : [{ goal, ...found }];
      })
      .sort((a, b) => b.score - a.score);
    for (const { goal, sequence } of nearestFirst) {
      if (!search.open().includes(goal)) continue;
      for (const symbol of ranks.symbols(goal)) yield [symbol, ...sequence];
    }
  }
}

function* changed(sequence: readonly number[], order: readonly number[]): Generator<readonly number[]> {
  for (let place = sequence.length - 1; place >= 0; place--) {
    for (const symbol of order) yield [...sequence.slice(0, place), symbol, ...sequence.slice(place + 1)];
  }
}

/** The nearest sequences of the open goals: first the goal that is nearest of all, once each; then the second ones. */
function nearest(search: Search, found: readonly Scored[]): { goal: number; sequence: readonly number[] }[] {
  const all = search.open().flatMap((goal) =>
    [...found]
      .sort((a, b) => (b.scores[goal] as number) - (a.scores[goal] as number))
      .slice(0, mostTries)
      .map(({ sequence, scores }, rank) => ({ goal, sequence, rank, score: scores[goal] as number })),
  );
  return all.sort((a, b) => a.rank - b.rank || b.score - a.score);
}
