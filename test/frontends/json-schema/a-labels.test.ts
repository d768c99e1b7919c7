import t from 'tap';
import { Compiler, Grammar, type Matcher, Vocabulary } from '../../../src/index.js';
import { seededRandom } from '../../support/seeded-random.js';

/** A-labels in host names: what they decode to is judged, and masks say the same as `accept` and `test`. */

const grammars = new Map<string, Grammar>(
  ['hostname', 'idn-hostname', 'idn-email'].map((format) => [
    format,
    Grammar.jsonSchema(JSON.stringify({ type: 'string', format })),
  ]),
);
const accepts = (format: string, text: string): boolean =>
  (grammars.get(format) as Grammar).test(JSON.stringify(text));

const RIGHT = [
  'xn--zca',
  'XN--ZCA',
  'xn--mller-kva.de',
  'xn--MLLER-kva',
  'www.xn--9n2bp8q.xn--9t4b11yi5a',
  'xn--ihqwcrb4cv8a8dqg056pqjye',
  'xn--ll-0ea',
  'xn--4dbcagdahymbxekheh6e0a7fei0b',
];
const WRONG = [
  'xn--',
  'xn---',
  'xn--a',
  'xn--example-',
  'xn---9uc',
  'xn--X',
  'xn--999999b',
  'xn--zca-',
  'xn--zca_',
  // A capital, a mark at the beginning, a middle dot without l behind it, one without Japanese.
  'xn--7ba',
  'xn--a-wbb',
  'xn--l-gda',
  'xn--a-iju',
  // Hyphens in the third and fourth place; digits of two kinds, and a letter from left to right, behind one from right.
  'xn--ab---3ra',
  'xn--1-zhc05b',
  'xn--a-zhc',
];

t.test('A-labels of host names', (t) => {
  for (const format of ['hostname', 'idn-hostname']) {
    for (const text of RIGHT) t.ok(accepts(format, text), `${format} ${text}`);
    for (const text of WRONG) t.notOk(accepts(format, text), `${format} ${text}`);
    t.notOk(accepts(format, `xn--${'a'.repeat(60)}`), 'longer than 63 characters');
  }
  t.ok(accepts('idn-hostname', 'ü.xn--tda'), 'beside a label in Unicode');
  t.ok(accepts('idn-email', 'a@xn--a'), 'mail addresses leave them undecoded');
  t.end();
});

t.test('lengths', (t) => {
  const label = (letters: number, code: string): string => `xn--${'a'.repeat(letters)}-${code}`;
  for (const format of ['hostname', 'idn-hostname']) {
    t.ok(accepts(format, label(54, 'ovf')), '62 characters');
    t.notOk(accepts(format, label(56, 'jvf')), '64 characters');
    const name = Array.from({ length: 4 }, () => label(54, 'ovf')).join('.');
    t.ok(accepts(format, `${name}.a`), '253 characters');
    t.notOk(accepts(format, `${name}.aa`), '254 characters');
  }
  t.end();
});

const TOKENS = [
  ...[
    'xn',
    'xn--',
    'XN--',
    '--',
    '-',
    'a',
    'b',
    'l',
    'll',
    'z',
    'zc',
    'zca',
    'kva',
    'mller',
    'MLLER',
    'ab',
    'Ab1',
  ],
  ...[
    '0',
    '9',
    '90',
    '0ea',
    'ihqwcrb4',
    'cv8a8dqg',
    '056pqjye',
    'tda',
    'a-',
    '-a',
    'b-z',
    '.',
    'a.',
    'a.b',
    '.xn--',
  ],
  ...[
    'zca.',
    'zca"',
    'a"',
    '"',
    '","',
    '_',
    'a_',
    'ü',
    'aü',
    '。',
    '\\u00',
    '\\u006',
    'a\\u0061',
    '\\u0061',
    '\\',
    'é"',
  ],
];

t.test('a mask inside an A-label is what accept and the text say', (t) => {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  const stop = 256 + TOKENS.length;
  const vocabulary = Vocabulary.fromTokens([...bytes, ...TOKENS, null], { stopTokens: [stop] });
  const compiler = new Compiler(vocabulary);
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const allowed = (token: number): boolean => (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
  const random = seededRandom(17);
  const starts = [
    'xn--',
    'a.XN--',
    'xn--mller-',
    'xn--ihqwcrb4cv8a8dqg056p',
    'xn--a-',
    'xn---',
    'xn--zca.xn--',
  ];
  starts.push(`xn--${'a'.repeat(50)}`, `xn--a${'-b'.repeat(26)}`, `xn--${'ihqwcrb4cv'.repeat(5)}abcde`);
  for (const [format, grammar] of grammars) {
    const compiled = compiler.compileSync(grammar);
    const wrong: string[] = [];
    let ends = 0;
    for (const start of starts) {
      for (let round = 0; round < 3; round++) {
        const matcher: Matcher = compiled.matcher();
        let text = `"${format === 'idn-email' ? 'a@' : ''}${start}`;
        if (!matcher.acceptBytes(text)) {
          wrong.push(`${text} is refused`);
          continue;
        }
        for (let step = 0; step < 12; step++) {
          matcher.fillMask(mask);
          const choices: number[] = [];
          for (let token = 0; token <= stop; token++) {
            const fork = matcher.fork();
            const taken = fork.accept(token);
            if (taken !== allowed(token)) wrong.push(`${text} then ${token}`);
            // What is allowed can be completed, and the completion is a text of the grammar.
            if (taken && token >= 256 && token < stop) {
              const rest = fork.shortestCompletion();
              const end = rest === null ? '?' : Buffer.from(rest.bytes).toString();
              const whole = `${text}${TOKENS[token - 256]}${end}`;
              if (!grammar.test(whole)) wrong.push(`${whole} is no text`);
              choices.push(token);
            }
            fork.dispose();
          }
          if (choices.length === 0) break;
          const token = random.pick(choices);
          text += TOKENS[token - 256];
          matcher.accept(token);
          if (text.endsWith('"')) ends += 1;
        }
        matcher.dispose();
      }
    }
    t.same(wrong.slice(0, 10), [], format);
    t.ok(ends > 0, `${ends} texts ended`);
  }
  compiler.dispose();
  t.end();
});
