import t, { type Test } from 'tap';
import { ebnfGrammar, ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { toEbnf } from '../../src/frontends/ebnf/to-ebnf.js';
import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { readProgram } from '../../src/frontends/program-reader.js';
import { substringExpr } from '../../src/frontends/rules/substring.js';
import { endsBy } from '../../src/frontends/rules/text-operations.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError } from '../support/frontend-errors.js';
import { seededRandom } from '../support/seeded-random.js';

/** A token as the brute-force matcher knows it. */
const token = (id: number): string => String.fromCharCode(0xe000 + id);

/** Texts in and not in a grammar, and the same for what it prints as. */
function checkTexts(t: Test, grammar: string, inside: readonly string[], outside: readonly string[]): void {
  const program = ebnfProgram(grammar);
  const printed = ebnfProgram(toEbnf(program));
  for (const [texts, expected] of [
    [inside, true],
    [outside, false],
  ] as const) {
    for (const text of texts) {
      const what = `${JSON.stringify(text)} in ${grammar}`;
      t.equal(matchesProgram(program, text), expected, what);
      t.equal(matchesProgram(printed, text), expected, `${what}, printed`);
    }
  }
}

function programOf(make: (builder: ReturnType<typeof createProgramBuilder>) => number): Uint8Array {
  const builder = createProgramBuilder();
  const expr = make(builder);
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  return builder.finish(root);
}

/** Every text of up to so many letters. */
function textsUpTo(letters: string, length: number): string[] {
  const texts = [''];
  for (let from = 0, n = 0; n < length; n++) {
    const to = texts.length;
    for (; from < to; from++) for (const letter of letters) texts.push((texts[from] as string) + letter);
  }
  return texts;
}

t.test('& binds tighter than | and looser than a sequence, ~ is about one item', (t) => {
  checkTexts(t, 'root ::= "a" "b" & [a-z]{2} | "c"', ['ab', 'c'], ['a', 'cc', 'abc']);
  checkTexts(t, 'root ::= "a"* & "aa"* & ~"aaaa"', ['', 'aa', 'aaaaaa'], ['a', 'aaaa']);
  checkTexts(t, 'root ::= ~"a" "b"', ['b', 'bb', 'aab'], ['ab', 'ba', '']);
  checkTexts(t, 'root ::= (~"a" & [ab])+', ['b', 'bb'], ['a', 'ab', '']);
  checkTexts(t, 'root ::= ~"a"{2}', ['', 'b', 'aa', 'aaa'], ['a']);
  checkTexts(t, 'root ::= ~~"a"', ['a'], ['', 'b']);
  checkTexts(t, 'root ::= ~(a | "c") & [abc]*\na ::= "a" a | "b"', ['', 'a', 'cc'], ['b', 'aab', 'c']);
  checkTexts(t, 'root ::= "(" root ")" | x\nx ::= [a-c]+ & ~"b"', ['a', '((bb))'], ['b', '(b)', '()']);
  t.end();
});

t.test('bounds on a rule', (t) => {
  checkTexts(t, 'root ::= r [ab]*\nr[lazy] ::= "a" | "ab" "c"', ['a', 'ab', 'abb'], ['abc', 'b', '']);
  checkTexts(t, 'root ::= r r\nr[lazy] ::= "a"*', [''], ['a']);
  checkTexts(t, 'root ::= r "."\nr[max_chars=0] ::= [a]*', ['.'], ['a.']);
  const naive = (language: readonly string[], count: number): Set<string> =>
    new Set(
      language.filter(
        (text) =>
          !language.some((other) => other !== text && text.startsWith(other) && other.length >= count),
      ),
    );
  const random = seededRandom(7);
  for (let round = 0; round < 60; round++) {
    const language = textsUpTo('ab', 4).filter(() => random.chance(0.4));
    const count = random.below(4);
    const expected = naive(language, count);
    const program = programOf((builder) =>
      endsBy(builder, builder.union(language.map((text) => builder.literal(text))), count),
    );
    for (const text of language) {
      if (matchesProgram(program, text) !== expected.has(text)) t.fail(`${text} of ${language}, ${count}`);
    }
  }
  const program = ebnfProgram('root ::= r\nr[max_tokens=3, lazy] ::= [a-z]+ ";"');
  const symbols = (bytes: Uint8Array): string[] =>
    readProgram(bytes).rules.flatMap(({ alternatives }) => alternatives.flat().map(({ kind }) => kind));
  t.ok(symbols(program).includes('limited'));
  t.match(toEbnf(program), /\nlimited-1\[max_tokens=3\] ::= /);
  t.ok(symbols(ebnfProgram(toEbnf(program))).includes('limited'), 'it reads back');
  t.end();
});

t.test('options that are carried', (t) => {
  const { ruleOptions } = ebnfGrammar(
    'root[no_forcing] ::= a b c\na[capture] ::= "a"\nb[capture="x]\\n", temperature=1e-1] ::= "b"\nc[lazy] ::= "c"',
  );
  t.same(
    [...ruleOptions],
    [
      ['root', { noForcing: true }],
      ['a', { capture: 'a' }],
      ['b', { capture: 'x]\n', temperature: 0.1 }],
    ],
  );
  checkTexts(t, 'root ::= a [bc]\na\n ::= "a"', ['ab'], ['a']);
  checkTexts(t, 'root[ capture = "v" ,\n temperature = 1 ]\n ::= "a"', ['a'], ['']);
  t.end();
});

t.test('tokens', (t) => {
  checkTexts(
    t,
    'root ::= "a" Token(3, 5) !<[4]> "b"',
    [`a${token(3)}${token(9)}b`],
    [`a${token(4)}${token(9)}b`, `a${token(3)}${token(4)}b`, 'ab'],
  );
  checkTexts(t, 'root ::= ExcludeToken(3, 4, 4)*', ['', token(5), token(6) + token(7)], [token(3), 'a']);
  for (const [grammar, printed] of [
    ['root ::= <think> !</think>*', /^root ::= <think> \S+\n/],
    ['root ::= !<[7]>', /^root ::= !<\[7\]>\n$/],
    ['root ::= Token(7)', /^root ::= <\[7\]>\n$/],
    ['root ::= Token(1, 2, 3) ExcludeToken(8, 9)', /^root ::= Token\(1, 2, 3\) ExcludeToken\(8, 9\)\n$/],
  ] as const) {
    const program = ebnfProgram(grammar);
    t.match(toEbnf(program), printed);
    t.same(
      readProgram(ebnfProgram(toEbnf(program))).tokenSets,
      readProgram(program).tokenSets,
      'it reads back',
    );
  }
  checkTexts(t, 'root ::= Token-rule Token(2)\nToken-rule ::= "x"', [`x${token(2)}`], ['x']);
  const builder = createProgramBuilder();
  const root = builder.reserveRule('root');
  builder.setRule(root, [[builder.tokens([[1, 2]], ['<a>'])], [builder.tokens([[0, 50_000]])]]);
  grammaskError(() => toEbnf(builder.finish(root)), 'UNSUPPORTED');
  t.end();
});

t.test('a rule that has the name of a macro prints under another', (t) => {
  const builder = createProgramBuilder();
  const root = builder.reserveRule('root');
  const rule = builder.reserveRule('Token');
  builder.setRule(root, [[{ kind: 'rule', rule }, builder.tokens([[1, 2]])]]);
  builder.setRule(rule, [[{ kind: 'terminal', expr: builder.literal('x') }]]);
  const printed = toEbnf(builder.finish(root));
  t.ok(matchesProgram(ebnfProgram(printed), `x${token(2)}`), printed);
  t.end();
});

t.test('TagDispatch is free text up to the first tag, then its rule', (t) => {
  const grammar =
    'root ::= TagDispatch(("<a", x), ("b", y), excludes=("no"))\nx ::= "1"\ny ::= "2" | "3" root "4"';
  checkTexts(
    t,
    grammar,
    ['', 'free <', '<a1', '<<a1n<a1', 'b2b2o', 'b3<a1x4 n', '<a1b3b24'],
    ['no', '<a', '<a2', 'b', 'n<a1no', 'b3no4', 'ano<a1'],
  );
  // The reference takes the earliest end of a tag, as the documentation has it.
  const program = ebnfProgram('root ::= TagDispatch(("aa", x), ("ba", y))\nx ::= "b"\ny ::= "a"');
  const naive = (text: string): boolean => {
    for (let end = 1; end <= text.length; end++) {
      const free = text.slice(0, end);
      const after = free.endsWith('aa') ? 'b' : free.endsWith('ba') ? 'a' : undefined;
      if (after !== undefined) return text.startsWith(after, end) && naive(text.slice(end + 1));
    }
    return true;
  };
  for (const text of textsUpTo('ab', 7)) {
    if (matchesProgram(program, text) !== naive(text)) t.fail(text);
  }
  checkTexts(
    t,
    'root ::= TagDispatch(("b", x), loop_after_dispatch=false) "!"\nx ::= "1"',
    ['!', 'a!', 'ab1!'],
    ['ab1a!', 'ab!'],
  );
  checkTexts(t, 'root ::= TagDispatch()', ['', 'any'], []);
  t.end();
});

t.test('TokenTagDispatch is free tokens, then a rule behind a token', (t) => {
  const grammar = 'root ::= TokenTagDispatch((3, x), (4, y), excludes=(5,))\nx ::= "a"\ny ::= Token(5)';
  const [free, a, b, c] = [token(9), token(3), token(4), token(5)] as const;
  checkTexts(t, grammar, ['', free + free, `${free}${a}a${free}`, b + c + b + c], [a, b, c, `${a}b`, 'a']);
  const once = 'root ::= TokenTagDispatch((3, x), loop_after_dispatch=false)\nx ::= "a"';
  checkTexts(t, once, ['', free, `${free}${a}a`], [`${a}a${free}`, a]);
  t.end();
});

t.test('runs of chunks, in linear size', (t) => {
  const random = seededRandom(11);
  for (let round = 0; round < 40; round++) {
    const chunks = Array.from({ length: random.below(7) }, () => random.pick(['a', 'b', 'ab', 'ba', '']));
    const runs = new Set(
      chunks.flatMap((_, from) =>
        chunks.slice(from).map((__, to) => chunks.slice(from, from + to + 1).join('')),
      ),
    );
    runs.add('');
    const program = programOf((builder) => substringExpr(builder, chunks));
    for (const text of [...textsUpTo('ab', 4), ...runs]) {
      if (matchesProgram(program, text) !== runs.has(text)) t.fail(`${JSON.stringify(text)} of ${chunks}`);
    }
  }
  const size = (count: number): number => {
    const chunks = Array.from({ length: count }, () => random.pick(['a', 'b', 'c']));
    return programOf((builder) => substringExpr(builder, chunks)).length;
  };
  const [small, large] = [size(2000), size(20_000)];
  t.ok(large < 12 * small, `${small} bytes of 2,000 chunks, ${large} of 20,000`);
  t.end();
});

t.test('the dialects', (t) => {
  t.ok(matchesProgram(ebnfProgram('root ::= "a" ("b" | ) | '), 'a'));
  for (const grammar of ['root ::= "a" |', 'root ::= ("a" | )']) {
    t.match(grammaskError(() => ebnfProgram(grammar, { dialect: 'xgrammar' }), 'SYNTAX').message, /last \|/);
  }
  t.ok(ebnfProgram('root[max_tokens=0] ::= "a"*'));
  grammaskError(() => ebnfProgram('root[max_tokens=0] ::= "a"*', { dialect: 'xgrammar' }), 'SYNTAX');
  t.end();
});

t.test('hostile input', (t) => {
  const depth = 20_000;
  t.ok(ebnfProgram(`root ::= ${'~('.repeat(depth)}"a"${')'.repeat(depth)}`).length > 0);
  t.ok(ebnfProgram(`root ::= ${'("a" & '.repeat(depth)}"a"${')'.repeat(depth)}`).length > 0);
  t.ok(ebnfProgram(`root ::= ${'~'.repeat(100_000)}"a"`).length > 0);
  const chunks = Array.from({ length: 200_000 }, (_, i) => `"${i}"`).join(',');
  const limits = { timeoutMs: 100 };
  grammaskError(() => ebnfProgram(`root ::= Substring(${chunks})`, { limits }), 'DEADLINE');
  grammaskError(() => ebnfProgram(`root ::= TagDispatch(${'('.repeat(depth)}`), 'SYNTAX');
  grammaskError(() => ebnfProgram(`root[${'lazy,'.repeat(depth)}] ::= "a"`), 'SYNTAX');
  t.same(
    [...ebnfGrammar('root ::= __proto__\n__proto__[capture] ::= "a"').ruleOptions.keys()],
    ['__proto__'],
  );
  t.end();
});

t.test('XGrammar: a look-ahead at the end of a rule is read, and changes no text', (t) => {
  const read = (source: string): Uint8Array => ebnfProgram(source, { dialect: 'xgrammar' });
  for (const source of ['root ::= r "b"\nr ::= "a" (= "b")', 'root ::= r "b"\nr ::= "a" (= r | [x-z]*)\n']) {
    t.ok(matchesProgram(read(source), 'ab'));
    t.notOk(matchesProgram(read(source), 'abb'));
  }
  t.match(grammaskError(() => read('root ::= "a" (= b)'), 'SYNTAX').message, /b is not defined/);
  for (const source of ['root ::= (= "b") "a"', 'root ::= "a" ("b" (= "c"))', 'root ::= "a" (= "b") | "c"']) {
    t.match(grammaskError(() => read(source), 'SYNTAX').message, /end of a rule/);
  }
  grammaskError(() => read('root ::= "a" (= "b"'), 'SYNTAX');
  t.end();
});
