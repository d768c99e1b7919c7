import t from 'tap';
import { checkDifferential } from './run.js';
import { largeTestVocabulary } from './test-vocabulary.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 900_000;
t.setTimeout(timeout);

for (const name of ['cl100k_base', 'o200k_base'] as const) {
  t.test(`${name}, whole: masks are those of the oracle`, { timeout }, async (t) => {
    const options = {
      vocabulary: largeTestVocabulary(name),
      configurations: full ? 1_000 : name === 'cl100k_base' ? 150 : 50,
      perLanguage: 6,
      accepts: 2_000,
      firstSeed: 2_000_000,
    };
    const coverage = checkDifferential(t, options);
    t.ok(coverage.masks.size >= 20, `${coverage.masks.size} distinct masks`);
  });
}
