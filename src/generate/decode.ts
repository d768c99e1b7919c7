// The loop: accept a token, start the next mask on a native thread, let the model think in its own thread, wait for
// both, draw. docs/generation.md says why `onLimit: 'close'` is sound.
import type { Compiler } from '../engine/compiler.js';
import type { Completion } from '../engine/matcher.js';
import { sample } from '../engine/sample.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import type { ModelWorker, Sequence } from '../model/model-worker.js';
import { watchAbort } from './abort.js';
import type { CompiledGrammars } from './compiled-grammars.js';
import { createDeadTexts } from './dead-texts.js';
import { readVeto } from './finished-answer.js';
import { forcedEncoder } from './forced-text.js';
import type { Backtracking } from './generate.js';
import { type Guide, longestWayBack } from './guide.js';
import { answerLimit, deadEnd, limitReached } from './limits.js';
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
import { checkTokens, compile, type InUse, openGuide } from './open-guide.js';
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

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
// So often another token is drawn where no end is known behind the one drawn.
const mostRedraws = 16;
// So often the model is turned back where it is done and the text is not.
const mostTurns = 8;

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
      const { slots, backtrack: mostTakenBack, avoid } = request;
      const dead = avoid ?? createDeadTexts();
      const shared = { compiled, vocabulary, maskBits, stopTokens, timings };
      const options = { ...shared, keepsEnd, slots, encode, mostTakenBack, dead };
      guide = await openGuide(options, limit, request, watch);
    }
    const everyToken = maskOfFirst(vocabulary.tokenCount, maskBits);
    const random = createRandom(request.seed);
    const assembler = createTextAssembler(request.stop);

    const tokens: number[] = [];
    let emitted = 0;
    let isFirst = true;

    const written = (): number[] => tokens.filter((token) => !vocabulary.isSpecial(token));
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
    let ending: readonly number[] = [];
    const close = (end: Completion | null): void => {
      ending = [...(end?.tokens ?? [])];
      tokens.push(...ending);
      timings.tokens.closed = ending.length;
      isComplete = true;
      finishReason = 'closed';
    };
    /** The limit is reached: ends the answer as `onLimit` says. */
    const endAtLimit = async (): Promise<void> => {
      if (onLimit === 'error') throw limitReached(tokens.length, limit);
      isComplete = guide === undefined || guide.isAccepting;
      finishReason = 'length';
      if (guide === undefined) return;
      if (onLimit === 'close') close(guide.end);
      if (onLimit !== 'cut') return;
      const found = await guide.backToEnd(limit, emitted, watch);
      if (found === undefined) return;
      tokens.length = found.left;
      feed.cut(found.left);
      close(found.end);
    };
    let turnedDown = 0;
    /** Whether the host takes the answer; if not, it is cut to where it goes on. */
    const isTaken = async (): Promise<boolean> => {
      if (request.onFinished === undefined || guide === undefined || !isComplete) return true;
      if (finishReason === undefined || finishReason === 'length') return true;
      const text = decoder.decode(Buffer.concat(written().map((token) => vocabulary.bytes(token))));
      const askedAt = performance.now();
      const veto = await watch.race(request.onFinished({ text, finishReason, signal: request.signal }));
      timings.finished += performance.now() - askedAt;
      if (veto === undefined) return true;
      const left = await guide.veto(readVeto(veto, text), ending, emitted, watch);
      turnedDown++;
      if (left === undefined) throw deadEnd(tokens, guide, false, turnedDown);
      ending = [];
      timings.tokens.closed = 0;
      finishReason = undefined;
      run = [];
      cutTo(left);
      return false;
    };

    // What must come next, with `forced: 'text'`; it is read by the model together.
    let run: number[] = [];
    let isRuledOut = false;
    let turns = 0;
    const isDone = new Set(request.doneTokens);
    /** The model would end here, and something is still open. */
    const isDoneTooEarly = (mask: Int32Array): boolean => {
      if (isDone.size === 0 || turns >= mostTurns) return false;
      if (!isDone.has(sample(logits, everyToken, { temperature: 0 }))) return false;
      return !request.doneTokens.some((token) => hasBit(mask, token));
    };
    /** Whether the model, left to itself, would end here, where it may not. */
    const wouldEnd = (mask: Int32Array): boolean => {
      if (isDone.size === 0 || request.doneTokens.some((token) => hasBit(mask, token))) return false;
      return isDone.has(draw(logits, everyToken, sampling, random, timings));
    };
    const cutTo = (length: number): void => {
      tokens.length = length;
      feed.cut(length);
      guide?.begin();
    };
    for (;;) {
      const mask = guide === undefined ? everyToken : await guide.mask(watch);
      if (guide !== undefined && !isFirst && !isRuledOut && run.length === 0) noteWait(timings, guide, feed);
      let sole = run[0] ?? soleToken(mask);
      if (sole === NO_TOKEN && guide !== undefined) {
        const isGiven = tokens.length > 0 && tokens.length <= emitted;
        if (guide.forgive()) {
          turns = mostTurns;
          guide.begin();
          continue;
        }
        const left = isGiven ? undefined : await guide.goBack(emitted, watch);
        if (left === undefined) throw deadEnd(tokens, guide, isGiven, turnedDown);
        cutTo(left);
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
        if (await isTaken()) break;
        continue;
      }
      if (tokens.length >= limit && !(guide?.isAccepting ?? onLimit === 'error')) {
        await endAtLimit();
        if (await isTaken()) break;
        continue;
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
        if (guide !== undefined && request.whenDone === 'close' && wouldEnd(mask)) {
          const end = await guide.endWithin(limit - tokens.length, watch);
          if (end !== null) {
            close(end);
            if (await isTaken()) break;
            continue;
          }
        }
        const left =
          guide !== undefined && isDoneTooEarly(mask) ? await guide.turnBack(emitted, watch) : undefined;
        if (left !== undefined) {
          turns++;
          cutTo(left);
          continue;
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
        else if (tokens.length >= limit) await endAtLimit();
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
          await endAtLimit();
        }
        break;
      }
      // The mask is another one now: all of it again.
      if (isRuledOut) {
        if (run.length > 0) guide?.begin();
        run = [];
        continue;
      }
      if (finishReason !== undefined) {
        if (await isTaken()) break;
        continue;
      }

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
