import { Worker } from 'node:worker_threads';

/** A question as it crosses to the thread. */
export interface Asked<Question> {
  readonly id: number;
  readonly question: Question;
}

/** What the thread posts. */
export interface Answered<Answer> {
  readonly id: number;
  readonly answer: Answer;
}

/**
 * A thread that answers questions. It starts with the first one; a program that is done does not wait for it. Where it ends, or cannot be
 * had, what was asked gets an error, and the next question starts another one.
 *
 * @param name of the file beside `base`, without its extension
 * @param onEnd called when a thread has ended
 */
export function askedThread<Question, Answer>(
  name: string,
  base: string,
  onEnd: () => void = () => {},
): (question: Question) => Promise<Answer | Error> {
  const waiting = new Map<number, (reply: Answer | Error) => void>();
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
      for (const done of waiting.values()) done(error);
      waiting.clear();
    };
    worker.on('message', ({ id, answer }: Answered<Answer>) => {
      waiting.get(id)?.(answer);
      waiting.delete(id);
      if (waiting.size === 0) worker.unref();
    });
    worker.on('error', fail);
    worker.on('exit', () => fail(new Error('the thread ended')));
    worker.unref();
    return worker;
  }

  return (question) =>
    new Promise((done) => {
      const asked: Asked<Question> = { id: ids++, question };
      try {
        current ??= start();
        current.postMessage(asked);
        current.ref();
        waiting.set(asked.id, done);
      } catch (error) {
        done(error instanceof Error ? error : new Error(String(error)));
      }
    });
}
