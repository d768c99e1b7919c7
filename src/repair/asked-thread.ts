import { Worker } from 'node:worker_threads';
import { errorOfWire, type WireError } from '../wire-error.js';

/** A question as it crosses to the thread. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** What the thread posts. */
export type Answered<Answer> =
  | { readonly id: number; readonly answer: Answer }
  | { readonly id: number; readonly error: WireError };

/** No answer: the work is to be done here. */
export interface NoThread {
  readonly noThread: Error;
}

/**
 * A thread that answers questions (`answerQuestions`). It starts with the first one; a program that is done does not wait for it. Where it
 * ends, or cannot be had, what was asked gets `noThread`, and the next question starts another one. An error of this package is thrown.
 *
 * @param name of the file beside `base`, without its extension
 * @param onEnd called when a thread has ended
 */
export function askedThread<Question, Answer>(
  name: string,
  base: string,
  onEnd: () => void = () => {},
): (question: Question) => Promise<Answer | NoThread> {
  const waiting = new Map<number, Waiting<Answer>>();
  let current: Worker | undefined;
  let ids = 0;

  function start(): Worker {
    // A .js in the package, a .ts where the sources run as they are.
    const extension = base.endsWith('.ts') ? 'ts' : 'js';
    const worker = new Worker(new URL(`./${name}.${extension}`, base));
    const fail = (error: Error): void => {
      if (current !== worker) return;
      current = undefined;
      onEnd();
      for (const { resolve } of waiting.values()) resolve({ noThread: error });
      waiting.clear();
      void worker.terminate();
    };
    worker.on('message', (reply: Answered<Answer>) => {
      const asker = waiting.get(reply.id);
      waiting.delete(reply.id);
      if (waiting.size === 0) worker.unref();
      if ('error' in reply) asker?.reject(errorOfWire(reply.error));
      else asker?.resolve(reply.answer);
    });
    worker.on('error', fail);
    worker.on('messageerror', fail);
    worker.on('exit', () => fail(new Error('the thread ended')));
    worker.unref();
    return worker;
  }

  return (question) =>
    new Promise((resolve, reject) => {
      const asked: Asked<Question> = { id: ids++, question };
      try {
        current ??= start();
        current.postMessage(asked);
        current.ref();
        waiting.set(asked.id, { resolve, reject });
      } catch (error) {
        resolve({ noThread: error instanceof Error ? error : new Error(String(error)) });
      }
    });
}

interface Waiting<Answer> {
  resolve(reply: Answer | NoThread): void;
  reject(error: Error): void;
}

/** Whether there is no answer. */
export function isNoThread(reply: unknown): reply is NoThread {
  return typeof reply === 'object' && reply !== null && 'noThread' in reply;
}
