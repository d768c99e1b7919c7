import t from 'tap';
import { createBuildBudget } from '../../src/frontends/build-budget.js';
import { jsonSchemaProgram } from '../../src/frontends/json-schema/json-schema-program.js';
import { parseJsonText } from '../../src/frontends/json-schema/json-text.js';
import { validate } from '../frontends/json-schema/program-validator.js';
import { naiveValidator } from '../oracle/validator.js';
import { seededRandom } from '../support/seeded-random.js';
import { documentOf, randomFullSchema } from './random-full-schema.js';
import { randomInstance, writeFreely } from './random-instance.js';
import { randomUniverse } from './random-universe.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const schemas = Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 20_000 : 500));
const firstSeed = Number(process.env.GRAMMASK_TEST_SEED ?? 1);
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

t.test('random schemas of every draft: the program means what the schema means', { timeout }, async (t) => {
  const wrong: string[] = [];
  let valid = 0;
  for (let seed = firstSeed; seed < firstSeed + schemas && wrong.length < 5; seed++) {
    const random = seededRandom(seed);
    const draft = random.pick(['2020-12', '2019-09', '7', '6', '4'] as const);
    const universe = randomUniverse(random);
    const text = documentOf(randomFullSchema(random, { draft, universe }));
    const naive = naiveValidator(text, { draft });
    try {
      const program = jsonSchemaProgram(text, { draft });
      for (let round = 0; round < 16; round++) {
        const instance = writeFreely(random, randomInstance(random, universe));
        const expected = naive.text(instance);
        if (expected) valid += 1;
        if (validate(program, parseJsonText(instance, createBuildBudget())) === expected) continue;
        throw new Error(`${JSON.stringify(instance)} is ${expected ? 'valid' : 'invalid'}`);
      }
    } catch (error) {
      wrong.push(`seed ${seed}, draft ${draft}: ${text}: ${String(error)}`);
    }
  }
  t.strictSame(wrong, []);
  t.ok(valid > schemas);
});
