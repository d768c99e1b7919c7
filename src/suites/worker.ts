// A thread that judges texts. What it imports is what every run pays for, so the rest is loaded where it is asked for.
import { readFileSync } from 'node:fs';
import { parentPort, workerData } from 'node:worker_threads';
import { engine, type NativeLanguage } from '../engine/binding.js';
import { wireError } from '../wire-error.js';
import type { CoverageMeter } from './coverage/meter.js';
import { judgeText, type Outcome } from './judge-text.js';
import type { MaskJudge } from './mask-judge.js';
import type { ChunkMessage, SuiteMessage, WorkerReply, WorkerRequest, WorkerSettings } from './protocol.js';
import type { TextCase } from './suite.js';

interface OpenSuite {
  readonly language: NativeLanguage;
  readonly meter: CoverageMeter | undefined;
  readonly masks: MaskJudge | undefined;
}

const settings = workerData as WorkerSettings;
const port = parentPort as NonNullable<typeof parentPort>;
const limits = { timeoutMs: settings.timeoutMs };
const suites = new Map<number, OpenSuite>();
const reply = (message: WorkerReply): void => port.postMessage(message);

let queue = Promise.resolve();
port.on('message', (request: WorkerRequest) => {
  // One after the other, although opening a suite may wait for a file.
  queue = queue
    .then(() => answer(request))
    .catch((error) => reply({ kind: 'error', error: wireError(error) }));
});
reply({ kind: 'ready' });

async function answer(request: WorkerRequest): Promise<void> {
  if (request.kind === 'suite') suites.set(request.suite, await open(request));
  else if (request.kind === 'chunk') judgeChunk(request);
  else finish();
}

async function open({ program, coverage }: SuiteMessage): Promise<OpenSuite> {
  const language = new (engine().Language)(program);
  const meter =
    coverage === undefined
      ? undefined
      : (await import('./coverage/meter.js')).createCoverageMeter(coverage, settings.timeoutMs);
  const masks =
    settings.vocabulary === undefined
      ? undefined
      : await (await import('./mask-judge.js')).createMaskJudge(settings.vocabulary, program, limits);
  return { language, meter, masks };
}

function judgeChunk({ suite, from, cases }: ChunkMessage): void {
  const opened = suites.get(suite) as OpenSuite;
  const outcomes: [number, Outcome][] = [];
  const times = new Float32Array(cases.length);
  cases.forEach((text, index) => {
    const started = performance.now();
    const outcome = judge(opened, text);
    times[index] = performance.now() - started;
    if (outcome.kind !== 'passed' || outcome.place !== undefined) outcomes.push([from + index, outcome]);
  });
  reply({ kind: 'chunk', suite, from, count: cases.length, outcomes, times });
}

function judge({ language, meter, masks }: OpenSuite, text: TextCase): Outcome {
  let bytes: Uint8Array;
  try {
    bytes = 'path' in text.text ? readFileSync(text.text.path) : text.text.bytes;
  } catch (error) {
    return { kind: 'failed', failure: { kind: 'unreadable', message: (error as Error).message } };
  }
  const outcome = judgeText(language, bytes, text, limits, settings.wantsPlaces);
  if (outcome.kind !== 'passed') return outcome;
  if (meter !== undefined && text.verdict === 'accept') meter.count(bytes);
  return masks?.judge(language, bytes) ?? outcome;
}

function finish(): void {
  const counts = [...suites].flatMap(([suite, { meter }]) =>
    meter === undefined ? [] : [[suite, meter.counts()] as const],
  );
  reply({ kind: 'counts', counts });
  port.close();
}
