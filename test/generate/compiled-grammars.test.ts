import t from 'tap';
import { createCompiledGrammars } from '../../src/generate/compiled-grammars.js';
import { type CompiledGrammar, Compiler, Grammar, Vocabulary } from '../../src/index.js';

/** The grammars that a model keeps compiled. */

const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const compiler = new Compiler(Vocabulary.fromTokens([...bytes, '</s>'], { stopTokens: [256] }));
t.teardown(() => compiler.dispose());

t.test('a grammar that is given again is not compiled again', async (t) => {
  const grammars = createCompiledGrammars(compiler);
  const grammar = Grammar.choice(['a', 'b']);
  const first = await grammars.use(grammar, undefined);
  const second = await grammars.use(grammar, undefined);
  t.equal(second, first);
  grammars.release(grammar, first);
  grammars.clear();
  t.ok(second.matcher(), 'it is in use');
  grammars.release(grammar, second);
  grammars.clear();
  t.throws(() => second.matcher(), { code: 'DISPOSED' });
});

t.test('a few are kept, the ones used last', async (t) => {
  const grammars = createCompiledGrammars(compiler);
  const all = Array.from({ length: 12 }, (_, index) => Grammar.choice([`${index}`]));
  const compiled: CompiledGrammar[] = [];
  for (const grammar of all) {
    const one = await grammars.use(grammar, undefined);
    grammars.release(grammar, one);
    compiled.push(one);
  }
  t.throws(() => compiled[0]?.matcher(), { code: 'DISPOSED' });
  t.ok(compiled[11]?.matcher());
  t.equal(await grammars.use(all[11] as Grammar, undefined), compiled[11]);
});

t.test('two who ask at a time both get one', async (t) => {
  const grammars = createCompiledGrammars(compiler);
  const grammar = Grammar.choice(['a']);
  const both = await Promise.all([grammars.use(grammar, undefined), grammars.use(grammar, undefined)]);
  for (const one of both) t.ok(one.matcher());
  for (const one of both) grammars.release(grammar, one);
  grammars.clear();
  for (const one of both) t.throws(() => one.matcher(), { code: 'DISPOSED' });
});
