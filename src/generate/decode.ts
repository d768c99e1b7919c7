// The loop: accept a token, start the next mask on a native thread, let the model think in its own thread, wait for
// both, draw. docs/generation.md says why `onLimit: 'close'` is sound.
import type { Compiler } from '../engine/compiler.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import type { ModelWorker, Sequence } from '../model/model-worker.js';
import { type AbortWatch, watchAbort } from './abort.js';
import { createAnswer, type FinishReason } from './answer.js';
import type { CompiledGrammars } from './compiled-grammars.js';
import { createDeadTexts } from './dead-texts.js';
import { endAtLimit, isComplete, isTaken } from './endings.js';
import { forcedEncoder } from './forced-text.js';
import type { Backtracking } from './generate.js';
import { type Guide, longestWayBack } from './guide.js';
import { answerLimit, deadEnd } from './limits.js';
import { isWithin, maskOf, maskOfFirst, NO_TOKEN, SEVERAL_TOKENS, soleToken } from './mask-bits.js';
import { createModelFeed, type ModelFeed } from './model-feed.js';
import { checkTokens, compile, type InUse, openGuide } from './open-guide.js';
import type { GenerateRequest } from './options.js';
import { createRandom } from './random.js';
import { createTimings, type GenerateTimings, note } from './timings.js';
import { followModel, mostTurns, takeToken } from './token-choice.js';
import { cutTo, type Writing } from './writing.js';

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
  bytes: Uint8Array;
  /** The text is in the language of the constraint; true without one. */
  isComplete: boolean;
  finishReason: FinishReason;
  promptTokens: number;
  completionTokens: number;
  backtracking: Backtracking;
  timings: GenerateTimings;
}

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
  const { constraint } = request;
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
    const { tokens: prompt, ms } = await watch.race(context.worker.encode(request.source));
    timings.tokenize = ms;
    timings.tokens.prompt = prompt.length;
    const limit = answerLimit(request.maxTokens, prompt.length, context.contextLength);
    sequence = context.worker.openSequence();
    const onPrompt = (ms: number, known: number): void => {
      timings.prefill = ms;
      timings.tokens.remembered = known;
    };
    const feed = createModelFeed(sequence, prompt, request.keepPrompt, onPrompt, recordStep);
    const given = { context, request, prompt, logits: sequence.logits, limit, feed, watch, timings };
    const without = withoutGuide(given);
    if (compiling !== undefined) guide = await guideOf(given, without, await watch.race(compiling));
    const writing: Writing = { ...without, guide };
    yield* write(writing, streams);
    timings.total = performance.now() - startedAt;
    const { answer } = writing;
    return {
      text: answer.text,
      bytes: answer.bytes(),
      isComplete: isComplete(writing),
      finishReason: answer.finishReason ?? 'stop',
      promptTokens: prompt.length,
      completionTokens: answer.tokens.length,
      backtracking: guide?.backtracking ?? { undecided: 0, takenBack: 0 },
      timings,
    };
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

interface Given {
  readonly context: DecodeContext;
  readonly request: GenerateRequest;
  readonly prompt: Int32Array;
  readonly logits: Sequence['logits'];
  readonly limit: number;
  readonly feed: ModelFeed;
  readonly watch: AbortWatch;
  readonly timings: GenerateTimings;
}

/** @throws GrammaskError `ARGUMENT` for tokens that the vocabulary has not */
function withoutGuide({ context, prompt, ...given }: Given): Writing {
  const { request, logits } = given;
  const { vocabulary } = context;
  const maskBits = Math.max(vocabulary.size, logits.length);
  const stopTokens = new Set([...vocabulary.stopTokens, ...request.stopTokens]);
  checkTokens([...stopTokens], 'stopTokens', vocabulary);
  checkTokens(prompt, 'prompt', vocabulary);
  return {
    ...given,
    vocabulary,
    answer: createAnswer(vocabulary, request.stop),
    guide: undefined,
    everyToken: maskOfFirst(vocabulary.tokenCount, maskBits),
    stops: maskOf([...stopTokens], maskBits),
    stopTokens,
    doneTokens: new Set(request.doneTokens),
    random: createRandom(request.seed),
    ...{ run: [], isRuledOut: false, turns: 0, turnedDown: 0 },
  };
}

function guideOf({ context, logits }: Given, writing: Writing, { compiled }: InUse): Promise<Guide> {
  const { limit, request, timings, watch } = writing;
  const { vocabulary } = context;
  const options = {
    ...{ compiled, vocabulary, timings },
    maskBits: Math.max(vocabulary.size, logits.length),
    stopTokens: [...writing.stopTokens],
    keepsEnd: request.onLimit === 'close',
    slots: request.slots,
    encode: request.forced === 'text' ? forcedEncoder(context.worker) : undefined,
    mostTakenBack: request.backtrack,
    dead: request.avoid ?? createDeadTexts(),
  };
  return openGuide(options, limit, request, watch);
}

/** Writes the answer token by token. Yields its text where `streams`. */
async function* write(writing: Writing, streams: boolean): AsyncGenerator<string, void, undefined> {
  const { answer, everyToken, feed, guide, limit, request, stops, timings, watch } = writing;
  let hasDrawn = false;
  for (;;) {
    if (answer.finishReason !== undefined && (await isTaken(writing))) break;
    const mask = guide === undefined ? everyToken : await guide.mask(watch);
    if (guide !== undefined && hasDrawn && !writing.isRuledOut && writing.run.length === 0) {
      noteWait(timings, guide, feed);
    }
    let sole = writing.run[0] ?? soleToken(mask);
    if (sole === NO_TOKEN && guide !== undefined) {
      await leaveDeadEnd(writing, guide);
      continue;
    }
    // Only now: behind a dead end the last tokens are taken back.
    if (streams || guide === undefined) {
      const isSure = guide === undefined || guide.isSure;
      const delta = answer.emit(answer.tokens.length - (isSure ? 0 : longestWayBack));
      if (streams && delta !== '') yield delta;
      watch.check();
    }
    if (answer.isStopped || (guide !== undefined && writing.run.length === 0 && isWithin(mask, stops))) {
      answer.end('stop');
      continue;
    }
    if (answer.tokens.length >= limit && !(guide?.isAccepting ?? request.onLimit === 'error')) {
      await endAtLimit(writing);
      continue;
    }
    if (sole === SEVERAL_TOKENS && guide?.isForced && !writing.isRuledOut) {
      writing.run = [...(await guide.forced(watch))];
      sole = writing.run[0] ?? sole;
    }
    if (sole === SEVERAL_TOKENS) {
      hasDrawn = true;
      if (await followModel(writing, mask)) continue;
    }
    const token = await takeToken(writing, mask, sole);
    writing.isRuledOut = token === undefined;
    if (token === undefined) {
      // The mask is another one now: all of it again.
      if (writing.run.length > 0) guide?.begin();
      writing.run = [];
    } else if (answer.finishReason === undefined) {
      goOn(writing, token, sole === SEVERAL_TOKENS);
    }
  }
  const rest = answer.emitRest();
  if (streams && rest !== '') yield rest;
}

/** Nothing may follow: goes back to where another token could have come. */
async function leaveDeadEnd(writing: Writing, guide: Guide): Promise<void> {
  const { answer, turnedDown, watch } = writing;
  if (guide.forgive()) {
    writing.turns = mostTurns;
    guide.begin();
    return;
  }
  const isGiven = answer.tokens.length > 0 && answer.tokens.length <= answer.emitted;
  const left = isGiven ? undefined : await guide.goBack(answer.emitted, watch);
  if (left === undefined) throw deadEnd(answer.tokens, guide, isGiven, turnedDown);
  cutTo(writing, left);
}

/** Goes on behind a token that was taken. */
function goOn(writing: Writing, token: number, isDrawn: boolean): void {
  const { answer, feed, guide, timings } = writing;
  answer.push(token);
  timings.tokens[isDrawn ? 'sampled' : 'forced']++;
  // The model reads what was not drawn with the next step that is needed, and where text must come, that together with what was.
  if (isDrawn && guide?.isForced !== true) feed.read(answer.tokens);
  writing.run = writing.run.slice(1);
  if (writing.run.length === 0) guide?.begin();
}

/** The part of the mask's time during which the model had nothing to do. */
function noteWait(timings: GenerateTimings, guide: Guide, feed: ModelFeed): void {
  const now = performance.now();
  note(timings, 'maskWait', feed.doneAt === undefined ? 0 : now - Math.max(feed.doneAt, guide.startedAt));
}
