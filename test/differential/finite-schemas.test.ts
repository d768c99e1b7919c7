import t from 'tap';
import { randomFinite } from './random-finite.js';
import { checkDifferential } from './run.js';
import { smallTestVocabulary } from './test-vocabulary.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 900_000;
t.setTimeout(timeout);

t.test(
  'schemas of every keyword with few values: masks are those of the list of their texts',
  { timeout },
  async (t) => {
    const options = {
      vocabulary: smallTestVocabulary(),
      language: randomFinite,
      configurations: Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 100_000 : 8_000)),
      perLanguage: 40,
      accepts: 40,
      firstSeed: Number(process.env.GRAMMASK_TEST_SEED ?? 1),
    };
    const coverage = checkDifferential(t, options);
    t.equal(coverage.unsupported, 0);
  },
);
