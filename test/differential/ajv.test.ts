import t from 'tap';
import { Grammar } from '../../src/index.js';
import { parseJson } from '../oracle/json-text.js';
import { naiveValidator } from '../oracle/validator.js';
import { ajvJudge } from '../support/ajv-judge.js';
import { seededRandom } from '../support/seeded-random.js';
import { AJV_DIFFERENCES, ajvDifference } from './ajv-differences.js';
import { documentOf, randomFullSchema } from './random-full-schema.js';
import { randomInstance, writeFreely } from './random-instance.js';
import { randomUniverse } from './random-universe.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const wanted = Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 200_000 : 5_000));
const firstSeed = Number(process.env.GRAMMASK_TEST_SEED ?? 1);
const PER_SCHEMA = 16;
const MOST = 5;
const AJV_FAILS = 'ajv ends in a TypeError';
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

t.test('random schemas and values: Grammar.test says what ajv says', { timeout }, async (t) => {
  const wrong: string[] = [];
  const counts = { asked: 0, valid: 0, left: new Map(AJV_DIFFERENCES.map(({ name }) => [name, 0])) };
  for (let seed = firstSeed; counts.asked < wanted && wrong.length < MOST; seed++) {
    const random = seededRandom(seed);
    const draft = random.pick(['2020-12', '2020-12', '2019-09', '7'] as const);
    const universe = randomUniverse(random);
    const text = documentOf(randomFullSchema(random, { draft, universe }));
    const schema = parseJson(text)!;
    const ajv = ajvJudge(JSON.parse(text), draft);
    const naive = naiveValidator(text, { draft });
    let grammar: Grammar;
    try {
      grammar = Grammar.jsonSchema(text, { draft });
    } catch (error) {
      wrong.push(`seed ${seed}, draft ${draft}: ${text}: ${String(error)}`);
      continue;
    }
    for (let round = 0; round < PER_SCHEMA; round++) {
      const instance = writeFreely(random, randomInstance(random, universe));
      let left = ajvDifference({ draft, schema, instance: parseJson(instance)! })?.name;
      let judged = false;
      if (left === undefined) {
        try {
          judged = ajv(JSON.parse(instance));
        } catch (error) {
          // Code that ajv made assigns to a variable that it never set.
          if (!(error instanceof TypeError)) throw error;
          left = AJV_FAILS;
        }
      }
      if (left !== undefined) judged = naive.text(instance);
      if (left === undefined) counts.asked += 1;
      else counts.left.set(left, (counts.left.get(left) ?? 0) + 1);
      if (judged) counts.valid += 1;
      const said = grammar.test(instance);
      if (said === judged) continue;
      const judge = left === undefined ? 'ajv' : `the naive validator (${left})`;
      wrong.push(
        `seed ${seed}, draft ${draft}: ${text}: ${JSON.stringify(instance)}: the engine says ${said}, ${judge} ${judged}`,
      );
      break;
    }
  }
  t.comment(JSON.stringify({ ...counts, left: Object.fromEntries(counts.left) }));
  t.strictSame(wrong, []);
  t.ok(counts.asked >= wanted);
  t.ok(counts.valid > wanted / 5);
});
