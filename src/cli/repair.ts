import { resolve } from 'node:path';
import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { loadModel, type Model } from '../model/load-model.js';
import { repairModelPath } from '../model/model-folder.js';
import {
  type Baseline,
  hasFault,
  mends,
  type Patch,
  patchJson,
  type RepairSummary,
} from '../repair/patch.js';
import { repair } from '../repair/repair.js';
import type { RepairOptions, RepairProgress } from '../repair/repair-options.js';
import { readSource } from '../repair/source-text.js';
import { applyChange, patchedText } from '../repair/unified-diff.js';
import { projectFile } from '../repair/validate/checker.js';
import { numberOption, wordOption } from './inputs.js';
import { colorsFor, print, printJson } from './output.js';
import { addRepairDemo } from './repair-demo.js';
import { type ProgressLine, progressLine } from './repair-progress.js';
import { countsOf, outcomeOf, printBaseline, printPatch, printSummary } from './repair-report.js';
import { splitCommand } from './split-command.js';

interface RepairFlags {
  range?: string;
  fromDiagnostics?: boolean;
  project: string;
  tsconfig?: string;
  /** false: none. */
  model?: string | false;
  engine: 'typescript' | 'none';
  samples: number;
  budgetMs?: number;
  limit: number;
  test?: string;
  testTimeout: number;
  seed: number;
  temperature?: number;
  checks?: number;
  json?: boolean;
  apply?: boolean;
}

/** `grammask repair FILE --range L-L` */
export function addRepairCommand(program: Command): void {
  // `repair` and `repair demo` have options of the same names.
  const command = program
    .enablePositionalOptions()
    .command('repair')
    .enablePositionalOptions()
    .description(
      'propose patches for lines of a TypeScript file, each type-checked, and tested where there is a command',
    )
    .argument('<file>', 'the file, relative to the current folder')
    .option('--range <range>', '12, 12-14, or 12:5-12:9 (line:column from 1, the end not included)')
    .option('--from-diagnostics', 'every line that the type checker reports')
    .option('--project <dir>', 'the folder of the project', '.')
    .option('--tsconfig <file>', 'the configuration, relative to the project (default: tsconfig.json)')
    .option('--model <dir>', 'a model that writes patches (default: the one that comes with the package)')
    .option('--no-model', 'only small changes of the old text are tried')
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
    .option(
      '--checks <number>',
      'texts of a sample that the type checker may turn down before the best of them is taken; 0: none',
      numberOption('--checks'),
    )
    .option('--seed <number>', 'the same seed gives the same patches', numberOption('--seed'), 0)
    .option('--apply', 'write the best patch into the file')
    .option('--json', 'all patches and the summary as JSON')
    .addHelpText(
      'after',
      `
The old text is checked and tested first: without an error and with passing tests there is nothing to repair.

Exit code: 0 a patch was found: it compiles, passes the tests where there are, and an error or a failing test is gone; 1 none, or nothing to repair; 2 wrong use;
3 not known: time ran out, or nothing shows that the old text is wrong; 130 interrupted.

Example:
  $ grammask repair src/cart.ts --range 12 --test "node --test" --apply`,
    )
    .action(async (file: string, flags: RepairFlags) => {
      process.exitCode = await run(file, flags);
    });
  addRepairDemo(command);
}

async function run(file: string, flags: RepairFlags): Promise<number> {
  const options = optionsOf(file, flags);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const model = await modelOf(flags.model);
  try {
    return await propose({ ...options, model, signal: interrupt.signal }, flags);
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await model?.dispose();
  }
}

async function modelOf(folder: string | false | undefined): Promise<Model | undefined> {
  if (folder === false) return undefined;
  try {
    return await loadModel(folder ?? repairModelPath);
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'MODEL' || error.hint === undefined) throw error;
    const hint = `${error.hint.replace(/, or nothing for .*$/, '')}; with --no-model only small changes are tried`;
    throw new GrammaskError('MODEL', error.message, { hint, location: error.location, cause: error });
  }
}

function optionsOf(file: string, flags: RepairFlags): RepairOptions {
  const { project, tsconfig, range, engine, samples, budgetMs, seed, temperature, checks, limit } = flags;
  const hint = '--range 12-14 names the lines to write anew, --from-diagnostics takes those with an error';
  if (range !== undefined && flags.fromDiagnostics === true)
    throw new GrammaskError('ARGUMENT', 'expected --range or --from-diagnostics, not both', { hint });
  if (range === undefined && flags.fromDiagnostics !== true)
    throw new GrammaskError('ARGUMENT', 'expected either --range or --from-diagnostics', { hint });
  if (!(Number.isInteger(limit) && limit >= 1))
    throw new GrammaskError(
      'ARGUMENT',
      `expected a whole number of at least 1 for --limit but received ${limit}`,
    );
  const command = flags.test === undefined ? undefined : splitCommand(flags.test, '--test');
  if (command?.length === 0) {
    throw new GrammaskError('ARGUMENT', 'the command of --test is empty', {
      hint: 'leave --test out where there are no tests',
    });
  }
  return {
    ...{ project, tsconfig, range, samples, budgetMs, seed },
    file: resolve(file),
    engine: engine === 'none' ? null : undefined,
    policy: { temperature, checks, constraint: engine === 'none' ? 'grammar' : 'completion' },
    test: command === undefined ? undefined : { command, timeoutMs: flags.testTimeout },
  };
}

async function propose(options: RepairOptions, flags: RepairFlags): Promise<number> {
  const line = progressLine(flags.json !== true);
  try {
    return await proposeBeside(line, options, flags);
  } finally {
    line.end();
  }
}

async function proposeBeside(
  line: ProgressLine,
  options: RepairOptions,
  flags: RepairFlags,
): Promise<number> {
  const wanted = options.test === undefined ? 'compiles' : 'plausible';
  const colors = colorsFor(process.stdout);
  const patches: Patch[] = [];
  const good: Patch[] = [];
  const started = performance.now();
  // Only later: what is wrong with the project is said first.
  const file = (): string => projectFile(options.project, options.file);
  let baseline: Baseline | null = null;
  const onProgress = (progress: RepairProgress): void => {
    line.show(progress);
    if (baseline !== null || progress.baseline === null) return;
    baseline = progress.baseline;
    const found = baseline;
    if (!flags.json) line.aside(() => printBaseline(found, file(), colors));
    if (flags.apply === true && found.check.status === 'clean' && found.tests === null) {
      throw nothingShows(file());
    }
  };
  // Where something is known to be wrong, a patch that leaves it as it is says nothing.
  const isWorth = (patch: Patch): boolean =>
    baseline === null || hasFault(baseline, file()) !== true || mends(patch, baseline);
  const run = repair({ ...options, onProgress });
  let summary: RepairSummary | undefined;
  while (summary === undefined && good.length < flags.limit) {
    const next = await run.next();
    if (next.done) {
      summary = next.value;
      break;
    }
    patches.push(next.value);
    const patch = next.value;
    if (patch.status !== wanted || !isWorth(patch)) continue;
    good.push(patch);
    if (!flags.json) line.aside(() => printPatch(patch, colors));
  }
  if (summary === undefined) await run.return(emptySummary);
  line.end();
  const best = good[0];
  const applied = flags.apply === true && best !== undefined && baseline !== null && mends(best, baseline);
  if (applied) await apply(best, options.project);
  const time = performance.now() - started;
  const isFromDiagnostics = flags.fromDiagnostics === true;
  const outcome = outcomeOf({
    ...{ best, patches, baseline, file: file(), time },
    ...{ isFromDiagnostics, budgetMs: flags.budgetMs },
  });
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
      outcome: outcome.words,
      summary: { budget, used: { ...used, ms: time }, counts: countsOf(patches), baseline },
    });
  } else {
    printSummary(patches, time, colors);
    print(outcome.words);
    if (applied) print(`written: ${best.file}`);
  }
  return outcome.exit;
}

const emptySummary: RepairSummary = {
  budget: { samples: null, ms: null },
  used: { samples: 0, ms: 0 },
  counts: {},
  baseline: null,
};

/** A patch that is only known to compile is not written over a text that compiles. */
function nothingShows(file: string): GrammaskError {
  return new GrammaskError('ARGUMENT', 'nothing shows that the file is wrong, so no patch is written', {
    hint: 'the checker reports no error in it: say with --test what must work, or leave --apply out and choose',
    location: { path: file },
  });
}

async function apply({ file, diff, baseHash }: Patch, project: string): Promise<void> {
  const path = resolve(project, file);
  await applyChange({ path, baseHash, content: patchedText(await readSource(path), diff) });
}
