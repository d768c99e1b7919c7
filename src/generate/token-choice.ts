// Which token comes next where several may: what the model would do, and the draw.
import { sample } from '../engine/sample.js';
import { close, endAtLimit } from './endings.js';
import type { Guide } from './guide.js';
import { clearBit, hasBit, NO_TOKEN, SEVERAL_TOKENS, soleToken } from './mask-bits.js';
import { note } from './timings.js';
import { cutTo, type Writing } from './writing.js';

// So often another token is drawn where no end is known behind the one drawn.
const mostRedraws = 16;
/** So often the model is turned back where it is done and the text is not. */
export const mostTurns = 8;

/**
 * Waits for the model, and does what it calls for before a draw: where it is done and the text is not, the answer is closed, or the
 * model is turned back.
 *
 * @returns whether that was done, so that nothing is to be drawn
 */
export async function followModel(writing: Writing, mask: Int32Array): Promise<boolean> {
  const { answer, everyToken, feed, guide, limit, logits, request, watch } = writing;
  feed.read(answer.tokens);
  await watch.race(feed.done);
  if (guide === undefined) return false;
  if (request.slots?.onPruned !== undefined) {
    const likeliest = sample(logits, everyToken, { temperature: 0, random: 0 });
    if (!hasBit(mask, likeliest)) guide.tellPruned(likeliest);
  }
  if (request.whenDone === 'close' && wouldEnd(writing, mask)) {
    const end = await guide.endWithin(limit - answer.tokens.length, watch);
    if (end !== null) {
      close(writing, end.tokens);
      return true;
    }
  }
  return isDoneTooEarly(writing, mask) && (await turnBack(writing, guide));
}

/** Whether the model, left to itself, would end here, where it may not. */
function wouldEnd(writing: Writing, mask: Int32Array): boolean {
  return mayNotEnd(writing, mask) && writing.doneTokens.has(draw(writing, writing.everyToken));
}

/** The model would most likely end here, and something is still open. */
function isDoneTooEarly(writing: Writing, mask: Int32Array): boolean {
  if (writing.turns >= mostTurns || !mayNotEnd(writing, mask)) return false;
  return writing.doneTokens.has(sample(writing.logits, writing.everyToken, { temperature: 0 }));
}

function mayNotEnd({ doneTokens }: Writing, mask: Int32Array): boolean {
  return doneTokens.size > 0 && ![...doneTokens].some((token) => hasBit(mask, token));
}

async function turnBack(writing: Writing, guide: Guide): Promise<boolean> {
  const left = await guide.turnBack(writing.answer.emitted, writing.watch);
  if (left === undefined) return false;
  writing.turns++;
  cutTo(writing, left);
  return true;
}

/**
 * Draws a token and takes it, or takes the only one there is. Where none can be taken within the limit, the answer ends as
 * `onLimit` says; a token that stops it ends it.
 *
 * @returns undefined where the token was ruled out: the mask is then another one
 */
export async function takeToken(
  writing: Writing,
  mask: Int32Array,
  sole: number,
): Promise<number | undefined> {
  const { answer, guide, limit, stopTokens, watch } = writing;
  const isAlone = sole !== SEVERAL_TOKENS;
  for (let redraws = 0; ; redraws++) {
    const token = isAlone ? sole : draw(writing, mask);
    if (stopTokens.has(token)) {
      answer.end('stop');
      return token;
    }
    if (guide !== undefined && !(await guide.admits(token, watch))) return undefined;
    const left = limit - answer.tokens.length - 1;
    if (left >= 0) {
      const taken = guide === undefined ? 'taken' : await guide.take(token, left, isAlone, watch);
      if (taken === 'taken') return token;
      // The mask of this place tells which other tokens there are.
      if (writing.run.length > 0) return undefined;
      clearBit(mask, token);
      if (taken === 'undecided') {
        guide?.countRedraw();
        if (redraws < mostRedraws && soleToken(mask) !== NO_TOKEN) continue;
      }
    }
    await endAtLimit(writing);
    return token;
  }
}

function draw({ logits, random, request: { sampling }, timings }: Writing, mask: Int32Array): number {
  const started = performance.now();
  const token = sample(logits, mask, { ...sampling, random: sampling.temperature > 0 ? random() : 0 });
  note(timings, 'sample', performance.now() - started);
  return token;
}
