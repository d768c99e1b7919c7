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
// Of the budget of a length, the part for extensions of the best shorter sequences; the rest improves single symbols.
const extensionShare = 0.7;

export async function climb(search: Search, options: LadderOptions): Promise<LadderResult> {
  const { maxK, certifyK, seeds } = options;
  const symbols = search.system.control.symbols.length;
  let complete = -1;
  let best: Scored[] = [];
  let first: Scored[] = [];
  let seeded: Scored[] = [];
  for (let k = 0; k <= maxK; k++) {
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
  const found: Scored[] = [];
  const within = function* (
    sequences: Iterable<readonly number[]>,
    most: number,
  ): Generator<readonly number[]> {
    let count = 0;
    for (const sequence of sequences) {
      if (count++ >= most) return;
      yield sequence;
    }
  };
  const ranks = createRanks(search, shorter, first);
  const extensions = within(extended(search, ranks), Math.ceil(budget * extensionShare));
  found.push(...(await search.read(extensions, 'extend')).scored);
  // Then the nearest sequence of each goal, one symbol after the other, as long as that brings it nearer.
  const tried = new Set<string>();
  while (search.open().length > 0 && search.evaluations < end && search.left > 0) {
    const next = nearest(search, found, tried);
    if (next === undefined) break;
    const { goal, sequence } = next;
    tried.add(`${goal}:${sequence.join()}`);
    const changes = within(changed(sequence, ranks.symbols(goal)), end - search.evaluations);
    found.push(...(await search.read(changes, 'coordinate')).scored);
  }
  return found;
}

/** What is nearest to each goal. */
interface Ranks {
  /** Shorter sequences, the nearest first. */
  sequences(goal: number): readonly (readonly number[])[];
  /** Symbols, those first that came nearest alone. */
  symbols(goal: number): readonly number[];
}

function createRanks(search: Search, shorter: readonly Scored[], first: readonly Scored[]): Ranks {
  const count = search.system.control.symbols.length;
  const sequences = new Map<number, readonly (readonly number[])[]>();
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
          .map(({ sequence }) => sequence),
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
 * A symbol before or behind the nearest shorter sequences: of each goal in turn the nearest, then the second nearest, and so
 * on; first with the symbols that come nearest alone. What stands next to the answer so stays there the longest.
 */
function* extended(search: Search, ranks: Ranks): Generator<readonly number[]> {
  const symbols = search.system.control.symbols.length;
  const few = Math.ceil(symbols / 8);
  for (const [from, end] of [
    [0, few],
    [few, symbols],
  ] as const) {
    for (let rank = 0; rank < mostSequences; rank++) {
      for (const goal of search.open()) {
        const sequence = ranks.sequences(goal)[rank];
        if (sequence === undefined) continue;
        const order = ranks.symbols(goal).slice(from, end);
        for (const symbol of order) yield [symbol, ...sequence];
        for (const symbol of order) yield [...sequence, symbol];
      }
    }
  }
}

function* changed(sequence: readonly number[], order: readonly number[]): Generator<readonly number[]> {
  for (let place = sequence.length - 1; place >= 0; place--) {
    for (const symbol of order) yield [...sequence.slice(0, place), symbol, ...sequence.slice(place + 1)];
  }
}

/** Of the open goals, the one with the nearest sequence that was not tried for it. */
function nearest(
  search: Search,
  found: readonly Scored[],
  tried: ReadonlySet<string>,
): { goal: number; sequence: readonly number[] } | undefined {
  let best: { goal: number; sequence: readonly number[] } | undefined;
  let most = Number.NEGATIVE_INFINITY;
  for (const goal of search.open()) {
    for (const { sequence, scores } of found) {
      const score = scores[goal] as number;
      if (score <= most || tried.has(`${goal}:${sequence.join()}`)) continue;
      most = score;
      best = { goal, sequence };
    }
  }
  return best;
}
