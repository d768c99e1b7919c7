import t from 'tap';
import { formatExpression } from '../../../src/frontends/json-schema/formats/index.js';
import { createProgramBuilder } from '../../../src/frontends/program-builder.js';
import { readProgram } from '../../../src/frontends/program-reader.js';
import { matchesProgram } from '../../support/expr-matcher.js';
import { seededRandom } from '../../support/seeded-random.js';

const builder = createProgramBuilder();
const root = builder.reserveRule('root');
const expr = formatExpression('regex', builder, '2020-12') as number;
builder.setRule(root, [[{ kind: 'terminal', expr }]]);
const program = builder.finish(root);
const accepts = (text: string): boolean => matchesProgram(program, text);

function isPattern(text: string): boolean {
  try {
    return new RegExp(text, 'u') !== undefined;
  } catch {
    return false;
  }
}

const SCRAPS = [
  ...'^$\\.*+?()[]{}|/-,:=!<>',
  ...'abdkpuxc019B_é',
  ...['\\u', '\\x4', '\\x41', '-\\x5a', '\\u0041-\\u004f', '\\u{1F600}', '\\d', '\\p{L}', '\\--a', '\\.-a'],
  ...['(?:', '(?<n>', '(?=', ')', ')', '{1,2}', '{2,1}', '{10,9}', '{10,99}', '{3,10}', '+', '?'],
  ...['[^', '[', 'a-z', 'z-a', '[a-z]', '一-龥'],
];

t.test('what the format `regex` accepts is a pattern, and little is lost', (t) => {
  const random = seededRandom(31);
  const unsound: string[] = [];
  let patterns = 0;
  let lost = 0;
  for (let round = 0; round < 500; round++) {
    const text = Array.from({ length: 1 + random.below(6) }, () => random.pick(SCRAPS)).join('');
    const expected = isPattern(text);
    const got = accepts(text);
    if (got && !expected) unsound.push(text);
    if (expected) patterns += 1;
    if (expected && !got) lost += 1;
  }
  t.same(unsound, []);
  t.ok(patterns > 80 && lost * 20 < patterns, `${lost} of ${patterns} patterns are refused`);
  t.end();
});

t.test('every property that it may name is one', (t) => {
  const names = readProgram(program)
    .exprs.flatMap((part) => (part.op === 'literal' ? [part.text] : []))
    .filter((text) => /^[A-Z][A-Za-z_]+$/.test(text) && !['Script', 'General_Category'].includes(text));
  t.ok(names.length > 50, `${names.length} names`);
  for (const name of names.filter((text) => !text.startsWith('Script'))) {
    const known = [name, `Script=${name}`].some((property) => isPattern(`\\p{${property}}`));
    t.ok(known, name);
  }
  t.end();
});

t.test('nesting and named groups have a bound', (t) => {
  t.ok(accepts(`${'('.repeat(8)}a${')'.repeat(8)}`));
  t.notOk(accepts(`${'('.repeat(9)}a${')'.repeat(9)}`));
  t.ok(accepts('(?<n>a)(b)'));
  t.notOk(accepts('(?<n>a)(?<n>b)'));
  t.ok(accepts('\\(?<n>[(?<n>](?<n>)'), 'escaped and in a class it opens no group');
  t.end();
});
