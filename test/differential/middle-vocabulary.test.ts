import t from 'tap';
import { checkDifferential } from './run.js';
import { middleTestVocabulary } from './test-vocabulary.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
// Against hangs only: the full run is half an hour of processor time and more, on machines that others use too.
const timeout = full ? 3 * 3_600_000 : 900_000;
t.setTimeout(timeout);

t.test('4,096 tokens: masks are those of the oracle', { timeout }, async (t) => {
  const options = {
    vocabulary: middleTestVocabulary(),
    configurations: full ? 20_000 : 2_000,
    perLanguage: 20,
    // Accept is tried on every token of the whole vocabulary in the full run.
    ...(full ? {} : { accepts: 1_000 }),
    firstSeed: 1_000_000,
  };
  const coverage = checkDifferential(t, options);
  t.ok(coverage.masks.size >= 100, `${coverage.masks.size} distinct masks`);
});
