// The thread in which files are parsed for templates and small changes.
import { parentPort } from 'node:worker_threads';
import { loadTypeScript } from '../../frontends/typescript/load-typescript.js';
import type { Answered, Asked } from '../asked-thread.js';
import type { SyntaxQuestion } from './ask-syntax.js';
import { answerOf, type SyntaxAnswer } from './tasks.js';

const port = parentPort as NonNullable<typeof parentPort>;

port.on('message', ({ id, question: { hole, task } }: Asked<SyntaxQuestion>) => {
  const reply: Answered<SyntaxAnswer> = { id, answer: answerOf(loadTypeScript(), hole, task) };
  port.postMessage(reply);
});
