import t from 'tap';
import { Compiler, Grammar, GrammaskError, Vocabulary } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const compiler = new Compiler(vocabulary);

t.test('a grammar comes back from its bytes', async (t) => {
  const grammars = [
    Grammar.json(),
    Grammar.jsonSchema({ properties: { name: { type: 'string', format: 'date' } }, required: ['name'] }),
    Grammar.ebnf('root ::= "a" root "b" | ""'),
    Grammar.concat(Grammar.regex('ab?'), Grammar.token('<|tool|>')),
  ];
  const [here, there] = [newMask(vocabulary), newMask(vocabulary)];
  for (const grammar of grammars) {
    const compiled = compiler.compileSync(grammar);
    const bytes = compiled.serialize();
    const other = new Compiler(smallVocabulary()).deserialize(bytes);
    const [a, b] = [compiled.matcher(), other.matcher()];
    for (const text of ['', '{"name":', 'a', 'ab']) {
      t.equal(b.acceptBytes(text), a.acceptBytes(text));
      a.fillMask(here);
      b.fillMask(there);
      t.same(there, here);
    }
    t.same(other.serialize(), bytes);
    compiled.dispose();
    t.throws(() => compiled.serialize(), { code: 'DISPOSED' });
  }
});

t.test('another vocabulary is refused', async (t) => {
  const bytes = compiler.compileSync(Grammar.json()).serialize();
  const other = Vocabulary.fromTokens(
    Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)),
    { stopTokens: [] },
  );
  t.throws(() => new Compiler(other).deserialize(bytes), { code: 'VOCABULARY', hint: /compile/ });
});

t.test('every damaged byte, and every cut, is an error', async (t) => {
  const bytes = compiler.compileSync(Grammar.regex('[a-f]+')).serialize();
  let thrown = 0;
  const refused = (damaged: Uint8Array): void => {
    try {
      compiler.deserialize(damaged);
    } catch (error) {
      if (!GrammaskError.isInstance(error) || error.code !== 'SYNTAX') throw error;
      thrown += 1;
    }
  };
  for (let i = 0; i < bytes.length; i++) {
    const damaged = bytes.slice();
    damaged[i] = (bytes[i] as number) ^ (1 << (i % 8));
    refused(damaged);
    refused(bytes.subarray(0, i));
  }
  refused(Uint8Array.from([...bytes, 0]));
  t.equal(thrown, 2 * bytes.length + 1);
  // @ts-expect-error no bytes
  t.throws(() => compiler.deserialize('grammask'), { code: 'ARGUMENT' });
});

t.test('a foreign program with a right checksum is read with the same care', async (t) => {
  let read = 0;
  const { serialized } = await import('../../src/engine/serialized.js');
  const { nativeVocabulary } = await import('../../src/engine/vocabulary.js');
  const program = compiler.compileSync(Grammar.regex('[a-f]+')).serialize().subarray(28, -32);
  const random = seededRandom(7);
  for (let round = 0; round < 300; round++) {
    const foreign = program.slice();
    for (let i = 0; i <= random.below(3); i++) foreign[random.below(foreign.length)] = random.below(256);
    try {
      compiler.deserialize(serialized(foreign, nativeVocabulary(vocabulary)), { timeoutMs: 1000 });
      read += 1;
    } catch (error) {
      if (!GrammaskError.isInstance(error)) throw error;
    }
  }
  t.ok(read > 0 && read < 300, `${read} of 300 were read`);
});
