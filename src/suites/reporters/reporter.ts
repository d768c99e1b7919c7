import type { Colors } from '../../cli/output.js';
import type { RunResult, SuiteResult } from '../run.js';

/** Writes a run down. */
export interface Reporter {
  /** Text for a suite as soon as it is done. */
  suite?(result: SuiteResult): string;
  /** Text at the end. */
  end(run: RunResult): string;
}

export type MakeReporter = (colors: Colors) => Reporter;
