import { existsSync, readFileSync } from 'node:fs';
import { gunzipSync } from 'node:zlib';
import t from 'tap';
import { GrammaskError } from '../../../src/errors.js';
import {
  analyzeJsonSchema,
  jsonSchemaProgram,
} from '../../../src/frontends/json-schema/json-schema-program.js';

const file = new URL('../../../../shared/maskbench/dev.jsonl.gz', import.meta.url);
const skip = existsSync(file) ? false : 'the shared MaskBench data is not beside the checkout';

t.test(
  'every seventh MaskBench schema lowers or names the keyword that stops it',
  { skip, timeout: 300_000 },
  async (t) => {
    const all = gunzipSync(readFileSync(file)).toString('utf8').trim().split('\n');
    const lines = all.filter((_, index) => index % 7 === 3);
    const refusals = new Map<string, number>();
    const failures: string[] = [];
    let lowered = 0;
    let slowest = 0;
    for (const line of lines) {
      const { name, schema, schemaText } = JSON.parse(line) as {
        name: string;
        schema: object;
        schemaText?: string;
      };
      const source = schemaText ?? JSON.stringify(schema);
      const start = performance.now();
      let refusal: GrammaskError | undefined;
      try {
        jsonSchemaProgram(source);
        lowered += 1;
      } catch (error) {
        if (
          !GrammaskError.isInstance(error) ||
          error.location === undefined ||
          !('keyword' in error.location)
        ) {
          failures.push(`${name}: ${String(error)}`);
          continue;
        }
        refusal = error;
        const key = `${error.code} ${error.location.keyword}`;
        refusals.set(key, (refusals.get(key) ?? 0) + 1);
      }
      slowest = Math.max(slowest, performance.now() - start);
      const { supported, issues } = analyzeJsonSchema(source);
      if (supported !== (refusal === undefined)) failures.push(`${name}: the analysis says ${supported}`);
      const first = issues.find((issue) => issue.severity === 'error');
      if (first?.message !== refusal?.message) failures.push(`${name}: another first error`);
    }
    t.comment(`${lines.length} schemas, ${lowered} lowered, slowest ${slowest.toFixed(1)} ms`);
    for (const [key, count] of [...refusals].sort((a, b) => b[1] - a[1])) t.comment(`${count} ${key}`);
    t.same(failures, []);
    t.ok(lowered > 0);
  },
);
