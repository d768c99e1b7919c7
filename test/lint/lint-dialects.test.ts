import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type LintOptions, lintGrammar } from '../../src/index.js';

function found(kind: LintOptions['kind'], source: string, options: LintOptions = {}): string[] {
  return lintGrammar(source, { kind, ...options }).findings.map(
    ({ line, column, code }) => `${line}:${column} ${code}`,
  );
}

const abnf = (source: string, options?: LintOptions): string[] => found('abnf', source, options);
const lark = (source: string, options?: LintOptions): string[] => found('lark', source, options);
const off = { ambiguityBudget: 0 };

t.test('ABNF: unused and empty rules; core rules and prose are no finding', async (t) => {
  t.same(abnf('a = ALPHA b\nb = "x"\nc = d\nd = "y"'), ['3:1 unused-rule', '4:1 unreachable-rule']);
  t.same(abnf('c = "z"\na = b\nb = "x"', { root: 'a' }), ['1:1 unused-rule']);
  t.same(abnf('a = "x" / b\nb = "y" b'), ['2:1 matches-nothing']);
  t.same(abnf('a = "x" b\nb = ""', off), ['2:1 matches-only-empty']);
  t.same(abnf('a = "x"\nb = <what people know>'), ['2:1 unused-rule']);
});

t.test('ABNF: alternatives that stand twice, in any case of their letters', async (t) => {
  t.same(abnf('a = "get" / "put" / "GET"', off), ['1:21 duplicate-alternative']);
  t.same(abnf('a = %s"get" / %s"GET"', off), []);
  t.same(abnf('a = "x" / ( "y" "z" )\na =/ ("y" "z")', off), ['2:6 duplicate-alternative']);
});

t.test('ABNF: white space, with what to write', async (t) => {
  const hints = (source: string): string[] =>
    lintGrammar(source, { kind: 'abnf', ...off }).findings.map(({ hint }) => hint.replace(/^.*: /, ''));
  t.same(hints('a = "x" *WSP "y"'), ['*20WSP']);
  t.same(hints('a = "x" 1*(SP / HTAB)'), ['1*20(SP / HTAB)']);
  t.same(hints('a = "x" ws\nws = [ SP ws ]'), ['ws = *20(%x20)']);
  t.same(hints('a = *20WSP "y" LWSP'), [], 'not of what comes with the dialect');
});

t.test('ABNF: keywords and ambiguity', async (t) => {
  t.match(
    lintGrammar('a = "if" SP a / name\nname = 1*ALPHA', { kind: 'abnf' }).findings,
    [
      { code: 'ambiguous-rule' },
      {
        code: 'shadowed-keyword',
        line: 1,
        column: 5,
        message: '"if" can also be read by rule name at the same place',
      },
    ].slice(1),
  );
  t.match(lintGrammar('sum = sum "+" sum / DIGIT', { kind: 'abnf' }).findings, [{ witness: '0+0+0' }]);
});

t.test('Lark: rules and terminals that nobody uses; what is ignored is used', async (t) => {
  t.same(lark('start: A\nA: "a"\nB: C\nC: "c"'), ['3:1 unused-rule', '4:1 unreachable-rule']);
  t.match(lintGrammar('start: A\nA: "a"\nB: "b"', { kind: 'lark' }).findings, [
    { message: 'terminal B is never used' },
  ]);
  t.same(lark('%ignore C\nstart: "a"\nC: "#" /[a-z]{0,9}/', off), ['1:1 unbounded-white-space'].slice(1));
  t.same(lark('%import common.INT\nstart: "a"'), ['1:16 unused-rule']);
  t.same(lark('start: a\na: A & ~B\nA: /[a-c]/\nB: "b"'), [], 'operands are used');
  t.same(lark('start: t\nt[suffix=END]: /[a-z]*/\nEND: "."'), [], 'so are marks');
  t.same(lark('go: "a"\nstart: "b"', { root: 'go' }), ['2:1 unused-rule']);
  t.same(lark('start: "x" %lark {\nstart: a\na: "y"\nb: "z"\n}'), ['4:1 unused-rule']);
});

t.test('Lark: nothing, duplicates, keywords, ambiguity', async (t) => {
  t.same(lark('start: "a" | loop\nloop: "x" loop'), ['2:1 matches-nothing']);
  t.same(lark('start: "a" b\nb: "" | ("")*', off), ['2:1 matches-only-empty']);
  t.same(lark('start: "a" X | /b/ | "a"   X\nX: "x"', off), ['1:22 duplicate-alternative']);
  t.same(lark('start: "if" " " NAME | NAME "="\nNAME: /[a-z]+/', off), ['1:8 shadowed-keyword']);
  t.same(lark('start: "if"i " " NAME | NAME "="\nNAME: /[A-Z]+/', off), ['1:8 shadowed-keyword']);
  t.same(lark('start: "if" " " NAME | NAME "="\nNAME: /[a-z]+/ & ~"if"', off), []);
  t.match(lintGrammar('start: start "+" start | /[0-9]/', { kind: 'lark' }).findings, [{ witness: '0+0+0' }]);
  t.match(lintGrammar('start: a "b"\na[lazy]: /x*/ "y"?', { kind: 'lark' }), {
    findings: [],
    undecidedRules: ['start', 'a'],
  });
});

t.test('Lark: white space, with what to write', async (t) => {
  const hints = (source: string): string[] =>
    lintGrammar(source, { kind: 'lark', ...off }).findings.map(
      ({ line, column, hint }) =>
        `${line}:${column} ${hint.replace(/^models like to write it for ever; (bound it: )?/, '')}`,
    );
  t.same(hints('start: "a" WS "b"\nWS: /[ \\t]+/'), ['2:5 WS: /[ \\t]/{1,20}']);
  t.same(hints('start: "a" (" " | "\\n")* "b"'), ['1:12 (" " | "\\n"){0,20}']);
  t.same(hints('start: "a" /x\\s*y/'), ['1:12 {0,20} in the pattern']);
  t.same(
    hints('%import common.WS\nstart: "a" WS'),
    ['1:16 WS: /[\\r\\x0c\\n\\t ]/{1,20}'].map((hint) => hint.replace('\\r\\x0c\\n\\t ', ' \\r\\x0c\\n\\t')),
  );
  const ignore = 'let it stand once at a place, and bound it: %llguidance {"skip_repetition": "once"}';
  t.same(hints('%ignore " "\nstart: "a"'), [`1:1 ${ignore}`]);
  t.same(hints('%ignore " "\n%llguidance {"skip_repetition": "once"}\nstart: "a"'), []);
});

t.test('Lark: what cannot be enforced is looked at all the same, what is wrong is not', async (t) => {
  t.same(lark('start: a\na[stop="x"]: /.*/\nb: "b"'), ['3:1 unused-rule']);
  t.same(lark('start: /a(?=b)/ B\nB: "b"\nC: "c"'), ['1:10 unsupported', '3:1 unused-rule']);
  const stop = lintGrammar('start: a "é"\na[stop=/x+/]: /.*/', { kind: 'lark' });
  t.match(stop.findings, [
    { code: 'unsupported', severity: 'error', line: 2, column: 8, message: /stop/, hint: /suffix/ },
  ]);
  t.throws(() => lark('start: nowhere'), { code: 'SYNTAX' });
  t.throws(() => lark('begin: "a"'), { code: 'SYNTAX' });
  t.throws(() => found('regex' as LintOptions['kind'], 'a'), { code: 'ARGUMENT' });
  t.throws(() => abnf('a = "a"', { dialect: 'gbnf' }), { code: 'ARGUMENT' });
});

t.test('what the reader refuses is a finding, and the rest is looked at where it can go on', async (t) => {
  const ebnf = (source: string): string[] => found('ebnf', `${source}\nspare ::= "x"`, off);
  const refused = (place: string): string[] => [`${place} unsupported`, '2:1 unused-rule'];
  t.same(ebnf('root ::= "a" (= "b")'), refused('1:14'));
  t.same(ebnf('root ::= EOS() "a"'), refused('1:10'));
  t.same(ebnf('root ::= Regex("a\\\\b", json_string=true) "z"'), refused('1:16'));
  t.same(ebnf('root[capture_hidden_x="a]", lazy] ::= "x"'), refused('1:6'));
  t.same(ebnf('root[stop_capture, capture="a"] ::= "x"'), refused('1:6'));
  t.same(ebnf('root ::= EOS() "a" (= "b")'), ['1:10 unsupported', '1:20 unsupported', '2:1 unused-rule']);
  t.same(lark('A.2: "a"\nstart: A\nb: "x"'), ['1:2 unsupported', '3:1 unused-rule']);
  const bytes = '%llguidance {"allow_invalid_utf8": true}\nstart: "a"\nb: "x"';
  t.same(lark(bytes, { dialect: 'xgrammar' }), ['1:13 unsupported', '3:1 unused-rule']);
  t.same(abnf('a = <a text>\r\n'), ['1:5 unsupported']);
  for (const text of ['start: x{"a"}', '%declare A\nstart: A', 'start: %structural_tag {}']) {
    t.same(lark(`${text}\nb: "x"`), [
      `1:${text.startsWith('start: x') ? 9 : text.startsWith('%') ? 1 : 8} unsupported`,
    ]);
  }
  t.throws(() => ebnf('root ::= EOS() nowhere'), { code: 'SYNTAX' }, 'what is wrong is refused all the same');
});

t.test('nesting and size do not overflow the stack', async (t) => {
  const deep = `${'('.repeat(5000)}"a"${')'.repeat(5000)}`;
  t.same(lark(`start: ${deep}`), []);
  t.same(abnf(`a = ${deep}`), []);
  const chain = (line: (i: number) => string): string =>
    Array.from({ length: 1000 }, (_, i) => line(i)).join('\n');
  t.same(
    lark(
      chain((i) => `r${i}: "a" ${i < 999 ? `r${i + 1}` : ''}`),
      { root: 'r0' },
    ),
    [],
  );
  t.same(abnf(chain((i) => `r${i} = "a" ${i < 999 ? `r${i + 1}` : ''}`)), []);
});

t.test('the built-in grammars in ABNF have no error', async (t) => {
  const folder = fileURLToPath(new URL('../../grammars/', import.meta.url));
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.abnf'))) {
    const { findings } = lintGrammar(readFileSync(`${folder}${name}`, 'utf8'), { kind: 'abnf' });
    t.same(
      findings.filter(({ severity }) => severity === 'error'),
      [],
      name,
    );
  }
});
