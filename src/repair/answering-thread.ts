import { parentPort } from 'node:worker_threads';
import { GrammaskError } from '../errors.js';
import { wireError } from '../wire-error.js';
import type { Answered, Asked } from './asked-thread.js';

/**
 * Answers what `askedThread` asks, in a thread. An error of this package is an answer; any other one ends the thread, and the one that
 * asks does the work itself.
 *
 * @param transfer what is handed over instead of copied
 */
export function answerQuestions<Question, Answer>(
  answer: (question: Question) => Answer | Promise<Answer>,
  transfer: (answer: Answer) => ArrayBuffer[] = () => [],
): void {
  const port = parentPort as NonNullable<typeof parentPort>;
  port.on('message', async ({ id, question }: Asked<Question>) => {
    let reply: Answered<Answer>;
    try {
      reply = { id, answer: await answer(question) };
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
      reply = { id, error: wireError(error) };
    }
    port.postMessage(reply, 'answer' in reply ? transfer(reply.answer) : []);
  });
}
