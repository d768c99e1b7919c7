// How sure a figure is: whole bugs are drawn with replacement, for samples of one bug are alike. Both arms keep the same bugs.
import { createRandom } from '../../src/generate/random.js';

/** A share, as what is counted and of how many. */
export interface Count {
  readonly num: number;
  readonly den: number;
}

/** What one bug gave in an arm and in the arm that it is compared with. */
export interface Pair {
  readonly arm: Count;
  readonly base: Count;
}

/** A figure with the interval in which 95 % of the resampled ones lie. */
export interface Estimate {
  readonly value: number;
  readonly low: number;
  readonly high: number;
}

const ROUNDS = 10_000;

export const shareOf = (counts: Iterable<Count>): number => {
  let [num, den] = [0, 0];
  for (const count of counts) {
    num += count.num;
    den += count.den;
  }
  return num / den;
};

/** The share of the arm divided by that of the base. */
export const ratio = (pairs: readonly Pair[], seed = 1, rounds = ROUNDS): Estimate =>
  resampled(pairs, (arm, base) => arm.num / arm.den / (base.num / base.den), seed, rounds);

/** The share of the arm less that of the base. */
export const difference = (pairs: readonly Pair[], seed = 1, rounds = ROUNDS): Estimate =>
  resampled(pairs, (arm, base) => arm.num / arm.den - base.num / base.den, seed, rounds);

/** Whether it is claimed: the interval leaves out what would be no effect. */
export const excludes = ({ low, high }: Estimate, none: number): boolean => low > none || high < none;

interface Sum {
  num: number;
  den: number;
}

function resampled(
  pairs: readonly Pair[],
  figure: (arm: Count, base: Count) => number,
  seed: number,
  rounds: number,
): Estimate {
  const random = createRandom(seed);
  const sums = (pick: (i: number) => Pair): number => {
    const [arm, base]: [Sum, Sum] = [
      { num: 0, den: 0 },
      { num: 0, den: 0 },
    ];
    for (let i = 0; i < pairs.length; i++) {
      const pair = pick(i);
      arm.num += pair.arm.num;
      arm.den += pair.arm.den;
      base.num += pair.base.num;
      base.den += pair.base.den;
    }
    return figure(arm, base);
  };
  const value = sums((i) => pairs[i] as Pair);
  const found: number[] = [];
  for (let round = 0; round < rounds; round++) {
    const each = sums(() => pairs[Math.floor(random() * pairs.length)] as Pair);
    // Where no bug that was drawn has any of it, there is no ratio.
    if (!Number.isNaN(each)) found.push(each);
  }
  found.sort((a, b) => a - b);
  const at = (share: number): number =>
    found[Math.min(found.length - 1, Math.floor(share * found.length))] ?? Number.NaN;
  return { value, low: at(0.025), high: at(0.975) };
}
