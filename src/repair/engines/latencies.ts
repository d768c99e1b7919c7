const KEPT = 4096;

/** The latest durations, for percentiles. */
export interface Latencies {
  add(ms: number): void;
  /** The duration below which that share (0 to 1) of them lies; 0 without any. */
  percentile(share: number): number;
}

export function createLatencies(): Latencies {
  const ring = new Float64Array(KEPT);
  let count = 0;
  return {
    add(ms) {
      ring[count++ % KEPT] = ms;
    },
    percentile(share) {
      const sorted = ring.slice(0, Math.min(count, KEPT)).sort();
      if (sorted.length === 0) return 0;
      return sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] as number;
    },
  };
}
