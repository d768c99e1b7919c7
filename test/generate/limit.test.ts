import t from 'tap';
import { Grammar, GrammaskError, type Model } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const prompt = 'limit';
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

const schemas: Record<string, object> = {
  'a nested object': {
    type: 'object',
    properties: {
      a: { type: 'string' },
      b: {
        type: 'object',
        properties: { c: { type: 'number' } },
        required: ['c'],
        additionalProperties: false,
      },
    },
    required: ['a'],
    additionalProperties: false,
  },
  'an open array': { type: 'array', items: { type: 'array', items: { type: 'string' } } },
  'any value': {},
  'a bounded string': { type: 'string', minLength: 4, maxLength: 30 },
  'a recursive tree': {
    $ref: '#/$defs/tree',
    $defs: {
      tree: {
        type: 'object',
        properties: { v: { type: 'integer' }, l: { $ref: '#/$defs/tree' }, r: { $ref: '#/$defs/tree' } },
        required: ['v'],
        additionalProperties: false,
      },
    },
  },
};

for (const [name, schema] of Object.entries(schemas)) {
  t.test(
    `close: valid at every maxTokens, or BUDGET_TOO_SMALL before the first token: ${name}`,
    async (t) => {
      const language = Grammar.jsonSchema(schema);
      const failures: string[] = [];
      const reasons = new Set<string>();
      let needed = 0;
      for (let maxTokens = 1; maxTokens <= 40; maxTokens++) {
        try {
          const result = await model.generate({ prompt, schema, maxTokens, temperature: 1, seed: maxTokens });
          reasons.add(result.finishReason);
          if (!language.test(result.text)) failures.push(`${maxTokens}: ${result.text}`);
          if (result.usage.completionTokens > maxTokens) failures.push(`${maxTokens}: too long`);
          if (maxTokens < needed)
            failures.push(`${maxTokens}: fits, though ${needed} were said to be needed`);
        } catch (error) {
          if (!(error instanceof GrammaskError) || error.code !== 'BUDGET_TOO_SMALL') throw error;
          needed = Number(/needs (\d+)/.exec(error.message)?.[1]);
          if (maxTokens >= needed) failures.push(`${maxTokens}: refused, though only ${needed} are needed`);
        }
      }
      t.same(failures, []);
      t.ok(reasons.has('closed') || reasons.has('stop'));
    },
  );
}

t.test('the answer that is brought to its end is valid where characters have several tokens', async (t) => {
  for (let maxTokens = 6; maxTokens < 20; maxTokens++) {
    const { text } = await model.generate({ prompt, regex: '(é|日){2,}', maxTokens, seed: maxTokens });
    t.match(text, /^(é|日){2,}$/);
  }
});

t.test('error: BUDGET_TOO_SMALL at the limit, partial: what is there', async (t) => {
  const options = { prompt, regex: '[ab]{9}c', maxTokens: 4, seed: 1 };
  await t.rejects(model.generate({ ...options, onLimit: 'error' }), {
    code: 'BUDGET_TOO_SMALL',
    message: /after 4 tokens/,
  });
  t.match(await model.generate({ ...options, onLimit: 'partial' }), {
    text: /^[ab]{4}$/,
    finishReason: 'length',
  });
  const schema = { type: 'array', items: { type: 'integer' }, minItems: 9 };
  const partial = await model.generate({ prompt, schema, maxTokens: 4, seed: 1, onLimit: 'partial' });
  t.equal(partial.value, undefined, 'never a half of a value');
  t.equal(partial.finishReason, 'length');
});

t.test('a text that is whole exactly at the limit is no matter of the limit', async (t) => {
  for (const onLimit of ['close', 'error', 'partial'] as const) {
    t.match(await model.generate({ prompt, regex: 'abcd', maxTokens: 4, onLimit }), {
      text: 'abcd',
      finishReason: 'stop',
    });
  }
});

t.test('the empty text needs no token', async (t) => {
  t.match(await model.generate({ prompt, grammar: Grammar.choice(['']) }), {
    text: '',
    finishReason: 'stop',
  });
});
