import t from 'tap';
import { loadModel } from '../../src/index.js';
import { noModel } from '../cli/run-cli.js';
import { loadTiny } from './tiny-model.js';

const prompt = Int32Array.from(Buffer.from('let a = '));
const more = Int32Array.of(98, 59, 10);

t.test('probabilities of continuations, where a step gives one row', async (t) => {
  await using model = await loadTiny();
  const { tokenCount } = model.vocabulary;
  const singles = Array.from({ length: tokenCount }, (_, token) => Int32Array.of(token));
  const scores = await model.score({ prompt, continuations: singles });
  const sum = scores.reduce((total, score) => total + Math.exp(score), 0);
  t.ok(Math.abs(sum - 1) < 1e-3, `all tokens together: ${sum}`);
  const best = scores.indexOf(Math.max(...scores));
  const { text } = await model.generate({ prompt, maxTokens: 1, temperature: 0 });
  if (best < 128) t.equal(text, String.fromCharCode(best), 'what is drawn at temperature 0');
  const [whole = 0, head = 0, nothing] = await model.score({
    prompt,
    continuations: [more, more.subarray(0, 1), more.subarray(0, 0)],
  });
  t.equal(nothing, 0);
  t.equal(head, scores[98]);
  const longer = Int32Array.from([...prompt, 98]);
  const [rest = 0] = await model.score({ prompt: longer, continuations: [more.subarray(1)] });
  t.ok(Math.abs(whole - head - rest) < 1e-3, 'one after the other is the same');
});

t.test('and where it gives one for each token', { skip: noModel }, async (t) => {
  await using model = await loadModel(undefined, { threads: 1 });
  const [whole = 0, head = 0] = await model.score({ prompt, continuations: [more, more.subarray(0, 1)] });
  const longer = Int32Array.from([...prompt, 98]);
  const [rest = 0] = await model.score({ prompt: longer, continuations: [more.subarray(1)] });
  t.ok(whole < 0 && Math.abs(whole - head - rest) < 0.05, `${whole}, ${head} and ${rest}`);
});

t.test('what cannot be scored', async (t) => {
  await using model = await loadTiny();
  const ask = (from: Int32Array, continuation: Int32Array, signal?: AbortSignal) =>
    model.score({ prompt: from, continuations: [continuation], signal });
  await t.rejects(ask(Int32Array.of(), Int32Array.of(1)), { code: 'ARGUMENT' });
  await t.rejects(ask(prompt, Int32Array.of(9999)), { code: 'TOKEN_RANGE' });
  await t.rejects(ask(new Int32Array(400), Int32Array.of(1)), { code: 'BUDGET_TOO_SMALL' });
  await t.rejects(ask(prompt, Int32Array.of(1), AbortSignal.abort()), { code: 'ABORTED' });
  await t.rejects(model.generate({ prompt: Int32Array.of(9999) }), { code: 'TOKEN_RANGE' });
  await t.rejects(model.generate({ prompt, stopTokens: [-1] }), { code: 'ARGUMENT' });
  const { text } = await model.generate({ prompt, stopTokens: [...prompt.keys()].map((_, i) => i + 32) });
  t.type(text, 'string');
});
