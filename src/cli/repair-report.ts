// What `grammask repair` says of a run, for people.
import { type Baseline, hasFault, mends, type Patch, type RepairSummary } from '../repair/patch.js';
import { EXIT } from './exit-codes.js';
import { type Colors, ms, print } from './output.js';

const MOST_ERRORS = 5;

export function countsOf(patches: readonly Patch[]): RepairSummary['counts'] {
  const counts: Record<string, number> = {};
  for (const { status } of patches) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

export interface RepairRun {
  readonly best: Patch | undefined;
  readonly patches: readonly Patch[];
  readonly baseline: Baseline | null;
  readonly file: string;
  readonly time: number;
  /** Only the errors that the checker reports were looked at. */
  readonly isFromDiagnostics: boolean;
  readonly budgetMs: number | undefined;
}

/** What came of it in words, and the exit code: whether there is no good patch is not known where something was cut off. */
export function outcomeOf({ best, patches, baseline, file, time, isFromDiagnostics, budgetMs }: RepairRun): {
  words: string;
  exit: number;
} {
  if (best !== undefined) {
    const left = best.after?.diagnostics.filter((found) => found.file === file).length ?? 0;
    const words = left === 0 ? 'found' : `found; errors left in the file: ${left}`;
    if (baseline !== null && mends(best, baseline)) return { words, exit: EXIT.holds };
    const doubt =
      'it compiles, but no error and no test shows that the old text is wrong: nothing shows that this mends anything';
    return { words: doubt, exit: EXIT.inconclusive };
  }
  if (budgetMs !== undefined && time >= budgetMs) {
    return {
      words: 'the budget ran out before a patch was found: raise --budget-ms',
      exit: EXIT.inconclusive,
    };
  }
  const isCut = ({ status, tests }: Patch): boolean =>
    status === 'unknown' || status === 'timeout' || tests?.status === 'timeout';
  if (patches.some(isCut)) {
    const words = 'no patch found, but checks or tests were cut off by their time limit: see --test-timeout';
    return { words, exit: EXIT.inconclusive };
  }
  if (baseline !== null && hasFault(baseline, file) === false)
    return { words: 'nothing to repair: no error in the file, and the tests pass', exit: EXIT.doesNot };
  if (patches.length === 0 && isFromDiagnostics) {
    return { words: 'nothing to repair: the checker reports no error in the file', exit: EXIT.doesNot };
  }
  return { words: 'no patch found', exit: EXIT.doesNot };
}

/** What is wrong with the old text. */
export function printBaseline({ check, tests }: Baseline, file: string, colors: Colors): void {
  const own = check.diagnostics.filter((found) => found.file === file);
  for (const { range, code, message } of own.slice(0, MOST_ERRORS)) {
    const place = range === null ? '' : `:${range.startPosition.line}:${range.startPosition.column}`;
    print(`${file}${place} ${colors.dim(`TS${code}`)} ${message.split('\n', 1)[0]}`);
  }
  if (own.length > MOST_ERRORS) print(colors.dim(`… and ${own.length - MOST_ERRORS} more errors`));
  if (check.status === 'unknown')
    print(`the file was not checked (${check.reason}): ${check.message ?? 'out of time'}`);
  if (tests === null || tests.status === 'passed') return;
  if (tests.status === 'aborted') {
    print('the tests were not run to their end: out of time');
    return;
  }
  const said = tests.output.trim();
  const how = tests.status === 'timeout' ? `do not end within ${ms(tests.ms)}` : 'do not pass';
  print(`the tests ${how} on the text as it is${said === '' ? ', and print nothing' : ':'}`);
  if (said === '') return;
  for (const line of said.split('\n').slice(-MOST_ERRORS)) print(colors.dim(`  ${line}`));
}

export function printPatch({ diff, status, origin, tests }: Patch, colors: Colors): void {
  const how = origin.kind === 'ranked' ? `change of ${origin.detail}` : `model, ${origin.detail}`;
  const tested = tests === null ? '' : `, tests ${tests.status} in ${ms(tests.ms)}`;
  print(colors.green(`${status} (${how}${tested})`));
  for (const line of diff.trimEnd().split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++')) print(colors.green(line));
    else print(line.startsWith('-') && !line.startsWith('---') ? colors.red(line) : line);
  }
}

export function printSummary(patches: readonly Patch[], time: number, colors: Colors): void {
  const list = Object.entries(countsOf(patches)).map(([status, count]) => `${count} ${status}`);
  const words = list.length === 0 ? '' : `: ${list.join(', ')}`;
  const tried = `${patches.length} ${patches.length === 1 ? 'patch' : 'patches'} tried`;
  print(colors.dim(`${tried} in ${ms(time)}${words}`));
}
