import { randomInt } from 'node:crypto';
import { EXIT } from '../../cli/exit-codes.js';
import type { Colors } from '../../cli/output.js';
import type { FoundSuite } from '../discover.js';
import type { FuzzSettings, TestOptions } from '../test-once.js';
import { worseExitCode } from '../totals.js';
import { type FuzzResult, fuzzSuite } from './fuzz-suite.js';
import { createJudge } from './judge.js';

/** What came of the random texts of a suite. */
export interface SuiteFuzz extends FuzzResult {
  readonly name: string;
  readonly seed: number;
  /** Somebody else judged, not the engine itself. */
  readonly hasJudge: boolean;
}

/**
 * Tries random texts on each suite's grammar.
 *
 * @param onResult called for each suite as soon as it is done
 * @throws GrammaskError `ARGUMENT` for a judge that cannot be asked
 */
export async function fuzzSuites(
  suites: readonly FoundSuite[],
  options: Pick<TestOptions, 'timeoutMs' | 'jobs'>,
  settings: FuzzSettings,
  signal: AbortSignal,
  onResult: (result: SuiteFuzz) => void,
): Promise<readonly SuiteFuzz[]> {
  const { count, seed = randomInt(2 ** 31), judge: argument } = settings;
  const judge = argument === undefined ? undefined : await createJudge(argument, options.timeoutMs);
  const results: SuiteFuzz[] = [];
  for (const suite of suites) {
    if ('problem' in suite || signal.aborted) continue;
    const result = await fuzzSuite(suite, { ...options, count, seed, judge, signal });
    results.push({ name: suite.name, seed, hasJudge: judge !== undefined, ...result });
    onResult(results.at(-1) as SuiteFuzz);
  }
  return results;
}

/** 1 where somebody disagrees, 3 where texts could not be decided in time or none could be tried. */
export function exitCodeOfFuzz(results: readonly SuiteFuzz[]): number {
  let code: number = EXIT.holds;
  for (const { findings, undecided, problem } of results) {
    if (undecided > 0 || problem !== undefined) code = worseExitCode(code, EXIT.inconclusive);
    if (findings.length > 0) code = worseExitCode(code, EXIT.doesNot);
  }
  return code;
}

/** A result for people. */
export function fuzzInWords(result: SuiteFuzz, colors: Colors): string {
  const { name, seed, hasJudge, texts, findings, undecided, problem } = result;
  if (problem !== undefined) return `${colors.yellow('open')}  fuzz ${name}  ${problem}\n`;
  const who = hasJudge ? 'the judge agrees' : 'the engine agrees with itself';
  const word =
    findings.length > 0 ? colors.red('FAIL') : undecided > 0 ? colors.yellow('open') : colors.green('ok  ');
  const what = findings.length > 0 ? `${findings.length} disagreements` : who;
  const lines = [`${word}  fuzz ${name}  ${texts} texts, seed ${seed}: ${what}`];
  for (const { text, what, path } of findings) {
    lines.push(
      `  ${colors.red(what)}`,
      `    ${JSON.stringify(text)}`,
      `    ${colors.dim(`kept in ${path}`)}`,
    );
  }
  if (undecided > 0)
    lines.push(`  ${colors.yellow(`${undecided} texts were not decided in time (--timeout)`)}`);
  return `${lines.join('\n')}\n`;
}
