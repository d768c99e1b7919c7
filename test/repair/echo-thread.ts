// A thread that gives back what it is asked, but for one word, which ends it.
import { parentPort } from 'node:worker_threads';
import type { Answered, Asked } from '../../src/repair/asked-thread.js';

const port = parentPort as NonNullable<typeof parentPort>;

port.on('message', ({ id, question }: Asked<string>) => {
  if (question === 'end') throw new Error('as it was told');
  port.postMessage({ id, answer: question } satisfies Answered<string>);
});
