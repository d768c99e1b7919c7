import { resolve } from 'node:path';
import { GrammaskError } from '../errors.js';
import type { PrunedName } from '../generate/pruned-names.js';
import { orderedCandidates, type Score } from './candidates/ordered-candidates.js';
import { type CachedEngine, cached } from './engines/cached.js';
import type { CompletionEngine } from './engines/completion-engine.js';
import { typescriptEngine } from './engines/typescript/typescript-engine.js';
import { type Hole, holeAt, holesFromDiagnostics } from './holes.js';
import { createHoleChecks } from './loop/checked-texts.js';
import {
  drawSample,
  type NamesWithMemory,
  type SampleContext,
  sampleSeed,
  templateOf,
} from './loop/draw-sample.js';
import { writtenHole } from './loop/hole-text.js';
import { prompterOf } from './loop/prompts.js';
import {
  type Baseline,
  type CheckReport,
  hasFault,
  noCosts,
  type Patch,
  type PatchStatus,
  type RepairSummary,
} from './patch.js';
import { type RepairOptions, type RepairProgress, type Run, readOptions } from './repair-options.js';
import { readSource } from './source-text.js';
import { askSyntax } from './syntax/ask-syntax.js';
import { cutHole, wholeHole } from './templates.js';
import { createValidator, type PatchSource, patchOf, type Validator } from './validate/validator.js';

/**
 * Proposes patches for a part of a file, each with its verdict, as they are found; those that are no good are among them. Leave
 * the loop as soon as one will do. What the generator returns is the summary of the run.
 *
 * The old text is checked and tested first. Where the tests pass and the checker finds no error in the file there is nothing to
 * repair, and no patch. Without tests a file without errors is taken at the caller's word: a patch that compiles says little then.
 *
 * @throws GrammaskError `ARGUMENT` for options, a file or a range that is not there, or where the package `typescript` is
 *   missing, or where the test command cannot be run; `ABORTED`; `DEADLINE` where no range is given and the project could not be checked; what the model throws
 */
export async function* repair(options: RepairOptions): AsyncGenerator<Patch, RepairSummary, undefined> {
  const run = readOptions(options);
  const started = performance.now();
  const budget = run.budgetMs === null ? undefined : AbortSignal.timeout(Math.ceil(run.budgetMs));
  const signals = [run.signal, budget].filter((signal) => signal !== undefined);
  const signal = AbortSignal.any(signals);
  const counts: Partial<Record<PatchStatus, number>> = {};
  let samples = 0;
  let baseline: Baseline | null = null;
  const validator =
    run.validator ??
    createValidator({ project: run.project, tsconfig: run.tsconfig ?? undefined, test: run.test });
  const isOwn = options.engine === undefined && run.policy.constraint === 'completion';
  const own = isOwn ? openEngine(run) : undefined;
  try {
    const progress = (stage: RepairProgress['stage'], hole = 0, holes = 0): void =>
      options.onProgress?.({ stage, hole, holes, counts: { ...counts }, baseline });
    const note = (patch: Patch): Patch => {
      counts[patch.status] = (counts[patch.status] ?? 0) + 1;
      return patch;
    };
    throwIfAborted(run.signal);
    progress('open');
    const engine = namesOf(run, own ?? options.engine);
    const content = run.content ?? (await readSource(resolve(run.project, run.file)));
    // Also where nobody asks what comes of it.
    const opening = own?.ready();
    opening?.catch(() => {});
    // A range that is not there is said before anything is asked.
    if (run.range !== undefined) holeAt(run.file, content, run.range);
    if (run.policy.validate) baseline = await baselineOf(run, content, validator, signal);
    const known = baseline?.check;
    const holes = await holesOf(
      run,
      content,
      async () => known ?? validator.check(run.file, content, { signal }),
    );
    progress('open');
    await (opening && raceAbort(opening, signal));
    const judge = createJudge(run, validator, signal);
    const score = scoreOf(run, signal);
    const isRight = baseline !== null && hasFault(baseline, run.file) === false;
    for (const [i, hole] of isRight || signal.aborted ? [] : holes.entries()) {
      if (run.policy.mode !== 'sampled') {
        progress('ranked', i + 1, holes.length);
        for await (const patch of ranked(run, hole, engine, score, judge, signal)) {
          yield note(patch);
          progress('ranked', i + 1, holes.length);
        }
      }
      if (run.policy.mode === 'ranked' || run.model === undefined) continue;
      progress('sampled', i + 1, holes.length);
      const { model, policy } = run;
      const prompter = prompterOf(model);
      const onPruned =
        run.onPruned && ((pruned: PrunedName): void => run.onPruned?.({ ...pruned, hole: i + 1 }));
      const checks =
        baseline === null || policy.checks === 0 || policy.constraint === 'none'
          ? undefined
          : createHoleChecks(hole, baseline.check, (text) =>
              validator.check(run.file, text, { signal, refresh: false }),
            );
      const context = {
        ...{ model, written: new WeakMap(), avoided: new WeakMap(), alike: new WeakMap(), checks },
        ...{ prompter, policy, engine, onPruned, signal },
      };
      // What does not divide goes to the first holes.
      const share = Math.floor(run.samples / holes.length) + (i < run.samples % holes.length ? 1 : 0);
      for await (const patch of sampled(run, context, hole, i, share, score, judge)) {
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
      baseline,
    };
  } finally {
    await Promise.all([own?.dispose(), run.validator === undefined && validator.dispose()]);
  }
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
    clearCache: () => memory.clearCache?.(),
  };
}

async function baselineOf(
  { file, signal: user }: Run,
  content: string,
  validator: Validator,
  signal: AbortSignal,
): Promise<Baseline> {
  const baseline = await validator.baseline(file, content, { signal });
  throwIfAborted(user);
  const { tests } = baseline;
  if (tests?.status !== 'error') return baseline;
  throw new GrammaskError('ARGUMENT', `the test command cannot be run: ${tests.output.trim()}`, {
    hint: 'it is a program and its arguments, without a shell; it is looked for in PATH and in node_modules/.bin',
  });
}

/** The range that was asked for, or every line with an error. */
async function holesOf(
  run: Run,
  content: string,
  report: () => Promise<CheckReport>,
): Promise<readonly Hole[]> {
  const { file, range } = run;
  if (range !== undefined) return [holeAt(file, content, range)];
  const { status, diagnostics } = await report();
  throwIfAborted(run.signal);
  if (status !== 'unknown') return holesFromDiagnostics(file, content, diagnostics);
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
type Judge = (
  hole: Hole,
  text: string,
  source: PatchSource,
  ended?: PatchStatus,
  after?: CheckReport,
) => Promise<Patch>;

function createJudge({ policy, signal: user }: Run, validator: Validator, signal: AbortSignal): Judge {
  const seen = new Set<string>();
  return async (hole, text, source, ended, after) => {
    const draft = patchOf(hole, hole.file, text, source);
    if (ended !== undefined) return draft(ended);
    const { id, hash } = draft('duplicate');
    if (hash === hole.hash) return draft('unchanged');
    if (seen.has(id)) return draft('duplicate');
    seen.add(id);
    if (!policy.validate) return draft('unknown');
    const patch = await validator.validate(hole, text, source, { signal, after });
    throwIfAborted(user);
    return patch.status === 'unknown' && signal.aborted ? { ...patch, status: 'timeout' } : patch;
  };
}

/**
 * The model's score of texts for a hole, small changes and samples alike; undefined where none is wanted. Texts that were scored before
 * are known.
 */
function scoreOf({ model, policy }: Run, signal: AbortSignal): Score | undefined {
  if (model === undefined || !policy.score) return undefined;
  const known = new WeakMap<Hole, Map<string, number>>();
  return async (hole, texts) => {
    const scores = known.get(hole) ?? new Map<string, number>();
    known.set(hole, scores);
    const fresh = [...new Set(texts)].filter((text) => !scores.has(text));
    if (fresh.length > 0) {
      const asked = await prompterOf(model).scoringOf({
        ...writtenHole(hole, wholeHole(hole)),
        texts: fresh,
      });
      const found = await model.score({ ...asked, keepPrompt: true, signal });
      for (const [i, score] of found.entries()) scores.set(fresh[i] as string, score);
    }
    return texts.map((text) => scores.get(text) ?? Number.NEGATIVE_INFINITY);
  };
}

async function* ranked(
  run: Run,
  hole: Hole,
  engine: NamesWithMemory | undefined,
  score: Score | undefined,
  judge: Judge,
  signal: AbortSignal,
): AsyncGenerator<Patch> {
  try {
    const options = { names: engine, limit: run.policy.candidates, signal };
    for await (const { candidate, logprob } of orderedCandidates(hole, score, options)) {
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
  score: Score | undefined,
  judge: Judge,
): AsyncGenerator<Patch> {
  let templates = policy.templates
    ? (await askSyntax(hole, { kind: 'templates' })).map((cut) => cutHole(hole, cut))
    : [wholeHole(hole)];
  const model = context.model.info.path;
  for (let i = 0; i < count && !context.signal.aborted; i++) {
    const seed = sampleSeed(first, number, i);
    const { template, text, ended, costs } = await drawSample(context, hole, templateOf(templates, i), seed);
    throwIfAborted(user);
    if (ended === 'pruned_dead_end' && template.template === 'needed') {
      context.checks?.dropNeeded();
      i -= 1;
      continue;
    }
    if (ended === 'pruned_dead_end' && policy.backtrack > 0 && template !== templates[0]) {
      // What it keeps of the old text leads nowhere, such as a dot behind a name that does not exist: the way back leads to another one.
      templates = templates.filter((other) => other !== template);
      i -= 1;
      continue;
    }
    const detail = `${template.template}: ${template.detail}`;
    const source: PatchSource = { origin: { kind: 'sample', detail }, seed, model, ...costs };
    const isWhole = text !== undefined && ended === undefined && score !== undefined;
    const scored = isWhole ? await scoredSource(source, hole, text, score) : source;
    throwIfAborted(user);
    const after = text === undefined ? undefined : context.checks?.known(text);
    yield await judge(hole, text ?? hole.original, scored, ended, after);
  }
}

/** A source with the score of its text; without one where the budget ends first. */
async function scoredSource(
  source: PatchSource,
  hole: Hole,
  text: string,
  score: Score,
): Promise<PatchSource> {
  const started = performance.now();
  try {
    const [logprob = Number.NEGATIVE_INFINITY] = await score(hole, [text]);
    const { ms = noCosts.ms } = source;
    const took = performance.now() - started;
    return { ...source, logprob, ms: { ...ms, model: ms.model + took, total: ms.total + took } };
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'ABORTED') return source;
    throw error;
  }
}

/** Waits for some work, but no longer than there is time for what comes behind it. */
async function raceAbort(work: Promise<unknown>, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  let onAbort = (): void => {};
  const aborted = new Promise<void>((resolve) => {
    onAbort = resolve;
  });
  signal.addEventListener('abort', onAbort, { once: true });
  try {
    await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', onAbort);
  }
}

function throwIfAborted(signal: AbortSignal | undefined): void {
  if (signal?.aborted) throw new GrammaskError('ABORTED', 'the repair was aborted', { cause: signal.reason });
}
