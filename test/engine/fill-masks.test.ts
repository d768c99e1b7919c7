import t from 'tap';
import { Compiler, fillMasks, Grammar, type Matcher, Vocabulary } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { allowed, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const words = Math.ceil(vocabulary.size / 32);

function maskOf(matcher: Matcher): Int32Array {
  const mask = new Int32Array(words);
  matcher.fillMask(mask);
  return mask;
}

/** Twenty grammars: of each some texts, numbers, and objects. */
function grammars(): Grammar[] {
  return Array.from({ length: 20 }, (_, i) => {
    if (i % 4 === 0) return Grammar.regex(`[a-z]{0,${i + 2}}(${'xy'.repeat(i)}|[0-9]+)`);
    if (i % 4 === 1) return Grammar.choice([`abc${i}`, `ab${'c'.repeat(i)}`]);
    const name = `key${i}`;
    return Grammar.jsonSchema({
      type: 'object',
      properties: { [name]: { type: 'integer', minimum: i }, abc: { type: 'string', maxLength: i } },
      required: [name],
      additionalProperties: i % 4 === 2,
    });
  });
}

for (const threads of [1, 2, 8]) {
  t.test(`a batch has the masks that its matchers have alone, on ${threads} threads`, async (t) => {
    const compiler = new Compiler(vocabulary, { threads });
    const matchers = grammars().map((grammar) => compiler.compileSync(grammar).matcher());
    const alone = new Compiler(vocabulary, { threads: 1 });
    const references = grammars().map((grammar) => alone.compileSync(grammar).matcher());
    const random = seededRandom(threads);
    const masks = new Int32Array(matchers.length * words);
    for (let step = 0; step < 12; step++) {
      masks.fill(-1);
      fillMasks(matchers, masks);
      for (const [i, reference] of references.entries()) {
        const mask = maskOf(reference);
        t.same(masks.subarray(i * words, (i + 1) * words), mask, `matcher ${i} at step ${step}`);
        const choices = allowed(mask);
        if (choices.length === 0) continue;
        const token = random.pick(choices);
        t.equal(reference.accept(token), true);
        t.equal(matchers[i]?.accept(token), true);
      }
    }
  });
}

t.test('matchers of several compilers, forks, and one that is there twice', async (t) => {
  const [one, other] = [new Compiler(vocabulary), new Compiler(vocabulary)];
  const first = one.compileSync(Grammar.json()).matcher();
  first.acceptBytes('{"abc');
  const second = other.compileSync(Grammar.regex('abc')).matcher();
  const matchers = [first, second, first.fork(), first];
  const masks = new Int32Array(matchers.length * words);
  fillMasks(matchers, masks);
  for (const [i, matcher] of matchers.entries()) {
    t.same(masks.subarray(i * words, (i + 1) * words), maskOf(matcher));
  }
  fillMasks([], masks);
});

t.test('bad arguments are named', async (t) => {
  const compiler = new Compiler(vocabulary);
  const matcher = compiler.compileSync(Grammar.json()).matcher();
  const masks = new Int32Array(2 * words);
  // @ts-expect-error no array
  t.throws(() => fillMasks(matcher, masks), { code: 'ARGUMENT', message: /`matchers`/ });
  // @ts-expect-error no matcher
  t.throws(() => fillMasks([matcher, {}], masks), { code: 'ARGUMENT', message: /a Matcher/ });
  // @ts-expect-error no words
  t.throws(() => fillMasks([matcher], new Float32Array(9)), { code: 'ARGUMENT', message: /`masks`/ });
  t.throws(() => fillMasks([matcher, matcher], masks.subarray(1)), { code: 'ARGUMENT', message: /words/ });
  const larger = Vocabulary.fromTokens(['{', '}', '</s>'], {
    stopTokens: [2],
    logitsSize: vocabulary.size + 64,
  });
  const other = new Compiler(larger).compileSync(Grammar.regex('[{}]*'));
  t.throws(() => fillMasks([matcher, other.matcher()], masks), { code: 'ARGUMENT', message: /sizes/ });
  const pending = matcher.fillMaskAsync(masks);
  t.throws(() => fillMasks([matcher], masks), { code: 'BUSY' });
  pending.wait();
  matcher.dispose();
  t.throws(() => fillMasks([matcher], masks), { code: 'DISPOSED' });
  for (const threads of [0, 1.5, 65, '2']) {
    // @ts-expect-error some are no numbers
    t.throws(() => new Compiler(vocabulary, { threads }), { code: 'ARGUMENT', message: /threads/ });
  }
});
