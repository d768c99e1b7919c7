import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { regexProgram } from '../../src/frontends/regex/regex-program.js';
import { type RegexOptions, regexToExpr } from '../../src/frontends/regex/regex-to-expr.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError, placeOf } from '../support/frontend-errors.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';

function program(pattern: string, options: RegexOptions): Uint8Array {
  const builder = createProgramBuilder();
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr: regexToExpr(builder, pattern, options) }]]);
  return builder.finish(root);
}
const searches = (pattern: string, text: string): boolean =>
  matchesProgram(program(pattern, { mode: 'search' }), text);
const matches = (pattern: string | RegExp, text: string): boolean =>
  matchesProgram(regexProgram(pattern), text);

const ATOMS = [
  'a',
  'b',
  'c',
  '.',
  '[ab]',
  '[^a]',
  '\\w',
  '\\s',
  '\\n',
  '[a-c]',
  '()',
  '\\u{1F600}',
  '[^]',
  '[]',
];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,2}', '{0,1}', '{2,}', '*?', '+?', '??', '{0}'];

function randomPattern(random: SeededRandom, depth: number, anchors: number): string {
  const alternatives = random.chance(0.3) ? 2 + random.below(2) : 1;
  return Array.from({ length: alternatives }, () => {
    let sequence = '';
    for (let left = random.below(4); left >= 0; left--) {
      if (random.chance(anchors)) {
        sequence += random.pick(['^', '$']);
        continue;
      }
      const group = depth > 0 && random.chance(0.4);
      sequence += group
        ? `(${random.pick(['', '?:'])}${randomPattern(random, depth - 1, anchors)})`
        : random.pick(ATOMS);
      if (random.chance(0.35)) sequence += random.pick(QUANTIFIERS);
    }
    return sequence;
  }).join('|');
}

const randomText = (random: SeededRandom): string =>
  Array.from({ length: random.below(6) }, () => random.pick(['a', 'b', 'c', 'a', 'b', '\n', '😀', '_'])).join(
    '',
  );

t.test('random patterns match what V8 matches', (t) => {
  const random = seededRandom(20_261);
  let compared = 0;
  let matched = 0;
  for (let round = 0; round < 2500; round++) {
    const anchors = random.pick([0, 0.1, 0.3]);
    const pattern = randomPattern(random, 2, anchors);
    const flags = random.pick(['u', 'us']);
    const dotAll = flags === 'us';
    const full = new RegExp(`^(?:${pattern})$`, flags);
    const search = new RegExp(pattern, flags);
    const fullProgram = program(pattern, { mode: 'full', dotAll });
    const searchProgram = program(pattern, { mode: 'search', dotAll });
    for (const text of ['', ...Array.from({ length: 7 }, () => randomText(random))]) {
      compared += 2;
      matched += Number(full.test(text)) + Number(search.test(text));
      const label = `/${pattern}/${flags} on ${JSON.stringify(text)}`;
      if (matchesProgram(fullProgram, text) !== full.test(text)) t.fail(`full ${label}`);
      if (matchesProgram(searchProgram, text) !== search.test(text)) t.fail(`search ${label}`);
    }
  }
  t.equal(compared, 40_000);
  t.ok(matched > 8000, `${matched} of them match`);
  t.end();
});

const SCRAPS = [
  ...'^$\\.*+?()[]{}|/-,:=!<>',
  ...'abdkpuxc019B_',
  '\\u',
  '\\x4',
  '(?:',
  '(?<n>',
  '(?=',
  '{1,2}',
  '\\d',
  '[^',
  '\\k<n>',
];

/** What becomes of a pattern: `UNSUPPORTED` counts as accepted, for it is well-formed. */
function accepts(pattern: string, annexB: boolean): boolean {
  try {
    program(pattern, { mode: 'full', annexB });
    return true;
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    return error.code === 'UNSUPPORTED';
  }
}

function v8Accepts(pattern: string, flags: string): boolean {
  try {
    new RegExp(pattern, flags);
    return true;
  } catch {
    return false;
  }
}

t.test('random scraps are patterns exactly where V8 says so', (t) => {
  const random = seededRandom(77);
  const wrong: string[] = [];
  let accepted = 0;
  for (let round = 0; round < 12_000; round++) {
    const pattern = Array.from({ length: 1 + random.below(7) }, () => random.pick(SCRAPS)).join('');
    // Groups with flags of their own are newer than some engines.
    if (/\(\?[a-z-]/.test(pattern)) continue;
    for (const flags of ['u', '']) {
      const expected = v8Accepts(pattern, flags);
      if (expected) accepted += 1;
      if (accepts(pattern, flags === '') !== expected) wrong.push(`/${pattern}/${flags} V8: ${expected}`);
    }
  }
  t.same(wrong, []);
  t.ok(accepted > 1000, `${accepted} of them are patterns`);
  t.end();
});

t.test('anchors hold wherever they stand', (t) => {
  for (const [pattern, inside, outside] of [
    ['^a|b$', ['a', 'ax', 'xb', 'b'], ['xa', 'bx', '']],
    ['(^a|b)c', ['ac', 'acx', 'xbc', 'bcx'], ['xac', 'c']],
    ['a^b', [], ['ab', 'a', 'b', '', 'a\nb']],
    ['(?:^)*a', ['a', 'xa'], ['x']],
    ['(^|,)a($|,)', ['a', 'x,a', 'a,x', ',a,'], ['xa', 'ax']],
    ['(?:a$|^b){2}', ['ba'], ['aa', 'ab', 'bba', 'a']],
    ['(?:^|a$){2}', ['', 'a', 'xa'], []],
    ['x(?:^|a$){2}', [], ['xa', 'x', 'a']],
    ['$^', [''], ['a']],
    ['x*$', ['', 'a', 'ax'], []],
  ] as [string, string[], string[]][]) {
    const regex = new RegExp(pattern, 'u');
    for (const text of inside.concat(outside)) {
      t.equal(regex.test(text), inside.includes(text), `V8: /${pattern}/ on ${text}`);
      t.equal(searches(pattern, text), inside.includes(text), `/${pattern}/ on ${text}`);
    }
  }
  t.end();
});

t.test('simple anchored patterns stay simple', (t) => {
  const words = (pattern: string, mode: 'full' | 'search') => program(pattern, { mode });
  t.same(words('^[a-z]{2,5}$', 'search'), words('[a-z]{2,5}', 'full'));
  t.same(words('^(?:a|bc)*$', 'search'), words('(?:a|bc)*', 'full'));
  t.end();
});

t.test('a million rounds are a counter', (t) => {
  t.ok(regexProgram('(?:ab){1,1000000000}').length < 200);
  t.ok(matches('(?:ab){1,1000000000}', 'abab'));
  t.end();
});

t.test('deep nesting does not overflow', (t) => {
  const depth = 50_000;
  t.ok(regexProgram('('.repeat(depth) + ')'.repeat(depth)).length > 0);
  t.ok(regexProgram(`${'(a|'.repeat(depth)}b${')*'.repeat(depth)}`).length > 0);
  t.ok(regexProgram(`${'(a|^'.repeat(20_000)}b${')*'.repeat(20_000)}`).length > 0);
  grammaskError(() => regexProgram('['.repeat(depth)), 'SYNTAX');
  grammaskError(() => regexProgram('('.repeat(depth)), 'SYNTAX');
  t.end();
});

t.test('what cannot be enforced is named with its column', (t) => {
  for (const [pattern, place] of [
    ['(a)\\1', '1:4'],
    ['(?<n>a)\\k<n>', '1:8'],
    ['(?<=(a)\\1)', '1:8'],
    ['x(?:a|(?<=bc)d)', '1:7'],
  ] as const) {
    const error = grammaskError(() => regexProgram(pattern), 'UNSUPPORTED');
    t.equal(placeOf(error), place, pattern);
    t.ok(error.hint, pattern);
  }
  t.end();
});

t.test('a syntax error wins over what cannot be enforced', (t) => {
  t.equal(placeOf(grammaskError(() => regexProgram('(a)\\1\n('), 'SYNTAX')), '2:1');
  grammaskError(() => regexProgram('\\p{Nonsense}'), 'SYNTAX');
  t.end();
});

t.test('flags', (t) => {
  t.notOk(matches(/./, '\n'));
  t.ok(matches(/./s, '\n'));
  t.ok(matchesProgram(regexProgram('.', { flags: 'gsd' }), '\n'));
  t.ok(matches(/a/m, 'a'));
  t.ok(matches(/aß/i, 'Aß'));
  t.ok(matchesProgram(regexProgram('k', { flags: 'iu' }), '\u212a'), 'simple case folding');
  t.notOk(matches(/k/i, '\u212a'), 'without u by upper case');
  t.ok(matches(/^a$\n^b$/m, 'a\nb'));
  t.ok(matchesProgram(regexProgram('a', { flags: 'y' }), 'a'), 'the whole text is matched in any case');
  grammaskError(() => regexProgram('a', { flags: 'uv' }), 'SYNTAX');
  grammaskError(() => regexProgram('a', { flags: 'x' }), 'SYNTAX');
  grammaskError(() => regexProgram('a', { flags: 'uu' }), 'SYNTAX');
  grammaskError(() => regexProgram('a', { flags: 'q' }), 'SYNTAX');
  t.end();
});

t.test('the syntax of Annex B', (t) => {
  const loose = (source: string, text: string): boolean => matches(new RegExp(source), text);
  t.ok(loose('\\-{x]', '-{x]'));
  t.ok(loose('\\07\\8[\\c1]', '\x078\x11'));
  t.ok(loose('[\\w-.]', '-'));
  t.ok(loose('\\u{2}', 'uu'), 'without u this is a quantifier');
  grammaskError(() => regexProgram('\\-'), 'SYNTAX');
  t.ok(searches('^\\d{3}\\-\\d{4}$', '555-1234'), 'schema patterns are lenient');
  t.ok(searches('^{"a":1}$', '{"a":1}'));
  t.equal(placeOf(grammaskError(() => searches('a(', ''), 'SYNTAX')), '1:2');
  t.end();
});

t.test('surrogates', (t) => {
  t.ok(matches('\\ud83d\\ude00', '😀'));
  t.ok(matches('[\\u{1F600}-\\u{1F610}]', '😀'));
  t.notOk(matches('\\ud83d', '😀'), 'half a pair is in no text');
  t.ok(matches('.', '😀'));
  t.end();
});

t.test('limits', (t) => {
  grammaskError(() => regexProgram('a', { limits: { timeoutMs: 0 } }), 'DEADLINE');
  grammaskError(() => regexProgram('abc|de*|f+', { limits: { nodes: 4 } }), 'MEMORY');
  grammaskError(() => regexProgram('abc|de*|f+', { limits: { memoryBytes: 40 } }), 'MEMORY');
  grammaskError(() => regexProgram('(a|b*)'.repeat(1_000_000), { limits: { timeoutMs: 20 } }), 'DEADLINE');
  grammaskError(() => regexProgram(1 as unknown as string), 'ARGUMENT');
  grammaskError(() => regexProgram('a', { flag: 'u' } as object), 'ARGUMENT');
  t.end();
});
