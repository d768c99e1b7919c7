// `grammask repair demo`: a little project with faults, repaired in a copy while one looks on.
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Command } from 'commander';
import { editDistance } from '../frontends/rules/nearest-name.js';
import type { PrunedName } from '../generate/pruned-names.js';
import { endLater } from '../left-behind.js';
import { loadModel } from '../model/load-model.js';
import { repairModelPath } from '../model/model-folder.js';
import { findTypeScript } from '../repair/engines/typescript/find-typescript.js';
import { typescriptEngine } from '../repair/engines/typescript/typescript-engine.js';
import { holeAt, parseRange } from '../repair/holes.js';
import { type Baseline, mends, type Patch } from '../repair/patch.js';
import { repair } from '../repair/repair.js';
import type { RepairOptions } from '../repair/repair-options.js';
import { readSource } from '../repair/source-text.js';
import { applyChange, patchedText } from '../repair/unified-diff.js';
import { createValidator } from '../repair/validate/validator.js';
import { EXIT } from './exit-codes.js';
import { numberOption } from './inputs.js';
import { type Colors, colorsFor, ms, print } from './output.js';

const example = fileURLToPath(new URL('../../examples/broken-shop', import.meta.url));

interface DemoFlags {
  model: string;
  samples: number;
  seed: number;
}

interface Task {
  readonly file: string;
  readonly range: string;
  /** No error shows the fault, but a test. */
  readonly tested?: true;
}

const tasks: readonly Task[] = [
  { file: 'src/catalog.ts', range: '24' },
  { file: 'src/cart.ts', range: '14' },
  { file: 'src/cart.ts', range: '23' },
  { file: 'src/cart.ts', range: '30' },
  { file: 'src/cart.ts', range: '31', tested: true },
];

/** `grammask repair demo` */
export function addRepairDemo(repairCommand: Command): void {
  repairCommand
    .command('demo')
    .description('repair a little project with five faults, in a copy, and show how')
    .option('--model <dir>', 'the model that writes', repairModelPath)
    .option('-n, --samples <number>', 'samples of the model for a line', numberOption('-n'), 4)
    .option('--seed <number>', 'the same seed shows the same', numberOption('--seed'), 0)
    .action(async (flags: DemoFlags) => {
      process.exitCode = await runDemo(flags);
    });
}

async function runDemo({ model: path, samples, seed }: DemoFlags): Promise<number> {
  const colors = colorsFor(process.stdout);
  const started = performance.now();
  print(`${colors.bold('grammask repair')}${colors.dim(': five faults of examples/broken-shop, in a copy')}`);
  // The tests turn the sources into JavaScript with it.
  const typescript = findTypeScript(example).path;
  const model = await loadModel(path);
  const interrupt = new AbortController();
  const onInterrupt = (): void => interrupt.abort();
  process.once('SIGINT', onInterrupt);
  const project = mkdtempSync(join(tmpdir(), 'grammask-demo-'));
  const isRemoved = endLater({ folder: project });
  try {
    cpSync(example, project, { recursive: true });
    const mended = await repairAll(
      { model, project, seed, samples, signal: interrupt.signal },
      typescript,
      colors,
    );
    const seconds = ((performance.now() - started) / 1000).toFixed(1);
    print(`\n${mended} of ${tasks.length} mended in ${seconds} s`);
    return mended === tasks.length ? EXIT.holds : EXIT.doesNot;
  } finally {
    process.removeListener('SIGINT', onInterrupt);
    await model.dispose();
    rmSync(project, { recursive: true, force: true });
    isRemoved();
  }
}

/** The number of faults that were mended in the copy. */
async function repairAll(
  shared: Pick<RepairOptions, 'model' | 'project' | 'seed' | 'samples' | 'signal'>,
  typescript: string,
  colors: Colors,
): Promise<number> {
  const { project } = shared;
  const test = { command: [process.execPath, 'test.mjs', typescript], timeoutMs: 30_000 };
  const engine = typescriptEngine({ project, deadlineMs: 10_000 });
  const checks = createValidator({ project });
  const tests = createValidator({ project, test });
  try {
    let mended = 0;
    for (const { file, range, tested } of tasks) {
      const place = `${file}:${range}`;
      print(`\n${colors.bold(place)}${tested ? colors.dim(', judged by the tests') : ''}`);
      const validator = tested ? tests : checks;
      if (await repairOne({ ...shared, file, range, engine, validator }, colors)) mended += 1;
      await engine.refresh();
    }
    return mended;
  } finally {
    await Promise.all([engine.dispose(), checks.dispose(), tests.dispose()]);
  }
}

/**
 * The model first, for that is what one wants to see; then small changes until one mends it. Of what mends it, the patch that changes
 * least is taken.
 */
async function repairOne(options: RepairOptions, colors: Colors): Promise<boolean> {
  const { file, range, project } = options;
  const original = holeAt(file, await readSource(resolve(project, file)), parseRange(String(range))).original;
  let baseline: Baseline | undefined;
  const told = new Set<string>();
  const found: Patch[] = [];
  const shown: Pick<RepairOptions, 'onPruned' | 'onProgress'> = {
    onPruned: (pruned) => {
      const line = prunedLine(pruned, colors);
      if (!told.has(line) && told.size < MOST_PRUNED) print(line);
      told.add(line);
    },
    onProgress: (progress) => {
      if (baseline !== undefined || progress.baseline === null) return;
      baseline = progress.baseline;
      printFault(baseline, options, colors);
    },
  };
  for (const mode of ['sampled', 'ranked'] as const) {
    const policy = { mode, temperature: 0.6, maxTokens: 40, slotTimeoutMs: 10_000 };
    let tried = 0;
    for await (const patch of repair({ ...options, ...shown, policy })) {
      tried += 1;
      const isMended = baseline !== undefined && mends(patch, baseline);
      if (mode === 'sampled' || isMended) print(patchLine(patch, isMended, tried, colors));
      if (isMended) found.push(patch);
      if (isMended && mode === 'ranked') break;
    }
    if (told.size > MOST_PRUNED && mode === 'sampled')
      print(colors.dim(`  … and ${told.size - MOST_PRUNED} more pruned`));
  }
  const best = leastChange(found, original);
  if (best === undefined) {
    print(colors.dim('  nothing mends it'));
    return false;
  }
  print(`  ${colors.dim('taken')}   ${colors.green(best.text)}`);
  const path = resolve(options.project, best.file);
  const content = patchedText(await readSource(path), best.diff);
  await applyChange({ path, baseHash: best.baseHash, content });
  return true;
}

function leastChange(patches: readonly Patch[], original: string): Patch | undefined {
  const cost = ({ text }: Patch): number => editDistance(original, text);
  return [...patches].sort((a, b) => cost(a) - cost(b))[0];
}

function printFault({ check, tests }: Baseline, { file, range }: RepairOptions, colors: Colors): void {
  for (const found of check.diagnostics) {
    if (found.file !== file || found.range?.startPosition.line !== Number(range)) continue;
    print(`  ${colors.red(`TS${found.code}`)} ${found.message}`);
  }
  const failing = tests?.output.match(/^.*(?:Error|!==).*$/m)?.[0];
  if (failing !== undefined) print(`  ${colors.red('test')} ${failing.trim()}`);
}

const MOST_NAMES = 4;
/** Lines about them for one fault. */
const MOST_PRUNED = 6;

/** What the model was about to write, and what there is. */
function prunedLine({ text, name, names }: PrunedName, colors: Colors): string {
  const before = /[^\n]*$/.exec(text)?.[0].trimStart() ?? '';
  const near = [...names].sort((a, b) => editDistance(name, a) - editDistance(name, b)).slice(0, MOST_NAMES);
  const more = names.length > near.length ? `, … of ${names.length}` : '';
  const there = names.length === 0 ? 'nothing' : near.join(', ') + more;
  const wanted = colors.isColorSupported ? colors.red(colors.strikethrough(name)) : `[${name}]`;
  return `  ${colors.dim('pruned')}  ${before}${wanted} ${colors.dim(`there is: ${there}`)}`;
}

function patchLine(
  { origin, text, status, ms: times }: Patch,
  isMended: boolean,
  tried: number,
  colors: Colors,
): string {
  const who = origin.kind === 'sample' ? 'model ' : `change ${tried} `;
  const verdict = isMended ? colors.green('mends it') : colors.dim(status);
  return `  ${colors.dim(who)}  ${isMended ? colors.green(text) : text}  ${verdict} ${colors.dim(ms(times.total))}`;
}
