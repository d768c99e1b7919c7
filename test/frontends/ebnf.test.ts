import t, { type Test } from 'tap';
import { ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { toEbnf } from '../../src/frontends/ebnf/to-ebnf.js';
import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { readProgram } from '../../src/frontends/program-reader.js';
import { regexProgram } from '../../src/frontends/regex/regex-program.js';
import { tokenProgram } from '../../src/frontends/token.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError, placeOf } from '../support/frontend-errors.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';

/** Texts in and not in a grammar, and the same for what it prints as. */
function checkTexts(t: Test, grammar: string, inside: readonly string[], outside: readonly string[]): void {
  const program = ebnfProgram(grammar);
  const printed = ebnfProgram(toEbnf(program));
  for (const [texts, expected] of [
    [inside, true],
    [outside, false],
  ] as const) {
    for (const text of texts) {
      t.equal(matchesProgram(program, text), expected, `${JSON.stringify(text)} in ${grammar}`);
      t.equal(
        matchesProgram(printed, text),
        expected,
        `${JSON.stringify(text)} in what prints of ${grammar}`,
      );
    }
  }
}

t.test('texts and classes', (t) => {
  checkTexts(t, 'root ::= "a\\n\\"\\\\\\x41\\u00e9\\U0001F600\\[" # a comment', ['a\n"\\Aé😀['], ['a']);
  checkTexts(t, 'root ::= "\\uD83D\\uDE00"', ['😀'], ['']);
  checkTexts(t, 'root ::= [a-c\\]\\-\\x30-\\x32^]', ['a', ']', '-', '1', '^'], ['d', '3', '\\']);
  checkTexts(t, 'root ::= [^a-c\\n] | [-x] [y-]', ['d', '😀', '-y', 'x-'], ['a', '\n', 'yx']);
  checkTexts(t, 'root ::= [^] .', ['\n😀'], ['', 'a']);
  checkTexts(t, 'root ::= ""', [''], ['a']);
  checkTexts(t, 'root ::= ()', [''], ['a']);
  checkTexts(t, 'root ::= [^\\u0000-\\U0010FFFF] | "x"', ['x'], ['', 'a']);
  t.end();
});

t.test('repetition', (t) => {
  checkTexts(
    t,
    'root ::= "a"* "b"+ "c"? "d"{2} "e"{1,} "f"{0,2}',
    ['bdde', 'aabbcddeeff'],
    ['adde', 'bdefff', 'bde', 'bddefff'],
  );
  checkTexts(t, 'root ::= ("a" | "bc"){2, 3}', ['aa', 'bcabc'], ['a', 'aaaa']);
  checkTexts(t, 'root ::= "x" ("(" root ")"){2}\n | "y"', ['x(y)(y)'], ['x(y)', 'x(y)(y)(y)']);
  checkTexts(t, 'root ::= "y" | "x" ("(" root ")"){1,3}', ['x(y)', 'x(y)(y)(y)'], ['x', 'x(y)(y)(y)(y)']);
  checkTexts(t, 'root ::= "y" | "x" ("(" root ")"){3,}', ['x(y)(y)(y)', 'x(y)(y)(y)(y)(y)'], ['x(y)(y)']);
  checkTexts(
    t,
    'root ::= "y" | "[" (root ("," root)*)? "]"',
    ['[]', '[y]', '[y,[y,y]]'],
    ['[y,]', '[,y]', '[y'],
  );
  checkTexts(t, 'root ::= "(" root? ")" | "x"', ['()', '((x))'], ['(', 'xx']);
  t.end();
});

t.test('recursion', (t) => {
  const arithmetic = `
root ::= expr
expr ::= expr [-+] term | term   # left recursion
term ::= term [*/] atom |
         atom
atom ::= [0-9]+ | "(" expr ")"`;
  checkTexts(t, arithmetic, ['1', '1+2*3', '(1-2)*(3)', '12'], ['', '1+', '(1', '1)']);
  checkTexts(t, 'root ::= root root | "a" | ""', ['', 'a', 'aaa'], ['b']);
  checkTexts(t, 'root ::= a\na ::= b a | "x"\nb ::= "" | "y"', ['x', 'yyx'], ['', 'y']);
  checkTexts(t, 'root ::= a | "z"\na ::= "(" b ")"\nb ::= root | ""', ['z', '()', '((z))'], ['(', '(()']);
  checkTexts(t, 'root ::= "a" root', [], ['', 'a', 'aa']);
  t.end();
});

t.test('what is regular becomes one expression', (t) => {
  for (const grammar of [
    'root ::= a "-" b\na ::= [0-9]+\nb ::= a | "x"',
    'root ::= [a-z] root | ""',
    'root ::= root [a-z] | "x"',
    'root ::= "q" s\ns ::= "" | [^"] s | "\\\\" e s\ne ::= [nt]',
  ]) {
    const { rules, root } = readProgram(ebnfProgram(grammar));
    t.equal(rules.length, 1, grammar);
    t.same(
      rules[root]?.alternatives.map((symbols) => symbols.map(({ kind }) => kind)),
      [['terminal']],
    );
  }
  checkTexts(t, 'root ::= [a-z] root | "9"', ['9', 'ab9'], ['', 'ab', '99']);
  checkTexts(t, 'root ::= root [a-z] | "9" | root', ['9', '9ab'], ['', 'ab', 'a9']);
  const { rules } = readProgram(ebnfProgram('root ::= "a" [b] ("c" | "d") root "e" [f]+ | "g" | "h" "i"'));
  t.same(
    rules[0]?.alternatives.map((symbols) => symbols.map(({ kind }) => kind)),
    [['terminal'], ['terminal', 'rule', 'terminal']],
  );
  t.end();
});

t.test('layout', (t) => {
  checkTexts(t, 'root ::=\n  "a" |\n  "b"\n\n# comment\nx ::= "y"', ['a', 'b'], ['y']);
  checkTexts(t, 'root::="a"\r\n  "b"(\n"c"\n# in here\n|"d")', ['abc', 'abd'], ['a']);
  checkTexts(t, 'root ::= space "x"\nspace ::= | " " | "\\n" [ \\t]{0,20}', ['x', ' x', '\n  x'], ['  x']);
  checkTexts(
    t,
    'start ::= "a"\nroot ::= snake_case kebab-case dot.ted 9x\nsnake_case ::= "s"\nkebab-case ::= "k"\ndot.ted ::= "d"\n9x ::= "9"',
    ['skd9'],
    [],
  );
  checkTexts(t, 'root ::= x.x "." .\nx ::= "1"', ['1?1.!'], ['11.!', '1?1..!']);
  t.end();
});

t.test('tokens', (t) => {
  const program = ebnfProgram('root ::= <[7]> "a" <think> [^<]* </think>');
  t.same(
    readProgram(program).rules[0]?.alternatives.map((symbols) => symbols.map(({ kind }) => kind)),
    [['tokens', 'terminal', 'tokens', 'terminal', 'tokens']],
  );
  t.same(ebnfProgram(toEbnf(program)), program);
  t.ok(matchesProgram(ebnfProgram('root ::= (<[1]> "a")*'), '\ue001a\ue001a'));
  t.end();
});

t.test('errors name their place', (t) => {
  for (const [grammar, place, message] of [
    ['', '1:1', /no rules/],
    ['a ::= "x"', '1:1', /its rules are a/],
    ['root ::= "a', '1:10', /closing quote/],
    ['root ::= "a\nb"', '1:10', /closing quote/],
    ['root ::= [a', '1:10', /closing bracket/],
    ['root ::= [z-a]', '1:11', /out of order/],
    ['root ::= []', '1:10', /empty class/],
    ['root ::= "\\q"', '1:11', /unknown escape/],
    ['root ::= "é\\xZ1"', '1:12', /2 hexadecimal/],
    ['root ::= "\\uD800"', '1:11', /no character/],
    ['root ::= "\\U00110000"', '1:11', /no character/],
    ['root ::= "a"\n\n  itm ::= "x"\nitem ::= itn', '4:10', /itn is not defined/],
    ['root ::= "a"\nroot ::= "b"', '2:1', /twice/],
    ['root ::= ("a"', '1:10', /without its \)/],
    ['root ::= "a")', '1:13', /without its \(/],
    ['root ::= * "a"', '1:10', /nothing to repeat/],
    ['root ::= "a"++', '1:14', /nothing to repeat/],
    ['root ::= "a" | {2}', '1:16', /nothing to repeat/],
    ['root ::= "a"{2,1}', '1:13', /out of order/],
    ['root ::= "a"{,3}', '1:13', /malformed repetition/],
    ['root ::= "a"{2', '1:13', /malformed repetition/],
    ['root ::=', '1:1', /no body/],
    ['root ::= "a"\n::= "b"', '2:1', /without a name/],
    ['"a"\nroot ::= "b"', '1:1', /expected a rule/],
    ["root ::= 'a'", '1:10', /unexpected character/],
    ['root = "a"', '1:1', /expected a rule/],
    ['root ::= "a" : "b"', '1:14', /expected ::=/],
    ['root ::= < "x"', '1:10', /malformed token/],
    ['root ::= "a" & ', '1:14', /follows a &/],
    ['root ::= & "a"', '1:10', /before the &/],
    ['root ::= "a" | & "b"', '1:16', /before the &/],
    ['root ::= "a" ~', '1:14', /follows a ~/],
    ['root ::= ~* "a"', '1:11', /nothing to repeat/],
    ['root ::= ! "a"', '1:10', /unexpected character/],
    ['root[] ::= "a"', '1:6', /name of an option/],
    ['root[lazy, lazy] ::= "a"', '1:11', /stands twice/],
    ['root[slow] ::= "a"', '1:6', /no option/],
    ['root[lazy=1] ::= "a"', '1:6', /takes no value/],
    ['root[max_chars] ::= "a"', '1:6', /needs a value/],
    ['root[max_chars=-1] ::= "a"', '1:16', /whole number/],
    ['root[max_tokens=2147483648] ::= "a"', '1:17', /whole number/],
    ['root[temperature=-0.1] ::= "a"', '1:6', /finite number/],
    ['root[capture=""] ::= "a"', '1:14', /not empty/],
    ['root[capture=a] ::= "a"', '1:14', /double quotes/],
    ['root[lazy temperature=1] ::= "a"', '1:11', /expected , or \]/],
    ['root ::= Token()', '1:10', /needs the id/],
    ['root ::= Token("a")', '1:16', /id of a token/],
    ['root ::= Token(4294967295)', '1:16', /id of a token/],
    ['root ::= Token(1,)', '1:18', /malformed argument/],
    ['root ::= Token(1', '1:17', /malformed argument/],
    ['root ::= Token([a])', '1:16', /malformed argument/],
    ['root ::= Regex("a", "b")', '1:10', /one pattern/],
    ['root ::= Regex("a", flags="g")', '1:27', /flags of Regex/],
    ['root ::= Regex("a", flag="i")', '1:26', /no argument named flag/],
    ['root ::= Regex("a", flags="i", flags="i")', '1:32', /stands twice/],
    ['root ::= Regex(flags="i", "a")', '1:27', /malformed argument/],
    ['root ::= Regex("(")', '1:16', /without its \)/],
    ['root ::= Substring(1)', '1:20', /double quotes/],
    ['root ::= TagDispatch("a", root)', '1:22', /takes pairs/],
    ['root ::= TagDispatch(("", root))', '1:23', /empty/],
    ['root ::= TagDispatch(("a", rot))', '1:28', /rot is not defined/],
    ['root ::= TagDispatch(("ab", root), excludes=("a"))', '1:46', /excluded text begins/],
    ['root ::= TagDispatch(("ab", root), loop_after_dispatch=1)', '1:56', /true or false/],
    ['root ::= TokenTagDispatch((1, root), excludes=(1,))', '1:48', /a tag too/],
    ['root ::= EOS(1)', '1:10', /no argument/],
  ] as const) {
    const error = grammaskError(() => ebnfProgram(grammar), 'SYNTAX');
    t.match(error.message, message, grammar);
    t.equal(placeOf(error), place, grammar);
  }
  const hintOf = (grammar: string) => grammaskError(() => ebnfProgram(grammar), 'SYNTAX').hint;
  for (const name of ['itn', 'itme', 'Items'])
    t.match(hintOf(`root ::= ${name}\nitem ::= ""`), /did you mean item/);
  // A name that shares some letters is no misspelling.
  for (const name of ['foo', 'r', 'x', 'i'])
    t.match(hintOf(`root ::= ${name}\nitem ::= ""`), /add a rule/, name);
  t.end();
});

t.test('what cannot be enforced is named', (t) => {
  for (const [grammar, place, message] of [
    ['root ::= "a" (= "b")', '1:14', /no look-ahead/],
    ['root ::= Slot(a, "(" root? ")")', '1:10', /body of slot a/],
    ['root ::= EOS() "a"', '1:10', /EOS/],
    ['root ::= "x" a\na ::= EOS()', '2:7', /EOS/],
    ['root ::= "a" Regex("a\\\\b")', '1:20', /word border.*column 2 of the pattern/],
    ['root ::= b\nb[lazy] ::= c\nc ::= "a" | "(" c ")"', '2:2', /option of rule b/],
    ['root ::= "a" & ("(" root ")")', '1:14', /operator &/],
    ['root ::= ~("(" root ")" | "a")', '1:11', /operator ~/],
    ['root ::= "a" & Token(1)', '1:14', /operator &/],
    ['root[capture_hidden_stop_bytes=1] ::= "a"', '1:6', /another program/],
    ['root ::= ("(" root ")" | "x"){0,10001}', '1:30', /10000/],
  ] as const) {
    const error = grammaskError(() => ebnfProgram(grammar), 'UNSUPPORTED');
    t.match(error.message, message);
    t.equal(placeOf(error), place, grammar);
    t.ok(error.hint);
  }
  checkTexts(t, 'root ::= Regex("a")\nRegex ::= "r"', ['ra'], []);
  t.end();
});

t.test('options and limits', (t) => {
  t.ok(matchesProgram(ebnfProgram('a ::= "x"', { root: 'a' }), 'x'));
  t.ok(matchesProgram(ebnfProgram('root ::= "\\x41b"'), 'Ab'));
  t.ok(matchesProgram(ebnfProgram('root ::= "\\x41b"', { dialect: 'xgrammar' }), '\u041b'));
  grammaskError(() => ebnfProgram('root ::= "a"', { dialect: 'abnf' as 'gbnf' }), 'ARGUMENT');
  grammaskError(() => ebnfProgram('root ::= "a"', { start: 'a' } as object), 'ARGUMENT');
  grammaskError(() => ebnfProgram(7 as unknown as string), 'ARGUMENT');
  grammaskError(() => ebnfProgram('root ::= "a"', { limits: { timeoutMs: 0 } }), 'DEADLINE');
  grammaskError(
    () => ebnfProgram('root ::= "x" | ("(" root ")"){0,9999}', { limits: { nodes: 500 } }),
    'MEMORY',
  );
  for (const build of [ebnfProgram, regexProgram]) {
    grammaskError(() => build('root ::= "a"', { limits: null } as object), 'ARGUMENT');
  }
  const long = 'a'.repeat(5_000_000);
  for (const grammar of [`root ::= "${long}"`, `root ::= [${long}]`]) {
    grammaskError(() => ebnfProgram(grammar, { limits: { timeoutMs: 5 } }), 'DEADLINE');
  }
  t.end();
});

t.test('long names and options', (t) => {
  const long = 'x'.repeat(10_000_000);
  for (const grammar of [
    `root[${long}] ::= "a"`,
    `root ::= ${long}`,
    `root[capture="${long}"] ::= "a"\nb ::= c`,
  ]) {
    t.ok(grammaskError(() => ebnfProgram(grammar), 'SYNTAX').message.length < 200);
  }
  t.end();
});

t.test('large and deep grammars', (t) => {
  const depth = 20_000;
  t.ok(ebnfProgram(`root ::= ${'('.repeat(depth)}"a"${')'.repeat(depth)}`).length > 0);
  t.ok(ebnfProgram(`root ::= "a" | ${'("x" '.repeat(depth)}root${' | "b")*'.repeat(depth)}`).length > 0);
  const chain = Array.from({ length: depth }, (_, i) => `r${i} ::= "a" r${i + 1} "b"`).join('\n');
  t.ok(ebnfProgram(`root ::= r0\n${chain}\nr${depth} ::= "x" | root`).length > 0);
  t.ok(ebnfProgram(`root ::= r0\n${chain}\nr${depth} ::= "x"`).length > 0);
  t.ok(ebnfProgram('root ::= "x" | ("(" root ")"){1000000000}').length < 2000, 'a fixed count doubles');
  t.ok(ebnfProgram('root ::= "x" | ("(" root ")"){5,10000}').length > 0);
  t.end();
});

t.test('random grammars print as the same language', (t) => {
  const random = seededRandom(4711);
  let matched = 0;
  for (let round = 0; round < 150; round++) {
    const grammar = ['root', 'a', 'b'].map((name) => `${name} ::= ${randomBody(random, 2)}`).join('\n');
    const program = ebnfProgram(grammar);
    const printed = ebnfProgram(toEbnf(program));
    for (let n = 0; n < 8; n++) {
      const text = Array.from({ length: random.below(5) }, () => random.pick(['x', 'y', 'z'])).join('');
      const expected = matchesProgram(program, text);
      matched += Number(expected);
      if (matchesProgram(printed, text) !== expected) t.fail(`${JSON.stringify(text)} in ${grammar}`);
    }
  }
  t.ok(matched > 120, `${matched} texts match`);
  t.end();
});

function randomBody(random: SeededRandom, depth: number): string {
  return Array.from({ length: 1 + random.below(3) }, () =>
    Array.from({ length: 1 + random.below(3) }, () => {
      const group = depth > 0 && random.chance(0.3);
      const item = group
        ? `(${randomBody(random, depth - 1)})`
        : random.pick(['"x"', '"y"', '[yz]', '""', 'a', 'b', 'root', '"x"', '[^x]']);
      return item + random.pick(['', '', '', '*', '+', '?', '{2}', '{1,2}', '{2,}']);
    }).join(' '),
  ).join(' | ');
}

t.test('what has no EBNF', (t) => {
  const label = createProgramBuilder();
  const rule = label.reserveRule('root');
  label.setRule(rule, [[{ kind: 'terminal', expr: label.punycode(label.literal('ü'), 59) }]]);
  grammaskError(() => toEbnf(label.finish(rule)), 'UNSUPPORTED');
  grammaskError(() => toEbnf(tokenProgram('a b')), 'UNSUPPORTED');
  grammaskError(() => toEbnf(ebnfProgram('root[max_tokens=0] ::= "a"*')), 'UNSUPPORTED');
  t.equal(toEbnf(regexProgram('a|b{2,3}?c')), 'root ::= "a" | "b"{2,3} "c"\n');
  t.end();
});
