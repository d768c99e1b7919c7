// How an answer ends: at its limit as `onLimit` says, or where the host takes it.
import { readVeto } from './finished-answer.js';
import { deadEnd, limitReached } from './limits.js';
import { cutTo, type Writing } from './writing.js';

/** Writes the tokens of an end, without the model. */
export function close({ answer, timings }: Writing, ending: ArrayLike<number>): void {
  answer.close(Array.from(ending));
  timings.tokens.closed = answer.ending.length;
}

/** The limit is reached: ends the answer as `onLimit` says. */
export async function endAtLimit(writing: Writing): Promise<void> {
  const { answer, feed, guide, limit, request, watch } = writing;
  if (request.onLimit === 'error') throw limitReached(answer.tokens.length, limit);
  answer.end('length');
  if (guide === undefined) return;
  if (request.onLimit === 'close') close(writing, guide.end?.tokens ?? []);
  if (request.onLimit !== 'cut') return;
  const found = await guide.backToEnd(limit, answer.emitted, watch);
  if (found === undefined) return;
  answer.cut(found.left);
  feed.cut(found.left);
  close(writing, found.end.tokens);
}

/** Whether the answer is in the language of the constraint, as it ended; true without one. */
export function isComplete({ answer, guide }: Writing): boolean {
  return answer.finishReason !== 'length' || guide === undefined || guide.isAccepting;
}

/** Whether the host takes the answer that has ended; if not, it is cut to where it goes on. */
export async function isTaken(writing: Writing): Promise<boolean> {
  const { answer, guide, request, timings, watch } = writing;
  const { finishReason } = answer;
  if (request.onFinished === undefined || guide === undefined) return true;
  if (finishReason === undefined || finishReason === 'length') return true;
  const text = answer.whole();
  const askedAt = performance.now();
  const veto = await watch.race(
    Promise.resolve(request.onFinished({ text, finishReason, signal: request.signal })),
  );
  timings.finished += performance.now() - askedAt;
  if (veto === undefined) return true;
  const left = await guide.veto(readVeto(veto, text), answer.ending, answer.emitted, watch);
  writing.turnedDown++;
  if (left === undefined) throw deadEnd(answer.tokens, guide, false, writing.turnedDown);
  timings.tokens.closed = 0;
  writing.run = [];
  cutTo(writing, left);
  return false;
}
