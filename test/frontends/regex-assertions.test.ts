import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { createProgramBuilder } from '../../src/frontends/program-builder.js';
import { type RegexOptions, regexToExpr } from '../../src/frontends/regex/regex-to-expr.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';

function program(pattern: string, options: RegexOptions): Uint8Array {
  const builder = createProgramBuilder();
  const root = builder.reserveRule('root');
  builder.setRule(root, [[{ kind: 'terminal', expr: regexToExpr(builder, pattern, options) }]]);
  return builder.finish(root);
}
const searches = (pattern: string, text: string): boolean =>
  matchesProgram(program(pattern, { mode: 'search' }), text);

const ATOMS = [
  ...['a', 'b', '.', '[ab]', '[^a]', '\\w', '\\W', '\\n', '()'],
  ...['\\p{L}', '\\P{Lu}', '[\\p{Lu}_]', 'A', '_', ' '],
];
const QUANTIFIERS = ['*', '+', '?', '{2}', '{1,2}', '{0}', '{2,}', '*?'];
const LOOKS = ['(?=', '(?!', '(?<=', '(?<!'];
const CHARACTERS = ['a', 'b', 'A', '_', ' ', '\n', 'é', '😀', '1'];

function randomPattern(random: SeededRandom, depth: number, assertions: number): string {
  return Array.from({ length: random.chance(0.3) ? 2 : 1 }, () => {
    let sequence = '';
    for (let left = random.below(4); left >= 0; left--) {
      if (random.chance(assertions)) {
        sequence +=
          depth > 0 && random.chance(0.5)
            ? `${random.pick(LOOKS)}${randomPattern(random, depth - 1, assertions / 2)})`
            : random.pick(['^', '$', '\\b', '\\B']);
        continue;
      }
      sequence +=
        depth > 0 && random.chance(0.35)
          ? `(${random.pick(['', '?:'])}${randomPattern(random, depth - 1, assertions)})`
          : random.pick(ATOMS);
      if (random.chance(0.35)) sequence += random.pick(QUANTIFIERS);
    }
    return sequence;
  }).join('|');
}

t.test('random patterns with assertions match what V8 matches', (t) => {
  const random = seededRandom(4711);
  let compared = 0;
  let matched = 0;
  let refused = 0;
  const wrong: string[] = [];
  for (let round = 0; round < 250; round++) {
    const pattern = randomPattern(random, 2, 0.3);
    const flags = `u${random.pick(['', '', 'i', 'm', 's', 'im'])}`;
    const lines = flags.includes('m');
    const options = { ignoreCase: flags.includes('i'), multiline: lines, dotAll: flags.includes('s') };
    // V8 also looks for \B and look-behinds between the halves of a surrogate pair, which ECMA-262 does not.
    const basic = lines || /\\B|\(\?<[=!]/.test(pattern);
    for (const mode of ['full', 'search'] as const) {
      const whole = lines ? `(?<![^])(?:${pattern})(?![^])` : `^(?:${pattern})$`;
      const engine = new RegExp(mode === 'full' ? whole : pattern, flags);
      let lowered: Uint8Array;
      try {
        lowered = program(pattern, { mode, ...options });
      } catch (error) {
        if (!GrammaskError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
        refused += 1;
        continue;
      }
      for (let length = 0; length < 8; length++) {
        const chars = Array.from({ length: Math.min(length, 5) }, () => random.pick(CHARACTERS));
        const text = chars.join('').replaceAll('😀', basic ? '' : '😀');
        compared += 1;
        const expected = engine.test(text);
        matched += Number(expected);
        if (matchesProgram(lowered, text) !== expected) {
          wrong.push(`${mode} /${pattern}/${flags} on ${JSON.stringify(text)}: V8 ${expected}`);
        }
      }
    }
  }
  t.same(wrong, []);
  t.ok(compared > 2500 && matched > 500, `${compared} compared, ${matched} of them match`);
  t.ok(refused < 250, `${refused} refused`);
  t.end();
});

t.test('patterns of the wild', (t) => {
  for (const [pattern, inside, outside] of [
    ['^(?=.*[A-Z])(?=.*\\d).{4,8}$', ['aB3c', '1234567A'], ['ab3c', 'ABCD', 'B3c', 'B3ccccccc']],
    ['^(?!-)[a-z-]{1,9}(?<!-)$', ['a', 'a-b'], ['-a', 'a-', '']],
    ['^(?!xn--).*(?<!\\.local)$', ['a.b', 'local'], ['xn--a', 'a.local']],
    ['^(?!.*--)[a-z-]+$', ['a-b-c', '-'], ['a--b']],
    ['\\bcat\\b', ['cat', 'a cat.', 'cat_ cat'], ['cats', 'concat', 'cat_']],
    ['(?<=^|,)a(?=,|$)', ['a', 'b,a', 'a,b'], ['ba', 'ab,', 'b,ab']],
    ['^[a-z]+(?<!foo)bar$', ['abar', 'fobar'], ['foobar', 'afoobar', 'bar']],
    ['^(?i:abc)d$', ['abcd', 'ABCd'], ['abcD']],
    ['(?m:^b$)', ['b', 'a\nb', 'b\r'], ['ab', 'a b']],
    ['^(?s:.)(?-s:.)$', ['\na'], ['a\n']],
    ['^\\p{Script=Greek}+$', ['αβγ'], ['abc', 'αb', '']],
    ['^[\\p{L}\\p{N}]+$', ['aé1²'], ['a-b']],
    ['^(?i:ſ)$', ['s', 'S', 'ſ'], ['f']],
    ['^\\1(a)$', ['a'], ['aa']],
    ['^(a\\1)$', ['a'], ['aa']],
  ] as const) {
    for (const text of inside) t.ok(searches(pattern, text), `${pattern} has ${JSON.stringify(text)}`);
    for (const text of outside) t.notOk(searches(pattern, text), `${pattern} has no ${JSON.stringify(text)}`);
  }
  t.end();
});

t.test('Annex B is reported', (t) => {
  const reasons: string[] = [];
  const builder = createProgramBuilder();
  const onAnnexB = (reason: GrammaskError): void => {
    reasons.push(reason.message);
  };
  regexToExpr(builder, '^a\\-b$', { mode: 'search', onAnnexB });
  regexToExpr(builder, '^a-b$', { mode: 'search', onAnnexB });
  t.same(reasons, ['invalid escape \\-']);
  t.ok(matchesProgram(program('(?=a)*', { mode: 'full', annexB: true }), ''), 'a quantified look-ahead');
  t.end();
});
