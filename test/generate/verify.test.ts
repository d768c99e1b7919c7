import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import t from 'tap';
import * as z from 'zod';
import type { SchemaRequest } from '../../src/generate/constraint.js';
import { openSecondOpinion } from '../../src/generate/second-opinion.js';
import type { Model } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';
import { typescriptArguments } from '../support/typescript-arguments.js';

const prompt = 'verify';

function opinion(jsonSchema: SchemaRequest['jsonSchema'], options: SchemaRequest['options'] = {}) {
  return openSecondOpinion({ source: jsonSchema, jsonSchema, options, verify: 'ajv' });
}

t.test('answers pass the second opinion', async (t) => {
  const model: Model = await loadTiny();
  t.teardown(() => model.dispose());
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer', minimum: 0 }, b: { enum: ['x', 'y'] } },
    required: ['a'],
    additionalProperties: false,
  };
  for (let seed = 0; seed < 4; seed++) {
    const { timings } = await model.generate({ prompt, schema, seed, verify: 'ajv' });
    t.ok(timings.validate > 0);
  }
  t.ok(await model.generate({ prompt, schema: '{"const": 1}', verify: 'ajv' }));
  t.ok(await model.generate({ prompt, schema: z.enum(['a', 'b']), verify: 'ajv' }));
  t.ok(await model.stream({ prompt, schema: true, maxTokens: 9, seed: 1, verify: 'ajv' }).result);
  t.ok(await model.generate({ prompt, schema: false, verify: false }).catch(({ code }) => code));

  const unreadable = { type: 'string', id: 'an old keyword' };
  await t.rejects(model.generate({ prompt, schema: unreadable, verify: 'ajv' }), {
    code: 'UNSUPPORTED',
    message: /ajv cannot read the schema/,
  });
  await t.rejects(model.generate({ prompt, schema, verify: 'other' } as never), { code: 'ARGUMENT' });
});

t.test('VERIFY where ajv finds a value wrong', async (t) => {
  const check = await opinion({ properties: { a: { minimum: 3 } } });
  t.doesNotThrow(() => check({ a: 3 }));
  t.throws(() => check({ a: 2 }), {
    code: 'VERIFY',
    message: /\/a must be >= 3/,
    cause: { value: { a: 2 } },
  });
});

t.test('each draft with its own meaning, by $schema or by the option', async (t) => {
  const tuple = { items: [{ type: 'string' }] };
  for (const draft of ['7', '6', '2019-09'] as const) {
    const check = await opinion(tuple, { draft: draft as never });
    t.throws(() => check([1]), { code: 'VERIFY' }, draft);
  }
  const seventh = await opinion({ $schema: 'http://json-schema.org/draft-07/schema#', ...tuple });
  t.throws(() => seventh([1]), { code: 'VERIFY' });
  const prefix = await opinion({ prefixItems: [{ type: 'string' }] });
  t.throws(() => prefix([1]), { code: 'VERIFY' });
  await t.rejects(opinion({ $schema: 'http://json-schema.org/draft-04/schema#' }), {
    code: 'UNSUPPORTED',
    message: /draft 4/,
  });
});

t.test('formats, references to other documents, decimals', async (t) => {
  const asserting = await opinion({ format: 'date' });
  t.throws(() => asserting('2026-02-30'), { code: 'VERIFY' });
  (await opinion({ format: 'date' }, { formats: 'annotate' }))('2026-02-30');
  const other = await opinion({ $ref: 'https://example.com/a' }, { resolve: () => ({ type: 'null' }) });
  other(null);
  t.throws(() => other(1), { code: 'VERIFY' });
  await t.rejects(opinion({ $ref: 'https://example.com/a' }), { code: 'UNSUPPORTED', message: /ajv/ });
  (await opinion({ multipleOf: 0.1 }))(0.3);
});

t.test('without ajv: an error with the command that installs it', async (t) => {
  const hook = `
    import { register } from 'node:module';
    register('data:text/javascript,' + encodeURIComponent(
      'export async function resolve(name, context, next) {' +
      '  if (name.startsWith("ajv")) throw Object.assign(new Error("not found"), { code: "ERR_MODULE_NOT_FOUND" });' +
      '  return next(name, context);' +
      '}'));
  `;
  const source = new URL('../../src/generate/second-opinion.ts', import.meta.url).href;
  const script = `
    const { openSecondOpinion } = await import(${JSON.stringify(source)});
    try {
      await openSecondOpinion({ source: true, jsonSchema: true, options: {}, verify: 'ajv' });
    } catch (error) {
      console.log(String(error));
    }
  `;
  const run = promisify(execFile);
  const { stdout } = await run(process.execPath, [
    ...typescriptArguments,
    '--import',
    `data:text/javascript,${encodeURIComponent(hook)}`,
    '--input-type=module',
    '-e',
    script,
  ]);
  t.match(stdout, /ARGUMENT: verify: 'ajv' needs the package ajv.*\n.*npm install ajv ajv-formats/);
});
