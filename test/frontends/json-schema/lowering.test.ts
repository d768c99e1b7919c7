import t from 'tap';
import { jsonProgram } from '../../../src/frontends/json.js';
import { jsonSchemaProgram } from '../../../src/frontends/json-schema/json-schema-program.js';
import { generationStyle } from '../../../src/frontends/json-schema/style.js';
import { viewOf } from './schema-view.js';

const root = (schema: object | boolean | string) => viewOf(jsonSchemaProgram(schema)).root;
const NEVER = [['types']];

t.test('boolean schemas', async (t) => {
  t.same(root(true), []);
  t.same(root({}), []);
  t.same(root(false), NEVER);
  t.same(root(' true '), []);
});

t.test('type', async (t) => {
  for (const type of ['null', 'boolean', 'number', 'string', 'array', 'object', 'integer']) {
    t.same(root({ type }), [['types', type]]);
  }
  t.same(root({ type: ['string', 'null'] }), [['types', 'null', 'string']]);
});

t.test('enum and const of scalars', async (t) => {
  t.same(root({ enum: ['a', 'bc', '', 'é😀', 'a'] }), [{ tag: 'scalars', strings: ['', 'a', 'bc', 'é😀'] }]);
  t.same(root('{"enum": [1, 1.0, 10e-1, 0.10, -0, 1e400, 9007199254740993, null, true, false, "x"]}'), [
    {
      tag: 'scalars',
      words: ['null', 'true', 'false'],
      strings: ['x'],
      numbers: ['1e0', '1e-1', '0e0', '1e400', '9007199254740993e0'],
    },
  ]);
  t.same(root({ const: 'a\n"' }), [{ tag: 'scalars', strings: ['a\n"'] }]);
  t.same(root({ const: false }), [{ tag: 'scalars', words: ['false'] }]);
  t.same(root({ enum: [] }), NEVER);
});

t.test('enum and const of objects and arrays', async (t) => {
  const one = [{ tag: 'scalars', numbers: ['1e0'] }];
  const object = [
    ['types', 'object'],
    {
      tag: 'object',
      additional: NEVER,
      properties: [
        ['b', one],
        ['a', [{ tag: 'scalars', words: ['null'] }]],
      ],
      required: ['b', 'a'],
    },
  ];
  t.same(root({ const: { b: 1, a: null } }), [['allOf', object]]);
  const array = [
    ['types', 'array'],
    {
      tag: 'array',
      minItems: 2,
      maxItems: 2,
      prefixItems: [one, [['types', 'array'], { tag: 'array', minItems: 0, maxItems: 0 }]],
    },
  ];
  t.same(root({ const: [1, []] }), [['allOf', array]]);
  t.same(root({ enum: [{ b: 1, a: null }, 's', [1, []], null] }), [
    ['anyOf', object, [{ tag: 'scalars', words: ['null'], strings: ['s'] }], array],
  ]);
  t.same(root({ const: {} }), [['allOf', [['types', 'object'], { tag: 'object', additional: NEVER }]]]);
});

t.test('numbers', async (t) => {
  t.same(
    root(
      '{"minimum": 1.50, "exclusiveMaximum": 1e400, "maximum": 0.1, "exclusiveMinimum": -9007199254740993}',
    ),
    [
      {
        tag: 'number',
        minimum: '15e-1',
        exclusiveMaximum: '1e400',
        maximum: '1e-1',
        exclusiveMinimum: '-9007199254740993e0',
      },
    ],
  );
  t.same(root({ minimum: 1e21 }), [{ tag: 'number', minimum: '1e21' }]);
  t.same(root({ allOf: [{ minimum: 5 }, { maximum: 3 }] }), [
    ['allOf', [{ tag: 'number', minimum: '5e0' }], [{ tag: 'number', maximum: '3e0' }]],
  ]);
});

t.test('strings', async (t) => {
  t.same(root('{"minLength": 3.0, "maxLength": 1e400}'), [
    { tag: 'string', minLength: 3, maxLength: 4294967294 },
  ]);
  t.same(root({ maxLength: 2, pattern: '^a' }), [
    { tag: 'string', minLength: 0, maxLength: 2, pattern: 'expression' },
  ]);
});

t.test('arrays', async (t) => {
  const string = [['types', 'string']];
  t.same(root({ type: 'array', items: { type: 'string' }, minItems: 1, maxItems: 3 }), [
    ['types', 'array'],
    { tag: 'array', minItems: 1, maxItems: 3, items: string },
  ]);
  t.same(root({ prefixItems: [{ type: 'string' }, true], items: false }), [
    { tag: 'array', minItems: 0, items: NEVER, prefixItems: [string, []] },
  ]);
  t.same(root({ items: true }), [{ tag: 'array', minItems: 0 }]);
});

t.test('objects', async (t) => {
  t.same(
    root({
      required: ['z', 'a', 'z'],
      properties: { a: true, b: false },
      additionalProperties: false,
      type: 'object',
    }),
    [
      {
        tag: 'object',
        additional: NEVER,
        properties: [
          ['a', []],
          ['b', NEVER],
        ],
        required: ['z', 'a'],
      },
      ['types', 'object'],
    ],
  );
  t.same(root({ additionalProperties: true }), [{ tag: 'object' }]);
  t.same(root({ additionalProperties: {} }), [{ tag: 'object', additional: [], additionalIsSchema: true }]);
  t.same(
    root(
      '{"properties": {"10": true, "9": true, "__proto__": true, "constructor": true, "toString": true, "": true}}',
    ),
    [
      {
        tag: 'object',
        properties: ['10', '9', '__proto__', 'constructor', 'toString', ''].map((name) => [name, []]),
      },
    ],
  );
  t.same(root('{"__proto__": 1, "constructor": {"not": {}}, "toString": [], "hasOwnProperty": null}'), []);
});

t.test('records stand in the order of the keywords', async (t) => {
  const schema = {
    anyOf: [{ required: ['a'] }, { required: ['b'] }],
    maximum: 3,
    properties: { c: true },
    minimum: 1,
    type: 'object',
    allOf: [true],
    required: ['d'],
  };
  t.same(root(schema), [
    ['anyOf', [{ tag: 'object', required: ['a'] }], [{ tag: 'object', required: ['b'] }]],
    { tag: 'number', minimum: '1e0', maximum: '3e0' },
    { tag: 'object', properties: [['c', []]], required: ['d'] },
    ['types', 'object'],
    ['allOf', []],
  ]);
});

t.test('references', async (t) => {
  const string = [['types', 'string']];
  for (const ref of ['#/$defs/a~1b~0%25', '#/%24defs/a~1b~0%25', 'x:y#/$defs/a~1b~0%25']) {
    t.same(
      root({ $id: 'x:y', $ref: ref, minLength: 1, $defs: { 'a/b~%': { type: 'string' } } }),
      [['allOf', string], { tag: 'string', minLength: 1 }],
      ref,
    );
  }
  t.same(root({ properties: { next: { $ref: '#' } } }), [
    { tag: 'object', properties: [['next', [['allOf', 'again']]]] },
  ]);
  t.same(root({ $ref: '#/definitions/a', definitions: { a: { items: { $ref: '#/definitions/a' } } } }), [
    ['allOf', [{ tag: 'array', minItems: 0, items: [['allOf', 'again']] }]],
  ]);
  t.same(
    root({
      properties: { a: { type: 'string' }, b: { $ref: '#/properties/a' }, c: { $ref: '#/x/0' } },
      x: [false],
    }),
    [
      {
        tag: 'object',
        properties: [
          ['a', string],
          ['b', [['allOf', string]]],
          ['c', [['allOf', NEVER]]],
        ],
      },
    ],
  );
  t.same(root({ prefixItems: [{ type: 'string' }], items: { $ref: '#/prefixItems/0' } }), [
    { tag: 'array', minItems: 0, prefixItems: [string], items: [['allOf', string]] },
  ]);
});

t.test('annotations and unknown keywords add nothing', async (t) => {
  const schema = {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://example.com/schema',
    $comment: 'a',
    title: 'a',
    description: 'a',
    default: 1,
    examples: [1],
    deprecated: true,
    readOnly: true,
    writeOnly: true,
    contentEncoding: 'base64',
    contentMediaType: 'text/plain',
    contentSchema: { not: true },
    'x-anything': { not: true },
    format: 'int32',
  };
  t.same(root(schema), []);
  const formats = jsonSchemaProgram({ format: 'date-time' }, { formats: 'annotate' });
  t.same(viewOf(formats).root, []);
});

t.test('definitions that nothing refers to are not in the program', async (t) => {
  const schema = { $defs: { a: { type: 'string' }, b: { $defs: { c: { oneOf: [true] } } } }, type: 'null' };
  const view = viewOf(jsonSchemaProgram(schema));
  t.same(view.root, [['types', 'null']]);
  t.equal(view.nodes, 1);
});

t.test('style', async (t) => {
  const exact = { whitespace: 'any', keyOrder: 'any', spelling: 'any', undeclared: 'schema' };
  t.same(viewOf(jsonSchemaProgram(true)).style, exact);
  t.same(viewOf(jsonSchemaProgram(true, { style: generationStyle })).style, {
    whitespace: 'compact',
    keyOrder: 'schema',
    spelling: 'canonical',
    undeclared: 'forbid',
  });
  const bounded = { whitespace: { atMost: 20 } };
  t.same(viewOf(jsonProgram({ style: bounded })).style, { ...exact, ...bounded });
  t.same(viewOf(jsonProgram({ style: { whitespace: 'inside' } })).style, { ...exact, whitespace: 'inside' });
  t.same(viewOf(jsonProgram({ style: { whitespace: 'compact' } })).style, {
    ...exact,
    whitespace: 'compact',
  });
  t.same(jsonProgram(), jsonSchemaProgram(true));
});
