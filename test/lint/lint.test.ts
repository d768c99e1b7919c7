import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { type LintOptions, lintGrammar } from '../../src/index.js';

function found(source: string, options?: LintOptions): string[] {
  return lintGrammar(source, options).findings.map(({ line, column, code }) => `${line}:${column} ${code}`);
}

t.test('rules that nobody uses, or that only unused ones use', async (t) => {
  t.same(found('root ::= "a"\nspare ::= other\nother ::= "b"'), ['2:1 unused-rule', '3:1 unreachable-rule']);
  t.same(found('start ::= "a" | root\nroot ::= "b"', { root: 'start' }), []);
  t.same(found('root ::= "a"\nself ::= "b" self | "c"'), ['2:1 unused-rule'], 'its own use is none');
  t.same(found('root ::= Token(x)\nx ::= "a"'.replace('Token(x)', 'x')), []);
});

t.test('rules that match nothing, or nothing but the empty text', async (t) => {
  t.same(found('root ::= "a" | loop\nloop ::= "x" loop'), ['2:1 matches-nothing']);
  t.same(found('root ::= a\na ::= b\nb ::= a'), [
    '1:1 matches-nothing',
    '2:1 matches-nothing',
    '3:1 matches-nothing',
  ]);
  t.same(found('root ::= "a" none\nnone ::= "" | ("")*', { ambiguityBudget: 0 }), ['2:1 matches-only-empty']);
  t.same(found('root ::= loop? "a"\nloop ::= "x" loop'), ['2:1 matches-nothing']);
});

t.test('left recursion and recursion in the middle are no finding', async (t) => {
  t.same(found('root ::= root "a" | "a"'), []);
  t.same(found('root ::= "(" root ")" | ""'), []);
});

t.test('alternatives that stand twice', async (t) => {
  const code = 'duplicate-alternative';
  const off = { ambiguityBudget: 0 };
  t.same(found('root ::= "a" [b] | "c" | "a"   [b]', off), [`1:26 ${code}`]);
  t.same(found('root ::= "x" ("a" | "b" | "a")', off), [`1:27 ${code}`]);
  t.same(found('root ::= "a b" | "a" " b"', off), []);
});

t.test('white space without bound', async (t) => {
  const code = 'unbounded-white-space';
  t.same(found('root ::= "a" ws "b"\nws ::= [ \\t\\n]*'), [`2:8 ${code}`]);
  t.same(found('root ::= "a" " "+'), [`1:14 ${code}`]);
  t.same(found('root ::= "a" ws "b"\nws ::= (" " ws)?'), [`2:1 ${code}`], 'by recursion');
  t.same(found('root ::= "a" [ \\n]{0,20}'), []);
  t.same(found('root ::= [ a]*'), []);
});

t.test('white space without bound: the hint is what to write', async (t) => {
  const rewrite = (source: string): [string, string][] =>
    lintGrammar(source)
      .findings.filter(({ code }) => code === 'unbounded-white-space')
      .map(({ message, hint }) => [/rule (\w+)/.exec(message)?.[1] ?? '', hint.replace(/^.*bound it: /, '')]);
  t.same(rewrite('root ::= "a" ws "b"\nws ::= [ \\t\\n]*'), [['ws', '[ \\t\\n]{0,20}']]);
  t.same(rewrite('root ::= "a" " "+'), [['root', '" "{1,20}']]);
  t.same(rewrite('root ::= "a" " "{30,}'), [['root', '" "{30,30}']]);
  t.same(rewrite('root ::= "a" (" " | ("\\n")) * "b"'), [['root', '(" " | ("\\n")){0,20}']]);
  t.same(rewrite('root ::= "a" sp+\nsp ::= " "'), [['root', 'sp{1,20}']]);
  t.same(rewrite('root ::= "a" ws "b"\nws ::= (" " ws | "\\n" ws)?'), [['ws', 'ws ::= [ \\n]{0,20}']]);
});

t.test('keywords that an identifier reads as well', async (t) => {
  const grammar = (ident: string): string => `root ::= "if" " " ident | ident "="\nident ::= ${ident}`;
  t.same(found(grammar('[a-z]+')), ['1:10 shadowed-keyword']);
  t.same(found(grammar('[A-Z]+')), []);
  t.same(found(grammar('[a-z]')), [], 'too short for the keyword');
  t.same(
    found('root ::= word\nword ::= "true" | "false" | name\nname ::= [a-z_] [a-z0-9_]*', {
      ambiguityBudget: 0,
    }),
    ['2:10 shadowed-keyword', '2:19 shadowed-keyword'],
  );
  t.match(lintGrammar(grammar('[a-z]+')).findings[0], { message: /"if" can also be read by rule ident/ });
});

t.test('ambiguity, with a shortest witness', async (t) => {
  const report = lintGrammar('root ::= root "+" root | [0-9]');
  t.match(report.findings, [
    { code: 'ambiguous-rule', severity: 'info', line: 1, column: 1, witness: '0+0+0' },
  ]);
  t.match(lintGrammar('root ::= root | "a"').findings, [{ witness: 'a' }]);
  t.match(lintGrammar('root ::= "a"? "a"?').findings, [{ witness: 'a' }]);
  t.match(lintGrammar('root ::= x "c"\nx ::= "a" "b" | ab\nab ::= "ab"').findings, [
    { line: 2, witness: 'ab' },
  ]);
  t.same(lintGrammar('root ::= ("a" | "b")* "c"'), {
    findings: [],
    ambiguitySearch: 'complete',
    undecidedRules: [],
  });
  t.equal(lintGrammar('root ::= [a-z]{1,9} [0-9]{1,9}', { ambiguityBudget: 10 }).ambiguitySearch, 'budget');
  t.equal(lintGrammar('root ::= "a"', { ambiguityBudget: 0 }).ambiguitySearch, 'off');
  t.equal(lintGrammar('root ::= <|end|> "a"').ambiguitySearch, 'budget', 'tokens are not looked at');
});

t.test('rules that stayed undecided are named, and those that name them', async (t) => {
  const undecided = (source: string, options?: LintOptions): string[] =>
    lintGrammar(source, options).undecidedRules;
  const source =
    'root ::= few | many\nfew ::= "a" | "b"\nmany ::= word\nword ::= "x" [a-z]{1,9}\nspare ::= <|end|>';
  t.same(undecided(source), ['root', 'many', 'word'], 'not the spare one, which nobody uses');
  t.same(undecided('root ::= a <|end|>\na ::= "a"? "a"? b\nb ::= "b"'), ['root'], 'nor one with a witness');
  t.same(undecided(source, { ambiguityBudget: 10 }), ['root', 'few', 'many', 'word']);
  t.same(undecided(source, { ambiguityBudget: 0 }), []);
});

t.test('errors of the grammar are thrown; nesting and size do not overflow the stack', async (t) => {
  t.throws(() => lintGrammar('root ::= nowhere'), { code: 'SYNTAX' });
  t.throws(() => lintGrammar('root ::= "a"', { rot: 'x' } as LintOptions), { code: 'ARGUMENT' });
  t.same(found(`root ::= ${'('.repeat(5000)}"a"${')'.repeat(5000)}`), []);
  const chain = Array.from({ length: 1000 }, (_, i) => `r${i} ::= "a" ${i < 999 ? `r${i + 1}` : ''}`).join(
    '\n',
  );
  t.same(found(chain, { root: 'r0' }), []);
});

t.test('the built-in grammars have no error', async (t) => {
  const folder = fileURLToPath(new URL('../../grammars/', import.meta.url));
  for (const name of readdirSync(folder).filter((file) => file.endsWith('.ebnf'))) {
    const { findings } = lintGrammar(readFileSync(`${folder}${name}`, 'utf8'));
    t.same(
      findings.filter(({ severity }) => severity === 'error'),
      [],
      name,
    );
  }
});

t.test('a rule whose texts are all short is decided, however long others are', async (t) => {
  const long =
    'root ::= long word\nlong ::= [a-z0-9]* [a-z_]* [0-9_]*\nword ::= "ab" | [a-c] short\nshort ::= "x" | "y"';
  const { undecidedRules, ambiguitySearch } = lintGrammar(long, { ambiguityBudget: 20_000 });
  t.equal(ambiguitySearch, 'budget');
  t.same(undecidedRules, ['root']);
  const nested =
    'root ::= [a-z]* [a-z]* deep\ndeep ::= "a" (deep | "") "b" | odd{2}\nodd ::= nothing | "x"\nnothing ::= nothing "x"';
  t.same(lintGrammar(nested, { ambiguityBudget: 20_000 }).undecidedRules, ['deep']);
});
