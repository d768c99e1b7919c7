import t from 'tap';
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
