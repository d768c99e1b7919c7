import t from 'tap';
import { Compiler, Grammar, type GrammaskError, Vocabulary } from '../../../src/index.js';
import { lintGrammar } from '../../../src/lint/lint-grammar.js';
import { createCoverageMeter } from '../../../src/suites/coverage/meter.js';

const BYTES = '%llguidance {"allow_invalid_utf8": true}\n';
const lark = (text: string): Grammar => Grammar.lark(BYTES + text);
/** A character a byte; `é` here is the byte E9. */
const bytes = (text: string): Uint8Array => Uint8Array.from(Buffer.from(text, 'latin1'));
const utf8 = (text: string): string => Buffer.from(text).toString('latin1');

/** Verdicts of llguidance 1.9.1. */
const verdicts: readonly [body: string, inside: readonly string[], outside: readonly string[]][] = [
  ['/./', ['a', '\xfe', '\xc3'], [utf8('é'), '\n']],
  ['/[^a]/', ['\xfe', '\n'], ['a', utf8('é')]],
  ['/é/', [utf8('é')], ['\xe9']],
  ['/é{2}/', [utf8('éé')], ['\xc3\xa9\xa9']],
  ['/\\x{E9}\\u00E9/', [utf8('éé')], ['\xe9\xe9']],
  ['"\\xE9\\u00E9"', [utf8('éé')], ['\xe9\xe9']],
  ['/\\xE9/', ['\xe9'], [utf8('é')]],
  ['/[\\xF0-\\xFE]/', ['\xf0'], [utf8('ð'), 'a']],
  ['/[\\x{7f}-\\xFE]/', ['\x7f', '\xfe'], ['~']],
  ['/\\w/', ['a', '_'], ['\xe9', utf8('é')]],
  ['/\\W/', ['\xe9'], ['a', utf8('é')]],
  ['/\\s/', [' ', '\x0b'], ['\x85', '\xa0']],
  ['/[[:^alpha:]]/', ['\xfe'], ['a']],
  ['/(?i)k/', ['k', 'K'], [utf8('\u212a')]],
  ['/(?i:\\xE9)/', ['\xe9'], ['\xc9']],
  ['"éK"i', [utf8('éK'), utf8('ék')], [utf8('ÉK')]],
  ['/./u', ['a', utf8('é')], ['\xc3']],
  ['/(?u:[^a])(?-u:[^a])/', [utf8('éb'), `${utf8('é')}\xfe`], ['\xc3\xfe']],
  ['/(?i-u:\\xE9k)(?iu:\\xE9k)/', [`\xe9K${utf8('ÉK')}`], [`\xc9k${utf8('ék')}`]],
  ['~"a"', ['b', '\xfe\xfd', utf8('é'), ''], ['a']],
  ['%regex {"substring_chars": "é"}', ['', utf8('é')], ['\xc3']],
  ['%json {"type": "string"} /./', [`"${utf8('é')}"\xfe`], ['"\xfe"a']],
  ['/./ %lark {\n start: /./\n}', [`\xfe${utf8('é')}`, '\xfea'], ['\xfe\xfe', utf8('é')]],
  ['a "!"\na[suffix=/[\\xF0-\\xFE]/]: /(?s:.)*/', ['a\xfe!', '\xfe!'], ['a!', 'a\xfe\xfe!']],
  ['a "!"\na[stop="é"]: /(?s:.)*/', ['!', '\xfe!', '\xc3!'], [`${utf8('é')}!`]],
  ['a\na[max_tokens=3]: /.*/', ['\xfe\xfe', 'abc'], ['\n']],
];

t.test('a grammar of bytes: verdicts of llguidance', async (t) => {
  for (const [body, inside, outside] of verdicts) {
    const grammar = lark(`start: ${body}`);
    for (const text of inside) t.ok(grammar.test(bytes(text)), `${JSON.stringify(text)} in ${body}`);
    for (const text of outside) t.notOk(grammar.test(bytes(text)), `${JSON.stringify(text)} not in ${body}`);
  }
});

t.test('grammars of bytes and of characters one in the other, and joined', async (t) => {
  const inner = lark('start: /\\xFE+/');
  const outer = Grammar.lark('start: /[^a]/ @bytes "é"', { grammars: { bytes: inner } });
  t.ok(outer.test(bytes(`${utf8('é')}\xfe\xfe${utf8('é')}`)));
  t.notOk(outer.test(bytes(`\xfe\xfe${utf8('é')}`)));
  t.ok(Grammar.concat(Grammar.regex('é'), inner).test(bytes(`${utf8('é')}\xfe`)));
  t.ok(Grammar.union(Grammar.regex('[^a]'), inner).test('€'));
  t.ok(Grammar.union(Grammar.regex('[^a]'), inner).test(bytes('\xfe')));
  t.ok(Grammar.fromBuffer(inner.toBuffer()).test(bytes('\xfe')));
  t.throws(() => inner.toString(), { code: 'UNSUPPORTED', message: /no UTF-8/ });
  t.throws(() => Grammar.lark(`${BYTES}start: "a"`, { dialect: 'xgrammar' }), { code: 'UNSUPPORTED' });
});

t.test('what is expected, and where: bytes are shown as bytes', async (t) => {
  const grammar = lark('start: "aé" /\\xFE[a\\xF0-\\xF2]/ /[^b]/');
  t.same(grammar.explain('a').expected, ['`é\\xFE`']);
  t.same(grammar.explain(bytes(`a${utf8('é')}\xfe`)).expected, ['`a`, `\\xF0`-`\\xF2`']);
  t.same(grammar.explain(bytes(`a${utf8('é')}\xfea`)).expected, ['any byte but `b`']);
  const wrong = grammar.explain(bytes(`a${utf8('é')}\xfe\x80\x80`));
  t.match(wrong, { validBytes: 4, line: 1, column: 4, viable: false });
});

t.test('a byte that the grammar must have and no token spells', async (t) => {
  const tokens = Array.from({ length: 256 }, (_, byte) => (byte < 0xf8 ? Uint8Array.of(byte) : null));
  const vocabulary = Vocabulary.fromTokens([...tokens, null], { stopTokens: [256] });
  const compiler = new Compiler(vocabulary);
  t.throws(() => compiler.compileSync(lark('start: /a\\xFE/')), {
    code: 'VOCABULARY_INCOMPLETE',
    message: /0xFE/,
  });
  t.ok(compiler.compileSync(lark('start: /a[^b]/')), 'where other bytes lead there too, it is not needed');
  compiler.dispose();
});

t.test('errors of patterns that read bytes', async (t) => {
  const cases: readonly [string, string, RegExp][] = [
    ['start: /[é]/', 'SYNTAX', /beyond ASCII in a class/],
    ['start: /\\p{L}/', 'SYNTAX', /Unicode property/],
    ['start: /[\\pL]/', 'SYNTAX', /Unicode property/],
    ['start: "à".."ü"', 'SYNTAX', /range of characters/],
    ['start: /(?u)\\b/', 'UNSUPPORTED', /word border/],
  ];
  for (const [text, code, message] of cases) {
    try {
      lark(text);
      t.fail(text);
    } catch (error) {
      t.match(error, { code, message }, text);
      t.match((error as GrammaskError).location, { line: 2 }, text);
    }
  }
});

t.test('lint and coverage look at bytes', async (t) => {
  const { findings } = lintGrammar(`${BYTES}start: a "é"\na: /\\xE9/ | /[\\xE9\\xEA]/ | "é"`, {
    kind: 'lark',
  });
  t.match(findings, [{ code: 'ambiguous-rule', witness: '\\xE9', message: /reads "\\xE9" in/ }]);
  const source = `${BYTES}start: A B?\nA: /[a\\xE9]/ | "é"\nB: ~"x"`;
  const meter = createCoverageMeter({ kind: 'lark', source }, 60_000);
  for (const text of ['\xe9', `${utf8('é')}\xfe`]) meter?.count(bytes(text));
  t.match(meter?.counts(), { measured: 2, unmeasured: 0 });
});
