import { join } from 'node:path';
import t from 'tap';
import { createDecoderSession } from '../../src/model/decoder-session.js';
import { missingProviderFile } from '../../src/model/missing-provider.js';
import { tinyFolder } from './tiny-model.js';

const never = (): boolean => false;
const open = (ending: string) =>
  createDecoderSession({
    weights: join(tinyFolder, 'onnx', `model${ending}.onnx`),
    device: 'cpu',
    threads: 1,
  });
const tokens = Int32Array.from({ length: 300 }, (_, index) => (index * 37) % 256);

const graphs = {
  '': 'attention mask, positions and num_logits_to_keep',
  _fp16: 'float16, wide logits, neither mask nor positions',
  _uint8: 'a cache branch',
  _q4: 'another name of the cache',
};

for (const [ending, what] of Object.entries(graphs)) {
  t.test(`the logits do not depend on how the tokens are fed: ${what}`, async (t) => {
    const session = await open(ending);
    const whole = session.newState();
    const wanted = Array.from((await session.forward(whole, tokens, 0, never)) ?? []);
    t.equal(wanted.length, session.logitsWidth);
    t.equal(whole.tokens.length, 300);

    const parts = session.newState();
    for (const [from, to] of [
      [0, 5],
      [5, 6],
      [6, 299],
    ]) {
      await session.forward(parts, tokens.subarray(from, to), parts.tokens.length, never);
    }
    const last = await session.forward(parts, tokens.subarray(299), 299, never);
    t.same(differences(last, wanted, session.logitsType), []);

    // Other tokens, taken back again.
    await session.forward(parts, Int32Array.of(1, 2, 3), 300, never);
    const again = await session.forward(parts, tokens.subarray(298), 298, never);
    t.equal(parts.tokens.length, 300);
    t.same(differences(again, wanted, session.logitsType), []);
    await session.release();
  });
}

t.test('a cancelled call ends at the next piece', async (t) => {
  const session = await open('');
  const state = session.newState();
  let asked = 0;
  t.equal(await session.forward(state, tokens, 0, () => ++asked > 1), null);
  t.equal(state.tokens.length, 128);
  t.ok(await session.forward(state, Int32Array.of(1), 128, never));
  await session.release();
});

t.test('MODEL for weights that are none, a device that is none and a token out of range', async (t) => {
  const path = join(t.testdir({ 'model.onnx': 'no weights' }), 'model.onnx');
  const options = { weights: path, device: 'cpu', threads: 1 };
  await t.rejects(createDecoderSession(options), { code: 'MODEL', location: { path } });
  const weights = join(tinyFolder, 'onnx', 'model.onnx');
  await t.rejects(createDecoderSession({ ...options, weights, device: 'abacus' }), {
    code: 'MODEL',
    hint: /device: 'cpu'/,
  });
  // On machines where someone installed CUDA's provider there is nothing to name.
  if (missingProviderFile('cuda') !== undefined) {
    await t.rejects(createDecoderSession({ ...options, weights, device: 'cuda' }), {
      code: 'MODEL',
      message: /onnxruntime_providers_shared/,
    });
  }
  const session = await open('');
  await t.rejects(session.forward(session.newState(), Int32Array.of(9999), 0, never), { code: 'MODEL' });
  await session.release();
});

function differences(
  found: Float32Array | Uint16Array | null,
  wanted: readonly number[],
  type: 'float32' | 'float16',
): number[] {
  // float16 comes as its bits: neighbours of one sign differ by 1.
  const most = type === 'float32' ? 1e-3 : 64;
  return wanted.filter((value, index) => !(Math.abs(value - (found?.[index] ?? Number.NaN)) <= most));
}
