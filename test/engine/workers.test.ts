import { once } from 'node:events';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
const program = Grammar.json().toBuffer();
// The same binary as this thread's.
const path = resolve(process.env.GRAMMASK_NATIVE_PATH || 'build/Release/grammask.node');
const modes = ['wait', 'await', 'leave'];

async function start(mode: string): Promise<Worker> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const worker = new Worker(new URL('./addon-worker.cjs', import.meta.url), {
    workerData: { path, program, mode },
    execArgv: [],
    env,
  });
  await once(worker, 'message');
  return worker;
}

t.test('a thread that uses the addon can end suddenly while another goes on', async (t) => {
  const steady = await start('wait');
  let failure: unknown;
  steady.on('error', (error) => {
    failure = error;
  });
  for (let round = 0; round < 20; round++) {
    const worker = await start(modes[round % modes.length] as string);
    await sleep((round * 7) % 23);
    // This thread has a mask pending across the end of the other one.
    const pending = compiled.matcher().fillMaskAsync(newMask(vocabulary));
    await worker.terminate();
    t.equal(await pending, true);
  }
  t.equal(failure, undefined, 'the third thread has seen nothing of it');
  await steady.terminate();
});

t.test('several threads may end at the same time', async (t) => {
  for (let round = 0; round < 3; round++) {
    const workers = await Promise.all(modes.map(start));
    await sleep(10);
    t.same(await Promise.all(workers.map((worker) => worker.terminate())), [1, 1, 1]);
  }
});
