import t from 'tap';
import { readConstraint } from '../../src/generate/constraint.js';
import type { GenerateOptions } from '../../src/generate/options.js';
import { Grammar, type Model } from '../../src/index.js';
import { canonicalJson, canonicalOfValue } from '../../src/reach/canonical-json.js';
import { find, sweep } from '../../src/reach/index.js';
import { listedOutcomes } from '../../src/reach/listed-outcomes.js';
import { fieldPath } from '../../src/reach/outcome.js';
import { loadTickets } from './tickets.js';

let model: Model;
t.before(async () => {
  model = await loadTickets();
});
t.after(() => model.dispose());

t.test('equal values are equal texts, and others are not', async (t) => {
  const same: [string, string][] = [
    ['1.0', '1'],
    ['-0', '0'],
    ['1e2', '100'],
    ['0.10', '0.1'],
    ['123456789012345678901', '123456789012345678901'],
    ['1234567890123456789012', '1.234567890123456789012e+21'],
    ['1e400', '1e+400'],
    ['0.000001', '0.000001'],
    ['1e-7', '1e-7'],
    ['12.5e-9', '1.25e-8'],
    ['9007199254740993', '9007199254740993'],
    ['"\\u0061\\/"', '"a/"'],
    ['{"b": [1.0, {"d":null,"c":true}], "a":"x"}', '{"a":"x","b":[1,{"c":true,"d":null}]}'],
    ['[ ]', '[]'],
    ['{ }', '{}'],
  ];
  for (const [text, wanted] of same) t.equal(canonicalJson(text), wanted);
  // Where JavaScript has the number, it is written as JavaScript writes it.
  for (const value of [0.1, 1e21, 123456789.125, 5e-324, 1e-6, 1.7976931348623157e308, 100, -2.5e-9]) {
    t.equal(canonicalJson(JSON.stringify(value)), JSON.stringify(value));
  }
  t.equal(canonicalOfValue(2n ** 64n), '18446744073709551616');
  t.equal(canonicalJson('['.repeat(50_000) + ']'.repeat(50_000)).length, 100_000, 'however deep');
  t.throws(() => canonicalJson('01'), { code: 'UNSUPPORTED', message: /not JSON: 01/ });
});

t.test('fields whose numbers JavaScript cannot tell apart', async (t) => {
  const big =
    '{"type":"object","properties":{"id":{"enum":[9007199254740992,9007199254740993,1e400,1.0]}},"required":["id"],"additionalProperties":false}';
  const options = {
    ...{ model, template: 'ticket: my{{input}}\n', schema: big, field: 'id' },
    control: { characters: 'ab' },
  };
  const report = await sweep(options);
  t.same(
    report.targets.map(({ target }) => target),
    ['9007199254740992', '9007199254740993', '1e+400', '1'],
  );
  t.ok(report.targets.every(({ label }) => label !== 'masked-out'));
  t.equal(
    report.targets.find(({ target }) => target === '1e+400')?.value,
    undefined,
    'no number of JavaScript',
  );
  t.equal(report.targets.at(-1)?.value, 1);
  const told = await sweep({ ...options, targets: [9007199254740993n, 9007199254740994n, 1, 1e300] });
  t.same(
    told.targets.map(({ target, label }) => [target, label === 'masked-out']),
    [
      ['9007199254740993', false],
      ['9007199254740994', true],
      ['1', false],
      ['1e+300', true],
    ],
  );
  await t.rejects(sweep({ ...options, targets: [Number.NaN] }), {
    code: 'ARGUMENT',
    message: /a JSON value/,
  });
  // A schema that has an allOf already.
  const more =
    '{"type":"object","additionalProperties":false,"allOf":[{"required":["id"]}],"properties":{"id":{"enum":[1,2]}}}';
  const { targets } = await sweep({ ...options, schema: more, targets: [1, 3] });
  t.same(
    targets.map(({ label }) => label === 'masked-out'),
    [false, true],
  );
});

t.test('a language with few texts of many symbols: all are counted, each once', async (t) => {
  const options = {
    ...{ model, template: 'ticket: my{{input}}\n', control: { tokens: 'all' as const, regex: /a{0,7}/ } },
    ...{ maxK: 7, certifyK: 7, budget: 1000 },
  };
  // 192 tokens: there are more sequences of 7 than JavaScript can count.
  const truth = new Set<string>();
  for (let length = 0; length <= 7; length++) {
    const report = await sweep({
      ...{ model, template: `ticket: my${'a'.repeat(length)}{{input}}\n` },
      ...{ control: { characters: 'a' }, k: 0 },
    });
    truth.add(report.baseline as string);
  }
  const every = Array.from({ length: 190 }, (_, index) => index + 2);
  const report = await find({ ...options, targets: every });
  for (const { target, label } of report.targets) {
    if (!truth.has(target)) t.not(label, 'exact-reachable');
    else t.not(label, 'certified-unreachable', `${target} is reachable`);
  }
  const { counts } = report;
  const { enumerated, read, notText, notInLanguage, unprintable, unstable } = counts;
  t.equal(enumerated, Math.min(Number.MAX_SAFE_INTEGER, enumerated));
  t.ok(enumerated <= Number.MAX_SAFE_INTEGER && notInLanguage <= enumerated);
  t.ok(read + notText + unprintable + unstable < 1000);

  const few = await find({ ...options, maxK: 2, certifyK: 2, targets: every });
  const sum = few.counts.read + few.counts.notText + few.counts.notInLanguage + few.counts.unprintable;
  const symbols = 190;
  t.equal(few.counts.enumerated, 1 + symbols + symbols ** 2, 'each sequence once');
  t.equal(few.counts.enumerated, sum + few.counts.unstable);
  // Nothing random is in such a language: the draws end.
  const none = await find({ ...options, maxK: 6, target: 5, method: 'random', budget: 50 });
  t.ok(none.evaluations < 50);
});

t.test('an answer that is no JSON has no fields', async (t) => {
  const grammar = Grammar.ebnf('root ::= "{\\"n\\":0" [0-9] "}"');
  const options = { model, template: 'a{{input}}', control: { characters: 'a' }, grammar, field: 'n' };
  await t.rejects(sweep(options), { code: 'UNSUPPORTED', message: /not JSON/ });
});

t.test('the values that a schema lists for a field, wherever it lists them', (t) => {
  const listed = (schema: object, field: string, draft?: '7'): string[] => {
    const options = { schema, ...(draft === undefined ? {} : { draft }) };
    const constraint = readConstraint(options as unknown as GenerateOptions);
    const reading = { kind: 'field', path: fieldPath(field), maxTokens: 1 } as const;
    return listedOutcomes(reading, constraint, undefined);
  };
  const defs = { team: { enum: ['a', 'b'] }, deep: { $ref: '#/$defs/team' }, urgent: { type: 'boolean' } };
  const schema = {
    $defs: {
      ...defs,
      ticket: { properties: { team: { $ref: '#/$defs/deep' }, note: { type: 'string' } } },
      named: { $anchor: 'level', anyOf: [{ const: 1 }, { oneOf: [{ enum: [2, 3] }, { const: 1.0 }] }] },
      loop: { allOf: [{ $ref: '#/$defs/loop' }, { enum: [7] }] },
    },
    allOf: [{ $ref: '#/$defs/ticket' }],
    properties: {
      urgent: { $ref: '#/$defs/urgent', description: 'true or false' },
      inner: { $ref: '#' },
      level: { $ref: '#level' },
      open: { anyOf: [{ const: 1 }, { type: 'string' }] },
      perhaps: { type: ['null', 'boolean'] },
      both: { enum: [1, 2, 3], allOf: [{ enum: [2, 3] }] },
      loop: { $ref: '#/$defs/loop' },
    },
  };
  t.same(listed(schema, 'team'), ['"a"', '"b"'], 'behind two references, in an allOf');
  t.same(listed(schema, 'urgent'), ['true', 'false']);
  t.same(listed(schema, '/inner/inner/team'), ['"a"', '"b"']);
  t.same(listed(schema, 'level'), ['1', '2', '3'], 'alternatives, by an anchor');
  t.same(listed(schema, 'perhaps'), ['null', 'true', 'false']);
  t.same(listed(schema, 'both'), ['2', '3']);
  t.same(listed(schema, 'loop'), ['7'], 'a reference to itself ends');
  for (const field of ['open', 'note', 'none']) t.same(listed(schema, field), []);
  const old = {
    definitions: { a: { enum: ['x'] } },
    properties: { f: { $ref: '#/definitions/a', enum: ['x', 'y'] } },
  };
  t.same(listed(old, 'f', '7'), ['"x"'], 'in older drafts nothing beside a reference counts');
  // Each alternative names the next one twice: 2^40 in all.
  const many = Object.fromEntries(
    Array.from({ length: 40 }, (_, at) => {
      const next = at === 39 ? { const: 1 } : { $ref: `#/$defs/d${at + 1}` };
      return [`d${at}`, { anyOf: [next, next] }];
    }),
  );
  t.same(listed({ $defs: many, properties: { f: { $ref: '#/$defs/d0' } } }, 'f'), [], 'it ends');
  t.end();
});
