import t from 'tap';
import { createRandom } from '../../src/generate/random.js';
import { analyzeJsonSchema, Grammar, type GrammaskError, generationStyle } from '../../src/index.js';

const recursive = 'root ::= "(" root ")" | "x"';

t.test('a grammar tells its texts from others, without a vocabulary', async (t) => {
  const grammar = Grammar.ebnf(recursive);
  t.equal(grammar.test('((x))'), true);
  t.equal(grammar.test('((x)'), false);
  t.equal(grammar.testPrefix('((x)'), true);
  t.equal(grammar.testPrefix('((y'), false);
  t.equal(grammar.testPrefix(''), true);
});

t.test('an input may be a string, bytes, or pieces of both and tokens', async (t) => {
  const grammar = Grammar.concat(Grammar.choice(['é', 'b']), Grammar.token('<|tool|>'), Grammar.token(7));
  t.equal(grammar.test(['é', { token: '<|tool|>' }, { token: 7 }]), true);
  t.equal(
    grammar.test([Uint8Array.of(0xc3), Uint8Array.of(0xa9), { token: '<|tool|>' }, { token: 7 }]),
    true,
  );
  t.equal(grammar.test(['é', { token: 7 }, { token: '<|tool|>' }]), false);
  t.equal(grammar.test(['é', { token: '<|tool|>' }]), false);
  t.equal(grammar.testPrefix(['é', { token: '<|tool|>' }]), true);
  t.equal(grammar.test('é<|tool|>'), false, 'the name of a special token is not its text');
  for (const input of [5, null, [5], [null], [{ token: null }], {}] as never[]) {
    t.throws(() => grammar.test(input), { code: 'ARGUMENT', message: /`input`/ });
  }
});

t.test('ill-formed UTF-16 is in no language', async (t) => {
  const anything = Grammar.regex('[^]*');
  t.equal(anything.test('a\u{1f600}'), true);
  for (const text of ['a\ud83d', '\ude00', 'a\ud83d b']) {
    t.equal(anything.test(text), false);
    t.equal(anything.testPrefix(text), false);
    t.equal(anything.test([text, 'b']), false);
  }
  const explanation = anything.explain('ab\ud83dcd');
  t.match(explanation, { accepted: false, viable: false, validBytes: 2, line: 1, column: 3 });
});

t.test('explain names the place and what was expected there', async (t) => {
  const grammar = Grammar.json();
  const wrong = grammar.explain('{\n  "é": tru}');
  t.match(wrong, { accepted: false, viable: false, line: 2, column: 11 });
  t.equal(wrong.validBytes, Buffer.byteLength('{\n  "é": tru'));
  t.equal(wrong.excerpt, '  "é": tru}\n          ^');
  t.ok(wrong.expected.length > 0);
  const open = grammar.explain('{');
  t.match(open, { accepted: false, viable: true, validBytes: 1, column: 2 });
  const whole = grammar.explain('[1]');
  t.match(whole, { accepted: true, viable: true, validBytes: 3 });
});

t.test('the constructors make the languages that they name', async (t) => {
  t.equal(Grammar.regex('a{2,3}').test('aaa'), true);
  t.equal(Grammar.regex('a{2,3}').test('baaa'), false, 'the whole text must match');
  t.equal(Grammar.regex(/^a|b$/).test('b'), true);
  t.equal(Grammar.choice(['a', 'ab']).test('ab'), true);
  t.equal(Grammar.json().test(' {"a": [1, 2e3, null]} '), true);
  t.equal(Grammar.json({ style: { whitespace: 'compact' } }).test('{"a": 1}'), false);
  t.equal(Grammar.union(Grammar.choice(['x']), Grammar.json()).test('[]'), true);
  t.equal(Grammar.union(Grammar.choice(['x']), Grammar.json()).test('x'), true);
  t.equal(Grammar.concat(Grammar.json(), Grammar.json()).test('{}12'), true, 'ambiguous, and both ways work');
  t.equal(Grammar.concat().test(''), true);
  t.equal(Grammar.union().testPrefix(''), false);
  t.equal(Grammar.ebnf('start ::= "s"', { root: 'start' }).test('s'), true);
});

t.test('a schema allows exactly what it validates, and a style less', async (t) => {
  const schema = {
    type: 'object',
    properties: { a: { type: 'integer' }, b: { enum: ['x', null] } },
    required: ['a'],
  };
  const exact = Grammar.jsonSchema(schema);
  const styled = Grammar.jsonSchema(schema, { style: generationStyle });
  for (const text of ['{"a":1}', '{"a":-1,"b":"x"}', '{"a":10,"b":null}']) {
    t.equal(exact.test(text), true, text);
    t.equal(styled.test(text), true, text);
  }
  for (const text of ['{ "a" : 1e1 }', '{"b":"\\u0078","a":1}', '{"c":[],"a":1}']) {
    t.equal(exact.test(text), true, text);
    t.equal(styled.test(text), false, text);
  }
  for (const text of ['{}', '{"a":1.5}', '{"a":1,"b":"y"}', '{"a":1,"a":1}']) {
    t.equal(exact.test(text), false, text);
    t.equal(styled.test(text), false, text);
  }
});

t.test('goals reach through allOf: bounds that contradict each other allow nothing', async (t) => {
  const grammar = Grammar.jsonSchema({ type: 'number', allOf: [{ minimum: 5 }, { maximum: 3 }] });
  t.equal(grammar.testPrefix('4'), false);
  t.equal(grammar.testPrefix(''), false);
});

t.test('errors of the source are thrown at once, with their place', async (t) => {
  t.throws(() => Grammar.ebnf('root ::= missing'), { code: 'SYNTAX', location: { line: 1 } });
  t.throws(() => Grammar.regex('a('), { code: 'SYNTAX' });
  t.throws(() => Grammar.regex('(a)\\1'), { code: 'UNSUPPORTED' });
  t.throws(() => Grammar.jsonSchema('{"type": '), { code: 'SYNTAX' });
  t.throws(() => Grammar.jsonSchema({ $ref: 'urn:other' }), {
    code: 'UNSUPPORTED',
    location: { keyword: '$ref' },
  });
  t.throws(() => Grammar.jsonSchema({ $ref: '#' }), { code: 'SCHEMA' });
  t.throws(() => Grammar.choice([]), { code: 'ARGUMENT' });
  t.throws(() => Grammar.token(-1), { code: 'TOKEN_RANGE' });
  t.throws(() => Grammar.token({} as never), { code: 'ARGUMENT' });
  t.throws(() => Grammar.union({} as never), {
    code: 'ARGUMENT',
    message: 'expected a Grammar for `grammars[0]` but received an object',
  });
  t.throws(() => Grammar.builtin('nothing'), { code: 'ARGUMENT', hint: /json/ });
  t.throws(() => new (Grammar as never as new () => Grammar)(), { code: 'ARGUMENT' });
});

t.test('more digits of `multipleOf` than the engine takes are refused at their place', async (t) => {
  const schema = `{"properties":{"a":{"multipleOf":${'7'.repeat(900)}},"b":{"multipleOf":${'3'.repeat(900)}}}}`;
  t.throws(() => Grammar.jsonSchema(schema), {
    code: 'UNSUPPORTED',
    location: { pointer: '/properties/b', keyword: 'multipleOf' },
  });
  t.equal(analyzeJsonSchema(schema).issues[0]?.pointer, '/properties/b');
  // The same digits count once, and up to the bound the engine takes them.
  const most = `{"allOf":[{"multipleOf":${'7'.repeat(500)}},{"multipleOf":${'7'.repeat(500)}e2},{"multipleOf":${'3'.repeat(500)}}]}`;
  t.equal(Grammar.jsonSchema(most).test('0'), true);
  const unused = Grammar.jsonSchema(`{"$defs":{"a":{"multipleOf":${'7'.repeat(1100)}}},"type":"integer"}`);
  t.equal(unused.test('12'), true);
});

t.test('limits bound the work: a deadline of 0 is DEADLINE', async (t) => {
  t.throws(() => Grammar.json({ limits: { timeoutMs: 0 } }), { code: 'DEADLINE' });
  t.throws(() => Grammar.choice(['a', 'b'], { limits: { nodes: 1 } }), { code: 'MEMORY' });
  t.throws(() => Grammar.choice(['a'], { limits: { timeoutMs: Number.NaN } }), { code: 'ARGUMENT' });
});

t.test('a grammar goes through its buffer, and a buffer is verified', async (t) => {
  const bytes = Grammar.ebnf(recursive).toBuffer();
  const again = Grammar.fromBuffer(bytes);
  bytes.fill(0);
  t.equal(again.test('(x)'), true, 'it keeps a copy of what was verified');
  t.throws(() => Grammar.fromBuffer(bytes), { code: 'SYNTAX' });
  t.throws(() => Grammar.fromBuffer(new Uint8Array(0)), { code: 'SYNTAX' });
  t.throws(() => Grammar.fromBuffer('x' as never), { code: 'ARGUMENT' });
  const good = again.toBuffer();
  let refused = 0;
  for (let at = 0; at < good.length; at++) {
    const broken = Uint8Array.from(good);
    broken[at] = (broken[at] as number) ^ 0x41;
    try {
      Grammar.fromBuffer(broken).testPrefix('(');
    } catch (error) {
      t.match((error as GrammaskError).code, /^(SYNTAX|SCHEMA|TOKEN_RANGE)$/);
      refused++;
    }
  }
  t.ok(refused > good.length / 3, `${refused} of ${good.length} changed buffers were refused, none crashed`);
});

t.test('a grammar prints EBNF that reads back, where there is such a form', async (t) => {
  const text = Grammar.ebnf(recursive).toString();
  const again = Grammar.ebnf(text);
  t.equal(again.test('((x))'), true);
  t.equal(again.test('(x'), false);
  t.throws(() => Grammar.json().toString(), { code: 'UNSUPPORTED' });
});

t.test('the built-in JSON grammar', async (t) => {
  const json = Grammar.builtin('json');
  const right = [' {"a": [1, true], "b": {}} ', '[]', '-0.5e+7', '"\\ud83d\\ude00 \\n é"', 'null'];
  const wrong = ['{"a": }', '[1,]', '01', '1.', '"\n"', '"\\ud83d"', '"\\x"', '', '[1] 2'];
  for (const text of right) t.equal(json.test(text), true, text);
  for (const text of wrong) t.equal(json.test(text), false, text);
  for (const text of [...right, ...wrong]) t.equal(Grammar.json().test(text), json.test(text), text);
});

t.test('the built-in arithmetic grammar', async (t) => {
  const arithmetic = Grammar.builtin('arithmetic');
  for (const text of ['1', ' 1 + 2*(3 - -4.5) / 6', '((7))']) t.equal(arithmetic.test(text), true, text);
  for (const text of ['', '1 +', '(1', '1 2', '.5', '--1', '1)']) t.equal(arithmetic.test(text), false, text);
});

t.test('what a text is read as does not depend on the texts before it', async (t) => {
  const sources: [string, () => Grammar, string[]][] = [
    [
      'JSON',
      () => Grammar.builtin('json'),
      ['{"a": [1, 2.5e3, "x\\u00e9"], "b": {}}', '[[[]], [[]]]', '"\ud83d\ude00"'],
    ],
    ['ambiguous', () => Grammar.ebnf('root ::= root root | "a"+ | "ab"'), ['aaabaa', 'ab', 'aab']],
    [
      'unique items',
      () => Grammar.jsonSchema({ type: 'array', uniqueItems: true, items: { type: 'string' } }),
      ['["a","b"]', '["a","a"]', '["b", "a"]', '["ab","a"]'],
    ],
    ['names', () => Grammar.jsonSchema({ minProperties: 2 }), ['{"a":1,"b":2}', '{"b":1,"b":2}', '{"a":1}']],
    ['two characters', () => Grammar.regex('[é-ü]+(ab|a.)*'), ['éab', 'üaüaé', '\u00ff']],
  ];
  const random = createRandom(1);
  const pick = (length: number): number => Math.floor(random() * length);
  for (const [name, make, seeds] of sources) {
    const shared = make();
    const texts = [...seeds];
    for (let index = 0; index < 60; index++) {
      const bytes = new TextEncoder().encode(seeds[pick(seeds.length)]);
      const at = pick(bytes.length);
      // Cut off, with a byte exchanged, or with a part twice.
      const changed = [
        bytes.subarray(0, at),
        bytes.with(at, bytes[pick(bytes.length)] as number),
        Uint8Array.of(...bytes.subarray(0, at), ...bytes.subarray(pick(at + 1))),
      ][index % 3] as Uint8Array;
      const fresh = make();
      t.equal(shared.test(changed), fresh.test(changed), `${name}: ${changed}`);
      t.same(shared.explain(changed), fresh.explain(changed), `${name}: ${changed}`);
    }
    for (const text of texts) t.equal(shared.test(text), make().test(text), `${name}: ${text}`);
  }
});

t.test('what is kept of texts is bounded, and takes nothing from the next text', async (t) => {
  const grammar = Grammar.ebnf('root ::= "[" root* "]"', { limits: { memoryBytes: 1_000_000 } });
  const deep = '['.repeat(1000);
  t.equal(grammar.testPrefix(deep), true);
  t.throws(() => grammar.testPrefix(deep.repeat(100)), { code: 'MEMORY' });
  t.equal(grammar.test(`${deep}${']'.repeat(1000)}`), true, 'as if nothing had been');
  t.equal(grammar.test(`${deep}${']'.repeat(999)}`), false);
});
