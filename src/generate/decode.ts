// The loop: accept a token, start the next mask on a native thread, let the model think in its own thread, wait for
// both, draw. docs/generation.md says why `onLimit: 'close'` is sound.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Compiler } from '../engine/compiler.js';
import type { Grammar } from '../engine/grammar.js';
import { sample } from '../engine/sample.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import { GrammaskError } from '../errors.js';
import type { ModelWorker, Sequence } from '../model/model-worker.js';
import { type AbortWatch, watchAbort } from './abort.js';
import type { CompiledGrammars } from './compiled-grammars.js';
import { forcedEncoder } from './forced-text.js';
import type { Backtracking } from './generate.js';
import { createGuide, type Guide, type GuideOptions, longestWayBack } from './guide.js';
import { answerLimit, checkBudget, deadEnd, limitReached, unsatisfiable } from './limits.js';
import {
  clearBit,
  hasBit,
  isWithin,
  maskOf,
  maskOfFirst,
  NO_TOKEN,
  SEVERAL_TOKENS,
  soleToken,
} from './mask-bits.js';
import { createModelFeed, type ModelFeed } from './model-feed.js';
import type { GenerateRequest } from './options.js';
import { createRandom } from './random.js';
import { createTextAssembler } from './text-assembler.js';
import { createTimings, type GenerateTimings, note } from './timings.js';

/** What a generation works with. */
export interface DecodeContext {
  worker: ModelWorker;
  compiler: Compiler;
  /** Those of `compiler` that were given as grammars. */
  compiledGrammars: CompiledGrammars;
  vocabulary: Vocabulary;
  /** Positions that the model was made for, where that is known. */
  contextLength: number | undefined;
}

/** How a generation ended. */
export interface DecodeOutcome {
  text: string;
  /** The text is in the language of the constraint; true without one. */
  isComplete: boolean;
  finishReason: 'stop' | 'length' | 'closed';
  promptTokens: number;
  completionTokens: number;
  backtracking: Backtracking;
  timings: GenerateTimings;
}

// So often another token is drawn where no end is known behind the one drawn.
const mostRedraws = 16;

/**
 * Generates an answer. Yields its text piece by piece where `streams`, or else nothing.
 *
 * @throws GrammaskError `UNSATISFIABLE`, `BUDGET_TOO_SMALL`, `ABORTED`, `DEAD_END`, `LOGITS`, what the compile throws, and
 *   what the model throws
 */
export async function* decode(
  context: DecodeContext,
  request: GenerateRequest,
  streams: boolean,
): AsyncGenerator<string, DecodeOutcome, undefined> {
  const { worker, vocabulary } = context;
  const { constraint, sampling, onLimit } = request;
  const timings = createTimings();
  const startedAt = performance.now();
  const watch = watchAbort(request.signal);
  let isOver = false;
  // A step that was given up may end when the result is out.
  const recordStep = (ms: number): void => {
    if (!isOver) note(timings, 'forward', ms);
  };
  let compiling: Promise<InUse> | undefined;
  let sequence: Sequence | undefined;
  let guide: Guide | undefined;
  try {
    watch.check();
    if (constraint !== undefined) compiling = compile(context, request, timings);
    const { tokens: prompt, ms } = await watch.race(worker.encode(request.source));
    timings.tokenize = ms;
    timings.tokens.prompt = prompt.length;
    const limit = answerLimit(request.maxTokens, prompt.length, context.contextLength);

    sequence = worker.openSequence();
    const { logits } = sequence;
    const onPrompt = (ms: number, known: number): void => {
      timings.prefill = ms;
      timings.tokens.remembered = known;
    };
    const feed = createModelFeed(sequence, prompt, request.keepPrompt, onPrompt, recordStep);
    const maskBits = Math.max(vocabulary.size, logits.length);
    const stopTokens = [...new Set([...vocabulary.stopTokens, ...request.stopTokens])];
    checkTokens(stopTokens, 'stopTokens', vocabulary);
    checkTokens(prompt, 'prompt', vocabulary);
    const stops = maskOf(stopTokens, maskBits);
    const isStop = new Set(stopTokens);
    if (compiling !== undefined) {
      const { compiled } = await watch.race(compiling);
      const keepsEnd = onLimit === 'close';
      const encode = request.forced === 'text' ? forcedEncoder(worker) : undefined;
      const { slots, backtrack: mostTakenBack } = request;
      const options = {
        ...{ compiled, vocabulary, maskBits, keepsEnd, slots, encode, mostTakenBack, stopTokens, timings },
      };
      guide = await openGuide(options, limit, request, watch);
    }
    const everyToken = maskOfFirst(vocabulary.tokenCount, maskBits);
    const random = createRandom(request.seed);
    const assembler = createTextAssembler(request.stop);

    const tokens: number[] = [];
    let emitted = 0;
    let isFirst = true;

    const emit = (end = tokens.length): string => {
      let delta = '';
      for (; emitted < end; emitted++) {
        const token = tokens[emitted] as number;
        if (!vocabulary.isSpecial(token)) delta += assembler.push(vocabulary.bytes(token));
      }
      return delta;
    };
    const outcome = (finishReason: DecodeOutcome['finishReason'], isComplete: boolean): DecodeOutcome => {
      timings.total = performance.now() - startedAt;
      return {
        text: assembler.text,
        isComplete,
        finishReason,
        promptTokens: prompt.length,
        completionTokens: tokens.length,
        backtracking: guide?.backtracking ?? { undecided: 0, takenBack: 0 },
        timings,
      };
    };

    let finishReason: DecodeOutcome['finishReason'] | undefined;
    let isComplete = true;
    /** The limit is reached: ends the answer as `onLimit` says. */
    const endAtLimit = (): void => {
      if (onLimit === 'error') throw limitReached(tokens.length, limit);
      isComplete = guide === undefined || guide.isAccepting;
      finishReason = 'length';
      if (onLimit !== 'close' || guide === undefined) return;
      const ending = guide.end?.tokens ?? [];
      tokens.push(...ending);
      timings.tokens.closed = ending.length;
      isComplete = true;
      finishReason = 'closed';
    };

    // What must come next, with `forced: 'text'`; it is read by the model together.
    let run: number[] = [];
    let isRuledOut = false;
    for (;;) {
      const mask = guide === undefined ? everyToken : await guide.mask(watch);
      if (guide !== undefined && !isFirst && !isRuledOut && run.length === 0) noteWait(timings, guide, feed);
      let sole = run[0] ?? soleToken(mask);
      if (sole === NO_TOKEN && guide !== undefined) {
        const isGiven = tokens.length > 0 && tokens.length <= emitted;
        const left = isGiven ? undefined : await guide.goBack(emitted, watch);
        if (left === undefined) throw deadEnd(tokens, guide, isGiven);
        tokens.length = left;
        feed.cut(left);
        guide.begin();
        continue;
      }
      // Only now: behind a dead end the last tokens are taken back.
      if (streams || guide === undefined) {
        const delta = emit(
          guide === undefined || guide.isSure ? tokens.length : tokens.length - longestWayBack,
        );
        if (streams && delta !== '') yield delta;
        watch.check();
      }
      if (assembler.isStopped || (guide !== undefined && run.length === 0 && isWithin(mask, stops))) {
        finishReason = 'stop';
        break;
      }
      if (tokens.length >= limit && !(guide?.isAccepting ?? onLimit === 'error')) {
        endAtLimit();
        break;
      }
      if (sole === SEVERAL_TOKENS && guide?.isForced && !isRuledOut) {
        run = [...(await guide.forced(watch))];
        sole = run[0] ?? sole;
      }

      let token = sole;
      if (sole === SEVERAL_TOKENS) {
        feed.read(tokens);
        await watch.race(feed.done);
        isFirst = false;
        if (request.slots?.onPruned !== undefined) {
          const likeliest = sample(logits, everyToken, { temperature: 0, random: 0 });
          if (!hasBit(mask, likeliest)) guide?.tellPruned(likeliest);
        }
      }
      isRuledOut = false;
      for (let redraws = 0; ; redraws++) {
        if (sole === SEVERAL_TOKENS) token = draw(logits, mask, sampling, random, timings);
        if (guide !== undefined && !isStop.has(token) && !(await guide.admits(token, watch))) {
          isRuledOut = true;
          break;
        }
        if (isStop.has(token)) finishReason = 'stop';
        else if (tokens.length >= limit) endAtLimit();
        else {
          const left = limit - tokens.length - 1;
          const isAlone = sole !== SEVERAL_TOKENS;
          const taken = guide === undefined ? 'taken' : await guide.take(token, left, isAlone, watch);
          if (taken === 'taken') break;
          if (run.length > 0) {
            // The mask of this place tells which other tokens there are.
            isRuledOut = true;
            break;
          }
          clearBit(mask, token);
          if (taken === 'undecided') guide?.countRedraw();
          if (taken === 'undecided' && redraws < mostRedraws && soleToken(mask) !== NO_TOKEN) continue;
          endAtLimit();
        }
        break;
      }
      // The mask is another one now: all of it again.
      if (isRuledOut) {
        if (run.length > 0) guide?.begin();
        run = [];
        continue;
      }
      if (finishReason !== undefined) break;

      tokens.push(token);
      if (sole === SEVERAL_TOKENS) {
        timings.tokens.sampled++;
        // Where text must come, the model reads it together with this token.
        if (guide?.isForced !== true) feed.read(tokens);
      } else {
        // The model reads it with the next step that is needed.
        timings.tokens.forced++;
      }
      run = run.slice(1);
      if (run.length === 0) guide?.begin();
    }

    const rest = emit() + assembler.end();
    if (streams && rest !== '') yield rest;
    return outcome(finishReason ?? 'stop', isComplete);
  } finally {
    isOver = true;
    watch.end();
    sequence?.close();
    guide?.dispose();
    compiling?.then(
      ({ release }) => release(),
      () => {},
    );
  }
}

function checkTokens(tokens: readonly number[] | Int32Array, name: string, { tokenCount }: Vocabulary): void {
  const wrong = tokens.find((token) => token >= tokenCount);
  if (wrong === undefined) return;
  throw new GrammaskError('TOKEN_RANGE', `\`${name}\` has the token ${wrong}`, {
    hint: `the model has ${tokenCount} tokens`,
  });
}

/** A compiled grammar, and what ends its use. */
interface InUse {
  readonly compiled: CompiledGrammar;
  release(): void;
}

function compile(context: DecodeContext, request: GenerateRequest, timings: GenerateTimings): Promise<InUse> {
  const started = performance.now();
  const compiling = compileInUse(context, request).finally(() => {
    timings.compile = performance.now() - started;
  });
  compiling.catch(() => {});
  return compiling;
}

async function compileInUse(
  { compiler, compiledGrammars }: DecodeContext,
  { constraint, signal }: GenerateRequest,
): Promise<InUse> {
  const grammar = constraint?.makeGrammar() as Grammar;
  // Others are made anew each time.
  if (constraint?.kind === 'grammar') {
    const compiled = await compiledGrammars.use(grammar, signal);
    return { compiled, release: () => compiledGrammars.release(grammar, compiled) };
  }
  const compiled = await compiler.compile(grammar, { signal });
  return { compiled, release: () => compiled.dispose() };
}

/** A guide at the beginning of the answer, its first mask under way or there. */
async function openGuide(
  options: GuideOptions,
  limit: number,
  request: GenerateRequest,
  watch: AbortWatch,
): Promise<Guide> {
  if (!options.compiled.satisfiable) throw unsatisfiable(request);
  const guide = createGuide(options);
  try {
    guide.begin();
    const mask = await watch.race(guide.mask(watch));
    if (soleToken(mask) === NO_TOKEN) throw unsatisfiable(request);
    await guide.findEnd(watch);
    if (options.keepsEnd) checkBudget(guide, limit, request);
    return guide;
  } catch (error) {
    guide.dispose();
    throw error;
  }
}

/** The part of the mask's time during which the model had nothing to do. */
function noteWait(timings: GenerateTimings, guide: Guide, feed: ModelFeed): void {
  const now = performance.now();
  note(timings, 'maskWait', feed.doneAt === undefined ? 0 : now - Math.max(feed.doneAt, guide.startedAt));
}

function draw(
  logits: Float32Array | Uint16Array,
  mask: Int32Array,
  sampling: GenerateRequest['sampling'],
  random: () => number,
  timings: GenerateTimings,
): number {
  const started = performance.now();
  const token = sample(logits, mask, { ...sampling, random: sampling.temperature > 0 ? random() : 0 });
  note(timings, 'sample', performance.now() - started);
  return token;
}
