import type { Colors } from '../../cli/output.js';
import type { SuiteFuzz } from '../fuzz/fuzz-suites.js';
import type { RunResult, SuiteResult } from '../run.js';

/** Writes a run down. */
export interface Reporter {
  /** Text for a suite as soon as it is done. */
  suite?(result: SuiteResult): string;
  /**
   * Text at the end.
   *
   * @param fuzz what came of random texts; undefined: none were asked for. People are told of it as it comes
   */
  end(run: RunResult, fuzz?: readonly SuiteFuzz[]): string;
}

export type MakeReporter = (colors: Colors) => Reporter;
