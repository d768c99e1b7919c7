import type { Test } from 'tap';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { type CacheState, cacheStates } from './cache-states.js';
import { type Coverage, compareLanguage, newCoverage } from './compare.js';
import type { LanguageSpec } from './language-spec.js';
import { randomLanguage } from './random-language.js';
import { shrunk } from './shrink.js';
import type { TestVocabulary } from './test-vocabulary.js';

export interface RunOptions {
  readonly vocabulary: TestVocabulary;
  /** Which languages; default: of any kind. `token` is a special token. */
  readonly language?: (random: SeededRandom, token: number) => LanguageSpec;
  /** Distinct configurations to compare. */
  readonly configurations: number;
  /** Configurations at most for one language. */
  readonly perLanguage: number;
  readonly accepts?: number;
  readonly firstSeed: number;
  /** What masks are made with, in turns; default: `cacheStates`. */
  readonly states?: readonly CacheState[];
  /** Ends after so many differences. */
  readonly most?: number;
  /** Whether a smaller language is looked for that shows the difference too; default true. */
  readonly shrink?: boolean;
}

/** The masks of random languages must be those of the oracle. */
export function checkDifferential(t: Test, options: RunOptions): Coverage {
  const coverage = runDifferential(options);
  t.comment(summary(options, coverage));
  t.strictSame(coverage.differences, []);
  t.ok(coverage.configurations >= options.configurations);
  return coverage;
}

/** Random languages, one after the other, until enough configurations were compared. */
export function runDifferential(options: RunOptions): Coverage {
  const { vocabulary, configurations, perLanguage, accepts, firstSeed, most = 5, shrink = true } = options;
  const language = options.language ?? randomLanguage;
  const coverage = newCoverage();
  const states = options.states ?? cacheStates(vocabulary.engine);
  for (let seed = firstSeed; coverage.configurations < configurations; seed++) {
    const random = seededRandom(seed);
    const spec = language(random, vocabulary.specialTokens[0] as number);
    const before = coverage.differences.length;
    const { compiler, fill } = states[seed % states.length] as CacheState;
    compareLanguage(spec, coverage, {
      compiler,
      fill,
      vocabulary,
      random,
      limit: perLanguage,
      length: 25,
      accepts,
    });
    if (coverage.differences.length > before) {
      const smaller = shrink ? `; shrunk: ${shrunk(spec, vocabulary)}` : '';
      coverage.differences.push(`${coverage.differences.pop()}\n  seed ${seed}${smaller}`);
      if (coverage.differences.length >= most) break;
    }
  }
  for (const { compiler } of states) compiler.dispose();
  return coverage;
}

/** One line for the log of the tests. */
function summary({ vocabulary }: RunOptions, coverage: Coverage): string {
  const { configurations, masks, languages, empty, skipped, unsettled, differences } = coverage;
  const { undecided, unsupported } = coverage;
  return `${vocabulary.name}: ${configurations} configurations of ${languages} languages (${empty} empty), ${masks.size} distinct masks, ${differences.length} differences, ${unsettled} left out as unsettled, ${undecided} undecided, ${skipped} languages too large for the oracle, ${unsupported} not supported`;
}
