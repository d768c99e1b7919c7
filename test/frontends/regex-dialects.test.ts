import t from 'tap';
import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { foldCase } from '../../src/frontends/regex/case-folding.js';
import { type RegexDialect, regexProgram } from '../../src/frontends/regex/regex-program.js';
import { regexToExpr } from '../../src/frontends/regex/regex-to-expr.js';
import { casedCharacters } from '../../src/frontends/regex/unicode-properties.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError, placeOf } from '../support/frontend-errors.js';

/** What the tables of docs/regex.md do not show. */

const matches = (dialect: RegexDialect, pattern: string, text: string, flags?: string): boolean =>
  matchesProgram(regexProgram(pattern, { dialect, flags }), text);

const pointOf = (char: string): number => char.codePointAt(0) as number;

t.test('flag v matches what V8 matches', (t) => {
  const texts = Array.from({ length: 0x180 }, (_, point) => String.fromCodePoint(point));
  texts.push('', '\u212a', '\u017f', 'ch', 'll', 'σ', 'ς', 'Σ', '😀', 'ǅ', 'ẞ');
  const patterns = [
    '[[a-z]--[aeiou]]',
    '[[a-z]&&[x-zA]]',
    '[\\p{L}--\\p{Lu}]',
    '[^\\P{Lu}]',
    '\\P{Lu}',
    '[[^a-c]&&\\w]',
    '[\\W--\\s]',
    '[]',
    '[^]',
    '[\\d\\-\\&x]',
    '[a[b[c-d]]]',
    '[^[a-z]--[b]]',
    '[k\\u017f]',
    '[^k]',
    '[\\P{L}--\\d]',
  ];
  for (const pattern of patterns) {
    for (const flags of ['v', 'iv']) {
      const program = regexProgram(pattern, { flags });
      const engine = new RegExp(`^(?:${pattern})$`, flags);
      const wrong = texts.filter((text) => engine.test(text) !== matchesProgram(program, text));
      t.same(wrong, [], `${pattern} with ${flags}`);
    }
  }
  for (const pattern of [
    '[\\q{ch|ll|x}a-c]{2}',
    '[\\q{ch||x}]',
    '[[\\q{ch|ll|x}y]--\\q{ch|y}]',
    '[\\q{a|ch}&&\\q{ch|b}]',
  ]) {
    const program = regexProgram(pattern, { flags: 'v' });
    const engine = new RegExp(`^(?:${pattern})$`, 'v');
    for (const text of ['ch', 'chll', 'xx', 'ach', '', 'c', 'x', 'll', 'y', 'a']) {
      t.equal(matchesProgram(program, text), engine.test(text), `${pattern} on ${text}`);
    }
  }
  const [source, flags] = ['[\\w--a]b', 'v'];
  t.ok(matchesProgram(regexProgram(new RegExp(source, flags)), 'cb'), 'a RegExp brings its flag');
  for (const pattern of ['[a&&b--c]', '[(]', '[a-]', '[a--b-c]', '[^\\q{ab}]', '[a&&&b]', '[a', '[\\q]']) {
    t.ok(grammaskError(() => regexProgram(pattern, { flags: 'v' }), 'SYNTAX').location, pattern);
  }
  grammaskError(() => regexProgram('[\\p{RGI_Emoji}]', { flags: 'v' }), 'UNSUPPORTED');
  t.end();
});

t.test('upper and lower case are equal exactly where flag i of the engine says so', (t) => {
  const all = casedCharacters();
  const wrong = Array.from(all)
    .filter((_, index) => index % 7 === 0)
    .filter((char) => {
      const point = pointOf(char);
      const same = all.match(new RegExp(`\\u{${point.toString(16)}}`, 'giu')) ?? [];
      const folded = foldCase([[point, point]], true);
      const size = folded.reduce((sum, [lo, hi]) => sum + hi - lo + 1, 0);
      const holds = same.every((other) =>
        folded.some(([lo, hi]) => lo <= pointOf(other) && pointOf(other) <= hi),
      );
      return !holds || size !== same.length;
    });
  t.same(wrong, []);
  t.same(foldCase([[0x4b, 0x4b]], false).length, 2, 'ASCII alone');
  t.end();
});

t.test('places of errors', (t) => {
  for (const [dialect, pattern, code, place] of [
    ['rust', 'ab(?P<1x>c)', 'SYNTAX', '1:3'],
    ['rust', '(?<a>b)(?<a>c)', 'SYNTAX', '1:8'],
    ['rust', 'a{3,2}', 'SYNTAX', '1:2'],
    ['rust', '(?ii)a', 'SYNTAX', '1:1'],
    ['rust', '(?z)a', 'SYNTAX', '1:1'],
    ['rust', 'a)', 'SYNTAX', '1:2'],
    ['rust', '(a', 'SYNTAX', '1:1'],
    ['rust', '*a', 'SYNTAX', '1:1'],
    ['rust', '[z-a]', 'SYNTAX', '1:2'],
    ['rust', '[\\w-a]', 'SYNTAX', '1:2'],
    ['pcre', '[[:alhpa:]]', 'SYNTAX', '1:2'],
    ['rust', '\\p{Nonsense}', 'SYNTAX', '1:1'],
    ['rust', '\\x{110000}', 'SYNTAX', '1:1'],
    ['rust', '\\u12', 'SYNTAX', '1:1'],
    ['rust', 'ab\\', 'SYNTAX', '1:3'],
    ['rust', 'a\\1', 'UNSUPPORTED', '1:2'],
    ['rust', 'a(?<!b)', 'UNSUPPORTED', '1:2'],
    ['pcre', 'a(?>b)\n(', 'SYNTAX', '2:1'],
    ['pcre', 'ab*+', 'UNSUPPORTED', '1:4'],
    ['pcre', '(?P=n)', 'UNSUPPORTED', '1:1'],
    ['pcre', '(?&n)', 'UNSUPPORTED', '1:1'],
    ['xgrammar', 'a\\B', 'UNSUPPORTED', '1:2'],
    ['xgrammar', '\\Aa', 'SYNTAX', '1:1'],
  ] as const) {
    const error = grammaskError(() => regexProgram(pattern, { dialect }), code);
    t.equal(placeOf(error), place, `${dialect}: ${pattern}`);
  }
  grammaskError(() => regexProgram('a', { dialect: 'perl' as 'pcre' }), 'ARGUMENT');
  grammaskError(() => regexProgram(/a/, { dialect: 'pcre' }), 'ARGUMENT');
  grammaskError(() => regexProgram('a', { dialect: 'xgrammar', flags: 'm' }), 'SYNTAX');
  t.end();
});

t.test('flags hold to the end of their group', (t) => {
  for (const dialect of ['rust', 'pcre'] as const) {
    t.ok(matches(dialect, '(a(?i)b|c)d', 'Cd'), 'in the next alternative too');
    t.notOk(matches(dialect, '(a(?i)b|c)d', 'CD'));
    t.ok(matches(dialect, '(?x: a b ) c', 'ab c'));
    t.ok(matches(dialect, '(?x)a # (\n b', 'ab'));
  }
  t.ok(
    matches('rust', '(?i)[^k]', 'l') && !matches('rust', '(?i)[^k]', '\u212a'),
    'case comes before negation',
  );
  t.ok(matches('rust', '(?x)[a b]', 'b') && !matches('rust', '(?x)[a b]', ' '));
  t.ok(matches('pcre', '(?x)[a b]', ' '));
  t.end();
});

t.test('line ends of PCRE', (t) => {
  t.ok(matches('pcre', '(a$|b)\\n', 'a\n'));
  t.notOk(matches('pcre', 'a$\\n\\n', 'a\n\n'));
  t.ok(matches('pcre', 'a$\\n\\n', 'a\n\n', 'm'));
  t.notOk(matches('pcre', 'a\\n^', 'a\n', 'm'), 'no line begins behind the last line end');
  t.ok(matches('rust', '(?m)a\\n^', 'a\n'), 'in Rust one does');
  t.ok(matches('pcre', '^\\n^\\n', '\n\n', 'm'));
  t.end();
});

t.test('only some characters may be matched', (t) => {
  const builder = createProgramBuilder();
  const within = [[0x61, 0x7a]] as const;
  const expr = regexToExpr(builder, '.\\w', { mode: 'full', dialect: 'rust', within });
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  const program = builder.finish(root);
  t.ok(matchesProgram(program, 'ab'));
  for (const text of ['a1', 'Ab', '"b']) t.notOk(matchesProgram(program, text));
  t.end();
});

t.test('hostile patterns', (t) => {
  const depth = 20_000;
  for (const dialect of ['rust', 'pcre', 'xgrammar'] as const) {
    t.ok(regexProgram('('.repeat(depth) + ')'.repeat(depth), { dialect }).length > 0);
    grammaskError(() => regexProgram('('.repeat(depth), { dialect }), 'SYNTAX');
    grammaskError(
      () => regexProgram('(?i)aé'.repeat(200_000), { dialect, limits: { timeoutMs: 20 } }),
      'DEADLINE',
    );
  }
  t.ok(regexProgram(`${'['.repeat(depth)}a${']'.repeat(depth)}`, { dialect: 'rust' }).length > 0);
  t.ok(regexProgram(`a${'*'.repeat(depth)}`, { dialect: 'rust' }).length > 0);
  t.end();
});
