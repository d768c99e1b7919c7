// Slots beside bounds on tokens and JSON, answers that rule each other out, and long texts.
import t from 'tap';
import { Compiler, Grammar, type Matcher, Vocabulary } from '../../src/index.js';

const ascii = Array.from({ length: 95 }, (_, i) => String.fromCharCode(32 + i));
const longer = ['ab', 'abb', 'ab.', '..', 'a{', 'a{"', 'a{"k":1}', 'a{"k":1}Y', 'a{"k":1}Z', 'a{X'];
const high = Array.from({ length: 128 }, (_, i) => Uint8Array.of(128 + i));
const texts = [...ascii, '\n', '\r', '\t', ...longer, ...high];
const vocabulary = Vocabulary.fromTokens([...texts, '</s>'], { stopTokens: [texts.length] });
const matcherOf = (grammar: Grammar, options = {}): Matcher =>
  new Compiler(vocabulary).compileSync(grammar).matcher(options);

function checkMask(
  t: { same(found: unknown, wanted: unknown, message: string): void },
  matcher: Matcher,
  where: string,
): void {
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  matcher.fillMask(mask);
  const wrong = texts.filter((_, token) => {
    const isSet = (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
    return isSet !== (matcher.validate([token]) === 1);
  });
  t.same(wrong, [], `${where}: the mask is what is accepted`);
}

t.test('a token that spends a bound is not offered where the answers rule out what follows', async (t) => {
  const sources = [
    'root ::= r Slot(x, [.]+)\nr[max_tokens=1] ::= [ab]+',
    'root ::= r Slot(x, [.]+)\nr[max_tokens=2] ::= [ab]+',
    'root ::= r "b" Slot(x, [.]+)\nr[max_tokens=1] ::= "a"+',
  ];
  for (const source of sources) {
    const matcher = matcherOf(Grammar.ebnf(source));
    checkMask(t, matcher, source);
    for (const { id } of matcher.slots()) matcher.provide(id, []);
    checkMask(t, matcher, `answered, ${source}`);
    if (matcher.accept(texts.indexOf('a'))) checkMask(t, matcher, `behind a, ${source}`);
  }
});

t.test('answers ahead hold behind the names of a JSON object, too', async (t) => {
  const object = Grammar.jsonSchema({ type: 'object', additionalProperties: { type: 'integer' } });
  const behind = Grammar.concat(
    Grammar.ebnf('root ::= "a"'),
    object,
    Grammar.ebnf('root ::= Slot(y, [YZ]+)'),
  );
  const matcher = matcherOf(Grammar.union(Grammar.ebnf('root ::= "a{" Slot(x, [X]+)'), behind));
  for (const { id, name } of matcher.slots()) matcher.provide(id, name === 'x' ? ['X'] : ['Y']);
  t.same(matcher.slots(), [], 'nothing is asked again');
  checkMask(t, matcher, 'a name in one token');
  t.equal(matcher.validate([texts.indexOf('a{"k":1}Z')]), 0);
});

t.test('an answer for a slot that another answer has ruled out is none', async (t) => {
  const matcher = matcherOf(Grammar.ebnf('root ::= Slot(x, [ab.]+) | Slot(x, [ab]+) "." Slot(y, [ab]+)'));
  matcher.acceptBytes('ab.a');
  const [x, y] = matcher.slots({ ahead: false });
  t.match(
    [x, y],
    [
      { name: 'x', typed: 'ab.a' },
      { name: 'y', typed: 'a' },
    ],
  );
  matcher.provide(x?.id as number, ['zz']);
  matcher.provide(y?.id as number, ['ab']);
  t.ok(matcher.isDead);
  t.throws(() => matcher.provide(x?.id as number, ['zz']), { code: 'STATE' }, 'answered already');
  t.throws(() => matcher.provide(99, ['zz']), { code: 'STATE' }, 'never asked');
});

t.test('of a long text no more is kept than the name at its end', async (t) => {
  const grammar = Grammar.ebnf('root ::= [ab]* "." Slot(x, [ab]+) ";"');
  const matcher = matcherOf(grammar, { memoryBytes: 2 ** 20 });
  t.ok(matcher.acceptBytes(`${'ab'.repeat(150_000)}.a`));
  t.ok(matcher.acceptBytes('b'));
  const [slot] = matcher.slots({ ahead: false });
  t.equal(slot?.typed, 'ab');
  matcher.provide(slot?.id as number, ['abb']);
  t.notOk(matcher.acceptBytes(';'));
  t.ok(matcher.acceptBytes('b;'));
});
