import type { Colors } from '../../cli/output.js';
import { humanReporter } from './human.js';
import { jsonReporter } from './json.js';
import { junitReporter } from './junit.js';
import { lcov } from './lcov.js';
import type { MakeReporter, Reporter } from './reporter.js';
import { tapReporter } from './tap.js';

const reporters = {
  human: humanReporter,
  tap: tapReporter,
  junit: junitReporter,
  json: jsonReporter,
  lcov: () => ({ end: (run) => lcov(run.coverage) }),
} satisfies Record<string, MakeReporter>;

export type ReporterName = keyof typeof reporters;

/** The names of the reporters, for the help. */
export const reporterNames = Object.keys(reporters) as readonly ReporterName[];

export function createReporter(name: ReporterName, colors: Colors): Reporter {
  return reporters[name](colors);
}
