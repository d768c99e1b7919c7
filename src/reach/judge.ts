// What the model says to candidates, and how sure that is: an answer that the rounding of a batch could have turned is read
// again as `generate` reads it, and every text that is told of is read through `generate` itself.
import type { Candidate } from './candidates.js';
import type { Outcome } from './outcome.js';
import type { PromptReader } from './reader.js';
import type { Reading } from './reading.js';
import type { System } from './system.js';

/** How much the rounding of the arithmetic may have done. */
export interface NumericReport {
  /** Logits. Answers that were decided by less than this were read again, alone; the second reading counts. */
  tolerance: number;
  /** The largest difference of a logit between the two ways of reading that was seen. */
  largestDifference: number;
  /** Prompts that were read both ways. */
  compared: number;
  /** Of those, the ones that were read again because they were decided by less than the tolerance. */
  rechecked: number;
  /** Of those, the ones whose outcome was another one then. */
  changed: number;
  /** The smallest distance by which an answer was decided that was not read again; null: all had only one way to go. */
  smallestMargin: number | null;
  /** Whether the differences stayed within half of the tolerance. Where not, nothing is certified. */
  holds: boolean;
}

/** An outcome of a candidate. */
export interface Judged {
  readonly candidate: Candidate;
  readonly outcome: Outcome;
  readonly margin: number;
  readonly scores: Float32Array;
  readonly logProbabilities: Float32Array | undefined;
}

export interface Judge {
  /** Candidates with one `prompt` are read once. */
  judge(candidates: readonly Candidate[]): Promise<Judged[]>;
  /** What it saw since then. */
  report(): NumericReport;
  /** The same, for the last time. What comes then is as if nothing had been read before. */
  takeReport(): NumericReport;
  /** Goes on from what was seen in another run. */
  restore(report: NumericReport): void;
  readonly reader: PromptReader;
  close(): void;
}

// Of the first prompts of a part of the work so many are read both ways.
const compareFirst = 4;

export function createJudge(system: System, targets: readonly Outcome[], wantsProbabilities = false): Judge {
  const reader = system.reader(targets, wantsProbabilities);
  let report = emptyReport(system.tolerance);
  let compared = 0;

  function compare(together: Reading, alone: Reading): void {
    report.compared++;
    const difference = Math.abs(together.firstLogit - alone.firstLogit);
    if (difference > report.largestDifference) report.largestDifference = difference;
  }

  const reportNow = (): NumericReport => ({
    ...report,
    holds: report.largestDifference <= report.tolerance / 2,
  });

  function noteMargin(margin: number): void {
    if (margin < (report.smallestMargin ?? Number.POSITIVE_INFINITY)) report.smallestMargin = margin;
  }

  return {
    reader,
    async judge(candidates) {
      const prompts = [...new Set(candidates.map(({ prompt }) => prompt))];
      const readings = await reader.read(prompts);
      const byPrompt = new Map<Int32Array, Reading>();
      for (const [index, prompt] of prompts.entries()) {
        const together = readings[index] as Reading;
        byPrompt.set(prompt, together);
        const isClose = together.margin <= report.tolerance;
        if (!isClose && compared >= compareFirst) {
          noteMargin(together.margin);
          continue;
        }
        compared++;
        const alone = await reader.readAlone(prompt);
        compare(together, alone);
        if (!isClose) {
          noteMargin(together.margin);
          continue;
        }
        report.rechecked++;
        if (alone.outcome !== together.outcome) report.changed++;
        byPrompt.set(prompt, { ...alone, logProbabilities: together.logProbabilities });
      }
      return candidates.map((candidate) => ({ candidate, ...(byPrompt.get(candidate.prompt) as Reading) }));
    },
    report: reportNow,
    takeReport() {
      const taken = reportNow();
      report = emptyReport(system.tolerance);
      compared = 0;
      reader.forget();
      return taken;
    },
    restore(seen) {
      report = { ...seen };
      compared = seen.compared;
    },
    close: () => reader.close(),
  };
}

export function emptyReport(tolerance: number): NumericReport {
  return {
    tolerance,
    largestDifference: 0,
    compared: 0,
    rechecked: 0,
    changed: 0,
    smallestMargin: null,
    holds: true,
  };
}

/** Two reports as one. */
export function joinReports(a: NumericReport, b: NumericReport): NumericReport {
  return {
    tolerance: a.tolerance,
    largestDifference: Math.max(a.largestDifference, b.largestDifference),
    compared: a.compared + b.compared,
    rechecked: a.rechecked + b.rechecked,
    changed: a.changed + b.changed,
    smallestMargin:
      a.smallestMargin === null
        ? b.smallestMargin
        : Math.min(a.smallestMargin, b.smallestMargin ?? a.smallestMargin),
    holds: a.holds && b.holds,
  };
}
