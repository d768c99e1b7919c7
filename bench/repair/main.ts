// What a grammar and names that exist do for a model that repairs code, arm by arm, on repair-bench.
//
//   npm run bench:repair                                    all arms, static bugs, 20 samples, 3 seeds
//   npm run bench:repair -- --model DIR --arms vanilla,full,ranked --bugs all --count 40 --samples 5 --seeds 1
//   npm run bench:repair -- --report                        the tables of what was drawn so far
//
// --arms vanilla,resample,grammar,completion,cache,active,backtracking,ranked (`full` is checks); --bugs static, semantic,
// all, or ids; --count: so many of them, always the same; --samples; --seeds: so many, from 0; --templates: every other sample keeps
// a part of the line; --journal FILE: where it goes on when it was cut off; --limit-ms: ends then, and says what is missing;
// --threads of the model; --test-limit-ms of the tests of a program; --plot FILE.svg; --json.
//
// A text is checked and tested once. A check counts in each arm that would have made it, with the time that it took; tests run
// between the arms and count in none. `resample` is the bare model with as many samples as fit in what the full arm used.
import { createHash } from 'node:crypto';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { basename, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { loadModel } from '../../src/index.js';
import { endLater } from '../../src/left-behind.js';
import { createChecker, typescriptEngine } from '../../src/repair/index.js';
import { startProgress } from '../progress.js';
import { fullArm, parseArms } from './arms.js';
import { chooseBugs } from './choose.js';
import { type Bug, noRepairBench, readRepairBench } from './data.js';
import { type DrawContext, drawUnit } from './draw-unit.js';
import { openJournal, readJournal } from './journal.js';
import { judgeJournal, missingUnits, untested, usedBy } from './judge.js';
import { plotOf } from './plot.js';
import { type Entry, unitKey } from './records.js';
import { printReport, reportJson } from './report.js';
import { createTestRunner } from './run-tests.js';
import { summarize } from './summary.js';
import { benchTsconfig } from './tsconfig.js';
import { createVerdicts } from './verdicts.js';
import { watchEngine, watchModel } from './watch.js';

const WARM_UP_SEED = 1_000_003;
const root = fileURLToPath(new URL('../../', import.meta.url));
const { values } = parseArgs({
  options: {
    model: { type: 'string', default: join(root, 'models', 'repair') },
    arms: { type: 'string', default: 'all' },
    bugs: { type: 'string', default: 'static' },
    count: { type: 'string' },
    samples: { type: 'string', default: '20' },
    seeds: { type: 'string', default: '3' },
    templates: { type: 'boolean', default: false },
    journal: { type: 'string', default: 'repair-bench.jsonl.log' },
    'limit-ms': { type: 'string' },
    'test-limit-ms': { type: 'string', default: '10000' },
    threads: { type: 'string' },
    plot: { type: 'string' },
    report: { type: 'boolean', default: false },
    json: { type: 'boolean', default: false },
  },
});

function fail(message: string): never {
  console.error(`bench:repair: ${message}`);
  process.exit(2);
}

function whole(
  name: 'count' | 'samples' | 'seeds' | 'limit-ms' | 'test-limit-ms' | 'threads',
): number | undefined {
  const text = values[name];
  if (text === undefined) return undefined;
  const value = Number(text);
  if (!Number.isInteger(value) || value < 1) fail(`expected a whole number above 0 for --${name}`);
  return value;
}

if (noRepairBench !== false) fail(noRepairBench);
const bench = readRepairBench();
const arms = parseArms(values.arms) ?? fail(`there is an arm that is none in --arms ${values.arms}`);
const bugs =
  chooseBugs(bench.bugs, values.bugs, whole('count')) ??
  fail(`there is no such bug in --bugs ${values.bugs}`);
const samples = whole('samples') as number;
const seeds = Array.from({ length: whole('seeds') as number }, (_, seed) => seed);

const entries = values.report ? readJournal<Entry>(journalOf()).entries : await draw();
show(entries);

function journalOf(): string {
  if (!existsSync(values.journal)) fail(`there is no ${values.journal}`);
  return values.journal;
}

/** What must not be mixed. Arms, bugs and seeds may come later. */
function settingOf(weights: string): Record<string, unknown> {
  const hash = createHash('sha256').update(readFileSync(weights)).digest('hex').slice(0, 12);
  const { templates } = values;
  return { bench: 'repair', model: basename(resolve(values.model)), weights: hash, samples, templates };
}

async function draw(): Promise<ReadonlyMap<string, Entry>> {
  const started = performance.now();
  const model = await loadModel(values.model, { threads: whole('threads') });
  const journal = openJournal<Entry>(values.journal, settingOf(model.info.weights));
  const project = mkdtempSync(join(tmpdir(), 'grammask-bench-repair-'));
  const isRemoved = endLater({ folder: project });
  writeFileSync(join(project, 'tsconfig.json'), JSON.stringify(benchTsconfig));
  for (const [name, program] of bench.programs) writeFileSync(join(project, `${name}.ts`), program);
  const checker = createChecker({ project, timeoutMs: 300_000 });
  const names = typescriptEngine({ project, deadlineMs: Number.POSITIVE_INFINITY });
  const runner = createTestRunner();
  const verdicts = createVerdicts(journal, checker, runner, whole('test-limit-ms') as number);
  const policy = { templates: values.templates };
  const context: DrawContext = {
    ...{ project, verdicts, policy, samples },
    model: watchModel(model),
    engine: watchEngine(names),
  };
  const limit = whole('limit-ms') ?? Number.POSITIVE_INFINITY;
  const groups = seeds.flatMap((seed, i) =>
    bugs.map((bug, j) => {
      const turn = { isFirstSeed: i === 0, number: i + j };
      return { bug, seed, missing: () => missingUnits(arms, bug.id, seed, turn, journal.entries) };
    }),
  );
  const todo = groups.reduce((sum, { missing }) => sum + missing().length, 0);
  const progress = startProgress(todo);
  let done = 0;
  let isLate = false;
  const drawingStarted = performance.now();
  try {
    await names.ready();
    const [first] = groups.filter(({ missing }) => missing().length > 0);
    // For nothing: whatever is first compiles code, loads the library and reads the project.
    if (first !== undefined) await drawUnit({ ...context, samples: 2 }, fullArm, first.bug, WARM_UP_SEED);
    for (const { bug, seed, missing } of groups) {
      // The model remembers a prompt: read ahead of all arms, it is nobody's cost.
      if (missing().length > 0) {
        const short = { ...context, samples: 1, policy: { ...policy, maxTokens: 1 } };
        await drawUnit(short, 'vanilla', bug, WARM_UP_SEED);
      }
      for (const arm of missing()) {
        isLate = performance.now() - started > limit;
        if (isLate) break;
        const full = journal.entries.get(unitKey(fullArm, bug.id, seed));
        const isTimed = arm === 'vanilla' && arms.includes('resample') && full?.kind === 'unit';
        journal.add(await drawUnit(context, arm, bug, seed, isTimed ? usedBy(full.samples) : 0));
        done += 1;
        const left = ((performance.now() - drawingStarted) / done) * (todo - done);
        progress.done(`${arm}, ${bug.id}, seed ${seed}; about ${Math.ceil(left / 60_000)} min left`);
      }
      if (isLate) break;
      await test(bug, verdicts, journal.entries);
    }
  } finally {
    progress.end();
    await Promise.all([model.dispose(), names.dispose(), checker.dispose()]);
    runner.dispose();
    rmSync(project, { recursive: true, force: true });
    isRemoved();
  }
  if (done < todo) {
    console.error(
      `bench:repair: the time is over: ${todo - done} of ${todo} arms of a bug and seed were not run`,
    );
  }
  return journal.entries;
}

/** Two at a time: most of a run of tests is the start of a process. */
async function test(
  bug: Bug,
  verdicts: ReturnType<typeof createVerdicts>,
  known: ReadonlyMap<string, Entry>,
): Promise<void> {
  const texts = [...untested(bug, known).values()];
  const worker = async (): Promise<void> => {
    for (let text = texts.pop(); text !== undefined; text = texts.pop()) {
      await verdicts.tests(bug.slug, text, bench.tests.get(bug.slug) ?? '');
    }
  };
  await Promise.all([worker(), worker()]);
}

function show(known: ReadonlyMap<string, Entry>): void {
  const all = judgeJournal(bugs, known, samples);
  const parts = (['static', 'semantic'] as const).flatMap((category) => {
    const units = new Map(
      [...all].map(([arm, own]) => [
        arm,
        arms.includes(arm)
          ? own.filter(({ bug, seed }) => bug.category === category && seeds.includes(seed))
          : [],
      ]),
    );
    return [...units.values()].some((own) => own.length > 0)
      ? [{ category, units, summary: summarize(units) }]
      : [];
  });
  if (values.json) {
    const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg() };
    const json = Object.fromEntries(
      parts.map(({ category, summary, units }) => [category, reportJson(summary, units)]),
    );
    console.log(
      JSON.stringify({ machine, setting: readJournal(values.journal).setting, ...json }, undefined, 2),
    );
  } else {
    for (const { category, summary, units } of parts) printReport(`${category} bugs`, summary, units);
    const load = loadavg().map((value) => value.toFixed(1));
    console.log(`\n${availableParallelism()} cores, load ${load.join(' ')}`);
  }
  const first = parts[0];
  if (values.plot !== undefined && first !== undefined) {
    writeFileSync(
      values.plot,
      plotOf(`Distinct patches that compile, a bug (${first.category} bugs)`, first.units),
    );
  }
}
