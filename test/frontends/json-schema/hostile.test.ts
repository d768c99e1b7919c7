import t from 'tap';
import {
  analyzeJsonSchema,
  jsonSchemaProgram,
} from '../../../src/frontends/json-schema/json-schema-program.js';
import { readProgram } from '../../../src/frontends/program-reader.js';
import { errorOf } from './expect-error.js';

function timed<T>(run: () => T): { result: T; ms: number } {
  const start = performance.now();
  const result = run();
  return { result, ms: performance.now() - start };
}

t.test('100,000 enum members take about a second', async (t) => {
  for (const [name, member] of [
    ['strings', (i: number) => `value-${i}`],
    ['numbers', (i: number) => i / 8],
    ['objects', (i: number) => ({ id: i, name: `n${i}` })],
  ] as const) {
    const schema = JSON.stringify({ enum: Array.from({ length: 100_000 }, (_, i) => member(i)) });
    const { result, ms } = timed(() => jsonSchemaProgram(schema));
    t.comment(`${name}: ${Math.round(ms)} ms, ${result.length} bytes`);
    t.ok(ms < 8000, `${name} in ${Math.round(ms)} ms`);
  }
});

t.test('depth', async (t) => {
  const depth = 50_000;
  for (const [open, close] of [
    ['{"items":', '}'],
    ['{"properties":{"a":', '}}'],
    ['{"allOf":[', ']}'],
    ['{"anyOf":[', ']}'],
    ['{"const":[', ']}'],
    ['{"$defs":{"a":', '}}'],
  ] as const) {
    const inner = open.includes('const') ? '['.repeat(depth) + ']'.repeat(depth) : '';
    const text = inner === '' ? `${open.repeat(depth)}true${close.repeat(depth)}` : `${open}${inner}${close}`;
    const { result, ms } = timed(() => jsonSchemaProgram(text));
    t.ok(result.length > 0, `${open} ${Math.round(ms)} ms`);
    t.equal(analyzeJsonSchema(text).supported, true);
  }
  const wrong = errorOf(() => jsonSchemaProgram(`${'{"items":'.repeat(depth)}3${'}'.repeat(depth)}`));
  t.equal(wrong.code, 'SCHEMA');
  t.equal((wrong.location as { pointer: string }).pointer.length, '/items'.length * (depth - 1));
});

t.test('a chain of references, and a long cycle', async (t) => {
  const size = 50_000;
  const chain = (last: string): string => {
    const definitions = Array.from({ length: size }, (_, i) => `"d${i}":{"$ref":"#/$defs/d${i + 1}"}`);
    return `{"$ref":"#/$defs/d0","$defs":{${definitions.join(',')},"d${size}":${last}}}`;
  };
  const { result, ms } = timed(() => jsonSchemaProgram(chain('{"type":"string"}')));
  t.ok(readProgram(result).nodes.length > size, `${Math.round(ms)} ms`);
  const error = errorOf(() => jsonSchemaProgram(chain('{"$ref":"#"}')));
  t.equal(error.code, 'SCHEMA');
  t.ok(error.message.length < 1000);
});

t.test('many branches beside one long list and one large schema', async (t) => {
  const size = 10_000;
  const names = Array.from({ length: size }, (_, i) => `n${i}`);
  const schema = JSON.stringify({
    $defs: {
      list: { enum: names },
      large: { type: 'object', properties: Object.fromEntries(names.map((name) => [name, {}])) },
    },
    prefixItems: names.map((name) => ({
      oneOf: [{ $ref: '#/$defs/list' }, { $ref: '#/$defs/large' }, { const: `not ${name}` }],
    })),
  });
  const { result, ms } = timed(() => jsonSchemaProgram(schema));
  t.ok(ms < 8000, `${Math.round(ms)} ms`);
  const tags = readProgram(result).nodes.flatMap((records) => records.map(({ tag }) => tag));
  t.notOk(tags.includes('oneOf'), 'all are told apart');
});

t.test('an anchor at every depth', async (t) => {
  const depth = 50_000;
  const anchors = Array.from({ length: depth }, (_, i) => `{"$anchor":"a${i}","items":`);
  const text = `{"$ref":"#a${depth - 1}","$defs":{"d":${anchors.join('')}3${'}'.repeat(depth)}}}`;
  const { result, ms } = timed(() => errorOf(() => jsonSchemaProgram(text)));
  t.equal(result.code, 'SCHEMA');
  t.match(result.location, { pointer: `/$defs/d${'/items'.repeat(depth - 1)}`, keyword: 'items' });
  t.ok(ms < 8000, `${Math.round(ms)} ms`);
});

t.test('10 MB of text', async (t) => {
  const member = `{"type":"object","properties":{"constructor":{"type":"string","minLength":3},"toString":{"enum":["a","b"]}}}`;
  const count = Math.ceil(10_000_000 / (member.length + 12));
  const members = Array.from({ length: count }, (_, i) => `"member${i}":${member}`);
  const { result, ms } = timed(() => jsonSchemaProgram(`{"properties":{${members.join(',')}}}`));
  t.comment(`${count} members: ${Math.round(ms)} ms, ${result.length} bytes`);
  t.ok(ms < 20_000);

  const digits = '7'.repeat(10_000_000);
  t.ok(jsonSchemaProgram(`{"minimum": ${digits}, "maxLength": ${digits}}`).length > 1_000_000);
  t.ok(jsonSchemaProgram(`{"minimum": 0.${'0'.repeat(10_000_000)}1}`).length > 0);
  const error = errorOf(() => jsonSchemaProgram(`{"minimum": 1e${digits}}`));
  t.equal(error.code, 'UNSUPPORTED');
  t.equal(errorOf(() => jsonSchemaProgram(`{"const": "${'a'.repeat(10_000_000)}`)).code, 'SYNTAX');
  const deep = errorOf(() => jsonSchemaProgram('['.repeat(10_000_000)));
  t.ok(deep.code === 'SYNTAX' || deep.code === 'MEMORY', deep.code);
});

t.test('limits end the work', async (t) => {
  const schema = JSON.stringify({ enum: Array.from({ length: 300_000 }, (_, i) => `value-${i}`) });
  const { result, ms } = timed(() => errorOf(() => jsonSchemaProgram(schema, { limits: { timeoutMs: 20 } })));
  t.equal(result.code, 'DEADLINE');
  t.ok(ms < 1000, `${Math.round(ms)} ms`);
  t.equal(errorOf(() => jsonSchemaProgram(schema, { limits: { nodes: 1000 } })).code, 'MEMORY');
  t.equal(errorOf(() => jsonSchemaProgram(schema, { limits: { memoryBytes: 100_000 } })).code, 'MEMORY');
});
