import { randomInt } from 'node:crypto';
import { EXIT } from '../../cli/exit-codes.js';
import { colorsFor } from '../../cli/output.js';
import type { FoundSuite } from '../discover.js';
import type { FuzzSettings, TestOptions } from '../test-once.js';
import { worseExitCode } from '../totals.js';
import { fuzzSuite } from './fuzz-suite.js';
import { createJudge } from './judge.js';

/**
 * Tries random texts on each suite's grammar, and says what came of it.
 *
 * @returns the exit code: 1 where somebody disagrees, 3 where texts could not be decided in time
 * @throws GrammaskError `ARGUMENT` for a judge that cannot be asked
 */
export async function fuzzSuites(
  suites: readonly FoundSuite[],
  options: Pick<TestOptions, 'timeoutMs' | 'jobs'>,
  settings: FuzzSettings,
  signal: AbortSignal,
  say: (text: string) => unknown,
): Promise<number> {
  const { count, seed = randomInt(2 ** 31), judge: argument } = settings;
  const judge = argument === undefined ? undefined : await createJudge(argument, options.timeoutMs);
  const colors = colorsFor(process.stdout);
  let code: number = EXIT.holds;
  for (const suite of suites) {
    if ('problem' in suite || signal.aborted) continue;
    const { texts, findings, undecided, problem } = await fuzzSuite(suite, {
      ...options,
      count,
      seed,
      judge,
      signal,
    });
    if (problem !== undefined) {
      say(`${colors.yellow('open')}  fuzz ${suite.name}  ${problem}\n`);
      code = worseExitCode(code, EXIT.inconclusive);
      continue;
    }
    const who = judge === undefined ? 'the engine agrees with itself' : 'the judge agrees';
    const word =
      findings.length > 0 ? colors.red('FAIL') : undecided > 0 ? colors.yellow('open') : colors.green('ok  ');
    const result = findings.length > 0 ? `${findings.length} disagreements` : who;
    say(`${word}  fuzz ${suite.name}  ${texts} texts, seed ${seed}: ${result}\n`);
    for (const { text, what, path } of findings) {
      say(`  ${colors.red(what)}\n    ${JSON.stringify(text)}\n    ${colors.dim(`kept in ${path}`)}\n`);
    }
    if (undecided > 0) say(`  ${colors.yellow(`${undecided} texts were not decided in time (--timeout)`)}\n`);
    if (undecided > 0) code = worseExitCode(code, EXIT.inconclusive);
    if (findings.length > 0) code = worseExitCode(code, EXIT.doesNot);
  }
  return code;
}
