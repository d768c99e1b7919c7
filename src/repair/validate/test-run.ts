import { mkdir } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { GrammaskError } from '../../errors.js';
import type { TestReport } from '../patch.js';
import { runCommand } from './run-command.js';
import type { Workspace } from './workspace.js';

export interface TestOptions {
  /** The program and its arguments. No shell reads them. */
  command: readonly string[];
  /** Milliseconds of a run. Default 60,000. */
  timeoutMs?: number | undefined;
  /** Characters of output that a report keeps. Default 20,000. */
  maxOutput?: number | undefined;
  /**
   * `'minimal'` (default): `PATH`, the language and what the system needs; `'inherit'`: all variables of this process. Home
   * and the folder for temporary files are in the copy's place either way.
   */
  environment?: 'minimal' | 'inherit' | undefined;
  /** Variables that are passed on or set. */
  variables?: Readonly<Record<string, string>> | undefined;
}

/** What programs cannot do without; all else is the user's business alone. */
const passed =
  /^(?:PATH|LANG|LC_\w+|LANGUAGE|TZ|SHELL|USER|LOGNAME|SYSTEMROOT|SYSTEMDRIVE|PATHEXT|COMSPEC|WINDIR)$/i;

/**
 * Runs the test command on a copy of the project with some files replaced. The copy is removed afterwards, whatever the
 * command did. What a command writes by absolute paths outside of the copy is not held back: it runs with the rights of
 * this process.
 *
 * @throws GrammaskError `ARGUMENT` for a command without a word; what `checkout` throws
 */
export async function runTests(
  workspace: Workspace,
  changes: ReadonlyMap<string, string>,
  options: TestOptions,
  signal?: AbortSignal,
): Promise<TestReport> {
  const { command, timeoutMs = 60_000, maxOutput = 20_000 } = options;
  if (command.length === 0 || command[0] === '') {
    throw new GrammaskError('ARGUMENT', 'the test command is empty', {
      hint: 'pass a program and its arguments',
    });
  }
  const checkout = await workspace.checkout(changes, signal);
  try {
    const env = await environmentOf(options, checkout);
    const { folder } = checkout;
    const result = await runCommand({ command, folder, env, timeoutMs, maxOutput, signal });
    const { ended, exitCode, output, ms } = result;
    const status = ended !== 'exit' ? ended : exitCode === 0 ? 'passed' : 'failed';
    return { status, command, exitCode, signal: result.signal, ...countsOf(output), output, ms };
  } finally {
    await checkout.remove();
  }
}

async function environmentOf(
  { environment = 'minimal', variables = {} }: TestOptions,
  { folder, scratch }: { folder: string; scratch: string },
): Promise<NodeJS.ProcessEnv> {
  const names = Object.keys(process.env).filter((name) => environment === 'inherit' || passed.test(name));
  const kept = Object.fromEntries(names.map((name) => [name, process.env[name]]));
  const [home, temporary] = [join(scratch, 'home'), join(scratch, 'tmp')];
  await Promise.all([mkdir(home), mkdir(temporary)]);
  const pathName = names.find((name) => name.toUpperCase() === 'PATH') ?? 'PATH';
  return {
    ...kept,
    [pathName]: [join(folder, 'node_modules', '.bin'), kept[pathName] ?? ''].join(delimiter),
    ...{ HOME: home, USERPROFILE: home, TMPDIR: temporary, TMP: temporary, TEMP: temporary },
    ...{ CI: '1', NO_COLOR: '1' },
    ...variables,
  };
}

// How runners sum up: node --test and TAP, jest and vitest, mocha.
const summaries: readonly { passed: RegExp; failed: RegExp }[] = [
  { passed: /^(?:#|ℹ) pass (\d+)$/m, failed: /^(?:#|ℹ) fail (\d+)$/m },
  { passed: /^\s*Tests:?\s.*?(\d+) passed/m, failed: /^\s*Tests:?\s.*?(\d+) failed/m },
  { passed: /^\s*(\d+) passing/m, failed: /^\s*(\d+) failing/m },
];

/** How many tests passed and failed, where the output says so. */
export function countsOf(output: string): { passed: number | null; failed: number | null } {
  for (const summary of summaries) {
    const [passes, failures] = [summary.passed.exec(output), summary.failed.exec(output)];
    if (passes === null && failures === null) continue;
    return { passed: Number(passes?.[1] ?? 0), failed: Number(failures?.[1] ?? 0) };
  }
  return { passed: null, failed: null };
}
