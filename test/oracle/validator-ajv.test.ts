import t from 'tap';
import { ajvDifference } from '../differential/ajv-differences.js';
import { documentOf, randomFullSchema } from '../differential/random-full-schema.js';
import { randomInstance, writeFreely } from '../differential/random-instance.js';
import { randomUniverse } from '../differential/random-universe.js';
import { ajvJudge } from '../support/ajv-judge.js';
import { seededRandom } from '../support/seeded-random.js';
import { parseJson } from './json-text.js';
import { naiveValidator } from './validator.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const wanted = Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 100_000 : 4_000));
const firstSeed = Number(process.env.GRAMMASK_TEST_SEED ?? 1);
const PER_SCHEMA = 16;
const MOST = 5;
const timeout = full ? 3_600_000 : 120_000;
t.setTimeout(timeout);

t.test('the naive validator says what ajv says', { timeout }, async (t) => {
  const wrong: string[] = [];
  let asked = 0;
  for (let seed = firstSeed; asked < wanted && wrong.length < MOST; seed++) {
    const random = seededRandom(seed);
    const draft = random.pick(['2020-12', '2019-09', '7'] as const);
    const universe = randomUniverse(random);
    const text = documentOf(randomFullSchema(random, { draft, universe }));
    const schema = parseJson(text)!;
    const ajv = ajvJudge(JSON.parse(text), draft);
    const naive = naiveValidator(text, { draft });
    for (let round = 0; round < PER_SCHEMA; round++) {
      const instance = writeFreely(random, randomInstance(random, universe));
      if (ajvDifference({ draft, schema, instance: parseJson(instance)! }) !== undefined) continue;
      asked += 1;
      if (naive.text(instance) !== ajv(JSON.parse(instance))) {
        wrong.push(`seed ${seed}, draft ${draft}: ${text}: ${JSON.stringify(instance)}`);
        break;
      }
    }
  }
  t.strictSame(wrong, []);
});
