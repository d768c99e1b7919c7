import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { GrammaskError } from '../../../src/errors.js';
import { createBuildBudget } from '../../../src/frontends/build-budget.js';
import { jsonSchemaProgram } from '../../../src/frontends/json-schema/json-schema-program.js';
import { parseJsonText } from '../../../src/frontends/json-schema/json-text.js';
import type { JsonArray, JsonObject, JsonValue } from '../../../src/frontends/json-schema/json-value.js';
import { validate } from './program-validator.js';

const shared = new URL('../../../../shared/', import.meta.url);
const suite = new URL('json-schema-test-suite/tests/draft2020-12/', shared);
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

/** The program, or null where the schema is refused as unsupported. */
function lowerOrRefuse(schema: string, formats: 'assert' | 'annotate'): Uint8Array | null {
  try {
    return jsonSchemaProgram(schema, { formats });
  } catch (error) {
    if (GrammaskError.isInstance(error) && error.code === 'UNSUPPORTED') return null;
    throw error;
  }
}

t.test(
  'JSON-Schema-Test-Suite: a schema that lowers means what the suite says',
  { skip: skipUnless(suite) },
  async (t) => {
    let lowered = 0;
    let refused = 0;
    let instances = 0;
    const failures: string[] = [];
    for (const file of readdirSync(suite)) {
      if (!file.endsWith('.json')) continue;
      for (const group of items(read(readFileSync(new URL(file, suite), 'utf8')))) {
        const program = lowerOrRefuse(write(member(group, 'schema')), 'annotate');
        if (program === null) {
          refused += 1;
          continue;
        }
        lowered += 1;
        for (const test of items(member(group, 'tests'))) {
          instances += 1;
          const expected = write(member(test, 'valid')) === 'true';
          if (validate(program, member(test, 'data')) !== expected) {
            failures.push(
              `${file}: ${write(member(group, 'description'))}: ${write(member(test, 'description'))}`,
            );
          }
        }
      }
    }
    t.comment(`${lowered} schemas lowered, ${refused} refused; ${instances} instances`);
    t.same(failures, []);
  },
);

t.test(
  'MaskBench: a schema that lowers means what its instances say',
  { skip: skipUnless(maskBench), timeout: 300_000 },
  async (t) => {
    let valid = 0;
    let invalid = 0;
    const failures: string[] = [];
    for (const line of gunzipSync(readFileSync(maskBench)).toString('utf8').trim().split('\n')) {
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
