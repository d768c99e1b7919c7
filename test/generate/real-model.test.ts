import t from 'tap';
import { Grammar, GrammaskError, loadModel } from '../../src/index.js';

// The folder of a real model, as the hub or a converter lays it out.
const folder = process.env.GRAMMASK_TEST_MODEL;
const skip = folder ? false : 'GRAMMASK_TEST_MODEL names no model folder (such as SmolLM2-135M-Instruct)';

const text = { type: 'string' };
const closed = (properties: Record<string, object>, required = Object.keys(properties)): object => ({
  type: 'object',
  properties,
  required,
  additionalProperties: false,
});
const schemas: Record<string, object> = {
  person: closed({ name: text, age: { type: 'integer', minimum: 0, maximum: 150 } }),
  optional: closed({ title: text, year: { type: 'integer' }, tags: { type: 'array', items: text } }, [
    'title',
  ]),
  nested: closed({ a: closed({ b: closed({ c: { type: 'boolean' } }) }), d: { type: 'number' } }),
  list: { type: 'array', items: closed({ item: text, count: { type: 'integer', minimum: 1 } }), minItems: 1 },
  choice: {
    anyOf: [{ enum: ['red', 'green'] }, closed({ hex: { type: 'string', pattern: '^#[0-9a-f]{6}$' } })],
  },
  bounded: closed({
    code: { type: 'string', minLength: 3, maxLength: 12 },
    ratio: { type: 'number', maximum: 1 },
  }),
  tuple: { type: 'array', prefixItems: [{ type: 'integer' }, text], items: false, minItems: 2 },
  open: { type: 'object', additionalProperties: { type: 'integer' } },
  tree: {
    $ref: '#/$defs/node',
    $defs: {
      node: closed({ v: { type: 'integer' }, kids: { type: 'array', items: { $ref: '#/$defs/node' } } }),
    },
  },
  anything: {},
};

t.test(
  '100 generations at temperature 1: valid, or BUDGET_TOO_SMALL before the first token',
  { skip },
  async (t) => {
    t.setTimeout(600_000);
    const model = await loadModel(folder);
    let gap = 0;
    let last = performance.now();
    const timer = setInterval(() => {
      const now = performance.now();
      gap = Math.max(gap, now - last);
      last = now;
    }, 1);
    const failures: string[] = [];
    const ends: Record<string, number> = {};
    const [waits, steps]: [number[], number[]] = [[], []];
    for (let round = 0; round < 10; round++) {
      for (const [name, schema] of Object.entries(schemas)) {
        const maxTokens = 8 + round * 6;
        const seed = Math.floor(Math.random() * 2 ** 40);
        const messages = [{ role: 'user', content: `Write JSON about a ${name} garden.` }];
        try {
          const result = await model.generate({ messages, schema, maxTokens, temperature: 1, seed });
          ends[result.finishReason] = (ends[result.finishReason] ?? 0) + 1;
          waits.push(...result.timings.perToken.maskWait);
          steps.push(...result.timings.perToken.forward);
          const isFit = result.usage.completionTokens <= maxTokens;
          if (!isFit || !Grammar.jsonSchema(schema).test(result.text)) {
            failures.push(`${name}, ${maxTokens} tokens, seed ${seed}: ${result.text}`);
          }
        } catch (error) {
          if (!(error instanceof GrammaskError) || error.code !== 'BUDGET_TOO_SMALL') throw error;
          ends.BUDGET_TOO_SMALL = (ends.BUDGET_TOO_SMALL ?? 0) + 1;
        }
      }
    }
    clearInterval(timer);
    await model.dispose();
    t.same(failures, []);
    t.comment(`ends: ${JSON.stringify(ends)}; longest gap of the event loop ${gap.toFixed(1)} ms`);
    t.comment(`median mask wait ${median(waits).toFixed(3)} ms, median step ${median(steps).toFixed(1)} ms`);
    t.ok(median(waits) < 0.05 * median(steps), 'the median mask wait is under 5 % of the median step');
  },
);

function median(values: number[]): number {
  return values.sort((a, b) => a - b)[values.length >> 1] ?? 0;
}
