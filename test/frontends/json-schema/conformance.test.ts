import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { GrammaskError } from '../../../src/errors.js';
import { createBuildBudget } from '../../../src/frontends/build-budget.js';
import { jsonSchemaProgram } from '../../../src/frontends/json-schema/json-schema-program.js';
import { parseJsonText } from '../../../src/frontends/json-schema/json-text.js';
import type {
  JsonArray,
  JsonObject,
  JsonString,
  JsonValue,
} from '../../../src/frontends/json-schema/json-value.js';
import type { JsonSchemaOptions } from '../../../src/frontends/json-schema/types.js';
import { validate } from './program-validator.js';

const shared = new URL('../../../../shared/', import.meta.url);
const suite = new URL('json-schema-test-suite/', shared);
const maskBench = new URL('maskbench/dev.jsonl.gz', shared);
const skipUnless = (url: URL) =>
  existsSync(url) ? false : 'the shared test data is not beside the checkout';

const read = (text: string): JsonValue => parseJsonText(text, createBuildBudget());
const member = (value: JsonValue, name: string) => (value as JsonObject).members.get(name)!;
const items = (value: JsonValue | undefined) => (value as JsonArray).items;

/** The exact text of a value. */
function write(value: JsonValue): string {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'number':
      return value.text;
    case 'array':
      return `[${value.items.map(write).join()}]`;
    case 'object':
      return `{${Array.from(value.members, ([name, part]) => `${JSON.stringify(name)}:${write(part)}`).join()}}`;
    default:
      return JSON.stringify(value.value);
  }
}

const remotes = new URL('json-schema-test-suite/remotes/', shared);

/** The suite's documents, which it names as if a server on this port gave them. */
function resolve(uri: string): string | undefined {
  const path = /^http:\/\/localhost:1234\/(.*)$/.exec(uri)?.[1];
  if (path === undefined) return undefined;
  const file = new URL(path, remotes);
  return existsSync(file) ? readFileSync(file, 'utf8') : undefined;
}

interface Outcome {
  tests: number;
  differences: string[];
  refusals: string[];
}

/** Holds every program of a folder of the suite against the verdicts there. */
function runFolder(folder: string, options: JsonSchemaOptions): Outcome {
  const outcome: Outcome = { tests: 0, differences: [], refusals: [] };
  const url = new URL(`json-schema-test-suite/tests/${folder}/`, shared);
  for (const file of readdirSync(url)) {
    if (!file.endsWith('.json')) continue;
    for (const group of items(read(readFileSync(new URL(file, url), 'utf8')))) {
      const name = `${folder}/${file}: ${text(group, 'description')}`;
      const tests = items(member(group, 'tests'));
      outcome.tests += tests.length;
      let program: Uint8Array;
      try {
        program = jsonSchemaProgram(write(member(group, 'schema')), { ...options, resolve });
      } catch (error) {
        if (!GrammaskError.isInstance(error)) throw error;
        outcome.refusals.push(`${name}: ${error.message}`);
        continue;
      }
      for (const test of tests) {
        const expected = write(member(test, 'valid')) === 'true';
        if (validate(program, member(test, 'data')) !== expected) {
          outcome.differences.push(`${name}: ${text(test, 'description')}`);
        }
      }
    }
  }
  return outcome;
}

/** What patterns and formats cannot do. */
const EXPECTED = /a Unicode property, cannot be enforced|the format "[a-z-]+" cannot be enforced/;

/**
 * Where optional tests ask for more: internationalised host names, whose rules the tests of formats list; the content of
 * strings, an annotation here; and patterns in which a name refers back.
 */
const DIFFERENT = /format\/(?:idn-)?hostname\.json|optional\/content\.json|ECMA 262 named backreference/;

const text = (value: JsonValue, name: string): string => (member(value, name) as JsonString).value;

t.test('JSON-Schema-Test-Suite, required', { skip: skipUnless(suite) }, async (t) => {
  for (const [folder, draft] of [
    ['draft2020-12', '2020-12'],
    ['draft7', '7'],
  ] as const) {
    const { tests, differences, refusals } = runFolder(folder, { draft, formats: 'annotate' });
    t.comment(`${folder}: ${tests} tests`);
    t.ok(tests > 900);
    t.same(differences, []);
    t.same(
      refusals.filter((refusal) => !EXPECTED.test(refusal)),
      [],
    );
  }
});

t.test('JSON-Schema-Test-Suite, optional', { skip: skipUnless(suite) }, async (t) => {
  for (const [folder, draft] of [
    ['draft2020-12', '2020-12'],
    ['draft7', '7'],
  ] as const) {
    for (const part of ['optional', 'optional/format']) {
      const { tests, differences, refusals } = runFolder(`${folder}/${part}`, { draft, formats: 'assert' });
      t.comment(`${folder}/${part}: ${tests} tests`);
      t.same(
        differences.filter((difference) => !DIFFERENT.test(difference)),
        [],
      );
      t.same(
        refusals.filter((refusal) => !EXPECTED.test(refusal)),
        [],
      );
    }
  }
});

/** The program, or null where the schema is refused. */
function lowerOrRefuse(schema: string, formats: 'assert' | 'annotate'): Uint8Array | null {
  try {
    return jsonSchemaProgram(schema, { formats });
  } catch (error) {
    if (GrammaskError.isInstance(error)) return null;
    throw error;
  }
}

t.test(
  'MaskBench, every seventh schema: what lowers means what the instances say',
  { skip: skipUnless(maskBench), timeout: 300_000 },
  async (t) => {
    let valid = 0;
    let invalid = 0;
    const failures: string[] = [];
    for (const line of gunzipSync(readFileSync(maskBench))
      .toString('utf8')
      .trim()
      .split('\n')
      .filter((_, index) => index % 7 === 0)) {
      const row = JSON.parse(line) as {
        name: string;
        schema: object;
        schemaText?: string;
        tests: { valid: boolean; data: unknown; text?: string }[];
      };
      const program = lowerOrRefuse(row.schemaText ?? JSON.stringify(row.schema), 'assert');
      if (program === null) continue;
      row.tests.forEach(({ valid: expected, data, text }, index) => {
        if (expected) valid += 1;
        else invalid += 1;
        if (validate(program, read(text ?? JSON.stringify(data))) !== expected) {
          failures.push(`${row.name}: instance ${index} should be ${expected ? 'valid' : 'invalid'}`);
        }
      });
    }
    t.comment(`${valid} valid and ${invalid} invalid instances, ${failures.length} differ`);
    t.same(failures, []);
  },
);
