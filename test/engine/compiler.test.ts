import t from 'tap';
import { CompiledGrammar, Compiler, Grammar, Vocabulary } from '../../src/index.js';
import { ids, newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();

t.test('compile and compileSync make the same', async (t) => {
  const compiler = new Compiler(vocabulary);
  t.equal(compiler.vocabulary, vocabulary);
  const grammar = Grammar.json();
  const now = compiler.compileSync(grammar);
  const later = await compiler.compile(grammar);
  t.type(later, CompiledGrammar);
  const [a, b] = [newMask(vocabulary), newMask(vocabulary)];
  now.matcher().fillMask(a);
  later.matcher().fillMask(b);
  t.same(a, b);
  t.ok(later.memoryBytes > 0);
  t.equal(later.satisfiable, true);
});

t.test('many compiles at once, each with its own result', async (t) => {
  const compiler = new Compiler(vocabulary);
  const texts = Array.from({ length: 30 }, (_, i) => `text ${i}`);
  const compiled = await Promise.all(texts.map((text) => compiler.compile(Grammar.choice([text]))));
  compiled.forEach((one, i) => {
    t.equal(one.matcher().acceptBytes(texts[i] as string), true);
  });
});

t.test('a deadline of 0 is DEADLINE, and the compiler stays usable', async (t) => {
  const compiler = new Compiler(vocabulary);
  const grammar = Grammar.json();
  await t.rejects(compiler.compile(grammar, { timeoutMs: 0 }), { code: 'DEADLINE' });
  t.throws(() => compiler.compileSync(grammar, { timeoutMs: 0 }), { code: 'DEADLINE' });
  t.equal((await compiler.compile(grammar)).matcher().acceptBytes('[]'), true);
});

t.test('the deadline of a compile is inherited by its matchers, unless one is given', async (t) => {
  const compiled = new Compiler(vocabulary).compileSync(Grammar.json(), { timeoutMs: 60_000 });
  t.equal(compiled.matcher().acceptBytes('[]'), true);
  t.throws(() => compiled.matcher({ timeoutMs: 0 }).acceptBytes('[]'), { code: 'DEADLINE' });
  t.equal(compiled.matcher().acceptBytes('[]'), true, 'the compiled grammar stays usable');
  t.equal(compiled.matcher({ timeoutMs: Number.POSITIVE_INFINITY }).acceptBytes('[]'), true);
});

t.test('a signal aborts before and during', async (t) => {
  const compiler = new Compiler(vocabulary);
  const grammar = Grammar.json();
  const before = AbortSignal.abort('reason');
  await t.rejects(compiler.compile(grammar, { signal: before }), { code: 'ABORTED', cause: 'reason' });
  const controller = new AbortController();
  const running = compiler.compile(grammar, { signal: controller.signal });
  controller.abort();
  await t.rejects(running, { code: 'ABORTED' });
  const unused = new AbortController();
  const compiled = await compiler.compile(grammar, { signal: unused.signal });
  unused.abort();
  t.equal(compiled.matcher().acceptBytes('{}'), true, 'an abort afterwards changes nothing');
});

t.test('bad arguments are named', async (t) => {
  t.throws(() => new Compiler({} as never), {
    code: 'ARGUMENT',
    message: 'expected a Vocabulary for `vocabulary` but received an object',
  });
  t.throws(() => new Compiler(vocabulary, { cacheBytes: -1 }), { code: 'ARGUMENT', message: /`cacheBytes`/ });
  t.throws(() => new Compiler(vocabulary, { wrong: 1 } as never), { code: 'ARGUMENT' });
  const compiler = new Compiler(vocabulary);
  await t.rejects(compiler.compile('grammar' as never), { code: 'ARGUMENT', message: /`grammar`/ });
  t.throws(() => compiler.compileSync(null as never), { code: 'ARGUMENT' });
  await t.rejects(compiler.compile(Grammar.json(), { timeoutMs: -1 }), { code: 'ARGUMENT' });
  await t.rejects(compiler.compile(Grammar.json(), { timeoutMs: 'x' as never }), { code: 'ARGUMENT' });
  await t.rejects(compiler.compile(Grammar.json(), { memoryBytes: 0 }), { code: 'ARGUMENT' });
  await t.rejects(compiler.compile(Grammar.json(), { signal: {} as never }), { code: 'ARGUMENT' });
  t.throws(() => compiler.compileSync(Grammar.json()).matcher({ maxRollback: 1.5 }), { code: 'ARGUMENT' });
  t.throws(() => new (CompiledGrammar as never as new () => CompiledGrammar)(), { code: 'ARGUMENT' });
});

t.test('a vocabulary that does not fit is an error of the compile', async (t) => {
  const compiler = new Compiler(vocabulary);
  await t.rejects(compiler.compile(Grammar.token('<|none|>')), { code: 'VOCABULARY' });
  await t.rejects(compiler.compile(Grammar.token(vocabulary.size)), { code: /^(TOKEN_RANGE|VOCABULARY)$/ });
  const letters = Vocabulary.fromTokens(['a', 'b', '</s>'], { stopTokens: [2] });
  const small = new Compiler(letters);
  await t.rejects(small.compile(Grammar.choice(['abc'])), { code: 'VOCABULARY_INCOMPLETE' });
  t.equal((await small.compile(Grammar.choice(['ab']))).matcher().accept(0), true);
});

t.test('a first byte that no token spells counts only where no other code point leads on', async (t) => {
  // As in real vocabularies: no token begins the code points U+40000 to U+7FFFF.
  const tokens = Array.from({ length: 256 }, (_, byte) => (byte === 0xf1 ? null : Uint8Array.of(byte)));
  const compiler = new Compiler(Vocabulary.fromTokens([...tokens, '</s>'], { stopTokens: [256] }));
  await compiler.compile(Grammar.jsonSchema({ type: 'string' }));
  await compiler.compile(Grammar.jsonSchema({ type: 'string', pattern: '^(.a){5000}$' }));
  await compiler.compile(Grammar.regex('[^a]{3}'));
  await t.rejects(compiler.compile(Grammar.choice(['a\u{40000}'])), { code: 'VOCABULARY_INCOMPLETE' });
  await t.rejects(compiler.compile(Grammar.regex('a[\\u{40000}-\\u{40fff}]|b')), {
    code: 'VOCABULARY_INCOMPLETE',
  });
});

t.test('what was made outlives what made it', async (t) => {
  const compiler = new Compiler(vocabulary);
  const compiled = compiler.compileSync(Grammar.choice(['ab']));
  const matcher = compiled.matcher();
  compiled.dispose();
  compiler.dispose();
  compiler[Symbol.dispose]();
  compiled[Symbol.dispose]();
  t.equal(matcher.accept(ids.word('ab')), true);
  const calls: (() => unknown)[] = [
    () => compiled.matcher(),
    () => compiled.memoryBytes,
    () => compiled.satisfiable,
    () => compiler.compileSync(Grammar.json()),
    () => compiler.stats,
    () => compiler.clearCache(),
  ];
  for (const call of calls) t.throws(call, { code: 'DISPOSED' }, String(call));
  await t.rejects(compiler.compile(Grammar.json()), { code: 'DISPOSED' });
});

t.test('a compiler that is disposed while it compiles rejects', async (t) => {
  const compiler = new Compiler(vocabulary);
  const running = compiler.compile(Grammar.json());
  compiler.dispose();
  await t.rejects(running, { code: 'DISPOSED' });
});

t.test('the caches count and can be emptied', async (t) => {
  const compiler = new Compiler(vocabulary, { cacheBytes: 1 << 20 });
  const matcher = compiler.compileSync(Grammar.json()).matcher();
  matcher.fillMask(newMask(vocabulary));
  const { cacheBytes, hits, misses, evictions } = compiler.stats;
  for (const count of [cacheBytes, hits, misses, evictions]) t.ok(Number.isInteger(count) && count >= 0);
  compiler.clearCache();
  matcher.acceptBytes('[tru');
  t.equal(matcher.accept(ids.byte('e')), true, 'matchers go on');
});
