import { getEventListeners } from 'node:events';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { watchAbort } from '../../src/generate/abort.js';
import type { Model } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const options = { prompt: 'abort', regex: '[a-z]{300}', seed: 1 };
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

t.test('before the start', async (t) => {
  const reason = new Error('no more');
  await t.rejects(model.generate({ ...options, signal: AbortSignal.abort(reason) }), {
    code: 'ABORTED',
    cause: reason,
  });
  const stream = model.stream({ ...options, signal: AbortSignal.abort() });
  await t.rejects(stream.result, { code: 'ABORTED' });
});

t.test('at every moment, and the model stays usable', async (t) => {
  let aborted = 0;
  for (const delay of [0, 1, 2, 4, 8, 16, 32]) {
    const controller = new AbortController();
    const running = model.generate({ ...options, signal: controller.signal });
    setTimeout(() => controller.abort(), delay);
    await running.then(
      () => {},
      (error) => {
        t.equal(error.code, 'ABORTED');
        aborted++;
      },
    );
  }
  t.ok(aborted > 0);
  t.match((await model.generate({ ...options, regex: '[a-z]{3}' })).text, /^[a-z]{3}$/);
});

t.test('while the model reads a prompt: the answer comes at once', async (t) => {
  const controller = new AbortController();
  const running = model.generate({
    ...options,
    prompt: 'x'.repeat(380),
    regex: '[ab]',
    signal: controller.signal,
  });
  controller.abort();
  await t.rejects(running, { code: 'ABORTED' });
});

t.test('inside a stream', async (t) => {
  const controller = new AbortController();
  const stream = model.stream({ ...options, signal: controller.signal });
  let parts = 0;
  const reading = (async () => {
    for await (const _ of stream) if (++parts === 5) controller.abort();
  })();
  await t.rejects(reading, { code: 'ABORTED' });
  await t.rejects(stream.result, { code: 'ABORTED' });
  t.equal(parts, 5);
});

t.test('nothing is left at the signal, however a generation ends', async (t) => {
  const { signal } = new AbortController();
  const short = { prompt: 'abort', regex: '[a-z]{3}', signal };
  for (let i = 0; i < 3; i++) await model.generate(short);
  await model.stream(short).result;
  for await (const _ of model.stream(short)) break;
  await model.score({ prompt: Int32Array.of(1, 2), continuations: [Int32Array.of(3)], signal });
  await t.rejects(model.generate({ ...short, schema: false, regex: undefined }), { code: 'UNSATISFIABLE' });
  await t.rejects(model.generate({ ...options, signal, maxTokens: 2 }), { code: 'BUDGET_TOO_SMALL' });
  t.same(getEventListeners(signal, 'abort'), []);
});

t.test('what was waited for is not kept until the signal comes', async (t) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const watch = watchAbort(new AbortController().signal);
  const wait = async (): Promise<WeakRef<object>> =>
    new WeakRef(await watch.race(Promise.resolve(new Float32Array(1000))));
  const waited = await wait();
  await new Promise(setImmediate);
  collect();
  t.equal(waited.deref(), undefined);
  watch.end();
});
