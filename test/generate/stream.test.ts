import t from 'tap';
import { Grammar, type Model, type StreamPart } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const prompt = 'stream';
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

const schema = {
  type: 'object',
  properties: {
    a: { type: 'string', maxLength: 8 },
    b: { type: 'array', items: { type: 'integer' }, maxItems: 3 },
  },
  required: ['a', 'b'],
  additionalProperties: false,
};

async function read(stream: AsyncIterable<StreamPart>): Promise<StreamPart[]> {
  const parts: StreamPart[] = [];
  for await (const part of stream) parts.push(part);
  return parts;
}

t.test('the deltas are the text, the last partial is the value, and it is what generate gives', async (t) => {
  for (let seed = 0; seed < 4; seed++) {
    const stream = model.stream({ prompt, schema, seed });
    const parts = await read(stream);
    const result = await stream.result;
    t.equal(parts.map(({ delta }) => delta).join(''), result.text);
    t.same(parts.at(-1)?.partial, result.value);
    t.ok(parts.every(({ delta }) => delta !== '' && !/\p{Surrogate}/u.test(delta)));
    t.equal((await model.generate({ prompt, schema, seed })).text, result.text);
  }
});

t.test('without a schema, partial is the text so far; characters come whole', async (t) => {
  const parts = await read(model.stream({ prompt, regex: '(é|日){4}', seed: 2 }));
  t.same(
    parts.map(({ delta }) => [...delta].length),
    [1, 1, 1, 1],
  );
  t.match(parts.at(-1)?.partial, /^(é|日){4}$/);
});

t.test('an end at the limit comes as deltas too', async (t) => {
  const stream = model.stream({ prompt, regex: '[ab]+c', maxTokens: 5, seed: 1, temperature: 0.1 });
  const parts = await read(stream);
  const result = await stream.result;
  t.equal(parts.map(({ delta }) => delta).join(''), result.text);
  t.match(result.text, /^[ab]+c$/);
});

t.test('the result alone reads everything; a stream is read once', async (t) => {
  const stream = model.stream({ prompt, choices: ['yes'] });
  t.equal((await stream.result).text, 'yes');
  t.throws(() => stream[Symbol.asyncIterator](), { code: 'STATE' });
});

t.test('leaving the loop early ends the generation, and the model stays usable', async (t) => {
  const stream = model.stream({ prompt, schema, seed: 3 });
  for await (const part of stream) {
    t.ok(part.delta);
    break;
  }
  await t.rejects(stream.result, { code: 'ABORTED' });
  t.equal(Grammar.jsonSchema(schema).test((await model.generate({ prompt, schema, seed: 3 })).text), true);
});

t.test('errors throw where the stream is read', async (t) => {
  t.throws(() => model.stream({ prompt, tools: [] } as never), { code: 'UNSUPPORTED' });
  const stream = model.stream({ prompt, regex: 'abcdef', maxTokens: 3 });
  await t.rejects(read(stream), { code: 'BUDGET_TOO_SMALL' });
  await t.rejects(stream.result, { code: 'BUDGET_TOO_SMALL' });
});
