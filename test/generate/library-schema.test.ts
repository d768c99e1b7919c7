import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import t from 'tap';
import * as v from 'valibot';
import * as z from 'zod';
import { readGenerateOptions } from '../../src/generate/options.js';
import type { Model } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const prompt = 'library';
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

t.test('the value is what the library makes of the JSON', async (t) => {
  const zod = z.object({
    id: z.int().min(0).max(99),
    kind: z.enum(['alpha', 'beta']).transform((kind) => kind.toUpperCase()),
    note: z.literal('x').default('x'),
  });
  const valibot = v.object({
    id: v.pipe(v.number(), v.integer(), v.minValue(0), v.maxValue(99)),
    kind: v.pipe(
      v.picklist(['alpha', 'beta']),
      v.transform((kind) => kind.toUpperCase()),
    ),
    note: v.optional(v.literal('x'), 'x'),
  });
  const ark = type({
    id: '0 <= number.integer <= 99',
    kind: type("'alpha' | 'beta'").pipe((kind) => kind.toUpperCase()),
    note: "'x' = 'x'",
  });
  for (const schema of [zod, toStandardJsonSchema(valibot), ark]) {
    for (let seed = 0; seed < 3; seed++) {
      const { value, text } = await model.generate({ prompt, schema: schema as typeof zod, seed });
      t.match(value, { id: Number, kind: /^(ALPHA|BETA)$/, note: 'x' });
      t.match(JSON.parse(text).kind, /^(alpha|beta)$/, 'the text is what the model wrote');
    }
  }
});

t.test('a stream: partial values of the JSON, then the result of the library', async (t) => {
  const schema = z.object({ kind: z.enum(['alpha', 'beta']).transform((kind) => kind.length) });
  const stream = model.stream({ prompt, schema, seed: 4 });
  let last: { kind?: string } | undefined;
  for await (const { partial } of stream) last = partial;
  t.match(last, { kind: /^(alpha|beta)$/ });
  t.same((await stream.result).value, { kind: last?.kind?.length });
});

t.test('INVALID where the library finds fault, in generate and in a stream; never silent', async (t) => {
  const schema = z.object({ n: z.int().min(0).max(9) }).refine(() => false, 'no digit will do');
  const expected = { code: 'INVALID', message: /no digit will do/ };
  await t.rejects(model.generate({ prompt, schema, seed: 1 }), expected);
  const stream = model.stream({ prompt, schema, seed: 1 });
  const read = async () => {
    for await (const _ of stream) {
      // Only the end is wanted.
    }
  };
  await t.rejects(read(), expected);
  await t.rejects(stream.result, expected);
  t.ok(await model.generate({ prompt, choices: ['a'] }), 'the model stays usable');
});

t.test('an unfinished answer has no value, and is not validated', async (t) => {
  const schema = z
    .array(z.int())
    .min(9)
    .refine(() => false);
  const result = await model.generate({ prompt, schema, seed: 1, maxTokens: 4, onLimit: 'partial' });
  t.match(result, { value: undefined, finishReason: 'length' });
});

t.test('the signal ends a validation that does not end', async (t) => {
  const abort = new AbortController();
  const schema = z.literal('x').refine(() => {
    setTimeout(() => abort.abort(), 5);
    return new Promise<boolean>(() => {});
  });
  await t.rejects(model.generate({ prompt, schema, signal: abort.signal }), { code: 'ABORTED' });
});

t.test('the chat template gets the JSON Schema of the library', async (t) => {
  const { source } = readGenerateOptions({
    messages: [{ role: 'user', content: 'hello' }],
    schema: type({ a: 'string' }),
  });
  t.match(JSON.parse((source as { schemaText: string }).schemaText), {
    type: 'object',
    properties: { a: { type: 'string' } },
    required: ['a'],
  });
});

t.test('a schema that has no JSON Schema is refused at once', async (t) => {
  const schema = v.object({ a: v.string() });
  t.throws(() => model.stream({ prompt, schema }), { code: 'UNSUPPORTED', hint: /@valibot\/to-json-schema/ });
  await t.rejects(model.generate({ prompt, schema }), { code: 'UNSUPPORTED' });
});
