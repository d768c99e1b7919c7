import t from 'tap';
import { checkDifferential } from './run.js';
import { smallTestVocabulary } from './test-vocabulary.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 900_000;
t.setTimeout(timeout);

t.test(
  '300 tokens: masks are those of the oracle, and accept agrees on every token',
  { timeout },
  async (t) => {
    const options = {
      vocabulary: smallTestVocabulary(),
      configurations: full ? 100_000 : 20_000,
      perLanguage: 30,
      firstSeed: 1,
    };
    const coverage = checkDifferential(t, options);
    t.ok(coverage.masks.size >= 300, `${coverage.masks.size} distinct masks`);
  },
);
