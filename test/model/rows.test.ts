import { join } from 'node:path';
import t from 'tap';
import { maskOf, maskOfFirst } from '../../src/generate/mask-bits.js';
import { createDecoderSession, type DecoderSession } from '../../src/model/decoder-session.js';
import { contextOfModel } from '../../src/model/load-model.js';
import { halfValue } from '../../src/model/log-probability.js';
import type { PlaceAnswer } from '../../src/model/rows-question.js';
import { loadTiny, tinyFolder } from './tiny-model.js';

const never = (): boolean => false;
const prefix = Int32Array.of(5, 6, 7, 8);
const texts = 6;
const length = 5;
const tokens = Int32Array.from({ length: texts * length }, (_, index) => (index * 53) % 250);

const graphs = {
  '': 'attention mask, positions and num_logits_to_keep',
  _fp16: 'float16, wide logits',
  _uint8: 'a cache branch',
  _q4: 'another name of the cache',
};

for (const [ending, what] of Object.entries(graphs)) {
  t.test(`several texts at a time give what each gives alone: ${what}`, async (t) => {
    const weights = join(tinyFolder, 'onnx', `model${ending}.onnx`);
    const session = await createDecoderSession({ weights, device: 'cpu', threads: 1 });
    t.equal(session.batch.takesSeveral, true);
    const base = session.newState();
    await session.forward(base, prefix, 0, never);
    const mask = maskOfFirst(258, session.logitsWidth);
    const evens = maskOf(
      Array.from({ length: 100 }, (_, i) => 2 * i),
      session.logitsWidth,
    );
    const question = { mask, sets: [evens], targets: Int32Array.of(3, 250), wantsLogSum: true };
    // Behind the last token, and where the graph tells, behind the second and the fourth one.
    const backs = session.batch.severalPlaces ? [3, 1, 0] : [0];
    const places = backs.map((back) => ({ back, ...question }));
    const several = session.pick(base, new Int32Array(texts));
    const answers = await session.readRows(several, { places, tokens }, never, true);
    t.equal(several.tokens.length, prefix.length + length);
    t.equal(base.tokens.length, prefix.length, 'what they begin with stays as it is');

    // Some of them read on, in another order.
    const order = Int32Array.of(4, 1, 1);
    const more = Int32Array.of(9, 10, 9, 11, 9, 12);
    const last = [{ back: 0, ...question }];
    const [further] =
      (await session.readRows(session.pick(several, order), { places: last, tokens: more }, never, false)) ??
      [];
    t.equal(answers?.length, backs.length);
    t.ok(further);
    if (!answers || !further) return;
    const near = (a: number, b: number): boolean => Math.abs(a - b) < (ending === '_fp16' ? 0.05 : 1e-3);

    // All of them, the other way round.
    const back = Int32Array.of(5, 4, 3, 2, 1, 0);
    const same = new Int32Array(texts).fill(9);
    const readOn = async (which: Int32Array): Promise<Int32Array | undefined> =>
      (
        await session.readRows(session.pick(several, which), { places: last, tokens: same }, never, false)
      )?.[0]?.best;
    t.same(await readOn(back), (await readOn(Int32Array.from(back).reverse()))?.reverse());

    // Fewer of them, and all of them once more: what a text begins with is not copied again.
    for (const rows of [texts - 2, texts]) {
      const [again] =
        (await session.readRows(
          session.pick(base, new Int32Array(rows)),
          { places: last, tokens: tokens.subarray(0, rows * length) },
          never,
          false,
        )) ?? [];
      t.same(again?.best, answers.at(-1)?.best.subarray(0, rows));
    }

    for (const [index, text] of backs.flatMap((_, place) =>
      Array.from({ length: texts }, (_, row) => [place, row] as const),
    )) {
      const found = answers[index] as PlaceAnswer;
      const end = (text + 1) * length - (backs[index] as number);
      const logits = await alone(session, [...prefix, ...tokens.subarray(text * length, end)]);
      const allowed = logits.slice(0, 258);
      const sorted = [...allowed].sort((a, b) => b - a);
      t.equal(found.best[text], allowed.indexOf(sorted[0] ?? 0));
      t.ok(near(found.bestLogits[text] ?? 0, sorted[0] ?? Number.NaN));
      t.ok(near(found.secondLogits[text] ?? 0, sorted[1] ?? Number.NaN));
      t.ok(near(found.targets[2 * text] ?? 0, logits[3] ?? Number.NaN));
      const even = Math.max(...logits.slice(0, 200).filter((_, i) => i % 2 === 0));
      t.ok(near(found.sets[text] ?? 0, even), 'the largest of a set');
      const sum = allowed.reduce((total, logit) => total + Math.exp(logit - (sorted[0] ?? 0)), 0);
      t.ok(near(found.logSums[text] ?? 0, (sorted[0] ?? 0) + Math.log(sum)));
    }
    for (const [place, text] of order.entries()) {
      const whole = [...prefix, ...tokens.subarray(text * length, (text + 1) * length)];
      const logits = await alone(session, [...whole, ...more.subarray(2 * place, 2 * place + 2)]);
      t.ok(near(further.targets[2 * place] ?? 0, logits[3] ?? Number.NaN));
    }
    await session.release();
  });
}

async function alone(session: DecoderSession, whole: readonly number[]): Promise<number[]> {
  const logits = await session.forward(session.newState(), Int32Array.from(whole), 0, never);
  return Array.from(logits ?? [], (value) => (session.logitsType === 'float16' ? halfValue(value) : value));
}

t.test('through the thread: one token, none and broken logits; what closes', async (t) => {
  await using model = await loadTiny();
  const { worker } = contextOfModel(model);
  const sequence = worker.openSequence();
  await sequence.forward(prefix);
  const nothing = { back: 0, sets: [maskOf([], 258)], targets: Int32Array.of(), wantsLogSum: false };
  const ask = (from: typeof sequence, mask: Int32Array) =>
    from.readRows(new Int32Array(texts), { tokens, places: [{ ...nothing, mask }] }, true);
  const { answers, rows } = await ask(sequence, maskOf([65], 258));
  const answer = answers[0] as PlaceAnswer;
  t.same([...answer.best], new Array(texts).fill(65));
  t.same([...answer.secondLogits], new Array(texts).fill(Number.NEGATIVE_INFINITY), 'there is no second one');
  t.same([...answer.sets], new Array(texts).fill(Number.NEGATIVE_INFINITY), 'an empty set');
  t.equal(answer.logSums.length, 0);
  sequence.close();
  const places = [{ ...nothing, mask: maskOf([65], 258) }];
  const after = rows?.readRows(Int32Array.of(0), { tokens: prefix, places }, false);
  await t.rejects(Promise.resolve(after), { code: 'ABORTED' });

  await using broken = await loadTiny({ dtype: 'q8' });
  const other = contextOfModel(broken).worker.openSequence();
  await t.rejects(ask(other, maskOfFirst(258, 258)), { code: 'LOGITS' });
  other.close();
});
