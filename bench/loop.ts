// What a constraint costs a model: the same tokens replayed without a mask, with masks made beside the model's step, and
// with masks made before it.
//
//   npm run bench:loop                        the embedded model
//   npm run bench:loop -- --model FOLDER      another one, in the Hugging Face ONNX layout
//   npm run bench:loop -- --pairs 60          rounds; default 30
//   npm run bench:loop -- --json              the figures as JSON
//   npm run bench:gpu                         the same on WebGPU; takes the options above
//
// The three ways take turns, a round each, so that they meet the same neighbours on the machine; one thread of ONNX Runtime.
// A step is: accept, mask, the model, sample. The text is the same each time, so the first round pays for the masks, as the
// first answer of a program does: it is left out of the medians and shown apart.
import { readdirSync } from 'node:fs';
import { cpus, loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import type * as VocabularyModule from '../src/engine/vocabulary.js';
import type { CompiledGrammar } from '../src/index.js';
import type * as FolderModule from '../src/model/model-folder.js';
import type * as WorkerModule from '../src/model/model-worker.js';
import { printTable } from './maskbench/tables.js';
import { Compiler, Grammar, sample } from './package.js';

// The inside of the built package: to replay tokens, the model must be stepped by hand.
const inside = (file: string): string => new URL(`../dist/${file}`, import.meta.url).href;
const { buildVocabulary }: typeof VocabularyModule = await import(inside('engine/vocabulary.js'));
const { readModelFolder }: typeof FolderModule = await import(inside('model/model-folder.js'));
const { startModelWorker }: typeof WorkerModule = await import(inside('model/model-worker.js'));

const { values } = parseArgs({
  options: {
    model: { type: 'string' },
    pairs: { type: 'string', default: '30' },
    json: { type: 'boolean', default: false },
    device: { type: 'string', default: 'cpu' },
    software: { type: 'boolean', default: false },
  },
});
const pairs = Number(values.pairs);
if (!Number.isInteger(pairs) || pairs < 1) {
  console.error('bench:loop: expected a whole number for --pairs');
  process.exit(2);
}

if (values.device === 'webgpu' && !values.software && !hasAdapter()) {
  console.log(
    'bench:gpu: no hardware adapter here, so there is nothing to measure. --software runs it on a driver without GPU: the ' +
      'figures then say nothing about a GPU.',
  );
  process.exit(0);
}

/** On Linux an adapter shows as a render node; elsewhere the system brings one. */
function hasAdapter(): boolean {
  if (process.platform !== 'linux') return true;
  if (/swiftshader|lvp|llvmpipe/i.test(process.env.VK_ICD_FILENAMES ?? '')) return false;
  const nodes = (folder: string, pattern: RegExp): boolean => {
    try {
      return readdirSync(folder).some((name) => pattern.test(name));
    } catch {
      return false;
    }
  };
  return nodes('/dev/dri', /^renderD/) || nodes('/dev', /^nvidia[0-9]/);
}

const schema = {
  type: 'object',
  properties: {
    sender: { type: 'string' },
    subject: { type: 'string', maxLength: 80 },
    date: { type: 'string', format: 'date' },
    priority: { enum: ['low', 'normal', 'high'] },
    pages: { type: 'integer', minimum: 1, maximum: 500 },
    topics: { type: 'array', items: { type: 'string' } },
  },
  required: ['sender', 'subject', 'date', 'priority', 'pages', 'topics'],
  additionalProperties: false,
};
const prompt = 'Write the e-mail as JSON.\n';
const text = JSON.stringify({
  sender: 'ada@example.org',
  subject: 'Minutes of the meeting in the harbour office',
  date: '2026-03-14',
  priority: 'normal',
  pages: 12,
  topics: ['boats', 'the new pier', 'winter'],
});

interface Round {
  /** Milliseconds from the first accept to the last draw. */
  readonly total: number;
  /** By step: of the model, and what was waited for a mask, beside it or before it. */
  readonly forward: readonly number[];
  readonly wait: readonly number[];
}
type Way = 'free' | 'overlapped' | 'in turn';

const folder = await readModelFolder(values.model, undefined);
const thread = startModelWorker({
  folder: folder.path,
  weights: folder.weights,
  device: values.device,
  threads: 1,
});
const vocabulary = await buildVocabulary(await thread.vocabulary);
const worker = await thread.worker;
const sequence = worker.openSequence();
const { tokens: promptTokens } = await worker.encode({ prompt });
const { tokens: whole } = await worker.encode({ prompt: prompt + text });
const answer = [...whole.subarray(promptTokens.length)];
const compiler = new Compiler(vocabulary);
const compiled: CompiledGrammar = compiler.compileSync(Grammar.jsonSchema(schema));
const mask = new Int32Array(Math.ceil(Math.max(vocabulary.size, sequence.logits.length) / 32));

async function round(way: Way): Promise<Round> {
  const matcher = way === 'free' ? undefined : compiled.matcher();
  await sequence.forward(promptTokens, 0);
  const forward: number[] = [];
  const wait: number[] = [];
  const start = performance.now();
  for (const [at, token] of answer.entries()) {
    if (matcher !== undefined && !matcher.accept(token))
      throw new Error(`token ${at} of the text is refused`);
    const pending = way === 'overlapped' ? matcher?.fillMaskAsync(mask) : undefined;
    const before = performance.now();
    if (way === 'in turn') matcher?.fillMask(mask);
    let waited = performance.now() - before;
    forward.push(await sequence.forward([token], promptTokens.length + at));
    const stepped = performance.now();
    pending?.wait();
    if (pending !== undefined) waited = performance.now() - stepped;
    wait.push(waited);
    // Some token may always follow but at the end, where only a stop token does.
    sample(sequence.logits, matcher === undefined ? null : mask, { temperature: 0 });
  }
  const total = performance.now() - start;
  matcher?.dispose();
  return { total, forward, wait };
}

function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[numbers.length >> 1] ?? Number.NaN;
}

const ways: readonly Way[] = ['free', 'overlapped', 'in turn'];
const first = new Map<Way, Round>();
const rounds = new Map<Way, Round[]>(ways.map((way) => [way, []]));
await round('free');
for (const way of ['overlapped', 'in turn'] as const) {
  compiler.clearCache();
  first.set(way, await round(way));
}
for (let pair = 0; pair < pairs; pair++) {
  // Each way comes first, second and third equally often.
  for (let turn = 0; turn < ways.length; turn++) {
    const way = ways[(pair + turn) % ways.length] as Way;
    rounds.get(way)?.push(await round(way));
  }
}

const free = rounds.get('free') as Round[];
const figures = ways.map((way) => {
  const all = rounds.get(way) as Round[];
  const forward = median(all.flatMap((each) => each.forward));
  const wait = median(all.flatMap((each) => each.wait));
  return {
    way,
    step: median(all.map(({ total }) => total)) / answer.length,
    ratio: median(all.map(({ total }, pair) => total / (free[pair] as Round).total)),
    forward,
    wait,
    waitShare: wait / forward,
    firstWait: first.get(way)?.wait.reduce((sum, ms) => sum + ms, 0) ?? 0,
  };
});
if (values.json) {
  console.log(
    JSON.stringify(
      { model: folder.path, device: values.device, tokens: answer.length, pairs, figures },
      null,
      2,
    ),
  );
} else {
  console.log(
    `${cpus()[0]?.model}; load ${(loadavg()[0] as number).toFixed(1)}; ${values.model ?? 'the embedded model'} on ${values.device}`,
  );
  printTable(
    `${answer.length} tokens replayed, ${pairs} rounds of each way; medians, ms`,
    [
      'way',
      'a step',
      'times free',
      'forward',
      'wait for a mask',
      'of forward',
      'all waits of the first round',
    ],
    figures.map(({ way, step, ratio, forward, wait, waitShare, firstWait }) => [
      way,
      step.toFixed(3),
      ratio.toFixed(3),
      forward.toFixed(3),
      wait.toFixed(4),
      `${(waitShare * 100).toFixed(2)} %`,
      firstWait.toFixed(2),
    ]),
  );
}
sequence.close();
await worker.dispose();
compiler.dispose();
