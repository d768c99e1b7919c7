import pc from 'picocolors';
import { colorsFor } from '../cli/output.js';
import type { FoundSuite } from './discover.js';
import type { SuiteFuzz } from './fuzz/fuzz-suites.js';
import { createProgress } from './progress.js';
import { createReporter, type ReporterName } from './reporters/reporters.js';
import { type RunResult, runSuites } from './run.js';
import { exitCodeOfRun, worseExitCode } from './totals.js';

export interface TestOptions {
  readonly reporter: ReporterName;
  /** The report goes to a file: the terminal gets the one for people. */
  readonly toFile: boolean;
  readonly grep: RegExp | undefined;
  readonly bail: boolean;
  readonly jobs: number | undefined;
  readonly timeoutMs: number;
  readonly update: boolean;
  readonly coverage: boolean;
  readonly vocabulary: string | undefined;
  readonly fuzz: FuzzSettings | undefined;
}

export interface FuzzSettings {
  /** Texts for each suite. */
  readonly count: number;
  readonly seed: number | undefined;
  readonly judge: string | undefined;
}

/**
 * Tests suites once, and reports.
 *
 * @param since when it began, as `performance.now()` counts; 0 is the start of the process
 */
export async function testOnce(
  suites: readonly FoundSuite[],
  options: TestOptions,
  since = 0,
): Promise<{ code: number; report: string; interrupted: boolean }> {
  const controller = new AbortController();
  const interrupt = (): void => controller.abort();
  process.once('SIGINT', interrupt);
  const progress = createProgress(process.stderr);
  const report: string[] = [];
  const main = createReporter(
    options.reporter,
    options.toFile ? pc.createColors(false) : colorsFor(process.stdout),
  );
  const beside = options.toFile ? createReporter('human', colorsFor(process.stdout)) : undefined;
  const say = (text: string): void => {
    if (text === '') return;
    progress.clear();
    process.stdout.write(text);
  };
  const write = (text: string): void => {
    if (options.toFile) report.push(text);
    else say(text);
  };
  try {
    const run = await runSuites(suites, {
      ...options,
      wantsPlaces: options.update,
      since,
      signal: controller.signal,
      onProgress: progress.show,
      onSuite(result) {
        write(main.suite?.(result) ?? '');
        say(beside?.suite?.(result) ?? '');
      },
    });
    progress.clear();
    let code = exitCodeOfRun(run);
    const isHuman = options.toFile || options.reporter === 'human';
    const note = isHuman ? say : (text: string): unknown => process.stderr.write(text);
    // People read what came of their texts first. A report for programs is one piece.
    say(beside?.end(run) ?? '');
    if (options.reporter === 'human') write(main.end(run));
    if (options.update && !run.interrupted) note(await update(run));
    let fuzz: readonly SuiteFuzz[] | undefined;
    if (options.fuzz !== undefined && !run.interrupted) {
      const { fuzzSuites, exitCodeOfFuzz, fuzzInWords } = await import('./fuzz/fuzz-suites.js');
      const colors = colorsFor(isHuman ? process.stdout : process.stderr);
      fuzz = await fuzzSuites(suites, options, options.fuzz, controller.signal, (result) => {
        note(fuzzInWords(result, colors));
        if (options.toFile && options.reporter === 'human') {
          report.push(fuzzInWords(result, pc.createColors(false)));
        }
      });
      code = worseExitCode(code, exitCodeOfFuzz(fuzz));
    }
    if (options.reporter !== 'human') write(main.end(run, fuzz));
    return { code, report: report.join(''), interrupted: controller.signal.aborted };
  } finally {
    process.off('SIGINT', interrupt);
  }
}

async function update(run: RunResult): Promise<string> {
  const { updatePlaces } = await import('./update.js');
  return updatePlaces(run.suites);
}
