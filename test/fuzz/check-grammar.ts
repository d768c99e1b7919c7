import { Compiler, type Grammar, GrammaskError } from '../../src/index.js';
import { smallTestVocabulary } from '../differential/test-vocabulary.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { checkFinished, isLimit, randomWalk, timed, WalkError } from './walk.js';

const vocabulary = smallTestVocabulary();
const compiler = new Compiler(vocabulary.engine, { cacheBytes: 32 << 20 });

/** Bounds of reading a grammar, and of each question to it. */
export const limits = { timeoutMs: 1000, memoryBytes: 128 << 20 };

/**
 * Makes a grammar and walks it through masks of 300 tokens: a refusal has its place, mask and accept agree, no dead end, each
 * finished text is in the language. The word for what it was.
 *
 * @param refusals the codes that a source may be refused with
 * @param onFirst called with the first finished text
 */
export function checkGrammar(
  make: () => Grammar,
  random: SeededRandom,
  refusals: ReadonlySet<string>,
  onFirst: (grammar: Grammar, text: Uint8Array) => void = () => {},
): string {
  let grammar: Grammar;
  try {
    grammar = timed('reading', make);
  } catch (error) {
    if (!GrammaskError.isInstance(error) || !refusals.has(error.code)) throw error;
    if (error.location === undefined && !isLimit(error)) {
      throw new WalkError(`${error.code} without a place`, { cause: error });
    }
    return 'refused';
  }
  try {
    using compiled = timed('compile', () => compiler.compileSync(grammar, limits));
    if (!compiled.satisfiable) return 'empty';
    let finished = 0;
    for (let walk = 0; walk < 2; walk++) {
      const walked = randomWalk(compiled, vocabulary, random, { length: 30, timeMs: 3000 });
      if (walked === null) continue;
      checkFinished(grammar, walked);
      if (finished === 0) onFirst(grammar, walked.text);
      finished += 1;
    }
    return finished > 0 ? 'walked' : 'at a limit';
  } catch (error) {
    if (!isLimit(error)) throw error;
    return 'at a limit';
  }
}
