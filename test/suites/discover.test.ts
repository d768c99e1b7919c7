import { rmSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { discoverSuites } from '../../src/suites/discover.js';
import { readSuiteGrammar } from '../../src/suites/run.js';
import type { GrammarPlace, Suite } from '../../src/suites/suite.js';

const GRAMMAR = 'root ::= "a"\n';

function suitesIn(folder: string, ...places: string[]): Suite[] {
  return discoverSuites(places.length === 0 ? [folder] : places.map((place) => join(folder, place))).map(
    (suite) => {
      if ('problem' in suite) throw suite.problem;
      return suite;
    },
  );
}

function refused(t: Test, work: () => unknown, pattern: RegExp, code = 'ARGUMENT'): void {
  try {
    work();
    t.fail('no error');
  } catch (error) {
    t.ok(GrammaskError.isInstance(error) && error.code === code, String(error));
    t.match(String(error), pattern);
  }
}

t.test('folders: every file is a text, whatever its name, but for those that begin with a dot', async (t) => {
  const dir = t.testdir({
    'a.ebnf': GRAMMAR,
    a: {
      accept: { 'b.txt': 'a', A: 'a', 'x.at': 'a', '.gitkeep': '', deep: { er: 'a' } },
      reject: { 'no.json': 'b' },
      'reject.at': '# where\n\n1:1  no.json\n',
      fuzz: { '1.txt': '' },
    },
  });
  const [suite] = suitesIn(dir);
  t.same(
    suite?.cases.map(({ name }) => name),
    ['accept/A', 'accept/b.txt', 'accept/deep/er', 'accept/x.at', 'reject/no.json'],
  );
  t.same(suite?.cases.at(-1)?.at, { kind: 'line', line: 1, column: 1 });
});

t.test('a folder is searched, in the order of paths, without node_modules and dot folders', async (t) => {
  const suite = () => ({ accept: { x: 'a' } });
  const dir = t.testdir({
    z: { 'g.gbnf': GRAMMAR, g: suite() },
    'b.ebnf': GRAMMAR,
    'b.regex': 'a',
    b: suite(),
    'alone.ebnf': GRAMMAR,
    'b.tests.json': JSON.stringify({ accept: ['a'] }),
    node_modules: { 'g.ebnf': GRAMMAR, g: suite() },
    '.hidden': { 'g.ebnf': GRAMMAR, g: suite() },
  });
  const names = suitesIn(dir).map(({ name }) => name.slice(name.indexOf('discover.test') + 1));
  const ends = ['b.ebnf', 'b.regex', 'b.tests.json (b.ebnf)', 'b.tests.json (b.regex)', 'z/g.gbnf'];
  t.equal(names.length, ends.length);
  for (const [index, end] of ends.entries()) t.ok(names[index]?.endsWith(end), `${names[index]} ${end}`);
  t.equal(suitesIn(dir, 'b.ebnf').length, 2, 'a grammar: its folder and its table');
  t.equal(suitesIn(dir, 'b').length, 2, 'a folder of texts: every grammar of its name');
  t.equal(suitesIn(dir, 'b.ebnf', 'b', '.').length, 5, 'each suite once');
});

t.test('places without a suite are refused', async (t) => {
  const dir = t.testdir({ 'alone.ebnf': GRAMMAR, 'what.txt': '', empty: {} });
  refused(t, () => suitesIn(dir, 'nothing'), /no file or folder/);
  refused(t, () => suitesIn(dir, 'empty'), /no suite at .*empty/);
  refused(t, () => suitesIn(dir, 'alone.ebnf'), /accept\/\*/);
  refused(t, () => suitesIn(dir, 'what.txt'), /kind of the grammar is not clear/);
});

t.test('reject.at: wrong lines and texts that are gone are errors with their place', async (t) => {
  const at = (content: string): string =>
    t.testdir({ 'a.ebnf': GRAMMAR, a: { reject: { x: 'b' }, 'reject.at': content } });
  refused(t, () => suitesIn(at('1:1 x\n3 x\n')), /line 2, column 1/, 'SYNTAX');
  refused(t, () => suitesIn(at('1:1 x\nend x\n')), /stands twice/, 'SYNTAX');
  const dir = at('1:1 gone\n');
  refused(t, () => suitesIn(dir), /no text reject\/gone/);
  const [updated] = discoverSuites([dir], true);
  t.ok(updated !== undefined && !('problem' in updated), '--update drops it');
});

t.test('tables: YAML and JSON, texts, bytes, names, places', async (t) => {
  const dir = t.testdir({
    't.tests.yaml':
      'grammar: { kind: regex, source: "[0-9]+" }\naccept: ["1", { text: "2", name: two }]\nreject:\n  - { text: x, at: 1:1 }\n  - { hex: "FF fe", at: byte 0 }\n  - { text: "", at: end }\n',
    'u.tests.json': JSON.stringify({ grammar: 'sub/g.ebnf', reject: [{ text: 'é', at: '1:1' }] }),
    sub: { 'g.ebnf': GRAMMAR },
  });
  const [yaml, json] = suitesIn(dir);
  t.same(yaml?.grammar, { kind: 'regex', source: '[0-9]+' });
  t.same(
    yaml?.cases.map(({ name, at }) => [name, at?.kind]),
    [
      ['accept[0]', undefined],
      ['accept[1] two', undefined],
      ['reject[0]', 'line'],
      ['reject[1]', 'byte'],
      ['reject[2]', 'end'],
    ],
  );
  t.same(yaml?.cases[3]?.text, { bytes: Uint8Array.of(0xff, 0xfe) });
  t.same(json?.grammar, { path: join(dir, 'sub', 'g.ebnf') });
  t.same(json?.cases[0]?.text, { bytes: Uint8Array.of(0xc3, 0xa9) });
});

t.test('tables: options of the grammar', async (t) => {
  const dir = t.testdir({
    'a.tests.yaml': 'grammar: { file: a.lark, start: line, dialect: xgrammar }\naccept: [a]\n',
    'b.tests.yaml': 'grammar: { kind: regex, source: A, flags: i, dialect: pcre }\naccept: [a]\n',
    'c.tests.yaml': 'grammar: { kind: ebnf, source: x, root: [line] }\n',
  });
  const [a, b] = suitesIn(dir, 'a.tests.yaml', 'b.tests.yaml');
  t.match(a?.grammar, { path: join(dir, 'a.lark'), options: { start: 'line', dialect: 'xgrammar' } });
  t.match(b?.grammar, { options: { flags: 'i', dialect: 'pcre' } });
  t.equal(readSuiteGrammar(b?.grammar as GrammarPlace).test('a'), true);
  const wrong = { kind: 'ebnf', source: 'root ::= "a"', options: { flags: 'i' } };
  refused(t, () => readSuiteGrammar(wrong), /no option `flags`[\s\S]*root, dialect/);
  refused(t, () => suitesIn(dir, 'c.tests.yaml'), /\/grammar\/root: expected a text/);
});

t.test('links among the texts are followed; those that lead nowhere or back are refused', async (t) => {
  const dir = t.testdir({
    'a.ebnf': GRAMMAR,
    a: {
      accept: {
        here: 'a',
        linked: t.fixture('symlink', '../../more/one'),
        all: t.fixture('symlink', '../../more'),
      },
    },
    more: { one: 'a', two: 'a' },
  });
  const names = (): unknown => suitesIn(dir, 'a.ebnf')[0]?.cases.map(({ name }) => name);
  t.same(names(), ['accept/all/one', 'accept/all/two', 'accept/here', 'accept/linked']);
  const accept = join(dir, 'a', 'accept');
  symlinkSync('nowhere', join(accept, 'lost'));
  refused(t, names, /leads nowhere\n.*accept\/lost/);
  rmSync(join(accept, 'lost'));
  symlinkSync('../a/accept', join(dir, 'more', 'back'));
  refused(t, names, /link to a folder that holds it\n.*accept\/all\/back/);
});

t.test('tables of another shape are refused with the place in them', async (t) => {
  const table = (content: string, name = 'a.tests.yaml'): string =>
    t.testdir({ 'a.ebnf': GRAMMAR, [name]: content });
  const cases: [string, RegExp, string?][] = [
    ['accept: [1]', /\/accept\/0: expected a text but found 1/],
    ['acept: [a]', /no member acept/],
    ['[]', /expected a map/],
    ['accept: a', /\/accept: expected a list/],
    ['accept: [{ text: a, at: "1:1" }]', /\/accept\/0: there is no member at/],
    ['reject: [{ text: a, at: 3 }]', /\/reject\/0\/at: expected a place but found 3/],
    ['reject: [{ text: a, hex: "00" }]', /one of text and hex/],
    ['reject: [{ hex: "0" }]', /pairs of hexadecimal digits/],
    ['grammar: { source: a }', /expected file, or source and kind/],
    ['reject: [&m {text: b, at: *m}]', /\/reject\/0\/at: expected a place but found a map/],
    ['accept: &a [*a]', /\/accept\/0: expected a text but found a list/],
    ['accept: ["\\ud800"]', /\/accept\/0: half of a surrogate pair/],
    ['accept: [{ text: "\\ud800" }]', /\/accept\/0\/text: half of a surrogate pair/],
    ['accept: [\n  a\n', /line 3/, 'SYNTAX'],
    ['__proto__: { accept: [a] }', /no member __proto__/],
    [
      'a: &a [x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: [*b,*b,*b,*b,*b,*b,*b,*b,*b,*b,*b]',
      /alias/,
      'SYNTAX',
    ],
  ];
  for (const [content, pattern, code] of cases) refused(t, () => suitesIn(table(content)), pattern, code);
  refused(t, () => suitesIn(table('{"accept": [}', 'a.tests.json')), /line 1/, 'SYNTAX');
  refused(t, () => suitesIn(t.testdir({ 'b.tests.yaml': 'accept: [a]' })), /the grammar is missing/);
});
