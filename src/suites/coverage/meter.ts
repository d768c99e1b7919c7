import type { CoverageSource } from '../protocol.js';
import type { CoverageCounts } from './counts.js';
import { coverageMap } from './coverage-map.js';
import { createFollow } from './recogniser.js';

/** Counts what texts exercise of a grammar. */
export interface CoverageMeter {
  /** Counts a text that the grammar accepts. */
  count(bytes: Uint8Array): void;
  counts(): CoverageCounts;
}

/** A meter; undefined for a grammar whose coverage cannot be measured. */
export function createCoverageMeter(source: CoverageSource, timeoutMs: number): CoverageMeter | undefined {
  const map = coverageMap(source);
  if ('reason' in map) return undefined;
  const { automaton, builder, points, textOf } = map;
  const follow = createFollow(builder, automaton);
  const texts = new Uint32Array(points.length);
  /** The last text that exercised a point, so that a text counts once. */
  const lastText = new Int32Array(points.length).fill(-1);
  let [measured, unmeasured] = [0, 0];

  return {
    count(bytes) {
      const text = measured + unmeasured;
      const mark = (point: number): void => {
        if (point < 0 || lastText[point] === text) return;
        lastText[point] = text;
        texts[point] = (texts[point] as number) + 1;
      };
      const isMeasured = follow(
        textOf(bytes),
        performance.now() + timeoutMs,
        ({ point, rule, chars, rangePoints }, char) => {
          mark(point);
          if (rule !== undefined) mark(automaton.rulePoints[rule] as number);
          if (rangePoints === undefined || chars === undefined) return;
          const range = chars.findIndex(([lo, hi]) => char >= lo && char <= hi);
          mark(rangePoints[range] as number);
        },
      );
      if (isMeasured) {
        mark(automaton.rulePoints[automaton.root] as number);
        measured += 1;
      } else unmeasured += 1;
    },
    counts: () => ({ texts, measured, unmeasured }),
  };
}
