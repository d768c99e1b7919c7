import t from 'tap';
import { equalityKey, parseJson } from './json-text.js';
import type { JsonTree } from './json-tree.js';
import type { Draft } from './schema-documents.js';
import { loadRemote, skipSuite, suiteGroups } from './suite.js';
import { naiveValidator } from './validator.js';

/** To the oracle, formats and contents are annotations. */
const ANNOTATIONS = ['format-assertion.json: schema that uses', 'content.json: '];

/** What the suite says otherwise; `groups` counts what was looked at. */
function wrongVerdicts(draft: '2020-12' | '7', folder: '.' | 'optional'): { wrong: string[]; tests: number } {
  const wrong: string[] = [];
  let tests = 0;
  for (const group of suiteGroups(draft, folder)) {
    if (ANNOTATIONS.some((each) => group.name.startsWith(each))) continue;
    for (const { about, text, valid } of group.tests) {
      tests += 1;
      let said: unknown;
      try {
        said = naiveValidator(group.schema, { draft, load: loadRemote }).text(text);
      } catch (error) {
        said = error;
      }
      if (said !== valid) wrong.push(`${group.name}: ${about}: ${String(said)}`);
    }
  }
  return { wrong, tests };
}

for (const draft of ['2020-12', '7'] as const) {
  t.test(`JSON-Schema-Test-Suite, draft ${draft}: every required verdict`, { skip: skipSuite }, async (t) => {
    const { wrong, tests } = wrongVerdicts(draft, '.');
    t.strictSame(wrong, []);
    t.ok(tests > 900, `${tests} tests`);
  });
  t.test(`JSON-Schema-Test-Suite, draft ${draft}: optional ones`, { skip: skipSuite }, async (t) => {
    const { wrong, tests } = wrongVerdicts(draft, 'optional');
    t.strictSame(wrong, []);
    t.ok(tests > 100, `${tests} tests`);
  });
}

t.test('reads JSON, and nothing else', async (t) => {
  const good = [' [1 , -0.5e+10,\t{"a" :"\\u00e9\\ud83d\\ude00 /\u007f"}\n] ', '"\\/"', '0', '{"":{"":0}}'];
  for (const text of good) t.strictSame(plain(parseJson(text)), JSON.parse(text), text);
  const bad = [
    '',
    ' ',
    '01',
    '+1',
    '.5',
    '1.',
    '1e',
    '-',
    'nul',
    'nulls',
    '1 2',
    '"\t"',
    '"\\x"',
    "'a'",
    '"a',
  ];
  const more = [
    '[1,]',
    '[,1]',
    '[1',
    '{"a":1,}',
    '{"a"}',
    '{a:1}',
    '{"a":1 "b":2}',
    '[}',
    '\ufeff1',
    '\u00a01',
  ];
  const names = ['{"a":1,"a":1}', '{"a":1,"\\u0061":1}', '[{"x":{"":1,"":1}}]'];
  const halves = ['"\\ud83d"', '"\\ude00"', '"\\ud83d\\u0041"', '"\\ude00\\ud83d"', '{"\\ud800":1}'];
  for (const text of [...bad, ...more, ...names, ...halves]) t.equal(parseJson(text), null, text);
});

t.test('equality is that of JSON values', async (t) => {
  const key = (text: string): string => equalityKey(parseJson(text)!);
  const equal = [
    ['1', '1.0', '10e-1', '0.1E+1'],
    ['0', '-0', '0.0e5'],
    ['-12.5', '-125e-1'],
    ['{"a":1,"b":[2]}', ' { "b" : [ 2.0 ] , "\\u0061" : 1 } '],
    ['"é"', '"\\u00E9"'],
  ];
  for (const [first = '', ...others] of equal) for (const other of others) t.equal(key(other), key(first));
  const different = [
    '0',
    '1',
    '-1',
    '"1"',
    '[1]',
    '[1,1]',
    '{"a":1}',
    '{"a":[1]}',
    'null',
    '"null"',
    '[]',
    '{}',
  ];
  const large = ['9007199254740993', '9007199254740992', '1e400', '1e401', '1e-400', '100000000000000000001'];
  t.equal(new Set([...different, ...large].map(key)).size, different.length + large.length);
});

const cases: [draft: Draft, schema: string, valid: string[], invalid: string[]][] = [
  ['4', '{"type":"integer"}', ['1', '-10', '0'], ['1.0', '1e2', '1.5', '"1"']],
  ['6', '{"type":"integer"}', ['1', '1.0', '1e2', '150e-1'], ['1.5', '1e-1']],
  ['4', '{"minimum":1,"exclusiveMinimum":true}', ['1.1', '"a"'], ['1', '0']],
  ['4', '{"maximum":1,"exclusiveMaximum":false}', ['1'], ['1.1']],
  [
    '4',
    '{"const":1,"contains":{"type":"null"},"propertyNames":{"maxLength":1}}',
    ['2', '[1]', '{"ab":1}'],
    [],
  ],
  [
    '4',
    '{"id":"http://x/y","items":{"$ref":"#a"},"definitions":{"z":{"id":"#a","type":"null"}}}',
    ['[null]'],
    ['[1]'],
  ],
  ['4', '{"type":"number","$ref":"#/definitions/a","definitions":{"a":{}}}', ['"a"'], []],
  ['6', '{"if":true,"then":false}', ['1'], []],
  ['7', '{"if":{"type":"null"},"then":false,"else":{"maximum":3}}', ['1', '""'], ['null', '4']],
  ['7', '{"dependentRequired":{"a":["b"]},"unevaluatedProperties":false}', ['{"a":1}'], []],
  [
    '7',
    '{"items":[{"type":"null"}],"additionalItems":{"type":"string"}}',
    ['[]', '[null,"a"]'],
    ['[null,1]', '[1]'],
  ],
  ['7', '{"items":{"type":"null"},"additionalItems":false}', ['[null,null]'], ['[1]']],
  [
    '7',
    '{"dependencies":{"a":["b"],"c":{"required":["d"]}}}',
    ['{"a":1,"b":1}', '{"d":1}'],
    ['{"a":1}', '{"c":1}'],
  ],
  ['2019-09', '{"items":[{}],"contains":{"const":1},"unevaluatedItems":false}', ['[1]'], ['[2,1]', '[]']],
  [
    '2020-12',
    '{"prefixItems":[{}],"contains":{"const":1},"unevaluatedItems":false}',
    ['[2,1]', '[1]'],
    ['[1,2]'],
  ],
  ['2019-09', '{"items":[true],"unevaluatedItems":{"type":"null"}}', ['[1,null]'], ['[1,1]']],
  ['2019-09', '{"items":[true],"additionalItems":true,"unevaluatedItems":false}', ['[1,1]'], []],
  [
    '2019-09',
    '{"$id":"http://x/tree","$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}},"unevaluatedProperties":false}',
    ['{"a":{"a":{}}}'],
    ['{"a":{"b":1}}'],
  ],
  [
    '2019-09',
    `{"$id":"http://x/strict","$recursiveAnchor":true,"$ref":"tree","unevaluatedProperties":false,
      "$defs":{"t":{"$id":"tree","$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}}}}}`,
    ['{"a":{"a":{}}}'],
    ['{"a":{"b":1}}'],
  ],
  [
    '2019-09',
    `{"$id":"http://x/strict","$ref":"tree","unevaluatedProperties":false,
      "$defs":{"t":{"$id":"tree","$recursiveAnchor":true,"properties":{"a":{"$recursiveRef":"#"}}}}}`,
    ['{"a":{"b":1}}'],
    ['{"b":1}'],
  ],
  ['2019-09', '{"minContains":0,"contains":false,"maxContains":0}', ['[1]', '[]', '{}'], []],
  [
    '2019-09',
    '{"contains":{"minimum":2},"minContains":2,"maxContains":2}',
    ['[2,3,1]'],
    ['[2]', '[2,3,4]', '[]'],
  ],
  ['2020-12', '{"multipleOf":0.01}', ['0.07', '1e400', '4.02', '-0', '"a"'], ['0.075', '1e-3']],
  ['2020-12', '{"multipleOf":3}', ['3e1000000000', '0', '-9'], ['1e1000000000', '1e-1000000000', '10']],
  ['2020-12', '{"multipleOf":1e-1000000000}', ['1', '7e-1000000000'], ['15e-1000000001']],
  [
    '2020-12',
    '{"maximum":9007199254740993}',
    ['9007199254740993'],
    ['9007199254740994', '9007199254740993.5'],
  ],
  ['2020-12', '{"enum":[9007199254740993]}', ['9007199254740993.0'], ['9007199254740992']],
  [
    '2020-12',
    '{"properties":{"__proto__":{"type":"null"}},"required":["constructor"]}',
    ['{"constructor":1,"__proto__":null}'],
    ['{}', '{"constructor":1,"__proto__":1}'],
  ],
  ['2020-12', '{"maxLength":1}', ['"😀"', '"\\ud83d\\ude00"'], ['"ab"']],
  ['2020-12', '{"additionalItems":false,"items":{},"$recursiveRef":"#/x"}', ['[1]'], []],
  [
    '2020-12',
    '{"$schema":"http://json-schema.org/draft-07/schema#","$ref":"#/definitions/a","type":"null","definitions":{"a":{}}}',
    ['1'],
    [],
  ],
];
for (const [draft, schema, valid, invalid] of cases) {
  t.test(`draft ${draft}: ${schema}`, async (t) => {
    const { text } = naiveValidator(schema, { draft });
    for (const each of valid) t.equal(text(each), true, each);
    for (const each of invalid) t.equal(text(each), false, each);
  });
}

function plain(tree: JsonTree | null): unknown {
  if (tree === null) return undefined;
  switch (tree.kind) {
    case 'null':
      return null;
    case 'number':
      return Number(tree.text);
    case 'array':
      return tree.items.map(plain);
    case 'object':
      return Object.fromEntries(tree.members.map(([name, member]) => [name, plain(member)]));
    default:
      return tree.value;
  }
}
