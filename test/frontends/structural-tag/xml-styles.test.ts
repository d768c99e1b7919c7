import t, { type Test } from 'tap';
import { Grammar, type StructuralTagOptions } from '../../../src/index.js';

/** Parameters of tool calls as tags: which texts a schema allows in each style. */

function parameters(
  schema: object | boolean,
  style: string,
  more: object = {},
  options?: StructuralTagOptions,
): Grammar {
  const format = { type: 'json_schema', json_schema: schema, style, ...more };
  return Grammar.structuralTag({ type: 'structural_tag', format }, options);
}

function check(t: Test, grammar: Grammar, accepted: readonly string[], rejected: readonly string[]): void {
  for (const text of accepted) t.ok(grammar.test(text), `accepts ${text}`);
  for (const text of rejected) t.notOk(grammar.test(text), `rejects ${text}`);
}

const q = (name: string, value: string): string => `<parameter=${name}>${value}</parameter>`;

t.test('a text stands as it is, everything else as JSON', async (t) => {
  const schema = {
    type: 'object',
    properties: { text: { type: 'string' }, number: { type: 'integer' }, any: {} },
    required: ['text'],
  };
  check(
    t,
    parameters(schema, 'qwen_xml'),
    [
      q('text', ''),
      q('text', '"quoted" <b>\n</b>'),
      q('text', '</parameter'),
      `\n${q('text', 'a')}\n\t${q('number', ' 7\n')}${q('any', '[1, {"a": 2}]')}\n`,
      q('text', 'a') + q('any', 'plain text'),
    ],
    [
      '',
      q('number', '7'),
      q('text', 'a') + q('number', '"7"'),
      q('text', 'a') + q('number', '7.5'),
      q('number', '7') + q('text', 'a'),
      q('text', 'a') + q('other', 'b'),
      q('text', 'a</parameter>b'),
      q('text', 'a') + q('text', 'b'),
    ],
  );
});

t.test('strings obey their whole schema', async (t) => {
  const schema = {
    type: 'object',
    properties: {
      value: {
        type: ['string', 'null'],
        minLength: 2,
        maxLength: 3,
        pattern: '^[a-z]+$',
        not: { const: 'abc' },
      },
    },
  };
  check(
    t,
    parameters(schema, 'qwen_xml'),
    ['', q('value', 'ab'), q('value', 'xyz'), q('value', 'null'.slice(0, 3)), q('value', ' null ')],
    [q('value', 'a'), q('value', 'abcd'), q('value', 'abc'), q('value', 'AB'), q('value', 'nulls')],
  );
});

t.test('enumerations and branches hold for texts too', async (t) => {
  const either = { anyOf: [{ const: 'red' }, { enum: [1, 'blue', { a: 1 }] }] };
  check(
    t,
    parameters({ type: 'object', properties: { v: either }, required: ['v'] }, 'glm_xml'),
    ['red', 'blue', '1', '{"a": 1}'].map((value) => `<arg_key>v</arg_key>\n<arg_value>${value}</arg_value>`),
    ['"red"', 'green', '2', '{"a": 2}'].map((value) => `<arg_key>v</arg_key><arg_value>${value}</arg_value>`),
  );
});

t.test('deepseek_xml says which values are strings', async (t) => {
  const p = (flag: boolean, value: string): string =>
    `<｜DSML｜parameter name="v" string="${flag}">${value}</｜DSML｜parameter>`;
  const schema = { type: 'object', properties: { v: { type: ['string', 'integer'] } } };
  check(t, parameters(schema, 'deepseek_xml'), [p(true, '7'), p(false, '7'), p(true, 'a')], [p(false, 'a')]);
});

t.test('kimi_k3_xml names the type', async (t) => {
  const p = (name: string, type: string, value: string): string =>
    `<|open|>argument key="${name}" type="${type}"<|sep|>${value}<|close|>argument<|sep|>`;
  const schema = {
    type: 'object',
    properties: { v: { type: ['string', 'integer'] }, 'a"b&': { type: 'boolean' } },
  };
  check(
    t,
    parameters(schema, 'kimi_k3_xml'),
    [
      p('v', 'string', '7'),
      p('v', 'number', '7'),
      p('v', 'integer', '7'),
      p('a&quot;b&amp;', 'boolean', 'true'),
    ],
    [p('v', 'number', 'a'), p('v', 'boolean', 'true'), p('a"b&', 'boolean', 'true')],
  );
});

t.test('cohere_xml nests objects and lists', async (t) => {
  const v = (name: string, type: string, value: string): string =>
    `<cofl:value${name === '' ? '' : ` name="${name}"`} type="${type}">${value}</cofl:value>`;
  const schema = {
    $defs: { tree: { type: 'object', properties: { next: { $ref: '#/$defs/tree' } } } },
    type: 'object',
    properties: {
      tree: { $ref: '#/$defs/tree' },
      pair: {
        type: 'array',
        prefixItems: [{ type: 'string' }, { type: 'integer' }],
        items: false,
        minItems: 1,
      },
      'a<b': { type: 'boolean' },
    },
  };
  check(
    t,
    parameters(schema, 'cohere_xml'),
    [
      '',
      v('tree', 'dict', v('next', 'dict', v('next', 'dict', ''))),
      v('pair', 'list', v('', 'raw', 'x') + v('', 'json', '1')),
      v('pair', 'list', v('', 'raw', 'x')),
      v('a&lt;b', 'json', 'true'),
    ],
    [
      v('tree', 'json', '{}'),
      v('pair', 'list', ''),
      v('pair', 'list', v('', 'json', '1')),
      v('pair', 'list', v('', 'raw', 'x') + v('', 'json', '1') + v('', 'json', '1')),
      v('a<b', 'json', 'true'),
    ],
  );
});

t.test('order, number and names of the members', async (t) => {
  const int = { type: 'integer' };
  const three = { type: 'object', properties: { a: int, b: int, c: int }, required: ['b'] };
  const [a, b, c] = ['a', 'b', 'c'].map((name) => q(name, '1')) as [string, string, string];
  check(t, parameters(three, 'qwen_xml'), [b, a + b + c, b + c], [a, b + a, a + c, b + b]);
  const anyOrder = parameters(three, 'qwen_xml', { any_order: true });
  check(t, anyOrder, [b, c + b + a, b + a], ['', a + c, b + b, b + a + b]);
  const two = parameters({ ...three, minProperties: 2, maxProperties: 2 }, 'qwen_xml');
  check(t, two, [a + b, b + c], [b, a + c, a + b + c]);
  const more = parameters({ ...three, additionalProperties: { type: 'boolean' } }, 'qwen_xml');
  check(t, more, [b, b + q('d', 'true')], [b + q('d', '1'), b + q('a', 'true'), q('d', 'true') + b]);
  const patterns = {
    type: 'object',
    properties: { ax: {} },
    patternProperties: { '^a': int, '^b': { type: 'boolean' } },
  };
  check(
    t,
    parameters(patterns, 'qwen_xml'),
    [q('ax', '1'), q('ax', '1') + q('ay', '2') + q('bz', 'true')],
    [q('ax', 'true'), q('ay', 'x'), q('bz', '1'), q('c', '1')],
  );
});

t.test('what the schema does not declare', async (t) => {
  const declared = { type: 'object', properties: { a: { type: 'integer' } } };
  const more = q('a', '1') + q('b', 'x');
  t.notOk(parameters(declared, 'qwen_xml').test(more), 'off where something is declared');
  t.ok(
    parameters({ ...declared, additionalProperties: true }, 'qwen_xml').test(more),
    'on where the schema says so',
  );
  t.ok(parameters({ type: 'object' }, 'qwen_xml').test(more), 'on where nothing is declared');
  t.ok(parameters(true, 'qwen_xml').test(more));
  t.ok(
    parameters(declared, 'qwen_xml', {}, { style: { undeclared: 'schema' } }).test(more),
    'on by the style',
  );
  const json = (schema: object | boolean, options?: StructuralTagOptions): boolean =>
    parameters(schema, 'json', {}, options).test('{"a": 1, "b": [{"c": 2}]}');
  t.notOk(json(declared));
  t.ok(json({ ...declared, additionalProperties: true }));
  t.ok(json({ type: 'object' }));
  t.ok(json(true));
  t.ok(json({ type: 'object', properties: { a: {}, b: { type: 'array' } } }), 'also further inside');
  t.ok(json(declared, { style: { undeclared: 'schema' } }));
});

t.test('white space', async (t) => {
  const schema = { type: 'object', properties: { a: { type: 'integer' }, b: { type: 'integer' } } };
  const bounded = parameters(
    schema,
    'qwen_xml',
    { max_whitespace_cnt: 1 },
    { style: { whitespace: 'spaced' } },
  );
  check(t, bounded, [`${q('a', '1')}\n${q('b', '2')}`], [`${q('a', '1')}\n\n${q('b', '2')}`]);
  const some = parameters(schema, 'json', { max_whitespace_cnt: 2 });
  check(t, some, ['{"a":1,"b":2}', '{ "a" :  1,\n "b":2}'], ['{"a":   1}', '{"a":1} ', ' {"a":1}']);
  const fewer = parameters(
    schema,
    'json',
    { max_whitespace_cnt: 2 },
    { style: { whitespace: { atMost: 1 } } },
  );
  check(t, fewer, ['{ "a":1}'], ['{  "a":1}']);
  const compact = parameters(schema, 'json', { max_whitespace_cnt: 0 });
  check(t, compact, ['{"a":1,"b":2}'], ['{"a": 1}']);
});
