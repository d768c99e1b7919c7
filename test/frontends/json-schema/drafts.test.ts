import t, { type Test } from 'tap';
import { createBuildBudget } from '../../../src/frontends/build-budget.js';
import { jsonSchemaProgram } from '../../../src/frontends/json-schema/json-schema-program.js';
import { parseJsonText } from '../../../src/frontends/json-schema/json-text.js';
import type { JsonSchemaOptions } from '../../../src/frontends/json-schema/types.js';
import { errorOf, expectError } from './expect-error.js';
import { validate } from './program-validator.js';

/** Whether a program takes the texts of one list, and none of the other. */
function check(
  t: Test,
  schema: object | string,
  valid: readonly string[],
  invalid: readonly string[],
  options: JsonSchemaOptions = {},
): void {
  const program = jsonSchemaProgram(schema, options);
  const name = typeof schema === 'string' ? schema : JSON.stringify(schema);
  const holds = (text: string) => validate(program, parseJsonText(text, createBuildBudget()));
  t.same(
    valid.filter((text) => !holds(text)),
    [],
    `${name.slice(0, 100)}: valid`,
  );
  t.same(invalid.filter(holds), [], `${name.slice(0, 100)}: invalid`);
}

t.test('integer', async (t) => {
  check(t, { type: 'integer' }, ['1', '1.0', '1e2', '-0'], ['1.5', '1e-1']);
  check(t, { type: 'integer' }, ['1', '-10'], ['1.0', '1e2', '1.5'], { draft: '4' });
  check(t, { type: ['integer', 'number'] }, ['1.0', '1.5'], ['"1"'], { draft: '4' });
});

t.test('exclusive bounds of draft 4 are flags', async (t) => {
  const schema = { minimum: 1, exclusiveMinimum: true, maximum: 3, exclusiveMaximum: false };
  check(t, schema, ['1.01', '3', '"a"'], ['1', '3.01'], { draft: '4' });
  check(t, { minimum: 1, exclusiveMinimum: 2 }, ['2.1'], ['2', '1'], { draft: '6' });
});

t.test('items', async (t) => {
  const list = { items: [{ type: 'null' }], additionalItems: { type: 'string' } };
  for (const draft of ['4', '6', '7', '2019-09'] as const) {
    check(t, list, ['[]', '[null]', '[null,"a"]'], ['[1]', '[null,1]'], { draft });
    check(t, { items: { type: 'null' }, additionalItems: false }, ['[null,null]'], ['[1]'], { draft });
  }
  check(t, { prefixItems: [{ type: 'null' }], items: false }, ['[null]'], ['[null,1]', '[1]']);
  check(t, { prefixItems: [false] }, ['[1]'], [], { draft: '7' });
});

t.test('keywords that a draft does not have mean nothing there', async (t) => {
  check(t, { const: 1 }, ['2'], [], { draft: '4' });
  check(t, '{"if": true, "else": true, "then": false}', ['2'], [], { draft: '6' });
  check(t, { dependentRequired: { a: ['b'] } }, ['{"a":1}'], [], { draft: '7' });
  check(t, { contains: true, minContains: 2 }, ['[1]'], ['[]'], { draft: '7' });
  check(t, { contains: { type: 'null' }, minContains: 2, maxContains: 2 }, ['[null,1,null]'], ['[null]']);
});

t.test('`$ref` and what stands beside it', async (t) => {
  const schema = { $ref: '#/definitions/a', minLength: 3, definitions: { a: { type: 'string' } } };
  check(t, schema, ['"a"'], ['1'], { draft: '7' });
  check(t, schema, ['"abc"'], ['"a"', '1'], { draft: '2019-09' });
});

t.test('`$schema` chooses the draft, also of schemas inside', async (t) => {
  const schema = {
    $schema: 'http://json-schema.org/draft-04/schema#',
    type: 'integer',
    definitions: { a: {} },
  };
  check(t, schema, ['1'], ['1.0']);
  const mixed = {
    properties: {
      old: { $schema: 'http://json-schema.org/draft-07/schema#', $id: 'old', items: [{ type: 'null' }] },
      new: { prefixItems: [{ type: 'null' }] },
    },
  };
  check(t, mixed, ['{"old":[null],"new":[null]}'], ['{"old":[1]}', '{"new":[1]}']);
});

t.test('names of schemas', async (t) => {
  for (const [draft, a] of [
    ['4', { id: '#a', type: 'null' }],
    ['6', { $id: '#a', type: 'null' }],
    ['7', { $id: '#a', type: 'null' }],
    ['2019-09', { $anchor: 'a', type: 'null' }],
    ['2020-12', { $anchor: 'a', type: 'null' }],
    ['2020-12', { $dynamicAnchor: 'a', type: 'null' }],
  ] as const) {
    check(t, { items: { $ref: '#a' }, definitions: { a } }, ['[null]'], ['[1]'], { draft });
  }
  const urn = {
    $id: 'urn:example:root',
    $ref: 'urn:example:b#/$defs/c',
    $defs: { b: { $id: 'urn:example:b', $defs: { c: { type: 'null' } } } },
  };
  check(t, urn, ['null'], ['1']);
  const twice = { $ref: 'x', $defs: { a: { $id: 'x' }, b: { $id: 'x', type: 'null' } } };
  t.match(errorOf(() => jsonSchemaProgram(twice)).message, 'two schemas are named');
});

t.test('the dynamic scope decides what `$dynamicRef` and `$recursiveRef` mean', async (t) => {
  const tree = {
    $id: 'https://example.com/tree',
    $dynamicAnchor: 'node',
    type: 'object',
    properties: { children: { type: 'array', items: { $dynamicRef: '#node' } } },
  };
  const strict = {
    $id: 'https://example.com/strict',
    $dynamicAnchor: 'node',
    $ref: 'tree',
    unevaluatedProperties: false,
    $defs: { tree },
  };
  check(t, strict, ['{"children":[{"children":[]}]}'], ['{"children":[{"x":1}]}', '{"x":1}']);
  check(t, tree, ['{"children":[{"x":1}]}'], ['{"children":[1]}']);
  const recursive = {
    $id: 'https://example.com/strict',
    $recursiveAnchor: true,
    $ref: 'tree',
    unevaluatedProperties: false,
    $defs: {
      tree: {
        $id: 'tree',
        $recursiveAnchor: true,
        type: 'object',
        properties: { children: { type: 'array', items: { $recursiveRef: '#' } } },
      },
    },
  };
  check(t, recursive, ['{"children":[{}]}'], ['{"children":[{"x":1}]}'], { draft: '2019-09' });
});

t.test('the meta-schemas are there', async (t) => {
  for (const uri of [
    'http://json-schema.org/draft-04/schema#',
    'http://json-schema.org/draft-06/schema#',
    'http://json-schema.org/draft-07/schema#',
    'https://json-schema.org/draft/2019-09/schema',
    'https://json-schema.org/draft/2020-12/schema',
  ]) {
    const options = { formats: 'annotate' } as const;
    check(
      t,
      { $ref: uri },
      ['{"type":"object"}', '{"items":{"minLength":3}}'],
      ['{"type":1}', '{"items":{"minLength":-3}}'],
      options,
    );
  }
});

t.test('other documents', async (t) => {
  const asked: string[] = [];
  const resolve = (uri: string): unknown => {
    asked.push(uri);
    if (uri === 'https://example.com/text') return '{"$defs": {"a": {"minimum": 1.0}}, "type": "number"}';
    if (uri === 'https://example.com/object') return { $ref: 'text#/$defs/a' };
    if (uri === 'https://example.com/broken') return '{';
    if (uri === 'https://example.com/later') return Promise.resolve({});
    if (uri === 'https://example.com/throws') throw new Error('no network');
    if (uri === 'https://example.com/wrong') return { properties: { a: { type: 'foo' } } };
    return undefined;
  };
  const options = { resolve };
  check(
    t,
    { $ref: 'https://example.com/object', $defs: { b: { $ref: 'https://example.com/never' } } },
    ['1'],
    ['0'],
    options,
  );
  t.same(
    asked,
    ['https://example.com/object', 'https://example.com/text'],
    'each once, and none for what nothing uses',
  );
  for (const [name, code, message] of [
    ['broken', 'SYNTAX', 'line 1'],
    ['later', 'SCHEMA', 'promise'],
    ['throws', 'SCHEMA', 'no network'],
    ['missing', 'SCHEMA', 'nothing'],
  ] as const) {
    const schema = { items: { $ref: `https://example.com/${name}` } };
    const error = expectError(t, () => jsonSchemaProgram(schema, options), code, {
      pointer: '/items',
      keyword: '$ref',
    });
    t.match(error.message, message);
  }
  expectError(t, () => jsonSchemaProgram({ $ref: 'https://example.com/wrong' }, options), 'SCHEMA', {
    pointer: 'https://example.com/wrong#/properties/a',
    keyword: 'type',
  });
});

t.test('a dialect of vocabularies', async (t) => {
  const vocabulary = (name: string) => `https://json-schema.org/draft/2020-12/vocab/${name}`;
  const dialect = (more: object) => (uri: string) =>
    uri === 'https://example.com/dialect'
      ? {
          $id: uri,
          $schema: uri,
          $vocabulary: { [vocabulary('core')]: true, [vocabulary('applicator')]: true, ...more },
        }
      : undefined;
  const schema = { $schema: 'https://example.com/dialect', properties: { a: { minimum: 3 }, b: false } };
  check(t, schema, ['{"a":1}'], ['{"b":1}'], { resolve: dialect({ 'urn:other': false }) });
  check(t, schema, ['{"a":3}'], ['{"a":1}'], { resolve: dialect({ [vocabulary('validation')]: true }) });
  const error = errorOf(() => jsonSchemaProgram(schema, { resolve: dialect({ 'urn:other': true }) }));
  t.match(error, { code: 'UNSUPPORTED', message: /urn:other/, location: { keyword: '$schema' } });
});
