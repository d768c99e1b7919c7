import { join } from 'node:path';
import t from 'tap';
import { createDecoderSession } from '../../src/model/decoder-session.js';
import { createPromptMemory } from '../../src/model/prompt-memory.js';
import { loadTiny, tinyFolder } from './tiny-model.js';

const never = (): boolean => false;
const tokens = Int32Array.from({ length: 300 }, (_, index) => (index * 37) % 256);

for (const [ending, pieces] of [
  ['', true],
  ['_fp16', true],
  ['_uint8', false],
] as const) {
  t.test(`a prompt that is known is to the bit as one that is read: model${ending}.onnx`, async (t) => {
    const weights = join(tinyFolder, 'onnx', `model${ending}.onnx`);
    const session = await createDecoderSession({ weights, device: 'cpu', threads: 1 });
    const memory = createPromptMemory(session);
    /** The logits behind a prompt, and behind three more tokens. */
    const rows = async (prompt: Int32Array, isKept: boolean): Promise<{ rows: unknown; known: number }> => {
      const state = session.newState();
      const fresh = async () => ({ row: await session.forward(state, prompt, 0, never), known: 0 });
      const read = isKept ? await memory.read(state, prompt, never) : await fresh();
      const first = [...(read?.row ?? [])];
      const more = await session.forward(state, Int32Array.of(5, 6, 7), prompt.length, never);
      return { rows: [first, [...(more ?? [])]], known: read?.known ?? -1 };
    };
    const other = Int32Array.from([...tokens.subarray(0, 290), 9, 9, 9]);
    const short = tokens.subarray(0, 256);
    for (const [prompt, known] of [
      [tokens, 0],
      [tokens, 300],
      [other, pieces ? 256 : 0],
      [short, pieces ? 128 : 0],
      [tokens, 300],
      [Int32Array.of(1, 2), 0],
    ] as const) {
      const expected = await rows(prompt, false);
      const found = await rows(prompt, true);
      t.equal(found.known, known);
      t.same(found.rows, expected.rows);
    }
    t.equal(await memory.read(session.newState(), Int32Array.of(8, 8), () => true), null);
    const small = createPromptMemory(session, 10);
    await small.read(session.newState(), tokens, never);
    t.equal(
      (await small.read(session.newState(), tokens, never))?.known,
      0,
      'no more than the budget is kept',
    );
    await session.release();
  });
}

t.test('generations with the same prompt', async (t) => {
  await using model = await loadTiny();
  const options = { prompt: 'The quick brown fox', regex: '[a-z]{12}', seed: 4 };
  const fresh = await model.generate(options);
  t.equal(fresh.timings.tokens.remembered, 0);
  for (const remembered of [0, 19, 19]) {
    const { text, timings } = await model.generate({ ...options, keepPrompt: true });
    t.equal(text, fresh.text);
    t.equal(timings.tokens.remembered, remembered);
  }
  const prompt = Int32Array.from(Buffer.from('let a = '));
  const asked = { prompt, continuations: [Int32Array.of(98, 59), Int32Array.of(99)] };
  const scores = await model.score(asked);
  for (let i = 0; i < 2; i++) t.same(await model.score({ ...asked, keepPrompt: true }), scores);
});
