import t from 'tap';
import { Compiler, Grammar, type Matcher } from '../../src/index.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { allowed, ids, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const words = Math.ceil(vocabulary.size / 32);
const compiler = new Compiler(vocabulary);
const { byte, word } = ids;

function maskOf(matcher: Matcher): Int32Array {
  const mask = new Int32Array(words);
  matcher.fillMask(mask);
  return mask;
}

/** A tree of tokens, most of them allowed at their place, and what a fork for each says of it. */
function drawTree(matcher: Matcher, size: number, random: SeededRandom) {
  const draft: number[] = [];
  const parents: number[] = [];
  const masks = new Int32Array(size * words);
  const behind: (Matcher | undefined)[] = [];
  let viable = 0;
  for (let i = 0; i < size; i++) {
    // Mostly the token before, so that some branches are long.
    const parent = random.chance(0.7) ? i - 1 : random.below(i + 1) - 1;
    const here = (parent < 0 ? matcher : behind[parent])?.fork();
    const choices = here === undefined ? [] : allowed(maskOf(here));
    const token = random.chance(0.9) && choices.length > 0 ? random.pick(choices) : random.below(256);
    if (here?.accept(token)) {
      viable += 1;
      here.fillMask(masks, i * words);
      behind[i] = here;
    }
    draft.push(token);
    parents.push(parent);
  }
  for (const here of behind) here?.dispose();
  return { draft, parents, masks, viable };
}

t.test('a chain has a mask behind each token, up to the first that may not stand', async (t) => {
  const matcher = compiler.compileSync(Grammar.choice(['abcab', 'abc1'])).matcher();
  const masks = new Int32Array(5 * words).fill(-1);
  const draft = Int32Array.of(word('abc'), byte('a'), byte('b'), ids.stop, byte('x'));
  t.equal(matcher.fillDraftMasks(draft, masks), 4);
  t.same([masks.subarray(0, words), masks.subarray(words, 2 * words)], masksBehind(['abc', 'abca']));
  t.same(masks.subarray(3 * words), new Int32Array(2 * words), 'the text is complete, and nothing follows');
  t.equal(matcher.validate(draft), 4);
  t.same(maskOf(matcher), maskOf(compiler.compileSync(Grammar.choice(['abcab', 'abc1'])).matcher()));
  t.equal(matcher.fillDraftMasks([byte('x'), byte('a')], masks), 0);
  t.equal(matcher.fillDraftMasks([], new Int32Array(0)), 0);
});

function masksBehind(texts: readonly string[]): Int32Array[] {
  return texts.map((text) => {
    const matcher = compiler.compileSync(Grammar.choice(['abcab', 'abc1'])).matcher();
    matcher.acceptBytes(text);
    return maskOf(matcher);
  });
}

t.test('trees of random tokens have the masks of forks', async (t) => {
  const random = seededRandom(3);
  const schema = { properties: { name: { enum: ['abc', 'ab1', null] } }, maxProperties: 3, type: 'object' };
  const grammars = [Grammar.jsonSchema(schema), Grammar.json(), Grammar.regex('(ab|abc|1(2|3)*)*')];
  let viable = 0;
  for (let round = 0; round < 60; round++) {
    const matcher = compiler.compileSync(random.pick(grammars)).matcher();
    const before = maskOf(matcher);
    const tree = drawTree(matcher, 64, random);
    const masks = new Int32Array(64 * words).fill(-1);
    const count = matcher.fillDraftMasks(tree.draft, masks, Int32Array.from(tree.parents));
    t.same([count, masks], [tree.viable, tree.masks]);
    t.same(maskOf(matcher), before, 'the matcher stands where it was');
    viable += count;
    matcher.dispose();
  }
  t.ok(viable > 1_000, `${viable} tokens may stand`);
});

t.test('what is wrong with a draft is said, and nothing is written', async (t) => {
  const matcher = compiler.compileSync(Grammar.json()).matcher();
  const masks = new Int32Array(2 * words);
  const call = (draft: unknown, into: unknown, parents?: unknown) => () =>
    matcher.fillDraftMasks(draft as Int32Array, into as Int32Array, parents as Int32Array);
  t.throws(call([0, vocabulary.size], masks), { code: 'TOKEN_RANGE' });
  t.throws(call('ab', masks), { code: 'ARGUMENT' });
  t.throws(call([0, 1, 2], masks), { code: 'ARGUMENT', message: /words/ });
  t.throws(call([0, 1], new Float32Array(2 * words)), { code: 'ARGUMENT' });
  t.throws(call([0, 1], masks, Int32Array.of(-1)), { code: 'ARGUMENT', message: /`parents`/ });
  t.throws(call([0, 1], masks, Int32Array.of(-1, 1)), { code: 'ARGUMENT', message: /parent/ });
  t.throws(call([0, 1], masks, Int32Array.of(-2, 0)), { code: 'ARGUMENT', message: /parent/ });
  t.same(masks, new Int32Array(2 * words));
  const small = compiler.compileSync(Grammar.json()).matcher({ memoryBytes: 1 });
  masks.fill(-1);
  t.throws(() => small.fillDraftMasks([byte('1'), byte('2')], masks), { code: 'MEMORY' });
  t.same(masks, new Int32Array(2 * words), 'all zeros');
  const pending = matcher.fillMaskAsync(new Int32Array(words));
  t.throws(call([byte('1')], masks), { code: 'BUSY' });
  pending.wait();
  t.equal(matcher.fillDraftMasks([byte('1'), byte('2')], masks), 2, 'usable as before');
  matcher.dispose();
  t.throws(call([byte('1')], masks), { code: 'DISPOSED' });
});
