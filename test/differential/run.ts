import { Compiler, type Vocabulary } from '../../src/index.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
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
  /** Ends after so many differences. */
  readonly most?: number;
  /** Whether a smaller language is looked for that shows the difference too; default true. */
  readonly shrink?: boolean;
}

/** Random languages, one after the other, until enough configurations were compared. */
export function runDifferential(options: RunOptions): Coverage {
  const { vocabulary, configurations, perLanguage, accepts, firstSeed, most = 5, shrink = true } = options;
  const language = options.language ?? randomLanguage;
  const coverage = newCoverage();
  const states = cacheStates(vocabulary.engine);
  for (let seed = firstSeed; coverage.configurations < configurations; seed++) {
    const random = seededRandom(seed);
    const spec = language(random, vocabulary.specialTokens[0] as number);
    const before = coverage.differences.length;
    const { compiler, prepare } = states[seed % states.length] as CacheState;
    compareLanguage(spec, coverage, {
      compiler,
      prepare,
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

interface CacheState {
  readonly compiler: Compiler;
  /** Called before each mask. */
  prepare?(): void;
}

/** What masks are looked up in: what was made for languages before; two or three masks' worth; nothing. */
function cacheStates(vocabulary: Vocabulary): CacheState[] {
  const warm = new Compiler(vocabulary);
  const evicting = new Compiler(vocabulary, {
    cacheBytes: 3000 + Math.floor(vocabulary.size / 2),
    threads: 1,
  });
  const cold = new Compiler(vocabulary);
  return [
    { compiler: warm },
    { compiler: evicting },
    { compiler: warm },
    { compiler: cold, prepare: () => cold.clearCache() },
  ];
}

/** One line for the log of the tests. */
export function summary({ vocabulary }: RunOptions, coverage: Coverage): string {
  const { configurations, masks, languages, empty, skipped, unsettled, differences } = coverage;
  const { undecided, unsupported } = coverage;
  return `${vocabulary.name}: ${configurations} configurations of ${languages} languages (${empty} empty), ${masks.size} distinct masks, ${differences.length} differences, ${unsettled} left out as unsettled, ${undecided} undecided, ${skipped} languages too large for the oracle, ${unsupported} not supported`;
}
