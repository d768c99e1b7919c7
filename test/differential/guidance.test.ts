import t from 'tap';
import type { SeededRandom } from '../support/seeded-random.js';
import { finiteDocument } from './finite-language.js';
import { randomGuidance } from './guidance.js';
import type { LanguageSpec } from './language-spec.js';
import { randomFinite } from './random-finite.js';
import { randomSchema } from './random-schema.js';
import { checkDifferential } from './run.js';
import { smallTestVocabulary } from './test-vocabulary.js';

// Gaps that are patterns, and lists of escapes: every mask is that of the oracle.

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

/** Values one by one, of which some cannot be written. What a unique container may hold next is not always known (docs/engine.md). */
function finite(random: SeededRandom): LanguageSpec {
  let spec = randomFinite(random);
  while (spec.schema.draft !== '2020-12' || finiteDocument(spec).includes('"uniqueItems":true'))
    spec = randomFinite(random);
  return { ...spec, style: undefined, guidance: randomGuidance(random, false) };
}

const open = (random: SeededRandom): LanguageSpec => ({
  kind: 'schema',
  text: randomSchema(random),
  guidance: randomGuidance(random, true),
});

for (const [name, language] of Object.entries({ finite, open })) {
  t.test(`x-guidance of ${name} schemas: masks are those of the oracle`, { timeout }, async (t) => {
    const options = {
      vocabulary: smallTestVocabulary(),
      language,
      configurations: Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 50_000 : 150)),
      perLanguage: 25,
      accepts: 20,
      firstSeed: Number(process.env.GRAMMASK_TEST_SEED ?? 1),
    };
    const coverage = checkDifferential(t, options);
    t.equal(coverage.unsupported, 0);
  });
}
