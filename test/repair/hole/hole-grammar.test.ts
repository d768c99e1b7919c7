// biome-ignore-all lint/suspicious/noTemplateCurlyInString: texts of TypeScript
import t, { type Test } from 'tap';
import { Grammar, GrammaskError } from '../../../src/index.js';
import { type HoleOptions, holeGrammar, holeWithin } from '../../../src/repair/hole/hole-grammar.js';
import type { Frame } from '../../../src/repair/hole/machine.js';
import { readPrefix } from '../../../src/repair/hole/prefix.js';

/** Which texts fill a hole of a TypeScript file. Where slots are: `slots.test.ts`. */

const grammarOf = (prefix: string, suffix: string, options: HoleOptions = {}): Grammar =>
  holeGrammar(prefix, suffix, { slots: false, ...options }).grammar;
const body: readonly [prefix: string, suffix: string] = [
  'const x = 1;\nfunction f(a: number) {\n  ',
  '\n}\n',
];

function verdicts(t: Test, grammar: Grammar, accepted: readonly string[], refused: readonly string[]): void {
  for (const text of accepted) {
    const { accepted: ok, validBytes } = grammar.explain(text);
    t.ok(ok, `takes ${text} (valid: ${validBytes} bytes)`);
  }
  for (const text of refused) t.notOk(grammar.test(text), `refuses ${text}`);
}

t.test('a line of a function', async (t) => {
  verdicts(
    t,
    grammarOf(...body),
    [
      '',
      'return a;',
      'const b = foo(a).bar',
      'if (a) { b() } else { c() }',
      'for (const [k, v] of m) k++',
      'for (let i = 0, j; i < n; i++) {}',
      'for await (const x of y) {}',
      'a = `a${b`c${"}"}`}`',
      'a / b / c',
      '/re[/]/g.test(x)',
      'if (a) /re/.test(b)',
      'a?.b?.[0]?.(x) ?? y',
      'a ? .5 : b',
      'a?.5:b',
      'type T = { a: string } & U[]',
      'let y: Array<Array<number>>= []',
      'a = b ? c : d ? e : f',
      'throw new Error("x")',
      '1..toFixed() + 1.5.toFixed()',
      'a! != b!',
      'outer: for (;;) break outer',
      'async () => { await x }',
      'const {a, b: {c = 1}, ...d} = e',
      'return <T>(x: T): x is U => x',
      '@dec() class A {}',
      'class A<T> extends B<T>.C implements D { private x = 1; #y; static { z() } get w() { return 1 } [k]?: T }',
      'x as unknown as string',
      'f(...a, b, )',
      '// comment',
      '"abc" /* c */',
      'yield* a',
      'a\\u0062c = \\u{61}',
      'const 名前 = 1',
      '0x1F + 1_000n * .5 + 1e3 + 0b1 + 0o7',
      'f<string>(a)',
      'a < b && c > d',
      'import("x")',
      'enum E { A = 1, B }',
      'declare const q: unique symbol',
      'a ||= b',
      'interface I { a(): void; readonly b?: T; [k: string]: U; new (x): V }',
      'type M = { -readonly [K in keyof T as `a${K}`]+?: T[K] }',
      'let f: (a: A, ...b: B[]) => asserts a is C',
      'let t: [a: A, b?: B, ...C[]]',
      'x satisfies Y',
      'do a(); while (b)',
      'switch (a) { case 1: b(); break; default: c() }',
      'try { a } catch { b } finally { c }',
      '#x in y',
      'let a: typeof import("x"), b: abstract new () => T',
      'await using x = y',
    ],
    [
      'foo bar',
      '1 a',
      '1foo',
      'a.b c',
      '(',
      '(]',
      'a)',
      'f(a))',
      '"abc',
      "'a\\'",
      '`abc',
      '`${a`',
      '/unterminated',
      '/* open',
      'a ** * b',
      '* * b',
      'a..b',
      'a.1',
      '1.foo',
      'a ? b',
      '{',
      '}',
      'const',
      'const = 1',
      'const a b',
      'a = ',
      'a +',
      'f(,',
      'if a',
      'return return',
      'a.',
      'a?.',
      'a b()',
      '@',
      '#',
      'a # b',
      'x y => z',
      'class {',
      'class A B {}',
      'interface 1 {}',
      'function',
      'a\nb',
      'in x',
      'a in',
      '"a" "b"',
      '[1 2]',
      'f(a b)',
      'a, , b',
      '=> x',
      'else else b c',
      'a ?: b',
      'var 1a',
      '\\u00',
      'type = = 1',
      'import a b c d "e" f',
      '}}',
    ],
  );
});

t.test('brackets of the prefix may be closed, and what the suffix closes opened', async (t) => {
  verdicts(
    t,
    grammarOf(...body),
    [
      '} function g() {',
      '} { {} }; if (a) {',
      '}; const o = {',
      '}; class A {',
      '} // c'.replace('} //', '//'),
    ],
    ['} function g()', '} (', '}; a[', '} function g() {{'],
  );
  verdicts(
    t,
    grammarOf('if (a) {\n', '\n  b();\n}\n'),
    ['} else {', '} else if (c) {', 'x();'],
    ['} else (', '}'],
  );
  verdicts(
    t,
    grammarOf('f(a, {\n  b: [\n', '\n    ],\n  },\n);\n'),
    ['1, 2', '], c: [', ']}, { d: [', ']}); g(x, { y: ['],
    ['], c: {', ']}, d, [', 'a b'],
  );
});

t.test('what begins in the prefix or ends in the suffix: templates, comments, strings', async (t) => {
  const template = ['const a = `x ', ' z ${b} `;\n'] as const;
  verdicts(
    t,
    grammarOf(...template),
    ['any # text', '${c} d', '`; const b = `', '${f(`${1}`)}'],
    ['`', '${', '${c', '`;'],
  );
  verdicts(t, grammarOf('const a = ', ' y`;\n'), ['`x', '`${1}` + `'], ['`x`', 'x']);
  verdicts(t, grammarOf('const a = `${b + ', ' + d}`;\n'), ['c', '`${c}`', '', 'c}`; `${'], ['}', 'c}`; ${']);
  verdicts(
    t,
    grammarOf('/**\n', '\n */\nlet a;\n'),
    [' * any # text', '*/ let b; /*'],
    ['*/', '*/ let b b; /*'],
  );
  verdicts(t, grammarOf('let b;\n', '\n * a\n */\nlet a;\n'), ['/**', 'f(); /* x'], ['f();', '/** */']);
  verdicts(t, grammarOf('let b = 1; // a', '\nlet a;\n'), [' any # text', ''], ['\n# b']);
  verdicts(t, grammarOf("const a = 'x ", ';\n'), ["any # text'", "' + 'y'", "\\'x'"], ['x', "x''", "x' y"]);
  verdicts(t, grammarOf('const a = /x', ';\n'), ['y/g', '[/]/.source'], ['y', 'y/ z']);
});

t.test('a suffix that begins with a slash is a division or a regular expression', async (t) => {
  const lines = (first: string, end: string): Grammar =>
    grammarOf('function f(a: string, b: number) {\n', `\n    ${first}\n  ${end};\n}\n`);
  for (const regex of ['/{a/', '/(\\s*){%(-?)%}/gs,', '/[/]}/', '/a/']) {
    verdicts(t, lines(regex, ')'), ['return a.replace('], ['return a.replace']);
  }
  verdicts(t, lines('/ a / (b)', ''), ['return b'], []);
  verdicts(t, lines('/ a(', ')'), ['return b'], ['return (']);
});

t.test('a template that the hole begins and the suffix ends', async (t) => {
  const holes = (suffix: string): Grammar =>
    grammarOf('function f(n: number[]) {\n', `${suffix}\n}\nfunction g() { return \`a\`; }\n`);
  verdicts(
    t,
    holes('\n    n\n  )} else`;'),
    ['return `${f(', 'return `a ${n} b ${f(', 'return `${('],
    ['return `${f([', 'return `${', 'return f('],
  );
  verdicts(
    t,
    holes('\n    n.length\n  ])} or ${f(n)}`;'),
    ['return `if ${f(['],
    ['return `if ${f(', 'return `if ${f({'],
  );
  verdicts(t, holes('\n    n\n  } else`;'), ['return `${', 'return `a${'], ['return {', 'return `${(']);
});

t.test('what the suffix begins with binds the end of the hole', async (t) => {
  verdicts(t, grammarOf('const a = ', ' * 2;\n'), ['b', 'b.c()'], ['', 'b *', 'b;', 'b // c']);
  verdicts(t, grammarOf('f(', ', b);\n'), ['a', '...a', 'x => y'], ['a;', 'a + ']);
  verdicts(t, grammarOf('let a: ', ' = 1;\n'), ['number', 'A<B>', '() => void'], ['1 + 2', 'a b', '']);
  verdicts(t, grammarOf('const a =\n', '\n'), ['  b;', '  b'], ['', '  b +']);
});

t.test('a hashbang is a comment on the first line of a file, and there alone', async (t) => {
  verdicts(
    t,
    grammarOf('', '\nf(1);\n'),
    ['#!/usr/bin/env node', '#!', '', 'g(2)'],
    ['# !', ' #!', '#!a\nb', '#'],
  );
  verdicts(t, grammarOf('#!/bin', '\nf(1);\n'), ['', '/node # {'], ['/a\nb']);
  verdicts(
    t,
    grammarOf('#!/bin/node', '\n}', { mode: 'lines' }),
    ['\nfunction f() {', '\r\n{{}'],
    ['{', '\n'],
  );
  const lines = grammarOf('', '\nf(1);\n', { mode: 'lines' });
  verdicts(t, lines, ['#!a', '#!a {\nlet b;', '#!a\n'], ['#!a\n#!b', '\n#!a']);
  verdicts(t, grammarOf('\n', '\nf(1);\n'), ['a'], ['#!a']);
  verdicts(t, grammarOf('', '\n}'), ['{'], ['#!a', '#!a {']);
  verdicts(t, grammarOf('', '\nf(1);\n', { mode: 'statement' }), ['a;'], ['#!a', '#!a\nb;']);
  const behindBlank = holeWithin('', '\nf(1);\n', { slots: false }, { before: '  ', behind: '' }) as Grammar;
  verdicts(t, behindBlank, ['  a;'], ['  #!a']);
  t.match(readPrefix('#!/bin/node'), { unfinished: { what: 'lineComment' }, recovered: [] });
  t.match(readPrefix('#!/bin/node\n'), { unfinished: undefined, newline: true, recovered: [] });
});

t.test('several lines', async (t) => {
  verdicts(
    t,
    grammarOf(...body, { mode: 'lines' }),
    [
      'a\nb',
      'const a = 1\n// c\nreturn\n  b',
      'f(\n  a, // x\n  b\n)',
      '}\nfunction g() {\n  x',
      'a /*\n*/ b',
    ],
    ['foo bar\nb', 'a\n)', 'if (a)\n{'],
  );
});

t.test('whole statements', async (t) => {
  verdicts(
    t,
    grammarOf(...body, { mode: 'statement' }),
    ['a();', 'if (a) {\n  b\n} else c', 'const a = 1\nreturn a'],
    ['}\n{', '} function g() {', 'a b', 'f('],
  );
  t.throws(() => grammarOf('const a = f(', ');', { mode: 'statement' }), { code: 'ARGUMENT' });
});

t.test('one expression', async (t) => {
  verdicts(
    t,
    grammarOf('const a = f(', ');\n', { mode: 'expression' }),
    ['a', 'a.b(c)\n + d', 'x => x', '{ a: 1 }'],
    ['a, b', '...a', 'a); g(b', '', 'a;', 'a +'],
  );
  verdicts(
    t,
    grammarOf('a + ', ' + c;\n', { mode: 'expression' }),
    ['b', '-b * c'],
    ['b =>', 'x => x', 'b;'],
  );
  t.throws(() => grammarOf('const a = 1', ';', { mode: 'expression' }), { code: 'ARGUMENT' });
});

t.test(
  'files with errors: the hole still has a grammar, and says where anything was taken for possible',
  async (t) => {
    const { grammar, recovered, disordered } = holeGrammar('const a = = 1;\nf(b c);\n', '\ng();\n', {
      slots: false,
    });
    t.ok(recovered.length > 0);
    t.notOk(disordered);
    verdicts(t, grammar, ['a.b()', 'const c = d'], ['f(', 'a.b c.d']);
    const broken = holeGrammar('function f() {\n', '\n}\n}}]\n"open\n', { slots: false });
    t.ok(broken.disordered);
    t.ok(broken.grammar.test('a()'));
  },
);

t.test('errors of arguments', async (t) => {
  const wrong: readonly (() => unknown)[] = [
    () => holeGrammar(1 as unknown as string, ''),
    () => holeGrammar('', undefined as unknown as string),
    () => holeGrammar('', '', { mode: 'word' as 'line' }),
    () => holeGrammar('', '', { jsx: true } as HoleOptions),
  ];
  for (const call of wrong) {
    try {
      call();
      t.fail('no error');
    } catch (error) {
      t.ok(GrammaskError.isInstance(error) && error.code === 'ARGUMENT', String(error));
    }
  }
});

t.test('deep nesting costs no stack', async (t) => {
  const deep = 3_000;
  const { recovered } = holeGrammar('('.repeat(deep), ')'.repeat(deep), { slots: false });
  t.same(recovered, []);
});

t.test('the grammar that comes with the package is the hole of a whole file', async (t) => {
  const own = grammarOf('', '', { mode: 'statement' });
  t.ok(Grammar.builtin('typescript-hole').toString() === Grammar.ebnf(own.toString()).toString());
});

t.test('a text is read on from where one with the same beginning was read before', async (t) => {
  const text = [
    'class A<T> {',
    '  // a comment, `with` /signs/ {',
    '  a = /[`"]/g.test(`b ${c ? `${d}` : "e"} /`);',
    '  b = 1 / 2 / 3; /* [ */ c = "\\',
    '"; d = x >>> 1;',
    '  e(): Array<Array<T>>{ return f.g<T>(a => ({ h: i, ...j })) }',
    '}',
    '',
  ]
    .join('\n')
    .repeat(20);
  const stackOf = (stack: Frame | undefined): string => {
    let text = '';
    for (let frame = stack; frame !== undefined; frame = frame.below) text += `${frame.close}${frame.to} `;
    return text;
  };
  const facts = (prefix: string, onToken?: () => void): unknown => {
    const { automaton: _, positions, ...rest } = readPrefix(prefix, onToken);
    return { ...rest, positions: positions.map(({ state, stack }) => `${state} ${stackOf(stack)}`) };
  };
  let mark = 1;
  for (let i = 0; i < 300; i++) {
    mark = (mark * 48271) % 0x7fffffff;
    const prefix = text.slice(0, mark % text.length);
    // Whoever asks for tokens gets all of them, so nothing is left out.
    const same = t.strictSame(
      facts(prefix),
      facts(prefix, () => {}),
    );
    if (!same) break;
  }
});

t.test('holes that are alike are one grammar, and others are not', async (t) => {
  const [prefix, suffix] = body;
  const { grammar } = holeGrammar(prefix, suffix);
  t.equal(holeGrammar(`const y = 2;\n${prefix}`, `${suffix}foo();\n`).grammar, grammar);
  t.not(holeGrammar(prefix, suffix, { slots: false }).grammar, grammar);
  t.not(holeGrammar(prefix, suffix, { labels: false }).grammar, grammar);
  t.not(holeGrammar(`${prefix}if (`, `) {}${suffix}`).grammar, grammar);
});

t.test('a hole with what stands around it', async (t) => {
  const around = { before: '\t ', behind: ' )' };
  const grammar = holeWithin('f(', ' );', { slots: false }, around) as Grammar;
  verdicts(t, grammar, ['\t ', '\t a', '\t a )', '\t (a)', '\t (a) )'], ['a', '\ta', '\t a ) )', '\t a)']);
  t.equal(holeWithin('f(', ' );', { mode: 'statement' }, around), undefined);
});
