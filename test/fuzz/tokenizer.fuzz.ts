// Mutated tokenizer.json files: each is a vocabulary that compiles a grammar, or a GrammaskError.
import { Compiler, Grammar, GrammaskError, Vocabulary } from '../../src/index.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { byteFallbackFile, byteLevelFile, unigramFile } from '../support/tokenizer-files.js';
import { mutateJson, mutateText } from './mutate.js';
import { Finding, runFuzz } from './run-fuzz.js';

const files = [byteLevelFile(), byteFallbackFile(), unigramFile()];
const names = [
  'added_tokens',
  'byte_fallback',
  'content',
  'decoder',
  'decoders',
  'end_of_word_suffix',
  'id',
  'merges',
  'model',
  'normalizer',
  'pattern',
  'pre_tokenizer',
  'special',
  'String',
  'type',
  'vocab',
  'ByteLevel',
  'Metaspace',
  'Sequence',
  'Unigram',
  'WordPiece',
  '▁',
  '<0x00>',
];
const pieces = [
  ...names.map((name) => `"${name}"`),
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\ud800',
  '1e9',
  '-1',
  'null',
];
const grammars = [Grammar.json(), Grammar.choice(['true', 'a e']), Grammar.token(2)];
const refusals = new Set(['VOCABULARY', 'ARGUMENT']);
const compileRefusals = new Set(['VOCABULARY', 'VOCABULARY_INCOMPLETE', 'TOKEN_RANGE']);

function oneCase(random: SeededRandom): string {
  const file = random.pick(files);
  const mutated = random.chance(0.6) ? JSON.stringify(mutateJson(file, random, names)) : JSON.stringify(file);
  const source = random.chance(0.5) ? mutateText(mutated, random, pieces) : mutated;
  const stopTokens = random.chance(0.3) ? [random.pick([0, 1, 2, 262, 300, -1, 1e9])] : undefined;
  try {
    return checkSource(source, stopTokens, random);
  } catch (error) {
    if (error instanceof Finding) throw error;
    throw new Finding('another error than GrammaskError', source, error);
  }
}

function checkSource(source: string, stopTokens: number[] | undefined, random: SeededRandom): string {
  let vocabulary: Vocabulary;
  try {
    vocabulary = Vocabulary.fromTokenizerJson(source, stopTokens === undefined ? {} : { stopTokens });
  } catch (error) {
    if (!GrammaskError.isInstance(error) || !refusals.has(error.code)) throw error;
    if (error.message === '' || error.message.length > 2000)
      throw new Finding('a message of bad length', source, error);
    return 'refused';
  }
  const { size, tokenCount } = vocabulary;
  if (tokenCount < 1 || size < tokenCount) throw new Finding('the sizes contradict each other', source);
  for (const token of vocabulary.stopTokens) {
    if (token < 0 || token >= tokenCount)
      throw new Finding(`the stop token ${token} is out of range`, source);
  }
  for (let token = 0; token < size; token += 1 + random.below(Math.max(1, size >> 8))) {
    if (vocabulary.isSpecial(token) && vocabulary.bytes(token) === undefined)
      throw new Finding('no bytes', source);
  }
  const mask = new Int32Array(Math.ceil(size / 32));
  try {
    using compiler = new Compiler(vocabulary);
    using compiled = compiler.compileSync(random.pick(grammars), { timeoutMs: 5000 });
    using matcher = compiled.matcher();
    matcher.fillMask(mask);
    for (let count = 0; count < 50; count++) {
      const token = random.below(size);
      using fork = matcher.fork();
      const allowed = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
      if (fork.accept(token) !== allowed) throw new Finding(`token ${token}: mask and accept differ`, source);
    }
  } catch (error) {
    if (!GrammaskError.isInstance(error) || !compileRefusals.has(error.code)) throw error;
    return 'read, but too small for the grammar';
  }
  return 'read';
}

runFuzz('tokenizer', oneCase);
