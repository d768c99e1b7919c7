// What a search makes of the texts that it has read: which are nearest to a goal, and what a symbol does before others.
import { setImmediate } from 'node:timers/promises';
import type { Scored, Search } from './search.js';

/** Those that come nearest to a goal, the nearest first; of equals those that were read first. */
export function nearestOf(scored: readonly Scored[], goal: number, count: number): Scored[] {
  const scoreOf = (each: Scored): number => each.scores[goal] as number;
  const sorted = (list: readonly Scored[]): Scored[] =>
    [...list].sort((a, b) => (scoreOf(a) === scoreOf(b) ? 0 : scoreOf(b) - scoreOf(a)));
  if (scored.length <= 4 * count) return sorted(scored).slice(0, count);
  let kept: Scored[] = [];
  let least = Number.NEGATIVE_INFINITY;
  for (const each of scored) {
    if (scoreOf(each) <= least && kept.length >= count) continue;
    kept.push(each);
    if (kept.length < 4 * count) continue;
    kept = sorted(kept).slice(0, count);
    least = scoreOf(kept.at(-1) as Scored);
  }
  return sorted(kept).slice(0, count);
}

/** A symbol that brings a goal nearer where it stands first. */
export interface Pusher {
  readonly goal: number;
  readonly symbol: number;
}

/**
 * Of each open goal the symbols that, put before shorter texts, have brought it nearer on average: first the best one of each goal,
 * the goal that it may bring nearest of all first; then the second ones.
 *
 * @param found texts of a symbol and a shorter text
 */
export async function pushersOf(
  search: Search,
  found: readonly Scored[],
  shorter: readonly Scored[],
  most: number,
): Promise<Pusher[]> {
  const known = new Map(shorter.map((each) => [each.sequence.join(), each]));
  const pairs = found.flatMap((longer) => {
    const base = known.get(longer.sequence.slice(1).join());
    return base === undefined ? [] : [{ longer, base, symbol: longer.sequence[0] as number }];
  });
  const all: (Pusher & { readonly rank: number; readonly reach: number })[] = [];
  for (const goal of search.open()) {
    const sums = new Map<number, { sum: number; count: number }>();
    for (const { longer, base, symbol } of pairs) {
      const gain = (longer.scores[goal] as number) - (base.scores[goal] as number);
      if (!Number.isFinite(gain)) continue;
      const own = sums.get(symbol) ?? { sum: 0, count: 0 };
      own.sum += gain;
      own.count++;
      sums.set(symbol, own);
    }
    const nearest = nearestOf(shorter, goal, 1)[0]?.scores[goal] ?? Number.NEGATIVE_INFINITY;
    const ranked = [...sums].map(([symbol, { sum, count }]) => ({ symbol, gain: sum / count }));
    ranked.sort((a, b) => b.gain - a.gain || a.symbol - b.symbol);
    for (const [rank, { symbol, gain }] of ranked.slice(0, most).entries()) {
      all.push({ goal, symbol, rank, reach: gain + nearest });
    }
    // Many goals and many texts: others have their turn in between.
    await setImmediate();
  }
  return all.sort((a, b) => a.rank - b.rank || b.reach - a.reach);
}
