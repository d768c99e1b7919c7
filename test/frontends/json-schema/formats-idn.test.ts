import t from 'tap';
import { formatExpression } from '../../../src/frontends/json-schema/formats/index.js';
import { createProgramBuilder } from '../../../src/frontends/program-builder.js';
import { readProgram } from '../../../src/frontends/program-reader.js';
import { matchesProgram } from '../../support/expr-matcher.js';
import { decodePunycode } from '../../support/punycode.js';
import { seededRandom } from '../../support/seeded-random.js';

function programOf(name: string): Uint8Array {
  const builder = createProgramBuilder();
  const root = builder.reserveRule('root');
  const expr = formatExpression(name, builder, '2020-12') as number;
  builder.setRule(root, [[{ kind: 'terminal', expr }]]);
  return builder.finish(root);
}
const host = programOf('idn-hostname');
const mail = programOf('idn-email');

interface Character {
  readonly bidi: string;
  readonly is: readonly string[];
}
/** Some characters with what the rules ask of them, written down by hand. */
const CHARACTERS = new Map<string, Character>(
  (
    [
      ['a', 'L'],
      ['l', 'L'],
      ['x', 'L'],
      ['n', 'L'],
      ['N', 'L', 'capital'],
      ['1', 'EN'],
      ['-', 'ES'],
      ['ü', 'L'],
      ['\xb7', 'ON'],
      ['\u0375', 'ON', 'greek'],
      ['α', 'L', 'greek'],
      ['\u05d0', 'R', 'hebrew'],
      ['\u05f3', 'R', 'hebrew'],
      ['\u05b0', 'NSM', 'hebrew', 'mark', 'transparent'],
      ['\u30fb', 'ON'],
      ['\u30ab', 'L', 'japanese'],
      ['漢', 'L', 'japanese'],
      ['\u0661', 'AN'],
      ['\u06f1', 'EN'],
      ['\u200c', 'BN'],
      ['\u200d', 'BN'],
      ['\u0915', 'L'],
      ['\u094d', 'NSM', 'mark', 'transparent', 'virama'],
      ['\u1b44', 'L', 'mark', 'virama'],
      ['\u{10a3f}', 'NSM', 'mark', 'transparent', 'virama'],
      ['\u0301', 'NSM', 'mark', 'transparent'],
      ['\u093e', 'L', 'mark'],
      ['\u0628', 'AL', 'before', 'after'],
      ['\u0627', 'AL', 'after'],
      ['\u1820', 'L', 'before', 'after'],
      ['\ua872', 'L', 'before'],
      ['\u02b9', 'ON'],
    ] as const
  ).map(([char, bidi, ...is]) => [char, { bidi, is }] as const),
);

const bidiOf = (char: string | undefined): string => CHARACTERS.get(char ?? '')?.bidi ?? '';
const has = (char: string | undefined, what: string): boolean =>
  CHARACTERS.get(char ?? '')?.is.includes(what) ?? false;

function inContext(chars: readonly string[], at: number): boolean {
  const before = chars[at - 1];
  switch (chars[at]) {
    case '\xb7':
      return before === 'l' && chars[at + 1] === 'l';
    case '\u0375':
      return has(chars[at + 1], 'greek');
    case '\u05f3':
      return has(before, 'hebrew');
    case '\u30fb':
      return chars.some((char) => has(char, 'japanese'));
    case '\u200d':
      return has(before, 'virama');
    case '\u200c': {
      if (has(before, 'virama')) return true;
      let left = at - 1;
      let right = at + 1;
      while (has(chars[left], 'transparent')) left -= 1;
      while (has(chars[right], 'transparent')) right += 1;
      return has(chars[left], 'before') && has(chars[right], 'after');
    }
    default:
      return true;
  }
}

function isLabel(chars: readonly string[], text: string): boolean {
  if (/^xn--/i.test(text)) return isALabel(text);
  if (/^[\0-\x7f]*$/.test(text)) return /^[A-Za-z0-9](-*[A-Za-z0-9])*$/.test(text);
  if (text.startsWith('-') || text.endsWith('-') || (chars[2] === '-' && chars[3] === '-')) return false;
  if (has(chars[0], 'mark') || chars.some((char) => has(char, 'capital'))) return false;
  return chars.every((_, at) => inContext(chars, at));
}

/** What an A-label decodes to. */
function decoded(label: string): string[] | undefined {
  return decodePunycode(label.slice(4))?.map((point) => String.fromCodePoint(point));
}
/** Its characters are known, if not all then none of them is right. */
function isALabel(label: string): boolean {
  const chars = decoded(label);
  return chars?.every((char) => CHARACTERS.has(char)) === true && isName(chars.join(''));
}
function isKnown(text: string): boolean {
  const labels = text.split(/[.\u3002]/).filter((label) => /^xn--/i.test(label));
  return labels.every((label) => decoded(label)?.every((char) => CHARACTERS.has(char)) !== false);
}

function hasOneDirection(chars: readonly string[]): boolean {
  const classes = chars.map(bidiOf);
  const last = classes.findLast((one) => one !== 'NSM') as string;
  const only = (...allowed: string[]): boolean =>
    classes.every((one) => allowed.includes(one) || ['EN', 'ES', 'ON', 'BN', 'NSM'].includes(one));
  if (classes[0] === 'L') return only('L') && ['L', 'EN'].includes(last);
  if (classes[0] !== 'R' && classes[0] !== 'AL') return false;
  const digits = classes.includes('EN') && classes.includes('AN');
  return only('R', 'AL', 'AN') && ['R', 'AL', 'EN', 'AN'].includes(last) && !digits;
}

function isName(text: string): boolean {
  const labels = text.split(/[.\u3002]/).map((label) => Array.from(label));
  if (!labels.every((label) => label.length > 0 && isLabel(label, label.join('')))) return false;
  const bidi = Array.from(text).some((char) => ['R', 'AL', 'AN'].includes(bidiOf(char)));
  return !bidi || labels.every(hasOneDirection);
}

/** Characters whose rules have to do with each other come in one text more often. */
const GROUPS: readonly (readonly string[])[] = [
  [...CHARACTERS.keys(), '.', '\u3002'],
  [...'x', 'n', 'N', '-', '-', '-', 'ü', '.'],
  [...'l', '\xb7', 'l', '-', '\u02b9', '\u0301', '.', '1', '\u30fb', '漢', '\u0375', 'α'],
  ['\u05d0', '\u05f3', '1', '\u0661', '-', '\u0301', '\u02b9', '\u0628', '\u05b0', '.', 'a'],
  ['\u0915', '\u094d', '\u200c', '\u200c', '\u200d', '\u1820', '\ua872', '\u0301', '\u1b44'],
  ['\u0628', '\u0627', '\u200c', '\u0301', '\u{10a3f}', '\u06f1', '\u0661', '\u200d'],
];

t.test('international host names follow the rules of their labels', (t) => {
  const random = seededRandom(5);
  const wrong: string[] = [];
  let names = 0;
  for (let round = 0; round < 700; round++) {
    const group = random.pick(GROUPS);
    const text = Array.from({ length: 1 + random.below(7) }, () => random.pick(group)).join('');
    if (!isKnown(text)) continue;
    const expected = isName(text);
    if (expected) names += 1;
    if (matchesProgram(host, text) !== expected) wrong.push(JSON.stringify(text));
  }
  t.same(wrong, []);
  t.ok(names > 100, `${names} of the texts are names`);
  t.end();
});

t.test('chosen international host names', (t) => {
  for (const text of [
    'l\xb7l\xb7l',
    '\u0375\u0375α',
    '\u05d0\u05f3\u05f3',
    'a\u30fb漢',
    '\u0915\u094d\u200d',
    '\u0915\u1b44\u200c',
    '\u0628\u0301\u200c\u0301\u0628\u200c\u0627',
    'a--b',
    'A.ü',
    '1.ü',
    'a.\u05d0',
    'xn--tda',
    'XN--ll-0eA.ü',
    '\u05d01\u0301',
  ]) {
    t.ok(isName(text) && matchesProgram(host, text), JSON.stringify(text));
  }
  for (const text of [
    'ab--ü',
    'ü--a--',
    'Nü',
    'xn--a',
    'xn--',
    'xn--a-',
    'xn--abc',
    'xn--l-fda',
    '\u05d0\u30fb\u05d0',
    '\u0628\u200c\u200c\u0628',
    '1.\u05d0',
    '\u05d01\u0661',
    'a\u02b9.\u05d0',
    'a\0',
    '\0',
  ]) {
    t.ok(!isName(text) && !matchesProgram(host, text), JSON.stringify(text));
  }
  t.end();
});

t.test('lengths of international host names', (t) => {
  const label = 'ü'.repeat(63);
  t.ok(matchesProgram(host, label));
  t.notOk(matchesProgram(host, `${label}ü`));
  t.end();
});

t.test('names in mail addresses know one separator and A-labels', (t) => {
  t.ok(matchesProgram(mail, 'ü@ü.xn--a'));
  t.notOk(matchesProgram(mail, 'a@a\u3002a'));
  t.notOk(matchesProgram(mail, 'a@1.\u05d0'));
  t.end();
});

t.test('no rule is a complement, whose alternatives every step would sort anew', (t) => {
  for (const program of [host, mail]) {
    t.notOk(readProgram(program).exprs.some((expr) => expr.op === 'complement'));
  }
  t.end();
});
