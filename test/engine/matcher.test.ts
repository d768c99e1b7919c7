import t from 'tap';
import { Compiler, Grammar, Matcher } from '../../src/index.js';
import { allowed, ids, newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const compiler = new Compiler(vocabulary);
const { byte, word } = ids;

function matcherOf(grammar: Grammar): Matcher {
  return compiler.compileSync(grammar).matcher();
}

function maskOf(matcher: Matcher): number[] {
  const mask = newMask(vocabulary);
  matcher.fillMask(mask);
  return allowed(mask);
}

t.test('a mask holds exactly the tokens that accept takes', async (t) => {
  const matcher = matcherOf(Grammar.ebnf('root ::= "tr" ("ue" | "y") | [0-9]{1,2}'));
  const digits = Array.from('0123456789', byte);
  t.same(maskOf(matcher), [...digits, byte('t'), word('true'), word('tr'), word('12')]);
  for (let id = 0; id < vocabulary.size; id++) {
    const fork = matcher.fork();
    t.equal(fork.accept(id), maskOf(matcher).includes(id), `token ${id}`);
    fork.dispose();
  }
  t.equal(matcher.accept(word('tr')), true);
  t.same(maskOf(matcher), [byte('u'), byte('y')]);
  t.equal(matcher.accept(byte('x')), false, 'not allowed');
  t.same(maskOf(matcher), [byte('u'), byte('y')], 'and the state is unchanged');
  t.equal(matcher.isAccepting, false);
  t.equal(matcher.accept(byte('y')), true);
  t.equal(matcher.isAccepting, true);
  t.same(maskOf(matcher), [ids.stop], 'a stop token exactly where the text is in the language');
});

t.test('fillMask tells where every token is allowed, and writes at the offset', async (t) => {
  const everything = Grammar.regex('[^]*');
  const matcher = matcherOf(everything);
  const words = Math.ceil(vocabulary.size / 32);
  const masks = new Int32Array(3 * words).fill(0x5a5a5a5a);
  t.equal(matcher.fillMask(masks, words), true, 'special tokens are not allowed here');
  t.ok(masks.subarray(0, words).every((value) => value === 0x5a5a5a5a));
  t.ok(masks.subarray(2 * words).every((value) => value === 0x5a5a5a5a));
  t.notOk(allowed(masks.subarray(words, 2 * words)).includes(ids.special));
  const shared = new Int32Array(new SharedArrayBuffer(4 * words));
  matcher.fillMask(shared);
  t.same([...shared], [...masks.subarray(words, 2 * words)], 'shared memory');
});

t.test('a stop token ends the text', async (t) => {
  const matcher = matcherOf(Grammar.choice(['a', 'ab']));
  t.equal(matcher.accept(ids.stop), false, 'the empty text is not in the language');
  t.equal(matcher.accept(byte('a')), true);
  t.equal(matcher.isTerminated, false);
  t.equal(matcher.accept(ids.stop), true);
  t.equal(matcher.isTerminated, true);
  t.same(maskOf(matcher), []);
  t.equal(matcher.accept(byte('b')), false);
  t.equal(matcher.accept(ids.stop), false);
  matcher.rollback(1);
  t.equal(matcher.isTerminated, false);
  t.same(maskOf(matcher), [byte('b'), ids.stop]);
});

t.test('stop tokens can be given for a matcher alone', async (t) => {
  const compiled = compiler.compileSync(Grammar.choice(['a']));
  const matcher = compiled.matcher({ stopTokens: [ids.special] });
  matcher.accept(byte('a'));
  t.same(maskOf(matcher), [ids.special]);
  t.equal(matcher.accept(ids.special), true);
  t.equal(matcher.isTerminated, true);
  t.throws(() => compiled.matcher({ stopTokens: [vocabulary.size] }), { code: 'TOKEN_RANGE' });
  t.throws(() => compiled.matcher({ stopTokens: 5 as never }), { code: 'ARGUMENT' });
});

t.test('special tokens are allowed only where a grammar names them', async (t) => {
  const matcher = matcherOf(Grammar.concat(Grammar.choice(['a']), Grammar.token('<|tool|>')));
  t.equal(matcher.accept(ids.special), false);
  matcher.accept(byte('a'));
  t.same(maskOf(matcher), [ids.special]);
  t.equal(matcher.accept(ids.special), true);
  t.equal(matcher.isAccepting, true);
  const byId = matcherOf(Grammar.token(word('abc')));
  t.same(maskOf(byId), [word('abc')]);
});

t.test('rollback takes back tokens and calls of acceptBytes', async (t) => {
  const matcher = matcherOf(Grammar.json());
  const before = maskOf(matcher);
  t.equal(matcher.accept(word('{"')), true);
  t.equal(matcher.acceptBytes('name": [1, '), true);
  const inside = maskOf(matcher);
  t.equal(matcher.acceptBytes('2, }'), false, 'all or nothing');
  t.same(maskOf(matcher), inside);
  t.equal(matcher.acceptBytes(Buffer.from('"é').subarray(0, 2)), true, 'it may end inside a character');
  t.equal(matcher.acceptBytes('\ud800'), false, 'ill-formed UTF-16');
  matcher.rollback(1);
  t.same(maskOf(matcher), inside);
  matcher.rollback(2);
  t.same(maskOf(matcher), before);
  t.throws(() => matcher.rollback(1), { code: 'STATE' });
  t.throws(() => matcher.rollback(-1), { code: 'ARGUMENT' });
  t.throws(() => matcher.rollback(0.5), { code: 'ARGUMENT' });
  matcher.rollback(0);
});

t.test('maxRollback bounds the history', async (t) => {
  const matcher = compiler.compileSync(Grammar.regex('a*')).matcher({ maxRollback: 2 });
  for (let i = 0; i < 5; i++) matcher.accept(byte('a'));
  t.throws(() => matcher.rollback(3), { code: 'STATE' });
  matcher.rollback(2);
});

t.test('a fork goes its own way, and outlives the matcher that it came from', async (t) => {
  const matcher = matcherOf(Grammar.choice(['ab', 'ac']));
  matcher.accept(byte('a'));
  const fork = matcher.fork();
  t.type(fork, Matcher);
  fork.accept(byte('b'));
  t.same(maskOf(matcher), [byte('b'), byte('c')]);
  matcher.dispose();
  t.same(maskOf(fork), [ids.stop]);
  fork.rollback(2);
  t.same(maskOf(fork), [byte('a'), word('ab')], 'it has the history, too');
});

t.test('reset goes back to the empty text', async (t) => {
  const matcher = matcherOf(Grammar.choice(['ab']));
  matcher.accept(word('ab'));
  matcher.accept(ids.stop);
  matcher.reset();
  t.equal(matcher.isTerminated, false);
  t.same(maskOf(matcher), [byte('a'), word('ab')]);
  t.throws(() => matcher.rollback(1), { code: 'STATE' });
});

t.test('validate counts without moving', async (t) => {
  const matcher = matcherOf(Grammar.choice(['abcab']));
  t.equal(matcher.validate([word('abc'), byte('a'), byte('x')]), 2);
  t.equal(matcher.validate(Int32Array.of(word('abc'), word('ab'), ids.stop)), 3);
  t.equal(matcher.validate([]), 0);
  t.same(maskOf(matcher), [byte('a'), word('ab'), word('abc')]);
  t.throws(() => matcher.validate([vocabulary.size]), { code: 'TOKEN_RANGE' });
  t.throws(() => matcher.validate('a' as never), { code: 'ARGUMENT' });
});

t.test('forced text, and tokens that stay right', async (t) => {
  const matcher = matcherOf(Grammar.ebnf('root ::= "abc" [xy] "ab" [0-9]'));
  t.equal(Buffer.from(matcher.forcedBytes()).toString(), 'abc');
  t.same([...matcher.forcedTokens()], [word('abc')]);
  matcher.acceptBytes('abcx');
  t.equal(Buffer.from(matcher.forcedBytes()).toString(), 'ab');
  matcher.acceptBytes('ab');
  t.equal(matcher.forcedBytes().length, 0);
  t.equal(matcher.forcedTokens().length, 0);
});

t.test('the shortest completion completes', async (t) => {
  const matcher = matcherOf(
    Grammar.jsonSchema({ type: 'object', properties: { a: { type: 'integer' } }, required: ['a'] }),
  );
  matcher.accept(byte('{'));
  const completion = matcher.shortestCompletion();
  if (completion === null) throw new Error('no completion');
  const fork = matcher.fork();
  t.equal(fork.acceptBytes(completion.bytes), true);
  t.equal(fork.isAccepting, true);
  for (const token of completion.tokens) t.equal(matcher.accept(token), true);
  t.equal(matcher.isAccepting, true);
  const text = Buffer.concat([...completion.tokens].map((token) => vocabulary.bytes(token)));
  t.same(text, Buffer.from(completion.bytes));
});

t.test('an unsatisfiable grammar compiles and allows nothing', async (t) => {
  const compiled = compiler.compileSync(Grammar.jsonSchema(false));
  t.equal(compiled.satisfiable, false);
  const matcher = compiled.matcher();
  t.same(maskOf(matcher), []);
  t.equal(matcher.isDead, true);
  t.equal(matcher.shortestCompletion(), null);
  t.throws(() => matcher.step(new Float32Array(vocabulary.size)), { code: 'DEAD_END' });
});

t.test('step masks, draws and accepts', async (t) => {
  const matcher = matcherOf(Grammar.choice(['ab', 'ac']));
  const logits = new Float32Array(vocabulary.size);
  logits[byte('x')] = 100;
  logits[byte('a')] = 5;
  t.equal(matcher.step(logits, { temperature: 0 }), byte('a'));
  logits[byte('c')] = 3;
  t.equal(matcher.step(logits, { temperature: 0 }), byte('c'));
  t.equal(matcher.step(logits, { temperature: 0 }), ids.stop);
  t.throws(() => matcher.step(logits), { code: 'STATE' });
  matcher.reset();
  t.throws(() => matcher.step(new Float32Array(5)), { code: 'ARGUMENT', message: /`logits`/ });
  t.throws(() => matcher.step(new Float32Array(vocabulary.size).fill(Number.NaN)), { code: 'LOGITS' });
  t.throws(() => matcher.step(new Float32Array(vocabulary.size).fill(-Infinity)), { code: 'LOGITS' });
  t.throws(() => matcher.step(logits, { temperature: -1 }), { code: 'ARGUMENT', message: /`temperature`/ });
  t.throws(() => matcher.step(logits, { repetitionPenalty: 2 }), { code: 'ARGUMENT', message: /`seen`/ });
  t.same(maskOf(matcher), [byte('a'), word('ab')], 'after errors it is where it was');
  t.equal(matcher.step(new Uint16Array(vocabulary.size), { random: 0 }), byte('a'), 'float16');
  t.equal(matcher.step(logits, { bias: new Map([[byte('b'), 9]]), temperature: 0 }), byte('b'));
});

t.test('bad arguments are named', async (t) => {
  const matcher = matcherOf(Grammar.json());
  const mask = newMask(vocabulary);
  const cases: [() => unknown, string, RegExp][] = [
    [() => matcher.fillMask(new Int32Array(mask.length - 1)), 'ARGUMENT', /`mask` but received 8 words/],
    [() => matcher.fillMask(mask, 1), 'ARGUMENT', /from offset 1/],
    [() => matcher.fillMask(mask, -1), 'ARGUMENT', /`offset` but received -1/],
    [
      () => matcher.fillMask(new Uint32Array(20) as never),
      'ARGUMENT',
      /Int32Array for `mask` but received a Uint32Array/,
    ],
    [() => matcher.fillMask([] as never), 'ARGUMENT', /received an array/],
    [() => matcher.fillMaskAsync(new Int32Array(1)), 'ARGUMENT', /`mask`/],
    [() => matcher.accept(-1), 'TOKEN_RANGE', /received -1/],
    [() => matcher.accept(vocabulary.size), 'TOKEN_RANGE', /`token`/],
    [() => matcher.accept(Number.NaN), 'TOKEN_RANGE', /NaN/],
    [() => matcher.accept('1' as never), 'ARGUMENT', /received '1'/],
    [() => matcher.acceptBytes(5 as never), 'ARGUMENT', /`bytes` but received 5/],
  ];
  for (const [call, code, message] of cases) t.throws(call, { code, message });
  t.throws(() => new (Matcher as never as new () => Matcher)(), { code: 'ARGUMENT' });
  t.throws(() => matcher.accept.call({} as never, 1), TypeError);
});

t.test('after dispose everything is DISPOSED, and a second dispose is nothing', async (t) => {
  const matcher = matcherOf(Grammar.json());
  matcher.dispose();
  matcher.dispose();
  matcher[Symbol.dispose]();
  const calls: (() => unknown)[] = [
    () => matcher.fillMask(newMask(vocabulary)),
    () => matcher.fillMaskAsync(newMask(vocabulary)),
    () => matcher.step(new Float32Array(vocabulary.size)),
    () => matcher.accept(1),
    () => matcher.acceptBytes('a'),
    () => matcher.acceptBytes('\ud800'),
    () => matcher.validate([]),
    () => matcher.rollback(0),
    () => matcher.fork(),
    () => matcher.reset(),
    () => matcher.forcedBytes(),
    () => matcher.forcedTokens(),
    () => matcher.shortestCompletion(),
    () => matcher.isAccepting,
    () => matcher.isTerminated,
    () => matcher.isDead,
    () => matcher.stats,
  ];
  for (const call of calls) t.throws(call, { code: 'DISPOSED' }, String(call));
});

t.test('counters count', async (t) => {
  const matcher = matcherOf(Grammar.json());
  maskOf(matcher);
  maskOf(matcher);
  const { masks, cacheHits, nodesWalked, undecided } = matcher.stats;
  t.equal(masks, 2);
  t.ok(cacheHits >= 0 && nodesWalked >= 0);
  t.equal(undecided, 0);
});

t.test('running out of memory leaves the matcher as it was', async (t) => {
  const matcher = new Compiler(vocabulary).compileSync(Grammar.json()).matcher({ memoryBytes: 1 });
  const mask = newMask(vocabulary);
  t.throws(() => matcher.fillMask(mask), { code: 'MEMORY' });
  t.same(allowed(mask), [], 'the mask is all zeros');
  t.throws(() => matcher.accept(byte('[')), { code: 'MEMORY' });
  t.throws(() => matcher.accept(byte('[')), { code: 'MEMORY' }, 'again, and nothing else');
  t.equal(matcher.isAccepting, false);
  t.throws(() => matcher.rollback(1), { code: 'STATE' }, 'nothing was accepted');
});

t.test('a deadline that has passed is DEADLINE, and the compiled grammar stays usable', async (t) => {
  const compiled = compiler.compileSync(Grammar.json());
  t.throws(() => compiled.matcher({ timeoutMs: 0 }).fillMask(newMask(vocabulary)), { code: 'DEADLINE' });
  t.throws(() => compiled.matcher({ timeoutMs: -1 }), { code: 'ARGUMENT' });
  t.equal(compiled.matcher().acceptBytes('[1]'), true);
});
