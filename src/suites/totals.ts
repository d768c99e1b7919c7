import { EXIT } from '../cli/exit-codes.js';
import type { RunResult, SuiteResult } from './run.js';

/** How many texts of suites came out how. */
export interface Totals {
  suites: number;
  /** Suites that could not be read. */
  broken: number;
  passed: number;
  failed: number;
  undecided: number;
  /** Left out, as the run was stopped before. */
  notRun: number;
}

export function totalsOf(suites: readonly SuiteResult[]): Totals {
  const totals = { suites: suites.length, broken: 0, passed: 0, failed: 0, undecided: 0, notRun: 0 };
  for (const { problem, outcomes } of suites) {
    if (problem !== undefined) {
      totals.broken += 1;
      continue;
    }
    for (const outcome of outcomes) totals[outcome?.kind ?? 'notRun'] += 1;
  }
  return totals;
}

/** The exit code of a run: what could not be read weighs more than what does not hold, and that more than what is open. */
export function exitCodeOfRun({ suites, interrupted }: RunResult): number {
  const { broken, failed, undecided } = totalsOf(suites);
  if (interrupted) return EXIT.interrupted;
  if (broken > 0) return EXIT.wrongUse;
  if (failed > 0) return EXIT.doesNot;
  return undecided > 0 ? EXIT.inconclusive : EXIT.holds;
}

const byWeight: readonly number[] = [
  EXIT.holds,
  EXIT.inconclusive,
  EXIT.doesNot,
  EXIT.wrongUse,
  EXIT.interrupted,
];

/** Of two exit codes the one that a caller must know of. */
export function worseExitCode(a: number, b: number): number {
  return byWeight.indexOf(b) > byWeight.indexOf(a) ? b : a;
}
