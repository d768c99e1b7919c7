// How long schemas and masks take, over the schemas of MaskBench, beside two other engines in the same run.
//
//   npm run bench:maskbench -- --vocab FILE --tokens FILE                 ours alone, over all schemas
//   npm run bench:maskbench -- … --sample 800 --python PYTHON             800 of them, and the peers that PYTHON can import
//   npm run bench:maskbench -- … --lazy-python PYTHON                     also xgrammar's lazy pre-release, from its own environment
//   npm run bench:maskbench -- … --runs 3                                 each token counts with its least time of three runs
//
// The vocabulary and the tokens are made by the peers' tokenize.mjs (docs/performance.md says how). Results lie in
// .build/maskbench, one file an engine and run, in the form that the peers' summarize.py reads; the picture beside them.
import { spawn } from 'node:child_process';
import { createWriteStream, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { defaultMaskBenchFile, readMaskBench } from '../conformance/data.js';
import { runPool } from '../process-pool.js';
import { startProgress } from '../progress.js';
import { drawChart } from './chart.js';
import { pythonSample } from './python-sample.js';
import { leastOf, type Meta, type Run, readRun, readText, type SchemaLine } from './result-lines.js';
import { type Measure, measureTitles, timesOf } from './statistics.js';
import { printTables } from './tables.js';
import type { Job, WorkerSetting } from './worker.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const peersFolder = fileURLToPath(new URL('../../../shared/peers/', import.meta.url));
const WARM_UP = 600;

const { values } = parseArgs({
  options: {
    data: { type: 'string', default: defaultMaskBenchFile },
    vocab: { type: 'string' },
    tokens: { type: 'string' },
    sample: { type: 'string' },
    seed: { type: 'string', default: '1' },
    python: { type: 'string' },
    'lazy-python': { type: 'string' },
    engines: { type: 'string', default: 'grammask,llguidance,xgrammar' },
    style: { type: 'string', default: 'exact' },
    runs: { type: 'string', default: '1' },
    chunk: { type: 'string', default: '100' },
    limit: { type: 'string', default: '30' },
    out: { type: 'string', default: join(root, '.build', 'maskbench') },
  },
});

function fail(message: string): never {
  console.error(`bench:maskbench: ${message}`);
  process.exit(2);
}

function needed(option: 'vocab' | 'tokens'): string {
  const file = values[option];
  if (file === undefined) fail(`--${option} FILE is needed: docs/performance.md says how it is made`);
  if (!existsSync(file)) fail(`--${option}: there is no file ${file}`);
  return file;
}

function wholeNumber(option: 'sample' | 'seed' | 'runs' | 'chunk' | 'limit'): number {
  const word = values[option] ?? '';
  if (!/^[1-9]\d{0,8}$/.test(word)) fail(`--${option} is a whole number above 0, not ${word}`);
  return Number(word);
}

const vocabularyFile = needed('vocab');
const tokensFile = needed('tokens');
if (!existsSync(values.data)) fail(`--data: there is no file ${values.data}`);
if (values.style !== 'exact' && values.style !== 'generation') fail('--style is exact or generation');
const { style } = values;
const [seed, runs, chunk, limit] = (['seed', 'runs', 'chunk', 'limit'] as const).map(wholeNumber) as [
  number,
  number,
  number,
  number,
];
const sample = values.sample === undefined ? undefined : wholeNumber('sample');

function readJobs(): { jobs: Job[]; warmUp: string[] } {
  const schemas = readMaskBench(values.data);
  const sources = readText(values.data)
    .trimEnd()
    .split('\n')
    .map((line) => (JSON.parse(line) as { source?: string }).source ?? '');
  const tokens = readText(tokensFile)
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { name: string; tests: number[][] });
  const all = schemas.map(({ name, schema, instances }, index): Job => {
    const lists = tokens[index];
    if (lists?.name !== name || lists.tests.length !== instances.length) {
      fail(`--tokens is not of --data: line ${index + 1} is about ${lists?.name ?? 'nothing'}, not ${name}`);
    }
    const tests = instances.map(({ valid }, test) => ({ valid, tokens: lists.tests[test] as number[] }));
    return { name, source: sources[index] as string, schema, tests };
  });
  const warmUp = pythonSample(all.length, Math.min(WARM_UP, all.length), 2 ** 31).map(
    (index) => (all[index] as Job).schema,
  );
  if (sample === undefined || sample >= all.length) return { jobs: all, warmUp };
  return { jobs: pythonSample(all.length, sample, seed).map((index) => all[index] as Job), warmUp };
}

async function runOurs(jobs: readonly Job[], warmUp: readonly string[], file: string): Promise<void> {
  const warmUpFile = join(values.out, 'warm-up.json');
  writeFileSync(warmUpFile, JSON.stringify(warmUp));
  const setting: WorkerSetting = { vocabularyFile, style, chunk, limit, warmUpFile };
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as { version: string };
  const out = createWriteStream(file);
  const write = (line: unknown): void => {
    out.write(`${JSON.stringify(line)}\n`);
  };
  const options = { style, node: process.version };
  const about = { limit_s: limit, chunk, sample, seed, cpu: cpus()[0]?.model, load: loadavg()[0] };
  const meta: Meta = { engine: 'grammask', version, options, ...about };
  write({ meta });
  const started = performance.now();
  const progress = startProgress(jobs.length);
  let highestLoad = 0;
  await runPool<Job, SchemaLine>(jobs, {
    worker: new URL('worker.ts', import.meta.url),
    jobs: 1,
    setting,
    execArgv: ['--expose-gc', '--no-flush-bytecode'],
    signal: new AbortController().signal,
    hardLimit: () => limit * 1000,
    onOutcome({ name, source }, outcome) {
      highestLoad = Math.max(highestLoad, loadavg()[0] as number);
      progress.done('grammask');
      if (outcome.kind === 'report') write(outcome.report);
      else if (outcome.kind === 'time-out') write({ name, source, status: 'timeout', limit_s: limit });
      else write({ name, source, status: 'crash', error: outcome.reason.slice(0, 500) });
    },
  });
  progress.end();
  const wall_s = Math.round((performance.now() - started) / 100) / 10;
  write({ end: { schemas: jobs.length, wall_s, highest_load: highestLoad } });
  await new Promise((resolve) => out.end(resolve));
}

/** False where the engine could not be run; why stands on the standard error. */
function runPeer(python: string, engine: string, isCompliant: boolean, file: string): Promise<boolean> {
  const args = [join(peersFolder, 'maskbench_peers.py'), '--engine', engine, '--data', values.data];
  args.push('--vocab', vocabularyFile, '--tokens', tokensFile, '--seed', String(seed), '--out', file);
  args.push('--chunk', String(chunk), '--limit', String(limit));
  if (sample !== undefined) args.push('--sample', String(sample));
  if (isCompliant) args.push('--compliant');
  const child = spawn(python, args, { stdio: ['ignore', 'inherit', 'inherit'] });
  return new Promise((resolve) => {
    child.once('error', (error) => {
      console.error(`${engine} left out: ${error.message}`);
      resolve(false);
    });
    child.once('exit', (code) => {
      if (code !== 0) console.error(`${engine} left out: exit code ${code}`);
      resolve(code === 0);
    });
  });
}

/** The engines that were asked for and can be run: each writes a file of results. */
function enginesToRun(): { name: string; run(file: string): Promise<boolean> }[] {
  const { jobs, warmUp } = readJobs();
  return values.engines.split(',').flatMap((word) => {
    const [name = '', mode] = word.split(':');
    if (name === 'grammask') {
      return [{ name: word, run: (file: string) => runOurs(jobs, warmUp, file).then(() => true) }];
    }
    const python = name === 'xgrammar-lazy' ? values['lazy-python'] : values.python;
    if (python === undefined) return [];
    return [{ name: word, run: (file: string) => runPeer(python, name, mode === 'compliant', file) }];
  });
}

mkdirSync(values.out, { recursive: true });
const results: Run[] = [];
const engines = enginesToRun();
if (values['lazy-python'] !== undefined && !values.engines.includes('xgrammar-lazy')) {
  engines.push({
    name: 'xgrammar-lazy',
    run: (file) => runPeer(values['lazy-python'] as string, 'xgrammar-lazy', false, file),
  });
}
// Round by round, so that a busy hour does not fall on one engine alone.
const files = new Map<string, string[]>();
for (let round = 1; round <= runs; round++) {
  for (const engine of engines) {
    const file = join(values.out, `${engine.name.replace(':', '-')}.${round}.jsonl`);
    if (await engine.run(file)) files.set(engine.name, [...(files.get(engine.name) ?? []), file]);
  }
}
for (const list of files.values()) results.push(leastOf(list.map(readRun)));
if (results.length === 0) fail('no engine was run');

console.log(
  `\n${cpus()[0]?.model}, one thread an engine; load ${(loadavg()[0] as number).toFixed(1)}; ` +
    `${runs === 1 ? 'one run' : `least of ${runs} runs`}`,
);
printTables(results);

const panel = (measure: Measure): Parameters<typeof drawChart>[0][number] => ({
  title: measureTitles[measure],
  curves: results.map((run) => ({
    label: `${run.meta.engine} ${run.meta.version}`,
    times: timesOf(run, measure),
  })),
});
const picture = join(values.out, 'maskbench.svg');
mkdirSync(dirname(picture), { recursive: true });
writeFileSync(picture, drawChart([panel('ttfm'), panel('tbm')]));
console.log(`\nresults and picture: ${values.out}`);
