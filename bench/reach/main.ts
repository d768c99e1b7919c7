// Reachability in figures: how fast texts are read, how soon a search finds, and what share of tokens it reaches.
//
//   npm run bench:reach                              all of the embedded model
//   npm run bench:reach -- --part speed,memory       some parts: speed, flips, memory, curve
//   npm run bench:reach -- --python PYTHON           speed: also the loop of the published program, with PyTorch and, where it is there, transformers
//   npm run bench:reach -- --smollm2 FOLDER          curve: also SmolLM2-135M-Instruct, 50 pairs, at most 1,000 prompts each
//   npm run bench:reach -- --work FOLDER             curve: where the journals are that a run goes on from
//   npm run bench:reach -- --so-far                  curve: what the journals have, without going on
//   npm run bench:reach -- --plot FILE               curve: an SVG
//   npm run bench:reach -- --json FILE               a line of JSON for each figure, added to the file
//   npm run bench:reach -- --quick                   a few of everything, to try it
import { appendFileSync, mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadModel } from '../../src/index.js';
import { printTable } from '../maskbench/tables.js';
import { type CurveResult, runCurve } from './curve.js';
import { drawShares } from './curve-plot.js';
import { runFlips } from './flips.js';
import { runMemory } from './memory.js';
import { published } from './published.js';
import { runSpeed } from './speed.js';

const { values } = parseArgs({
  options: {
    part: { type: 'string', default: 'speed,flips,memory,curve' },
    python: { type: 'string' },
    smollm2: { type: 'string' },
    work: { type: 'string' },
    plot: { type: 'string' },
    json: { type: 'string' },
    quick: { type: 'boolean', default: false },
    'so-far': { type: 'boolean', default: false },
  },
});
const parts = values.part.split(',');
const unknown = parts.find((part) => !['speed', 'flips', 'memory', 'curve'].includes(part));
if (unknown !== undefined) {
  console.error(`bench:reach: there is no part ${unknown}; the parts are speed, flips, memory, curve`);
  process.exit(2);
}

/** A figure, with what it was measured on. */
function tell(kind: string, figure: object): void {
  if (values.json === undefined) return;
  const machine = { cpu: cpus()[0]?.model, cores: availableParallelism(), load: loadavg() };
  const line = { kind, node: process.version, machine, ...figure };
  appendFileSync(values.json, `${JSON.stringify(line)}\n`);
}

const load = loadavg().map((value) => value.toFixed(1));
console.log(
  `${cpus()[0]?.model}, ${availableParallelism()} cores, load ${load.join(' ')}; Node ${process.version}`,
);
const { quick } = values;
if (parts.includes('speed')) await runSpeed({ quick, python: values.python, tell });
if (parts.includes('flips')) await runFlips({ quick, tell });
if (parts.includes('memory')) await runMemory({ quick, tell });
if (parts.includes('curve')) await curves();

async function curves(): Promise<void> {
  const work = values.work ?? mkdtempSync(join(tmpdir(), 'grammask-reach-'));
  mkdirSync(work, { recursive: true });
  const found: CurveResult[] = [];
  const maxK = 8;
  for (const [name, path] of [
    ['embedded 5M', undefined],
    ['SmolLM2 135M', values.smollm2],
  ] as const) {
    const isEmbedded = name.startsWith('embedded');
    if (!isEmbedded && path === undefined) {
      console.log('SmolLM2: left out; --smollm2 names its folder');
      continue;
    }
    await using model = await loadModel(path, { threads: 1 });
    const size = isEmbedded
      ? { states: quick ? 3 : 25, likely: 7, budget: quick ? 4000 : 6000 }
      : { states: quick ? 2 : 50, likely: 0, budget: quick ? 100 : 1000 };
    const journal = join(work, `${isEmbedded ? 'embedded' : 'smollm2'}${quick ? '-quick' : ''}.jsonl`);
    const soFar = values['so-far'];
    found.push(
      ...(await runCurve({ ...{ model, name, isEmbedded, maxK, journal, seed: 7, soFar }, ...size })),
    );
  }
  for (const curve of found) tell('curve', curve);
  const percent = (share: number | undefined): string =>
    share === undefined ? '' : `${(100 * share).toFixed(1)}`;
  const columns = Array.from({ length: 11 }, (_, k) => k);
  printTable(
    'Share of targets that at most k tokens before a text reach, percent',
    ['model and targets', 'pairs', ...columns.map((k) => `k = ${k}`)],
    [...found, ...published].map(({ name, pairs, shares }) => [
      name,
      String(pairs),
      ...columns.map((k) => percent(shares[k])),
    ]),
  );
  for (const {
    name,
    pairs,
    evaluations,
    mostEvaluations,
    seconds,
    copies,
    exactAtOne,
    contradicted,
  } of found) {
    console.log(
      `${name}: k = 1 decided for ${exactAtOne} of ${pairs} pairs; ${copies} texts hold the target; in all ${evaluations} ` +
        `prompts, at most ${mostEvaluations} a text, ${Math.round(seconds)} s; ${contradicted} hits not confirmed`,
    );
  }
  if (values.plot === undefined) return;
  writeFileSync(values.plot, drawShares('Targets reached', found, published, maxK));
  console.log(`picture: ${values.plot}`);
}
