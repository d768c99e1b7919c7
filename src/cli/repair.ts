import { resolve } from 'node:path';
import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { loadModel } from '../model/load-model.js';
import { type Patch, patchJson, type RepairSummary } from '../repair/patch.js';
import { type RepairOptions, repair } from '../repair/repair.js';
import { readSource } from '../repair/source-text.js';
import { applyChange, patchedText } from '../repair/unified-diff.js';
import { EXIT } from './exit-codes.js';
import { numberOption, wordOption } from './inputs.js';
import { type Colors, colorsFor, ms, print, printJson } from './output.js';
import { splitCommand } from './split-command.js';

interface RepairFlags {
  range?: string;
  fromDiagnostics?: boolean;
  project: string;
  tsconfig?: string;
  model?: string;
  engine: 'typescript' | 'none';
  samples: number;
  budgetMs?: number;
  limit: number;
  test?: string;
  testTimeout: number;
  seed: number;
  temperature?: number;
  json?: boolean;
  apply?: boolean;
}

/** `grammask repair FILE --range L-L` */
export function addRepairCommand(program: Command): void {
  program
    .command('repair')
    .description(
      'propose patches for lines of a TypeScript file, each type-checked, and tested where there is a command',
    )
    .argument('<file>', 'the file, relative to the current folder')
    .option('--range <range>', '12, 12-14, or 12:5-12:9 (line:column from 1, the end not included)')
    .option('--from-diagnostics', 'every line that the type checker reports')
    .option('--project <dir>', 'the folder of the project', '.')
    .option('--tsconfig <file>', 'the configuration, relative to the project (default: tsconfig.json)')
    .option('--model <dir>', 'a model that writes patches; without it only small changes are tried')
    .option(
      '--engine <name>',
      'who knows which names exist: typescript or none',
      wordOption('--engine', ['typescript', 'none'] as const),
      'typescript',
    )
    .option('-n, --samples <number>', 'samples of the model', numberOption('-n'), 20)
    .option('--budget-ms <ms>', 'milliseconds for everything', numberOption('--budget-ms'))
    .option('--limit <number>', 'good patches after which it ends', numberOption('--limit'), 1)
    .option('--test <command>', 'what tells whether the project works; run without a shell, on a copy')
    .option('--test-timeout <ms>', 'milliseconds of a test run', numberOption('--test-timeout'), 60_000)
    .option('--temperature <number>', 'of the model', numberOption('--temperature'))
    .option('--seed <number>', 'the same seed gives the same patches', numberOption('--seed'), 0)
    .option('--apply', 'write the best patch into the file')
    .option('--json', 'all patches and the summary as JSON')
    .addHelpText(
      'after',
      `
Ends with 0 where a patch compiles (and passes the tests), 1 where none does, 3 where that is not known.

Example:
  $ grammask repair src/cart.ts --range 12 --test "node --test" --apply`,
    )
    .action(async (file: string, flags: RepairFlags) => {
      process.exitCode = await run(file, flags);
    });
}

async function run(file: string, flags: RepairFlags): Promise<number> {
  const options = optionsOf(file, flags);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const model = flags.model === undefined ? undefined : await loadModel(flags.model);
  try {
    return await propose({ ...options, model, signal: interrupt.signal }, flags);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await model?.dispose();
  }
}

function optionsOf(file: string, flags: RepairFlags): RepairOptions {
  if ((flags.range === undefined) === (flags.fromDiagnostics !== true)) {
    throw new GrammaskError('ARGUMENT', 'expected either --range or --from-diagnostics', {
      hint: '--range 12-14 names the lines to write anew',
    });
  }
  const command = flags.test === undefined ? [] : splitCommand(flags.test, '--test');
  const { project, tsconfig, range, engine, samples, budgetMs, seed, temperature } = flags;
  return {
    ...{ project, tsconfig, range, samples, budgetMs, seed },
    file: resolve(file),
    engine: engine === 'none' ? null : undefined,
    policy: { temperature, constraint: engine === 'none' ? 'grammar' : 'completion' },
    test: command.length === 0 ? undefined : { command, timeoutMs: flags.testTimeout },
  };
}

async function propose(options: RepairOptions, flags: RepairFlags): Promise<number> {
  const wanted = options.test === undefined ? 'compiles' : 'plausible';
  const colors = colorsFor(process.stdout);
  const patches: Patch[] = [];
  const good: Patch[] = [];
  const started = performance.now();
  const run = repair(options);
  let summary: RepairSummary | undefined;
  while (summary === undefined && good.length < flags.limit) {
    const next = await run.next();
    if (next.done) {
      summary = next.value;
      break;
    }
    patches.push(next.value);
    if (next.value.status !== wanted) continue;
    good.push(next.value);
    if (!flags.json) printPatch(next.value, colors);
  }
  if (summary === undefined) await run.return(emptySummary);
  const best = good[0];
  const applied = best !== undefined && flags.apply === true;
  if (applied) await apply(best, options.project);
  const counts = countsOf(patches);
  const exit = exitOf(best, counts);
  if (flags.json) {
    const used = { samples: patches.filter(({ origin }) => origin.kind === 'sample').length };
    const budget = {
      samples: options.model === undefined ? null : flags.samples,
      ms: flags.budgetMs ?? null,
    };
    printJson({
      patches: patches.map(patchJson),
      best: best?.id ?? null,
      applied,
      summary: { budget, used: { ...used, ms: performance.now() - started }, counts },
    });
  } else printSummary(counts, performance.now() - started, applied ? best : undefined, exit, colors);
  return exit;
}

const emptySummary: RepairSummary = {
  budget: { samples: null, ms: null },
  used: { samples: 0, ms: 0 },
  counts: {},
};

async function apply({ file, diff, baseHash }: Patch, project: string): Promise<void> {
  const path = resolve(project, file);
  await applyChange({ path, baseHash, content: patchedText(await readSource(path), diff) });
}

function countsOf(patches: readonly Patch[]): RepairSummary['counts'] {
  const counts: Record<string, number> = {};
  for (const { status } of patches) counts[status] = (counts[status] ?? 0) + 1;
  return counts;
}

/** Whether there is no good patch is not known where some were not judged to the end. */
function exitOf(best: Patch | undefined, { unknown = 0, timeout = 0 }: RepairSummary['counts']): number {
  if (best !== undefined) return EXIT.holds;
  return unknown + timeout > 0 ? EXIT.inconclusive : EXIT.doesNot;
}

function printPatch({ diff, status, origin, tests }: Patch, colors: Colors): void {
  const how = origin.kind === 'ranked' ? `change of ${origin.detail}` : `model, ${origin.detail}`;
  const tested = tests === null ? '' : `, tests ${tests.status} in ${ms(tests.ms)}`;
  print(colors.green(`${status} (${how}${tested})`));
  for (const line of diff.trimEnd().split('\n')) {
    if (line.startsWith('+') && !line.startsWith('+++')) print(colors.green(line));
    else print(line.startsWith('-') && !line.startsWith('---') ? colors.red(line) : line);
  }
}

function printSummary(
  counts: RepairSummary['counts'],
  time: number,
  applied: Patch | undefined,
  exit: number,
  colors: Colors,
): void {
  const list = Object.entries(counts).map(([status, count]) => `${count} ${status}`);
  const words = list.length === 0 ? 'nothing to try' : list.join(', ');
  print(colors.dim(`${words} in ${ms(time)}`));
  if (applied !== undefined) print(`written: ${applied.file}`);
  else if (exit === EXIT.doesNot) print('no patch found');
}
