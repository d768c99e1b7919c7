import t from 'tap';
import { Grammar, type Model } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const prompt = 'The quick brown fox';
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

const schema = {
  type: 'object',
  properties: {
    id: { type: 'integer', minimum: 0, maximum: 99 },
    kind: { enum: ['alpha', 'beta'] },
    on: { type: 'boolean' },
  },
  required: ['id', 'kind'],
  additionalProperties: false,
};

t.test('every constraint gives a text of its language, and its value', async (t) => {
  const object = await model.generate({ prompt, schema, seed: 1 });
  t.equal(Grammar.jsonSchema(schema).test(object.text), true);
  t.same(object.value, JSON.parse(object.text));
  t.equal(Buffer.from(object.bytes).toString(), object.text);
  t.match(object.text, /^\{"id":\d+,"kind":"(alpha|beta)"/, 'compact, in the order of the schema');

  const chosen = await model.generate({ prompt, choices: ['red', 'green'], seed: 1 });
  t.ok(['red', 'green'].includes(String(chosen.value)));
  t.equal(chosen.finishReason, 'stop');
  t.match((await model.generate({ prompt, regex: '[ab]{5}', seed: 2 })).value, /^[ab]{5}$/);
  const grammar = Grammar.ebnf('root ::= "(" root ")" | "x"');
  t.match((await model.generate({ prompt, grammar, seed: 3, maxTokens: 9 })).value, /^\(*x\)*$/);
});

t.test('a style changes what it names: the order of members', async (t) => {
  const style = { keyOrder: 'any' } as const;
  const texts = new Set<string>();
  for (let seed = 0; seed < 6; seed++)
    texts.add((await model.generate({ prompt, schema, style, seed })).text);
  t.ok([...texts].some((text) => text.startsWith('{"kind"')));
  t.ok(
    [...texts].every((text) => !/\s/.test(text)),
    'the rest is as without it',
  );
});

t.test('the same seed draws the same, temperature 0 takes no seed', async (t) => {
  const options = { prompt, regex: '[a-z]{20}' };
  const [a, b, c] = await Promise.all([7, 7, 8].map((seed) => model.generate({ ...options, seed })));
  t.equal(a?.text, b?.text);
  t.not(a?.text, c?.text);
  const greedy = await Promise.all(
    [1, 2].map((seed) => model.generate({ ...options, seed, temperature: 0 })),
  );
  t.equal(greedy[0]?.text, greedy[1]?.text);
  t.equal((await model.generate(options)).text, greedy[0]?.text);
});

t.test(
  'a constrained greedy answer is the arg-max of the allowed tokens, as free generation shows',
  async (t) => {
    const free = await model.generate({ prompt, maxTokens: 1 });
    const text = await model.generate({ prompt, regex: '[\\s\\S]{1}', maxTokens: 4 });
    if (/^[\x20-\x7e]$/.test(free.text)) t.equal(text.text, free.text);
    else t.equal([...text.text].length, 1);
  },
);

t.test('forced tokens are not drawn, and count', async (t) => {
  const { text, timings, usage } = await model.generate({ prompt, regex: 'abc[de]fgh' });
  t.match(text, /^abc[de]fgh$/);
  t.match(timings.tokens, { prompt: 19, sampled: 1, forced: 6, closed: 0 });
  t.equal(usage.completionTokens, 7);
  t.equal(timings.perToken.sample.length, 1);
  // One step for what is forced before the draw, one behind the draw that may not be waited for.
  t.ok(timings.perToken.forward.length <= 2);
});

t.test('the model has read the forced tokens: the draw behind them is that of the same prompt', async (t) => {
  for (const seed of [1, 2, 3, 4]) {
    const forced = await model.generate({ prompt, regex: 'xyz[a-z]', seed });
    const read = await model.generate({ prompt: `${prompt}xyz`, regex: '[a-z]', seed });
    t.equal(forced.text, `xyz${read.text}`);
  }
});

t.test('timings have a number for every part', async (t) => {
  const { timings } = await model.generate({ prompt, schema, seed: 5 });
  for (const part of [
    'tokenize',
    'compile',
    'firstMask',
    'mask',
    'prefill',
    'forward',
    'sample',
    'close',
  ] as const) {
    t.ok(timings[part] > 0, part);
  }
  t.ok(timings.total >= timings.prefill);
  const sum = timings.perToken.mask.reduce((total, ms) => total + ms, 0);
  t.ok(Math.abs(sum - timings.mask) < 1e-6);
});

t.test('free generation: the limit, stop texts, messages', async (t) => {
  const free = await model.generate({ prompt, maxTokens: 12, seed: 3 });
  t.match(free, { finishReason: /length|stop/ });
  t.ok(free.usage.completionTokens <= 12);
  const letters = { messages: [{ role: 'user', content: 'hi' }], temperature: 0, maxTokens: 30 };
  const whole = (await model.generate(letters)).text;
  const stop = [...whole][4] as string;
  const { text, finishReason } = await model.generate({ ...letters, stop: ['never', stop] });
  t.equal(text, whole.slice(0, whole.indexOf(stop)));
  t.equal(finishReason, 'stop');
});

t.test('UNSATISFIABLE before drawing, and the model stays usable', async (t) => {
  const none = { allOf: [{ type: 'integer', minimum: 5 }, { maximum: 3 }] };
  await t.rejects(model.generate({ prompt, schema: none }), { code: 'UNSATISFIABLE' });
  const grammar = Grammar.jsonSchema(none);
  await t.rejects(model.generate({ prompt, grammar }), { code: 'UNSATISFIABLE' });
  t.ok(await model.generate({ prompt, choices: ['a'] }));
});

t.test('errors of the sources come through', async (t) => {
  await t.rejects(model.generate({ prompt, schema: '{"type":' }), { code: 'SYNTAX' });
  await t.rejects(model.generate({ prompt, schema: { $ref: 'urn:other' } }), { code: 'UNSUPPORTED' });
  await t.rejects(model.generate({ prompt, regex: '(' }), { code: 'SYNTAX' });
  await t.rejects(model.generate({ prompt, schema: { $ref: '#' } }), { code: 'SCHEMA' });
  await t.rejects(model.generate({ prompt: '' }), { code: 'ARGUMENT', message: /no tokens/ });
  await t.rejects(model.generate({ prompt: 'x'.repeat(400) }), { code: 'ARGUMENT', message: /400/ });
});

t.test("the model's context bounds the answer as maxTokens does", async (t) => {
  const options = { prompt: 'x'.repeat(390), regex: 'a{5,50}', temperature: 0 };
  t.match(await model.generate(options), { text: /^a{10}$/, finishReason: /stop|closed/ });
  await t.rejects(model.generate({ ...options, regex: 'a{11}' }), {
    code: 'BUDGET_TOO_SMALL',
    message: /11 tokens.*context leaves 10/,
  });
});

t.test('generations at the same time take turns and do not mix', async (t) => {
  const seeds = [1, 2, 3, 4, 5];
  const run = (seed: number) => model.generate({ prompt, regex: '[a-z]{12}', seed }).then(({ text }) => text);
  const together = await Promise.all(seeds.map(run));
  const alone: string[] = [];
  for (const seed of seeds) alone.push(await run(seed));
  t.same(together, alone);
});

t.test('logits that are NaN are LOGITS', async (t) => {
  const broken = await loadTiny({ dtype: 'q8' });
  await t.rejects(broken.generate({ prompt, regex: '[ab]c' }), { code: 'LOGITS' });
  await t.rejects(broken.generate({ prompt, seed: 1 }), { code: 'LOGITS' });
  t.equal((await broken.generate({ prompt, regex: 'abc' })).text, 'abc', 'what is forced needs no logits');
  await broken.dispose();
});

t.test('float16 logits that are wider than the vocabulary', async (t) => {
  const half = await loadTiny({ dtype: 'fp16' });
  for (let seed = 0; seed < 5; seed++) {
    t.equal(Grammar.jsonSchema(schema).test((await half.generate({ prompt, schema, seed })).text), true);
  }
  t.ok(await half.generate({ prompt, maxTokens: 20, seed: 1, temperature: 50 }));
  await half.dispose();
});

t.test('the event loop stays free', async (t) => {
  let longest = 0;
  let last = performance.now();
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - last);
    last = now;
  }, 1);
  for (let seed = 0; seed < 5; seed++) await model.generate({ prompt, schema, seed });
  clearInterval(timer);
  // A busy machine stretches it, so that it is told and not demanded.
  t.comment(`longest gap of the event loop: ${longest.toFixed(1)} ms (the aim is 20 ms)`);
  t.ok(longest > 0);
});

t.test('an answer that is no UTF-8: its bytes are whole', async (t) => {
  const grammar = Grammar.lark('%llguidance {"allow_invalid_utf8": true}\nstart: "a" /\\xFE[b-d]\\xC3/');
  const { bytes, text } = await model.generate({ prompt, grammar, maxTokens: 10 });
  t.ok(grammar.test(bytes), Buffer.from(bytes).toString('hex'));
  t.match(text, /^a\ufffd[b-d]/);
});
