import { once } from 'node:events';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { newMask, smallVocabulary } from './small-vocabulary.js';

const modes = ['wait', 'await', 'leave'];

async function start(mode: string): Promise<Worker> {
  const worker = new Worker(new URL('./addon-worker.ts', import.meta.url), { workerData: mode });
  const failed = once(worker, 'error').then(([error]) => {
    throw error;
  });
  failed.catch(() => {});
  await Promise.race([once(worker, 'message'), failed]);
  return worker;
}

t.test('a thread that uses the addon can end suddenly while another goes on', async (t) => {
  const vocabulary = smallVocabulary();
  const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
  const steady = await start('wait');
  let failure: unknown;
  steady.on('error', (error) => {
    failure = error;
  });
  for (let round = 0; round < 20; round++) {
    const worker = await start(modes[round % modes.length] as string);
    await sleep((round * 7) % 23);
    await worker.terminate();
    // This thread has masks pending across the end of the other one.
    t.equal(await compiled.matcher().fillMaskAsync(newMask(vocabulary)), true);
  }
  t.equal(failure, undefined, 'the other thread has seen nothing of it');
  await steady.terminate();
});
