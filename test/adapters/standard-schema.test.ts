import { toStandardJsonSchema } from '@valibot/to-json-schema';
import { type } from 'arktype';
import t from 'tap';
import * as v from 'valibot';
import * as z from 'zod';
import * as mini from 'zod/mini';
import { jsonSchemaOf, type StandardSchema, standardOf } from '../../src/adapters/standard-schema.js';
import { validatedValue } from '../../src/adapters/validate-value.js';
import { analyzeJsonSchema, Grammar } from '../../src/index.js';

const libraries: Record<string, object> = {
  zod: z.object({ name: z.string().min(2), size: z.enum(['s', 'l']), count: z.optional(z.int().max(9)) }),
  valibot: toStandardJsonSchema(
    v.object({
      name: v.pipe(v.string(), v.minLength(2)),
      size: v.picklist(['s', 'l']),
      count: v.optional(v.pipe(v.number(), v.integer(), v.maxValue(9))),
    }),
  ),
  arktype: type({ name: 'string >= 2', size: "'s' | 'l'", 'count?': 'number.integer <= 9' }),
};

for (const [library, schema] of Object.entries(libraries)) {
  t.test(`${library}: the language is that of its JSON Schema`, async (t) => {
    const grammar = Grammar.jsonSchema(schema);
    for (const value of [
      { name: 'Ada', size: 's' },
      { count: 9, size: 'l', name: 'Bo' },
    ]) {
      t.equal(grammar.test(JSON.stringify(value)), true);
    }
    for (const value of [
      { name: 'A', size: 's' },
      { name: 'Ada', size: 'm' },
      { name: 'Ada' },
      { name: 'Ada', size: 's', count: 9.5 },
      { name: 'Ada', size: 's', count: 10 },
      'Ada',
    ]) {
      t.equal(grammar.test(JSON.stringify(value)), false, JSON.stringify(value));
    }
    t.equal(analyzeJsonSchema(schema).supported, true);
  });
}

t.test('what a schema takes is generated, not what it puts out', async (t) => {
  const transforms = [
    z.string().transform((text) => text.length),
    toStandardJsonSchema(
      v.pipe(
        v.string(),
        v.transform((text) => text.length),
      ),
    ),
    type('string').pipe((text) => text.length),
  ];
  for (const schema of transforms) {
    t.match(jsonSchemaOf(schema), { type: 'string' });
    t.equal(await validatedValue(schema, 'four'), 4);
  }
  t.strictNotSame(
    (jsonSchemaOf(z.object({ a: z.string().default('x') })) as { required?: string[] }).required,
    ['a'],
  );
});

t.test('a JSON Schema that a library has written out counts as it is written', async (t) => {
  const schema = z.object({ a: z.string() });
  const written = z.toJSONSchema(schema, {
    override: ({ jsonSchema }) => {
      if (jsonSchema.type === 'string') jsonSchema.maxLength = 3;
    },
  });
  t.equal(jsonSchemaOf(written), written);
  t.equal(Grammar.jsonSchema(written).test('{"a":"four"}'), false);
  // It still validates: zod/mini has its JSON Schema from here only.
  const short = mini.object({ a: mini.string() });
  t.ok(standardOf(z.toJSONSchema(short))?.validate);
  await t.rejects(validatedValue(z.toJSONSchema(short), { a: 1 }), { code: 'INVALID' });
});

t.test('UNSUPPORTED with the way out where a library does not bring its JSON Schema', async (t) => {
  const withoutJsonSchema = (vendor: string, more = {}): object => ({
    ...more,
    '~standard': { version: 1, vendor, validate: (value: unknown) => ({ value }) },
  });
  const cases: [object, RegExp][] = [
    [v.object({ a: v.string() }), /@valibot\/to-json-schema/],
    [mini.object({ a: mini.string() }), /z\.toJSONSchema\(schema, \{ io: 'input' \}\)/],
    [withoutJsonSchema('zod', { _zod: {} }), /zod 4\.2/],
    [withoutJsonSchema('zod'), /zod 4\.2/],
    [withoutJsonSchema('arktype'), /arktype 2\.1\.28/],
    [withoutJsonSchema('other'), /the JSON Schema that the library/],
  ];
  for (const [schema, hint] of cases) {
    t.throws(() => Grammar.jsonSchema(schema), { code: 'UNSUPPORTED', hint });
    t.throws(() => analyzeJsonSchema(schema), { code: 'UNSUPPORTED', hint });
  }
});

t.test('UNSUPPORTED with the reason of the library where a type is no JSON', async (t) => {
  for (const schema of [z.object({ at: z.date() }), toStandardJsonSchema(v.object({ at: v.date() }))]) {
    t.throws(() => Grammar.jsonSchema(schema), { code: 'UNSUPPORTED', message: /date/i, hint: /transform/ });
  }
});

t.test('arktype before 2.1.28: its own method, on the side before the transforms', async (t) => {
  const fails = () => {
    throw new Error('a morph');
  };
  const old = Object.assign(() => {}, {
    '~standard': { version: 1, vendor: 'arktype', validate: (value: unknown) => ({ value }) },
    in: { toJsonSchema: () => ({ type: 'integer' }) },
    toJsonSchema: fails,
  });
  t.same(jsonSchemaOf(old), { type: 'integer' });
  t.equal(Grammar.jsonSchema(old).test('7'), true);
});

t.test('a library that knows draft 7 only is asked for that', async (t) => {
  const schema: StandardSchema = {
    '~standard': {
      version: 1,
      vendor: 'old',
      jsonSchema: {
        input: ({ target }) => {
          if (target !== 'draft-07') throw new Error(`no ${target}`);
          return { type: 'null' };
        },
      },
    },
  };
  t.same(jsonSchemaOf(schema), { $schema: 'http://json-schema.org/draft-07/schema#', type: 'null' });
});

t.test('"~standard" in data is no schema of a library', async (t) => {
  for (const standard of [1, null, {}, { version: 1, vendor: 'zod' }, { version: 2, validate: () => {} }]) {
    const schema = { type: 'integer', '~standard': standard };
    t.equal(jsonSchemaOf(schema), schema);
  }
  t.equal(Grammar.jsonSchema('{"type":"integer","~standard":{"version":1,"vendor":"zod"}}').test('1'), true);
  for (const schema of [true, '{}', [], { type: 'integer' }]) t.equal(jsonSchemaOf(schema), schema);
});

t.test('validation: defaults and transforms apply, also in promises', async (t) => {
  const schema = z.object({
    a: z.string().default('x'),
    b: z.string().transform(async (text) => text.length),
  });
  t.same(await validatedValue(schema, { b: 'four' }), { a: 'x', b: 4 });
  t.same(await validatedValue({ type: 'object' }, { b: 1 }), { b: 1 }, 'a JSON Schema leaves the value');
});

t.test('INVALID names the place and the reason, and its cause has all', async (t) => {
  const schema = z.object({ 'a/b': z.array(z.string().refine((text) => text.length % 2 === 0, 'odd')) });
  const value = { 'a/b': ['x', 'yy', 'z', 'x', 'x', 'x', 'x'] };
  await t.rejects(validatedValue(schema, value), {
    code: 'INVALID',
    message: /zod says \/a~1b\/0: odd; \/a~1b\/2: odd; .*and 1 more/,
    cause: { value, issues: { length: 6 } },
  });
  await t.rejects(
    validatedValue(
      v.pipe(
        v.string(),
        v.check(() => false, 'never'),
      ),
      'x',
    ),
    {
      code: 'INVALID',
      message: /valibot says never/,
    },
  );
  await t.rejects(
    validatedValue(
      type('string').narrow(() => false),
      'x',
    ),
    {
      code: 'INVALID',
      message: /arktype/,
    },
  );
  const error = new Error('no');
  const throwing = z.string().transform(() => {
    throw error;
  });
  await t.rejects(validatedValue(throwing, 'x'), { code: 'INVALID', message: /threw: no/, cause: { error } });
});
