import t from 'tap';
import { Compiler, Grammar, type Matcher } from '../../src/index.js';
import { allowed, ids, newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();

function matcherOf(source: string): Matcher {
  const grammar = Grammar.ebnf(source, { dialect: 'xgrammar' });
  return new Compiler(vocabulary).compileSync(grammar).matcher();
}

function maskOf(matcher: Matcher): Int32Array {
  const mask = newMask(vocabulary);
  matcher.fillMask(mask);
  return mask;
}

t.test('a set of excluded tokens is all others that can stand in a text', async (t) => {
  const texts = Array.from({ length: ids.stop }, (_, token) => token);
  for (const excluded of [
    [5],
    [0, 1, 2, 31, 32, 33, 255],
    [ids.special],
    [ids.stop, ids.hole],
    [0, 255, ids.special],
  ]) {
    const matcher = matcherOf(`root ::= ExcludeToken(${excluded.join(', ')}) "!"`);
    const expected = [...texts, ids.special].filter((token) => !excluded.includes(token));
    t.same(allowed(maskOf(matcher)), expected, `without ${excluded}`);
    for (const token of [...excluded, ids.stop, ids.hole]) t.notOk(matcher.accept(token));
  }
});

t.test('many bounded texts one after the other cost no more than one', async (t) => {
  const matcher = matcherOf('root ::= item root | ";"\nitem ::= lim\nlim[max_tokens=1000000] ::= [a-z]+');
  for (let step = 0; step < 300; step++) {
    maskOf(matcher);
    if (!matcher.accept(ids.byte('a') + (step % 26))) t.fail(`step ${step}`);
  }
  const { masks, cacheHits } = matcher.stats;
  t.equal(masks, 300);
  t.ok(cacheHits > 290, `${cacheHits} masks were known`);
});

t.test('warm makes the masks inside of a bounded text', async (t) => {
  const grammar = Grammar.ebnf('root ::= "<" lim ">"\nlim[max_tokens=50] ::= [a-z]*', {
    dialect: 'xgrammar',
  });
  const compiled = new Compiler(vocabulary).compileSync(grammar);
  t.ok((await compiled.warm()).complete);
  const matcher = compiled.matcher();
  for (const letter of '<abc') {
    maskOf(matcher);
    t.ok(matcher.accept(ids.byte(letter)));
  }
  const { masks, cacheHits, nodesWalked } = matcher.stats;
  t.same({ cacheHits, nodesWalked }, { cacheHits: masks, nodesWalked: 0 });
});

t.test('rules that double a text need no room for it', async (t) => {
  const count = 60;
  const rules = Array.from({ length: count }, (_, rule) => `r${rule} ::= r${rule + 1} r${rule + 1}`);
  const source = `root ::= r0\n${rules.join('\n')}\nr${count} ::= "b"`;
  const grammar = Grammar.ebnf(source, { limits: { timeoutMs: 20_000, memoryBytes: 4 << 20 } });
  t.ok(grammar.testPrefix('bbbb'));
  t.notOk(grammar.testPrefix('bba'));
  t.notOk(grammar.test('bbbb'));
});
