import t from 'tap';
import { Compiler, Grammar, type Matcher, Vocabulary } from '../../src/index.js';
import { smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();

function matcherOf(source: string, own = vocabulary): Matcher {
  return new Compiler(own).compileSync(Grammar.ebnf(source)).matcher();
}

t.test('a number is good for one answer, at one position', async (t) => {
  const matcher = matcherOf('root ::= (Slot(x, [a-z]+) ";")*');
  const [slot] = matcher.slots({ ahead: false });
  t.throws(() => matcher.provide(99, []), { code: 'STATE' });
  matcher.provide(slot!.id, ['a']);
  t.throws(() => matcher.provide(slot!.id, ['a']), { code: 'STATE' });
  t.same(matcher.slots({ ahead: false }), []);
  t.ok(matcher.acceptBytes('a;'));
  t.throws(() => matcher.provide(slot!.id, ['a']), { code: 'STATE', hint: /slots\(\)/ });
  const [next] = matcher.slots({ ahead: false });
  matcher.rollback(1);
  t.throws(() => matcher.provide(next!.id, null), { code: 'STATE' });
  t.notOk(matcher.acceptBytes('b'), 'the answer before the text is there again');
  matcher.reset();
  t.ok(matcher.acceptBytes('b'), 'and gone behind a reset');
});

t.test('arguments', async (t) => {
  const matcher = matcherOf('root ::= Slot(x, [a-z]+)');
  const [slot] = matcher.slots();
  const { id } = slot!;
  for (const wrong of ['a', {}, 5, undefined, [1], [null]] as never[]) {
    t.throws(() => matcher.provide(id, wrong), { code: 'ARGUMENT' });
  }
  t.throws(() => matcher.slots({ token: 1e6 }), { code: 'TOKEN_RANGE' });
  t.throws(() => matcher.slots({ before: '' } as never), { code: 'ARGUMENT' });
  // Half of a surrogate pair is in no text; other names count.
  matcher.provide(id, ['\ud800', 'ok']);
  t.notOk(matcher.acceptBytes('a'));
  t.ok(matcher.acceptBytes('ok'));
  t.ok(matcher.isAccepting);
  matcher.dispose();
  t.throws(() => matcher.slots(), { code: 'DISPOSED' });
});

t.test('names of any characters, also cut by tokens', async (t) => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const own = Vocabulary.fromTokens([...bytes, '</s>'], { stopTokens: [256] });
  const matcher = matcherOf('root ::= Slot(x, [^ ]+) "!"', own);
  const names = ['grün', '𝒳1', '\u{10ffff}'];
  const text = Buffer.from('grü');
  for (const byte of text.subarray(0, 3)) t.ok(matcher.accept(byte));
  const [slot] = matcher.slots({ ahead: false });
  t.equal(slot?.typed, 'gr\ufffd', 'half a character is typed');
  matcher.provide(slot!.id, names);
  t.notOk(matcher.accept(0xb6), 'what would be ö');
  t.ok(matcher.accept(text[3]!));
  t.same(Buffer.from(matcher.forcedBytes()).toString(), 'n!');
});

t.test('programs with slots cross borders', async (t) => {
  const grammar = Grammar.ebnf('root ::= " " Slot("a name", [a-z]+)');
  const compiled = new Compiler(vocabulary).compileSync(grammar);
  const again = new Compiler(vocabulary).deserialize(compiled.serialize()).matcher();
  t.same(
    again.slots().map(({ name, before }) => [name, before]),
    [['a name', ' ']],
  );
  t.match(grammar.toString(), /Slot\("a name", \[a-z\]\+\)/);
  const joined = new Compiler(vocabulary).compileSync(Grammar.concat(grammar, grammar)).matcher();
  t.ok(joined.acceptBytes(' x '));
  t.same(joined.slots({ ahead: false }).length, 1);
});
