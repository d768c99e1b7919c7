import t, { type Test } from 'tap';
import { type LarkProgramOptions, larkGrammar } from '../../../src/frontends/lark/lark-program.js';
import { regexProgram } from '../../../src/frontends/regex/regex-program.js';
import { Grammar } from '../../../src/index.js';
import { matchesProgram } from '../../support/expr-matcher.js';

/** Texts in and not in a grammar, by brute force. docs/lark.md has more of them, which the tests run by the engine. */
function checkTexts(
  t: Test,
  grammar: string,
  inside: readonly string[],
  outside: readonly string[],
  options?: LarkProgramOptions,
): void {
  const { program } = larkGrammar(grammar, options);
  for (const text of inside) t.ok(matchesProgram(program, text), `${JSON.stringify(text)} in ${grammar}`);
  for (const text of outside)
    t.notOk(matchesProgram(program, text), `${JSON.stringify(text)} not in ${grammar}`);
}

const xgrammar = { dialect: 'xgrammar' } as const;

t.test('what is ignored stands behind terminals that are there', (t) => {
  checkTexts(t, '%ignore " "\nstart: A "b"\nA: /a*/', ['b', 'a b', 'ab '], [' b', '  ']);
  checkTexts(t, '%ignore "-"\n%ignore "+"\nstart: "a" "b"', ['a+-+b-'], ['+ab']);
  checkTexts(t, '%ignore " "\nstart: (A | B)+\nA: "x" "y"\nB: "z"', ['xy z', 'z xy '], ['x y']);
  checkTexts(t, '%ignore " "\nstart: "[" %lark { start: "a" "b" } "]"', ['[ ab ]'], ['[a b]']);
  checkTexts(t, '%ignore " "\nstart: w "!"\nw[lazy]: /a+ /', ['a   !'], ['a!', 'a a!']);
  t.end();
});

const tools = (start: string): string =>
  `start: ${start}\ntail: TEXT\ntool: head "x"\nhead[lazy]: TEXT "<t>"\nTEXT: /(.|\\n)*/`;

t.test('free text beside a lazy terminal runs over none of its texts', (t) => {
  checkTexts(t, tools('tool* tail'), ['', 'a', 'a<t>xb<t>xc', '<t'], ['<t>', 'a<t>y', 'a<t>xb<t>']);
  checkTexts(t, tools('tail | tool'), ['a', '<t>x'], ['<t>', '<t>y', '<t>xb']);
  checkTexts(t, tools('(tool | "-")* tail'), ['-', '-<t>x-a'], ['-<t>y']);
  checkTexts(t, tools('( | tool) tail'), ['a', '<t>x<', '<t>xa<t>'], ['<t>', 'a<t>']);
  checkTexts(t, tools('(tool* | "-") tail'), ['a', '-<t>', '<t>xa'], ['<t>', '<t>x<t>']);
  checkTexts(t, tools('[tool] tail'), ['a', '<t>xa'], ['<t>']);
  t.end();
});

t.test('it may run over them where no lazy terminal can begin', (t) => {
  checkTexts(t, tools('tool? tail'), ['<t>xa<t>b'], ['a<t>b']);
  checkTexts(t, tools('tool{1,2} tail'), ['<t>x<t>xa<t>b'], ['<t>xa<t>b']);
  checkTexts(t, tools('tool tail'), ['<t>x<t>'], []);
  t.end();
});

t.test('a lazy terminal ends before another lazy one would go on', (t) => {
  const grammar = 'start: (a "1" | b "2")*\na[lazy]: /.*x/\nb[lazy]: /.*xy/';
  checkTexts(t, grammar, ['x1', 'zzx1x1'], ['xy2', 'x1xy2']);
  checkTexts(t, 'start: a "1" | b "2"\na[lazy]: /.*x/\nb[lazy]: /.x/', ['ax1', 'ax2'], ['aax2']);
  t.end();
});

t.test('lazy terminals behind rules, options and repetitions', (t) => {
  const grammar = `start: calls tail\ncalls: call*\n${tools('start').split('\n').slice(1).join('\n')}\ncall: tool | "-"`;
  checkTexts(t, grammar, ['a', '-<t>xa'], ['<t>', '-a<t>']);
  checkTexts(t, 'start: TEXT head\nhead[suffix="!"]: /a*/\nTEXT: /.*/', ['a!', 'ba!'], ['a!b!']);
  t.end();
});

t.test('XGrammar: free text heeds marks in the shape of tool calls only', (t) => {
  checkTexts(t, tools('tool* tail'), ['a', 'a<t>xb'], ['<t>', 'a<t>y'], xgrammar);
  checkTexts(t, tools('tool+ tail'), ['<t>xa<t>'], [], xgrammar);
  checkTexts(
    t,
    'start: h "!"\nh[suffix="x"]: TEXT\nTEXT: /(.|\\n)*/',
    ['ax!', 'a!', '!'],
    ['axx!'],
    xgrammar,
  );
  checkTexts(t, 'start: h "!"\nh[stop="x"]: /[a-z]*/', ['ax!'], ['a!', 'axx!'], xgrammar);
  t.end();
});

t.test('characters are bounded, or the text ends where it first can', (t) => {
  checkTexts(t, 'start: a\na[max_chars=2]: /(ab)+/', ['ab'], ['', 'abab']);
  checkTexts(t, 'start: a\na[max_chars=3]: /(ab)+/', ['ab', 'abab'], ['ababab']);
  checkTexts(t, 'start: a\na[max_chars=0]: /b*/', [''], ['b']);
  checkTexts(
    t,
    'start: a "!"\na[max_chars=2, suffix="."]: /b*/',
    ['.!', 'b.!', 'bb!'],
    ['b!', 'bb.!', 'bbb!'],
  );
  checkTexts(t, 'start: a\na[max_chars=2]: b\nb: "x" | "y" b', ['x', 'yx', 'yyx'], ['y']);
  t.end();
});

t.test('parameters', (t) => {
  const counted =
    'start: a::0\na::_: "b" a::incr([1:3]) %if lt([1:3], 2) | "c" %if and(eq([1:3], 2), not(bit_set(0)))';
  checkTexts(t, counted, ['bbc'], ['c', 'bc', 'bbbc']);
  checkTexts(
    t,
    'start: a::5\na::_: "x" a::decr(_) %if gt(_, 0) | "" %if is_zeros(_)',
    ['xxxxx'],
    ['xxxx', 'xxxxxx'],
  );
  checkTexts(t, 'start: a::3\na::_: "x" a::incr([0:2]) %if ne(_, 3) | "y"', ['y'], ['xy']);
  checkTexts(t, 'start: a::0xF0\na::_: b::bit_and(0x30)\nb::_: "y" %if bit_count_eq(_, 2)', ['y'], ['']);
  checkTexts(
    t,
    'start: a::0\na::_: a::bit_or(6) %if is_zeros(_) | "z" %if or(ge(_, 7), bit_count_ge([1:3], 2))',
    ['z'],
    [],
  );
  checkTexts(t, 'start: a::1\na::_: a::clear_bit(0) %if bit_set(0) | "z" %if bit_clear(0)', ['z'], []);
  checkTexts(t, 'start: a::0\na::_: "x" %if bit_set(0)', [], ['', 'x']);
  t.end();
});

t.test('runs of words, characters and chunks', (t) => {
  checkTexts(
    t,
    'start: %regex {"substring_words": "a_1 b, c"}',
    ['', 'a_1', ' b', 'b, c'],
    ['a', 'b,c', 'c,'],
  );
  checkTexts(t, 'start: %regex {"substring_chars": "a😀b"}', ['a😀', '😀b'], ['ab']);
  checkTexts(t, 'start: %regex {"substring_chunks": ["ab", "ab", "c"]}', ['abab', 'abc'], ['ababab', 'b']);
  t.end();
});

t.test('patterns are those of Rust', (t) => {
  checkTexts(t, 'start: /(?P<x>a).[[:digit:]]\\/(?i:B)/', ['a\r1/b', 'a-2/B'], ['a\n1/b', 'A-1/b']);
  checkTexts(t, 'start: /[[:loower:]]/', [':', 'w'], ['a']);
  checkTexts(t, 'start: /a b # c/x', ['ab'], ['a b']);
  t.end();
});

t.test('named grammars, and grammars of other kinds', (t) => {
  const grammars = new Map<string, string | Uint8Array>([
    ['lark', 'start: "x" @digits\n'],
    ['digits', regexProgram('[0-9]+')],
  ]);
  checkTexts(t, 'start: "(" @lark ")"', ['(x12)'], ['(x)', '()'], { grammars });
  const rules = larkGrammar('start: "a" start "b" | ""').program;
  checkTexts(t, 'start: @r "-" @r', ['-', 'ab-aabb'], ['a-b'], { grammars: new Map([['r', rules]]) });
  checkTexts(t, 'start: @r', ['aabb'], ['ba'], { grammars: new Map([['r', rules]]) });
  t.end();
});

t.test('another start rule', (t) => {
  checkTexts(t, 'a: "x" b\nb: "y"', ['y'], ['xy'], { start: 'b' });
  t.end();
});

t.test('options of rules are carried', (t) => {
  const { ruleOptions } = larkGrammar(
    '%llguidance {"no_forcing": true}\nstart: a b\na[capture, temperature=0.5]: "x"\nb[capture="c", suffix="!", stop_capture="d"]: "y"',
  );
  t.same(Object.fromEntries(ruleOptions), {
    start: { noForcing: true },
    a: { capture: 'a', temperature: 0.5 },
    b: { capture: 'c', stopCapture: 'd' },
  });
  t.end();
});

t.test('stop: the texts of the body that the first mark would end, by brute force', async (t) => {
  const texts = ['', ...textsUpTo(['a', 'b', 'c'], 6)];
  const cases: [body: string, mark: string, marks: string[]][] = [
    ['/.*/', '"b"', ['b']],
    ['/.*/', '/[bc]/', ['b', 'c']],
    ['/[ab]*/', '"cc"', ['cc']],
    ['/[a-c]*/', '"aba"', ['aba']],
    ['/[a-c]*/', '"aa"', ['aa']],
    ['/a*b?/', '"bb"', ['bb']],
    ['/(ab|c)+/', '/ab|ba|cab/', ['ab', 'ba', 'cab']],
  ];
  for (const [body, mark, marks] of cases) {
    const grammar = Grammar.lark(`start: a\na[stop=${mark}]: ${body}`);
    const whole = new RegExp(`^(?:${body.slice(1, -1)})$`, 'su');
    const isEnd = (text: string): boolean =>
      marks.some((own) => text.endsWith(own) && whole.test(text.slice(0, text.length - own.length)));
    const isFirst = (text: string): boolean =>
      isEnd(text) && !Array.from(text, (_, at) => text.slice(0, at)).some(isEnd);
    const wrong = texts.filter(
      (text) => grammar.test(text) !== (whole.test(text) && marks.some((own) => isFirst(text + own))),
    );
    t.same(wrong.slice(0, 3), [], `${body} up to ${mark}`);
  }
});

t.test('stop: what follows, what stands beside, and what is refused', async (t) => {
  checkTexts(
    t,
    'start: "Q" q "\\nA"\nq[stop="\\n"]: /(?s:.)*/',
    ['Qx\nA', 'Q\nA'],
    ['Qx\nB', 'Qx\n\nA', 'QxA'],
  );
  checkTexts(t, 'start: a "b"\na[stop="<end>"]: /.*/', ['foob', 'b', '<endb'], ['foo<end>b']);
  checkTexts(t, 'start: a "b"\na[stop=""]: /[a-z]*/', ['b', 'foob', 'bb'], ['foo']);
  checkTexts(t, 'start: a | b\na[stop="x"]: /[a-z]*/ \nb: /[a-z]*!/', ['foo', 'foo!'], ['foox', 'foox!']);
  checkTexts(t, 'start: a+ "."\na[stop=","]: /[a-z]/', ['a.', 'abc.'], ['a,b.', '.']);
  checkTexts(t, 'start: a END\na[stop=END, max_chars=2]: /[a-z]*/\nEND: "."', ['ab.', '.'], ['abc.']);
  checkTexts(t, '%ignore " "\nstart: a "b"\na[stop="x"]: /[a-z]*/', ['a b', ' b', 'b'], ['a  x b']);
  for (const source of [
    'start: a\na[stop=/x+/]: /.*/',
    'start: a\na[stop=/x?/]: /.*/',
    'start: a | b\na[stop="x"]: /.*/\nb[lazy]: /.*y/',
    'start: a\na[stop="xx", max_tokens=3]: /.*/',
  ]) {
    t.throws(() => Grammar.lark(source), { code: 'UNSUPPORTED' }, source);
  }
  t.doesNotThrow(() => Grammar.lark('start: a\na[stop="x", max_tokens=3]: /.*/'));
});

function textsUpTo(alphabet: readonly string[], length: number): string[] {
  const all: string[] = [];
  let longest = [''];
  for (let size = 0; size < length; size++) {
    longest = longest.flatMap((text) => alphabet.map((char) => text + char));
    all.push(...longest);
  }
  return all;
}
