// Times by the million, kept as counts of logarithmic steps: a percentile is right to 3 %.

const STEPS_PER_OCTAVE = 16;

/** Counts of times in microseconds; sparse, so that it crosses to another process as it is. */
export type TimeCounts = Record<number, number>;

export function noteTime(counts: TimeCounts, microseconds: number): void {
  const step = Math.round(Math.log2(Math.max(microseconds, 0.01)) * STEPS_PER_OCTAVE);
  counts[step] = (counts[step] ?? 0) + 1;
}

export function addTimes(total: TimeCounts, counts: TimeCounts): void {
  for (const [step, count] of Object.entries(counts)) {
    total[Number(step)] = (total[Number(step)] ?? 0) + count;
  }
}

/** The time below which a share of all times lies, in microseconds; NaN where there is none. */
export function percentile(counts: TimeCounts, share: number): number {
  const steps = Object.keys(counts)
    .map(Number)
    .sort((a, b) => a - b);
  const all = steps.reduce((sum, step) => sum + (counts[step] ?? 0), 0);
  let seen = 0;
  for (const step of steps) {
    seen += counts[step] ?? 0;
    if (seen > share * all || seen === all) return 2 ** (step / STEPS_PER_OCTAVE);
  }
  return Number.NaN;
}

/** Microseconds of each step, as counts. */
export interface MaskBenchTimes {
  /** From the schema's text to a grammar. */
  readonly read: TimeCounts;
  readonly compile: TimeCounts;
  readonly firstMask: TimeCounts;
  readonly mask: TimeCounts;
  readonly accept: TimeCounts;
}

export function emptyTimes(): MaskBenchTimes {
  return { read: {}, compile: {}, firstMask: {}, mask: {}, accept: {} };
}
