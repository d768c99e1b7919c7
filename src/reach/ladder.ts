// The search: what is cheap and sure first. No text at all, texts that somebody thought of, every text of one symbol; then
// longer ones, built from the best shorter ones, every text that is read being looked at for every goal.
import { setImmediate } from 'node:timers/promises';
import { createRandom, type Random } from '../generate/random.js';
import { addSkipped } from './candidates.js';
import { echoes } from './echo.js';
import { sequencesOfLength } from './enumeration.js';
import { nearestOf, pushersOf } from './nearest.js';
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
  /** Of the order in which symbols of which nothing is known are tried. */
  readonly seed: number;
}

// Of each goal, so many of the nearest shorter sequences are made longer.
const mostSequences = 64;
// So many sequences are improved symbol by symbol for a goal.
const mostTries = 16;
// Of the budget of a length, the parts for every symbol before the nearest shorter sequences, and for the symbols that did most there
// before the other sequences; the rest improves single symbols. Where there is no room for two places with every symbol, little is
// known of what symbols do.
const wideShares = { extension: 0.6, push: 0.3 };
const narrowShares = { extension: 0.8, push: 0 };
// Where a length has no room for half of the symbols at one place, so many sequences of each goal get a share of them.
const sharing = 4;
const leastShare = 8;

export async function climb(search: Search, options: LadderOptions): Promise<LadderResult> {
  const { maxK, certifyK, seeds } = options;
  const { symbols, language } = search.system.control;
  const order = shuffled(symbols.length, createRandom(options.seed));
  const echoesOf = await echoes(search);
  let complete = -1;
  let best: Scored[] = [];
  let first: Scored[] = [];
  let seeded: Scored[] = [];
  for (let k = 0; k <= maxK; k++) {
    search.searchLength(k);
    if (search.open().length === 0 || search.left === 0) break;
    const count = symbols.length ** k;
    // Of a language it is not known beforehand how many there are.
    const isWanted = k <= Math.max(1, certifyK) && (count <= search.left || language !== undefined);
    if (complete === k - 1 && (isWanted || count <= search.left / 2)) {
      // One symbol is read in full: it is the smallest search, and tells which symbols matter.
      const method = k <= 1 ? `exact k=${k}` : 'exact';
      const { scored, isWhole } = await search.read(sequencesOf(search, k), method);
      if (isWhole) {
        complete = k;
        search.noteComplete(k);
      }
      best = scored;
    } else {
      const echoed = (await search.read(echoesOf(k), 'echo')).scored;
      best =
        k === 1
          ? await readSome(search, order, Math.ceil(search.left / maxK))
          : await searchLength(search, k, best, createRanks(best, first, order), maxK);
      best.push(...echoed);
    }
    if (k === 1) first = best;
    if (k === 0 && seeds.length > 0) seeded = (await search.read(seeds, 'seed')).scored;
    best.push(...seeded.filter(({ sequence }) => sequence.length === k));
  }
  return { complete };
}

/** Single symbols, where the budget has no room for all of them. */
async function readSome(search: Search, order: readonly number[], most: number): Promise<Scored[]> {
  const single = order.map((symbol) => [symbol]);
  return (await search.read(single, 'some k=1', { most })).scored;
}

function shuffled(count: number, random: Random): number[] {
  const order = Array.from({ length: count }, (_, index) => index);
  for (let last = count - 1; last > 0; last--) {
    const other = Math.floor(random() * (last + 1));
    const symbol = order[last] as number;
    order[last] = order[other] as number;
    order[other] = symbol;
  }
  return order;
}

/** All sequences of a length. */
export function sequencesOf({ system, maker, counts }: Search, k: number): Generator<readonly number[]> {
  const { length } = system.control.symbols;
  return sequencesOfLength(length, k, maker.mayBegin, (count) => addSkipped(counts, count));
}

/** Sequences of length k from those of length k − 1. */
async function searchLength(
  search: Search,
  k: number,
  shorter: readonly Scored[],
  ranks: Ranks,
  maxK: number,
): Promise<Scored[]> {
  const begun = search.evaluations;
  const budget = Math.ceil(search.left / (maxK - k + 1));
  const shares = budget >= 2 * search.system.control.symbols.length ? wideShares : narrowShares;
  const most = Math.ceil(budget * shares.extension);
  const found = (await search.read(extended(search, ranks, most), 'extend', { most })).scored;
  /** Reads for a goal what there is room for, up to a part of the budget. */
  const readFor = async (
    goal: number,
    sequences: Iterable<readonly number[]>,
    method: string,
    share: number,
  ): Promise<boolean> => {
    const rest = Math.min(search.left, begun + Math.ceil(budget * share) - search.evaluations);
    if (rest <= 0 || search.open().length === 0) return false;
    if (!search.isOpen(goal)) return true;
    found.push(
      ...(await search.read(sequences, method, { most: Math.min(rest, shareOf(search, rest)) })).scored,
    );
    return true;
  };
  // What has brought a goal nearer before some texts, before the others.
  const pushers = shares.push === 0 ? [] : await pushersOf(search, found, shorter, mostTries);
  for (const { goal, symbol } of pushers) {
    const longer = nearestOf(shorter, goal, shorter.length).map(({ sequence }) => [symbol, ...sequence]);
    if (!(await readFor(goal, longer, 'push', shares.extension + shares.push))) break;
  }
  // Then the nearest sequences of each goal, one symbol after the other.
  for (const { goal, sequence } of await nearest(search, found)) {
    if (!(await readFor(goal, changed(sequence, ranks.symbols(goal)), 'coordinate', 1))) break;
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

function createRanks(shorter: readonly Scored[], first: readonly Scored[], order: readonly number[]): Ranks {
  const sequences = new Map<number, readonly Ranked[]>();
  const symbols = new Map<number, readonly number[]>();
  const once = <Value>(known: Map<number, Value>, goal: number, make: () => Value): Value => {
    const value = known.get(goal) ?? make();
    known.set(goal, value);
    return value;
  };
  return {
    sequences: (goal) =>
      once(sequences, goal, () =>
        nearestOf(shorter, goal, mostSequences).map(({ sequence, scores }) => ({
          sequence,
          score: scores[goal] as number,
        })),
      ),
    symbols: (goal) =>
      once(symbols, goal, () => {
        const ranked = nearestOf(first, goal, first.length).map(({ sequence }) => sequence[0] as number);
        const known = new Set(ranked);
        // Symbols that are no text alone may be one beside others; and not all may have been read.
        return [...ranked, ...order.filter((symbol) => !known.has(symbol))];
      }),
  };
}

/**
 * Each symbol before the nearest shorter sequences: of each goal in turn the nearest, then the second nearest, and so on. What
 * stands last decides most, and how near it comes alone tells well how near it comes behind another one; of what stands before it
 * that tells nothing, so that all symbols are tried there (docs/reachability.md), or as many as the budget has room for.
 */
function* extended(search: Search, ranks: Ranks, budget: number): Generator<readonly number[]> {
  const share = shareOf(search, budget);
  for (let rank = 0; rank < mostSequences; rank++) {
    const nearestFirst = search
      .open()
      .flatMap((goal) => {
        const found = ranks.sequences(goal)[rank];
        return found === undefined ? [] : [{ goal, ...found }];
      })
      .sort((a, b) => b.score - a.score);
    for (const { goal, sequence } of nearestFirst) {
      for (const symbol of ranks.symbols(goal).slice(0, share)) {
        if (!search.isOpen(goal)) break;
        yield [symbol, ...sequence];
      }
    }
  }
}

/** How many symbols are tried at a place of a sequence. */
function shareOf({ system, open }: Search, budget: number): number {
  const { length } = system.control.symbols;
  if (budget >= length / 2) return length;
  return Math.max(leastShare, Math.floor(budget / (sharing * Math.max(1, open().length))));
}

function* changed(sequence: readonly number[], order: readonly number[]): Generator<readonly number[]> {
  for (let place = sequence.length - 1; place >= 0; place--) {
    for (const symbol of order) yield [...sequence.slice(0, place), symbol, ...sequence.slice(place + 1)];
  }
}

/** The nearest sequences of the open goals: first the goal that is nearest of all, once each; then the second ones. */
async function nearest(
  search: Search,
  found: readonly Scored[],
): Promise<{ goal: number; sequence: readonly number[] }[]> {
  const all: { goal: number; sequence: readonly number[]; rank: number; score: number }[] = [];
  for (const goal of search.open()) {
    for (const [rank, { sequence, scores }] of nearestOf(found, goal, mostTries).entries()) {
      all.push({ goal, sequence, rank, score: scores[goal] as number });
    }
    // Many goals and many texts: others have their turn in between.
    await setImmediate();
  }
  return all.sort((a, b) => a.rank - b.rank || b.score - a.score);
}
