import { resolve } from 'node:path';
import { checkOptions, expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import type { Model } from '../model/load-model.js';
import { orderedCandidates, type Score } from './candidates/ordered-candidates.js';
import { type CachedEngine, cached } from './engines/cached.js';
import type { CompletionEngine } from './engines/completion-engine.js';
import { typescriptEngine } from './engines/typescript/typescript-engine.js';
import { type Hole, type HoleRange, holeAt, holesFromDiagnostics, parseRange } from './holes.js';
import {
  drawSample,
  type NamesWithMemory,
  type SampleContext,
  sampleSeed,
  templateOf,
} from './loop/draw-sample.js';
import { writtenHole } from './loop/hole-text.js';
import { type FullPolicy, type RepairPolicy, readPolicy } from './loop/policy.js';
import { createPrompter } from './loop/prompts.js';
import type { Patch, PatchStatus, RepairSummary } from './patch.js';
import { readSource } from './source-text.js';
import { templateHoles } from './templates.js';
import { projectFile } from './validate/checker.js';
import type { TestOptions } from './validate/test-run.js';
import { createValidator, type PatchSource, patchOf, type Validator } from './validate/validator.js';

/** What is repaired, with what, and for how long. */
export interface RepairOptions {
  /** Writes patches; it stays the caller's. Without one there are only ranked candidates. */
  model?: Model | undefined;
  /** The folder of the project. Nothing in it is written. */
  project: string;
  /** The file, relative to the project or absolute within it. */
  file: string;
  /** Its whole text. Default: what is on the disk. */
  content?: string | undefined;
  /** What is written anew: `'12'`, `'12-14'`, `'12:5-12:9'` or the same as an object. Default: each line with an error. */
  range?: string | HoleRange | undefined;
  /**
   * Who knows the names; it stays the caller's. Default: the language service of the project's TypeScript, for this run. null:
   * nobody.
   */
  engine?: CompletionEngine | null | undefined;
  policy?: RepairPolicy | undefined;
  /** Samples of the model, for all holes together. Default 20. */
  samples?: number | undefined;
  /** Milliseconds for everything. Default: no limit. */
  budgetMs?: number | undefined;
  /** The command that says whether the project works, run on a copy without a shell: words, or with a time limit. */
  test?: readonly string[] | TestOptions | undefined;
  /** The same seed, options and model give the same patches. Default 0. */
  seed?: number | undefined;
  /** Ends with `ABORTED`. */
  signal?: AbortSignal | undefined;
  /** The configuration, relative to the project. Default: `tsconfig.json`. */
  tsconfig?: string | undefined;
  /** Judges patches; it stays the caller's, and has the test command. Default: one for this run. */
  validator?: Validator | undefined;
  /** Told of each stage, and of each patch. */
  onProgress?: ((progress: RepairProgress) => void) | undefined;
}

/** How far a run is. */
export interface RepairProgress {
  readonly stage: 'open' | 'ranked' | 'sampled';
  /** The hole, from 1, and how many there are; 0 of 0 while the project is opened. */
  readonly hole: number;
  readonly holes: number;
  /** Patches so far, by status. */
  readonly counts: RepairSummary['counts'];
}

const names = [
  ...['model', 'project', 'file', 'content', 'range', 'engine', 'policy', 'samples', 'budgetMs', 'test'],
  ...['seed', 'signal', 'tsconfig', 'validator', 'onProgress'],
];

/**
 * Proposes patches for a part of a file, each with its verdict, as they are found; those that are no good are among them. Leave
 * the loop as soon as one will do. What the generator returns is the summary of the run.
 *
 * @throws GrammaskError `ARGUMENT` for options, a file or a range that is not there, or where the package `typescript` is
 *   missing; `ABORTED`; `DEADLINE` where no range is given and the project could not be checked; what the model throws
 */
export async function* repair(options: RepairOptions): AsyncGenerator<Patch, RepairSummary, undefined> {
  const run = readOptions(options);
  const started = performance.now();
  const budget = run.budgetMs === null ? undefined : AbortSignal.timeout(Math.ceil(run.budgetMs));
  const signals = [run.signal, budget].filter((signal) => signal !== undefined);
  const signal = AbortSignal.any(signals);
  const counts: Partial<Record<PatchStatus, number>> = {};
  let samples = 0;
  const validator =
    run.validator ??
    createValidator({ project: run.project, tsconfig: run.tsconfig ?? undefined, test: run.test });
  const isOwn = options.engine === undefined && run.policy.constraint === 'completion';
  const own = isOwn ? openEngine(run) : undefined;
  try {
    const progress = (stage: RepairProgress['stage'], hole = 0, holes = 0): void =>
      options.onProgress?.({ stage, hole, holes, counts: { ...counts } });
    const note = (patch: Patch): Patch => {
      counts[patch.status] = (counts[patch.status] ?? 0) + 1;
      return patch;
    };
    throwIfAborted(run.signal);
    progress('open');
    const engine = namesOf(run, own ?? options.engine);
    const [holes] = await Promise.all([holesOf(run, validator, signal), own?.ready()]);
    const judge = createJudge(run, validator, signal);
    for (const [i, hole] of holes.entries()) {
      if (run.policy.mode !== 'sampled') {
        progress('ranked', i + 1, holes.length);
        for await (const patch of ranked(run, hole, engine, judge, signal)) {
          yield note(patch);
          progress('ranked', i + 1, holes.length);
        }
      }
      if (run.policy.mode === 'ranked' || run.model === undefined) continue;
      progress('sampled', i + 1, holes.length);
      const { model, policy } = run;
      const prompter = await createPrompter(model);
      const context = { model, prompter, policy, engine, signal };
      // What does not divide goes to the first holes.
      const share = Math.floor(run.samples / holes.length) + (i < run.samples % holes.length ? 1 : 0);
      for await (const patch of sampled(run, context, hole, i, share, judge)) {
        samples += 1;
        yield note(patch);
        progress('sampled', i + 1, holes.length);
      }
    }
    throwIfAborted(run.signal);
    return {
      budget: { samples: run.policy.mode === 'ranked' ? null : run.samples, ms: run.budgetMs },
      used: { samples, ms: performance.now() - started },
      counts,
    };
  } finally {
    await Promise.all([own?.dispose(), run.validator === undefined && validator.dispose()]);
  }
}

interface Run {
  readonly model: Model | undefined;
  readonly project: string;
  readonly file: string;
  readonly content: string | undefined;
  readonly range: HoleRange | undefined;
  readonly policy: FullPolicy;
  readonly samples: number;
  readonly budgetMs: number | null;
  readonly test: TestOptions | undefined;
  readonly seed: number;
  readonly signal: AbortSignal | undefined;
  readonly tsconfig: string | undefined;
  readonly validator: Validator | undefined;
}

function readOptions(options: RepairOptions): Run {
  const given = checkOptions(options, names);
  const { project, file, content, range, samples = 20, budgetMs, test, seed = 0, signal } = given;
  if (typeof project !== 'string') throw expected('the path of a folder', 'project', project);
  if (typeof file !== 'string') throw expected('the path of a file', 'file', file);
  if (!(Number.isInteger(samples) && samples >= 0)) throw expected('a whole number', 'samples', samples);
  if (!Number.isSafeInteger(seed)) throw expected('a whole number', 'seed', seed);
  if (budgetMs !== undefined && !(budgetMs > 0 && budgetMs < 2 ** 31)) {
    throw expected('milliseconds above 0', 'budgetMs', budgetMs);
  }
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw expected('an AbortSignal', 'signal', signal);
  }
  return {
    model: given.model,
    project: resolve(project),
    file: projectFile(project, file),
    content,
    range: typeof range === 'string' ? parseRange(range) : range,
    policy: readPolicy(given.policy, given.model !== undefined),
    samples,
    budgetMs: budgetMs ?? null,
    test: test === undefined || 'command' in test ? test : { command: test },
    seed,
    signal,
    tsconfig: given.tsconfig,
    validator: given.validator,
  };
}

function openEngine({ project, policy, tsconfig }: Run) {
  const place = tsconfig === undefined ? project : resolve(project, tsconfig);
  return typescriptEngine({ project: place, deadlineMs: policy.slotTimeoutMs });
}

/** Who is asked for names: with one memory for all samples, and by the whole path of a file. */
function namesOf({ project }: Run, engine: CompletionEngine | null | undefined): NamesWithMemory | undefined {
  if (engine === null || engine === undefined) return undefined;
  const memory: NamesWithMemory =
    'stats' in engine ? (engine as CachedEngine) : cached(engine, { deadlineMs: Number.POSITIVE_INFINITY });
  return {
    complete: (request) => memory.complete({ ...request, file: resolve(project, request.file) }),
    get stats() {
      return memory.stats;
    },
  };
}

async function holesOf(run: Run, validator: Validator, signal: AbortSignal): Promise<readonly Hole[]> {
  const { file, range } = run;
  const content = run.content ?? (await readSource(resolve(run.project, file)));
  if (range !== undefined) return [holeAt(file, content, range)];
  const report = await validator.check(file, content, { signal });
  throwIfAborted(run.signal);
  if (report.status !== 'unknown') return holesFromDiagnostics(file, content, report.diagnostics);
  throw new GrammaskError(
    'DEADLINE',
    'the project was not checked, so it is not known where its errors are',
    {
      hint: 'name a range, or give it more time',
      location: { path: file },
    },
  );
}

/** A patch of a text: judged once, and not at all where it was there before. */
type Judge = (hole: Hole, text: string, source: PatchSource, ended?: PatchStatus) => Promise<Patch>;

function createJudge({ policy, signal: user }: Run, validator: Validator, signal: AbortSignal): Judge {
  const seen = new Set<string>();
  return async (hole, text, source, ended) => {
    const draft = patchOf(hole, hole.file, text, source);
    if (ended !== undefined) return draft(ended);
    const { id, hash } = draft('duplicate');
    if (hash === hole.hash) return draft('unchanged');
    if (seen.has(id)) return draft('duplicate');
    seen.add(id);
    if (!policy.validate) return draft('unknown');
    const patch = await validator.validate(hole, text, source, { signal });
    throwIfAborted(user);
    return patch.status === 'unknown' && signal.aborted ? { ...patch, status: 'timeout' } : patch;
  };
}

/** The model's score of texts for a hole; undefined where candidates keep their own order. */
function scoreOf({ model, policy }: Run, signal: AbortSignal): Score | undefined {
  if (model === undefined || !policy.score) return undefined;
  return async (hole, texts) => {
    const [whole] = templateHoles(hole, { only: ['whole'] });
    if (whole === undefined) return [];
    const { scoringOf } = await createPrompter(model);
    return model.score({ ...scoringOf(writtenHole(hole, whole), texts), signal });
  };
}

async function* ranked(
  run: Run,
  hole: Hole,
  engine: NamesWithMemory | undefined,
  judge: Judge,
  signal: AbortSignal,
): AsyncGenerator<Patch> {
  try {
    const options = { names: engine, limit: run.policy.candidates, signal };
    for await (const { candidate, logprob } of orderedCandidates(hole, scoreOf(run, signal), options)) {
      if (signal.aborted) return;
      const origin = { kind: 'ranked', detail: candidate.kind } as const;
      const model = logprob === null ? null : (run.model?.info.path ?? null);
      yield await judge(hole, candidate.text, { origin, logprob, model });
    }
  } catch (error) {
    throwIfAborted(run.signal);
    // The budget ended in the middle of it.
    if (!(GrammaskError.isInstance(error) && error.code === 'ABORTED' && signal.aborted)) throw error;
  }
}

async function* sampled(
  { seed: first, policy, signal: user }: Run,
  context: SampleContext,
  hole: Hole,
  number: number,
  count: number,
  judge: Judge,
): AsyncGenerator<Patch> {
  const templates = templateHoles(hole, policy.templates ? {} : { only: ['whole'] });
  const model = context.model.info.path;
  for (let i = 0; i < count && !context.signal.aborted; i++) {
    const seed = sampleSeed(first, number, i);
    const template = templateOf(templates, i);
    const { text, ended, costs } = await drawSample(context, hole, template, seed);
    throwIfAborted(user);
    const detail = `${template.template}: ${template.detail}`;
    const source: PatchSource = { origin: { kind: 'sample', detail }, seed, model, ...costs };
    yield await judge(hole, text ?? hole.original, source, ended);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GrammaskError('ABORTED', 'the repair was aborted', { cause: signal.reason });
}
