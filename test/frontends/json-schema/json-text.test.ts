import fc from 'fast-check';
import t from 'tap';
import { createBuildBudget } from '../../../src/frontends/build-budget.js';
import { jsonFromJs } from '../../../src/frontends/json-schema/json-from-js.js';
import { parseJsonText } from '../../../src/frontends/json-schema/json-text.js';
import type { JsonValue } from '../../../src/frontends/json-schema/json-value.js';
import { errorOf, expectError } from './expect-error.js';

const read = (text: string): JsonValue => parseJsonText(text, createBuildBudget());

/** Back to a JavaScript value, members in null-prototype objects. */
function plain(value: JsonValue): unknown {
  switch (value.kind) {
    case 'null':
      return null;
    case 'number':
      return Number(value.text);
    case 'array':
      return value.items.map(plain);
    case 'object': {
      const object: Record<string, unknown> = Object.create(null);
      for (const [name, member] of value.members) object[name] = plain(member);
      return object;
    }
    default:
      return value.value;
  }
}

const hasDuplicate = (text: string): boolean => {
  const error = errorOf(() => read(text));
  return /occurs twice/.test(error.message);
};

t.test('reads what JSON.parse reads, from serialised values', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), fc.constantFrom(0, 2), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      t.strictSame(JSON.stringify(plain(read(text))), JSON.stringify(JSON.parse(text)));
    }),
    { numRuns: 300 },
  );
});

t.test('accepts and refuses as JSON.parse does, on mutated texts', async (t) => {
  const pieces = fc.constantFrom(
    ...[
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"',
      '\\',
      '\\u00e9',
      '\\ud800',
      'true',
      'null',
      'false',
      '0',
      '-',
      '1',
    ],
    ...[
      '.5',
      'e',
      'E+',
      '1.0',
      '01',
      ' ',
      '\n',
      '\t',
      '\u00a0',
      '\ufeff',
      'x',
      '"b":1',
      '\u0007',
      '\u2028',
      '/',
    ],
  );
  let accepted = 0;
  let refused = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 9 }), (parts) => {
      const text = parts.join('');
      let expected: unknown;
      try {
        expected = JSON.parse(text);
      } catch {
        refused += 1;
        const error = errorOf(() => read(text));
        return error.code === 'SYNTAX' && error.location !== undefined && 'line' in error.location;
      }
      accepted += 1;
      try {
        return JSON.stringify(plain(read(text))) === JSON.stringify(expected);
      } catch {
        return hasDuplicate(text);
      }
    }),
    { numRuns: 5000 },
  );
  t.comment(`${accepted} accepted, ${refused} refused`);
  t.ok(accepted > 100 && refused > 1000);
});

t.test('keeps what JSON.parse loses', async (t) => {
  const value = read('{"b":1.0,"10":1e3,"2":123456789012345678901234567890,"__proto__":-0.50E+1}');
  if (value.kind !== 'object') throw new Error('not an object');
  t.same([...value.members.keys()], ['b', '10', '2', '__proto__']);
  t.same(
    [...value.members.values()].map((member) => member.kind === 'number' && member.text),
    ['1.0', '1e3', '123456789012345678901234567890', '-0.50E+1'],
  );
});

t.test('errors name the place', async (t) => {
  const twice = expectError(t, () => read('{"a": 1,\n  "b": 2, "a": 3}'), 'SYNTAX', { line: 2, column: 11 });
  t.match(twice.message, '"a" occurs twice');
  t.match(twice.location, { excerpt: '  "b": 2, "a": 3}\n          ^' });
  expectError(t, () => read('{"a": {"b": 1, "\\u0062": 2}}'), 'SYNTAX', { column: 16 });
  expectError(t, () => read(''), 'SYNTAX', { line: 1, column: 1 });
  expectError(t, () => read('\ufeff{}'), 'SYNTAX', { line: 1, column: 1 });
  expectError(t, () => read('[1,]'), 'SYNTAX', { line: 1, column: 4 });
  expectError(t, () => read('{} {}'), 'SYNTAX', { line: 1, column: 4 });
  expectError(t, () => read('"a\nb"'), 'SYNTAX', { line: 1, column: 3 });
});

t.test('depth 100,000 and more', async (t) => {
  const depth = 200_000;
  let value = read('['.repeat(depth) + ']'.repeat(depth));
  let seen = 0;
  while (value.kind === 'array') {
    seen += 1;
    const [item] = value.items;
    if (item === undefined) break;
    value = item;
  }
  t.equal(seen, depth);
  t.equal(read(`${'{"a":'.repeat(depth)}1${'}'.repeat(depth)}`).kind, 'object');
  expectError(t, () => read('['.repeat(depth)), 'SYNTAX');
});

t.test('limits', async (t) => {
  const text = `[${'1,'.repeat(100_000)}1]`;
  expectError(t, () => parseJsonText(text, createBuildBudget({ memoryBytes: 100_000 })), 'MEMORY');
  expectError(t, () => createBuildBudget({ timeoutMs: 0 }), 'DEADLINE');
});

t.test('JavaScript values', async (t) => {
  const js = (value: unknown): JsonValue => jsonFromJs(value, createBuildBudget());
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
      const text = JSON.stringify(value);
      t.strictSame(JSON.stringify(plain(js(JSON.parse(text)))), text);
    }),
    { numRuns: 200 },
  );
  t.same(js(1e21), { kind: 'number', text: '1e+21' });
  t.same(js(-0), { kind: 'number', text: '0' });
  expectError(t, () => js({ a: { b: undefined } }), 'SCHEMA', { pointer: '/a/b' });
  expectError(t, () => js({ 'a/~': [0, Number.NaN] }), 'SCHEMA', { pointer: '/a~1~0/1' });
  expectError(t, () => js(Array(3)), 'SCHEMA', { pointer: '/0' });
  for (const value of [() => 1, Symbol('a'), 10n, undefined, Number.POSITIVE_INFINITY]) {
    expectError(t, () => js(value), 'SCHEMA', { pointer: '' });
  }
  for (const value of [new Map(), new Date(0), /a/, new (class Custom {})()]) {
    expectError(t, () => js({ a: value }), 'SCHEMA', { pointer: '/a' });
  }
  let runs = 0;
  const accessor = {
    get type() {
      runs += 1;
      return 'string';
    },
  };
  expectError(t, () => js(accessor), 'SCHEMA', { pointer: '/type' });
  t.equal(runs, 0, 'an accessor is not run');

  const cyclic: Record<string, unknown> = { properties: {} };
  (cyclic.properties as Record<string, unknown>).self = cyclic;
  expectError(t, () => js(cyclic), 'SCHEMA', { pointer: '/properties/self' });

  // 2^60 paths, 61 objects.
  let shared: object = {};
  for (let i = 0; i < 60; i++) shared = { a: shared, b: shared };
  t.equal(js(shared).kind, 'object');

  let deep: unknown = {};
  for (let i = 0; i < 100_000; i++) deep = { a: deep };
  t.equal(js(deep).kind, 'object');
});
