/** How many texts exercised each point of a grammar. */
export interface CoverageCounts {
  /** Texts by point, as `coverageMap` numbers the points. */
  readonly texts: Uint32Array;
  /** Texts that were followed to their end. */
  readonly measured: number;
  /** Texts that were not: the time was over. */
  readonly unmeasured: number;
}

/** The counts of several threads together. */
export function addCounts(all: readonly CoverageCounts[]): CoverageCounts {
  const texts = new Uint32Array(all[0]?.texts.length ?? 0);
  let [measured, unmeasured] = [0, 0];
  for (const counts of all) {
    counts.texts.forEach((count, point) => {
      texts[point] = (texts[point] as number) + count;
    });
    measured += counts.measured;
    unmeasured += counts.unmeasured;
  }
  return { texts, measured, unmeasured };
}
