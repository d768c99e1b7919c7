import t from 'tap';
import { threadedStates } from './cache-states.js';
import type { LanguageSpec } from './language-spec.js';
import { randomFinite } from './random-finite.js';
import { randomLanguage } from './random-language.js';
import { checkDifferential } from './run.js';
import { smallTestVocabulary } from './test-vocabulary.js';

// Under ThreadSanitizer a mask takes twenty times as long: GRAMMASK_TEST_COUNT asks for fewer.
const full = process.env.GRAMMASK_TEST_FULL === '1';
const configurations = Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 10_000 : 600));
const timeout = full ? 3_600_000 : 900_000;
t.setTimeout(timeout);

const vocabulary = smallTestVocabulary();
const kinds: Record<string, (...of: Parameters<typeof randomLanguage>) => LanguageSpec> = {
  'languages of any kind': randomLanguage,
  'schemas with few values': randomFinite,
};

for (const threads of [1, 2, 8]) {
  for (const [kind, language] of Object.entries(kinds)) {
    t.test(`${threads} threads, ${kind}: masks are those of the oracle`, { timeout }, async (t) => {
      const options = {
        ...{
          vocabulary,
          language,
          configurations,
          perLanguage: 30,
          accepts: 40,
          firstSeed: threads * 1_000_000,
        },
        states: threadedStates(vocabulary.engine, threads),
      };
      checkDifferential(t, options);
    });
  }
}
