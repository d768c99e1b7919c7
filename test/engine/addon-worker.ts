// Uses the addon until it is stopped; the thread of the workers test.
import { setTimeout as sleep } from 'node:timers/promises';
import { parentPort, workerData } from 'node:worker_threads';
import { Compiler, Grammar } from '../../src/index.js';
import { newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const compiler = new Compiler(vocabulary);

async function round(number: number): Promise<void> {
  const compiled = await compiler.compile(
    Grammar.jsonSchema({ properties: { [`name${number}`]: { type: 'integer' } } }),
  );
  const matcher = compiled.matcher();
  for (const char of '{"name') {
    const mask = newMask(vocabulary);
    const pending = matcher.fillMaskAsync(mask);
    if (workerData === 'wait') pending.wait();
    else if (workerData === 'await') await pending;
    else {
      // Left alone: the event loop delivers it, or the end of the thread comes first.
      for (let i = 0; i < 5; i++) compiled.matcher().fillMaskAsync(newMask(vocabulary));
      await sleep(1);
    }
    if (!matcher.acceptBytes(char)) throw new Error(`${char} was refused`);
  }
}

parentPort?.postMessage('ready');
for (let number = 0; ; number++) {
  await round(number);
  if (number % 3 === 2) await sleep(0);
}
