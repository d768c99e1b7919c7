import t from 'tap';
import {
  analyzeJsonSchema,
  jsonSchemaProgram,
} from '../../../src/frontends/json-schema/json-schema-program.js';
import type { JsonSchemaOptions } from '../../../src/frontends/json-schema/types.js';
import { expectError } from './expect-error.js';

const nested = (schema: object) => ({ properties: { 'a/b': { items: schema } } });
const POINTER = '/properties/a~1b/items';

const REFUSED: [keyword: string, schema: Record<string, unknown>][] = [
  ['$ref', { $ref: 'other.json' }],
  ['$ref', { $ref: 'https://example.com/schema#/$defs/a' }],
  ['$dynamicRef', { $dynamicRef: 'https://example.com/schema#a' }],
  ['$schema', { $id: 'https://example.com/a', $schema: 'https://example.com/dialect' }],
  ['pattern', { pattern: '(a)\\1' }],
  ['patternProperties', { patternProperties: { '(a)\\1': true } }],
  [
    'unevaluatedProperties',
    {
      anyOf: Array.from({ length: 13 }, (_, i) => ({ patternProperties: { [`^${i}`]: true } })),
      unevaluatedProperties: false,
    },
  ],
  [
    'unevaluatedItems',
    {
      anyOf: Array.from({ length: 11 }, (_, i) => ({ contains: { const: i } })),
      unevaluatedItems: false,
    },
  ],
];

t.test('what cannot be enforced is refused with pointer and keyword', async (t) => {
  for (const [keyword, schema] of REFUSED) {
    const location = { pointer: POINTER, keyword };
    expectError(t, () => jsonSchemaProgram(nested(schema)), 'UNSUPPORTED', location, JSON.stringify(schema));
    const { supported, issues } = analyzeJsonSchema(nested(schema));
    t.equal(supported, false);
    t.match(issues, [{ pointer: POINTER, keyword, severity: 'error' }]);
  }
  const dialect = expectError(t, () => jsonSchemaProgram({ $schema: 'urn:mine' }), 'UNSUPPORTED', {
    pointer: '',
    keyword: '$schema',
  });
  t.match(dialect.hint, 'resolve');
  const unreached = { $defs: { a: { $ref: 'other.json' } }, type: 'string' };
  t.match(analyzeJsonSchema(unreached), { supported: true, issues: [{ severity: 'warning' }] });
});

const notes = (schema: object | string, options?: JsonSchemaOptions): string[] =>
  analyzeJsonSchema(schema, options).issues.map(({ severity, keyword }) => `${severity} ${keyword}`);

t.test('what has no effect is noted', async (t) => {
  for (const [keyword, schema] of [
    ['then', JSON.parse('{"then": false}')],
    ['else', { else: false }],
    ['minContains', { minContains: 3 }],
    ['maxContains', { maxContains: 3 }],
    ['contains', { contains: false, minContains: 0 }],
    ['format', { format: 'int64' }],
    ['x-unknown', { 'x-unknown': { not: true } }],
    ['dependencies', { dependencies: { a: ['b'] } }],
  ]) {
    t.same(notes(schema), [`info ${keyword}`], keyword);
    t.ok(jsonSchemaProgram(schema).length > 0);
  }
  t.same(notes({ format: 'date' }, { formats: 'annotate' }), ['info format']);
  t.same(notes({ items: true, additionalItems: false }, { draft: '7' }), ['info additionalItems']);
  t.same(notes({ exclusiveMinimum: true }, { draft: '4' }), ['info exclusiveMinimum']);
});

t.test('what means less than it seems to is a warning', async (t) => {
  for (const [keyword, schema, draft] of [
    ['multipleOf', { type: 'string', multipleOf: 3 }],
    ['patternProperties', { type: 'integer', patternProperties: { a: true } }],
    ['format', { type: 'number', format: 'date' }],
    ['additionalItems', { additionalItems: false }],
    ['const', { const: 1 }, '4'],
    ['if', { if: true }, '6'],
    ['dependentRequired', { dependentRequired: { a: ['b'] } }, '7'],
    ['prefixItems', { prefixItems: [true] }, '2019-09'],
    ['minLength', { $ref: '#/definitions/a', minLength: 1, definitions: { a: true } }, '7'],
    ['$id', { $id: '#/properties/a' }],
    ['$recursiveAnchor', { items: { $recursiveAnchor: true } }, '2019-09'],
    ['$schema', { items: { $schema: 'http://json-schema.org/draft-07/schema#' } }],
    ['not', { not: false }, '4'],
  ] as [string, object, JsonSchemaOptions['draft']?][]) {
    t.same(
      notes(schema, draft === undefined ? {} : { draft }),
      [`warning ${keyword}`],
      JSON.stringify(schema),
    );
  }
});

const MALFORMED: [keyword: string, schema: unknown][] = [
  ['type', { type: 'foo' }],
  ['type', { type: 'constructor' }],
  ['type', { type: [] }],
  ['type', { type: ['string', 1] }],
  ['type', { type: null }],
  ['minLength', { minLength: -1 }],
  ['minLength', { minLength: 1.5 }],
  ['maxLength', { maxLength: '3' }],
  ['minItems', { minItems: null }],
  ['maxItems', { maxItems: [] }],
  ['pattern', { pattern: 1 }],
  ['minimum', { minimum: '1' }],
  ['exclusiveMinimum', { minimum: 1, exclusiveMinimum: true }],
  ['items', { items: [true] }],
  ['$ref', { $ref: '#name' }],
  ['$dynamicRef', { $dynamicRef: 1 }],
  ['$anchor', { $anchor: 'a b' }],
  ['$dynamicAnchor', { $dynamicAnchor: 1 }],
  ['$vocabulary', { $vocabulary: [] }],
  ['propertyNames', { propertyNames: 1 }],
  ['dependentSchemas', { dependentSchemas: { a: [] } }],
  ['dependencies', { dependencies: { a: [1] } }],
  ['dependencies', { dependencies: { a: 1 } }],
  ['unevaluatedItems', { unevaluatedItems: 1 }],
  ['contains', { contains: [] }],
  ['maxProperties', { maxProperties: 1.5 }],
  ['then', JSON.parse('{"then": 1}')],
  ['exclusiveMaximum', { exclusiveMaximum: false }],
  ['maximum', { maximum: null }],
  ['properties', { properties: 3 }],
  ['properties', { properties: { a: 1 } }],
  ['properties', { properties: [] }],
  ['required', { required: [1, 2] }],
  ['required', { required: true }],
  ['additionalProperties', { additionalProperties: 'no' }],
  ['items', { items: 1 }],
  ['prefixItems', { prefixItems: {} }],
  ['prefixItems', { prefixItems: [] }],
  ['prefixItems', { prefixItems: [1] }],
  ['anyOf', { anyOf: [] }],
  ['anyOf', { anyOf: {} }],
  ['allOf', { allOf: [null] }],
  ['enum', { enum: 'a' }],
  ['enum', { enum: ['\ud800'] }],
  ['const', { const: { '\udc00a': 1 } }],
  ['properties', { properties: { '\ud800': true } }],
  ['required', { required: ['\ud800'] }],
  ['$ref', { $ref: 3 }],
  ['$ref', { $ref: '#/nowhere' }],
  ['$ref', { $ref: '#/properties/a~2' }],
  ['$ref', { $ref: '#/%zz' }],
  ['$ref', { $ref: '#/properties/a~1b/items/$ref' }],
  ['$ref', { $ref: '#/properties/toString' }],
  ['$defs', { $defs: [] }],
  ['definitions', { definitions: { a: 'b' } }],
  ['$schema', { $schema: 1 }],
  ['$id', { $id: {} }],
  ['format', { format: 1 }],
  ['not', { not: 1 }],
  ['oneOf', { oneOf: {} }],
  ['if', { if: 1 }],
  ['multipleOf', { multipleOf: 0 }],
  ['multipleOf', { multipleOf: -1 }],
  ['uniqueItems', { uniqueItems: 1 }],
  ['minContains', { minContains: -1 }],
  ['patternProperties', { patternProperties: { a: 1 } }],
  ['dependentRequired', { dependentRequired: { a: [1] } }],
  ['minProperties', { minProperties: -1 }],
];

t.test('malformed values', async (t) => {
  for (const [keyword, schema] of MALFORMED) {
    const location = { pointer: POINTER, keyword };
    expectError(
      t,
      () => jsonSchemaProgram(nested(schema as object)),
      'SCHEMA',
      location,
      JSON.stringify(schema),
    );
    t.equal(analyzeJsonSchema(nested(schema as object)).supported, false);
  }
  for (const schema of ['3', '"a"', 'null', '[]']) {
    expectError(t, () => jsonSchemaProgram(schema), 'SCHEMA', { pointer: '', keyword: '' });
    t.equal(analyzeJsonSchema(schema).supported, false);
  }
  expectError(t, () => jsonSchemaProgram(undefined as unknown as object), 'SCHEMA', { pointer: '' });
  expectError(t, () => jsonSchemaProgram({ $id: 'a#b' }), 'SCHEMA', { pointer: '', keyword: '$id' });
  expectError(t, () => jsonSchemaProgram('{"minimum": 1e9999999999999999}'), 'UNSUPPORTED', {
    keyword: 'minimum',
  });
});

t.test('definitions that nothing refers to: malformed is an error, unsupported a warning', async (t) => {
  const location = { pointer: '/$defs/a/items', keyword: 'type' };
  expectError(t, () => jsonSchemaProgram({ $defs: { a: { items: { type: 'foo' } } } }), 'SCHEMA', location);
  const { supported, issues } = analyzeJsonSchema({ $defs: { a: { pattern: '(a)\\1' } } });
  t.equal(supported, true);
  t.match(issues, [{ severity: 'warning', pointer: '/$defs/a', keyword: 'pattern' }]);
});

t.test('patterns', async (t) => {
  const location = { pointer: POINTER, keyword: 'pattern' };
  expectError(t, () => jsonSchemaProgram(nested({ pattern: '(' })), 'SYNTAX', location);
  const reference = expectError(
    t,
    () => jsonSchemaProgram(nested({ pattern: 'a(b)\\1' })),
    'UNSUPPORTED',
    location,
  );
  t.match(reference.message, /column 5/);
});

t.test('references that lead nowhere but to themselves', async (t) => {
  const cycles: [string, object][] = [
    ['', { $ref: '#' }],
    ['/$defs/b', { $ref: '#/$defs/a', $defs: { a: { $ref: '#/$defs/b' }, b: { $ref: '#/$defs/a' } } }],
    ['/allOf/0', { allOf: [{ $ref: '#' }] }],
    ['/anyOf/1', { anyOf: [{ type: 'string' }, { $ref: '#' }] }],
    [
      '/properties/a/allOf/0/anyOf/0',
      { properties: { a: { allOf: [{ anyOf: [{ $ref: '#/properties/a' }] }] } } },
    ],
  ];
  for (const [pointer, schema] of cycles) {
    const error = expectError(t, () => jsonSchemaProgram(schema), 'SCHEMA', { pointer, keyword: '$ref' });
    t.match(error.message, ' → ');
    t.equal(analyzeJsonSchema(schema).supported, false);
  }
  const error = expectError(t, () => jsonSchemaProgram(cycles[1]![1]), 'SCHEMA');
  t.match(error.message, '#/$defs/a → #/$defs/b → #/$defs/a');
  t.ok(jsonSchemaProgram({ allOf: [{ $ref: '#/$defs/a' }, { $ref: '#/$defs/a' }], $defs: { a: true } }));
});

t.test('options', async (t) => {
  const bad: [string, unknown][] = [
    ['ARGUMENT', { style: { whitespace: 'wide' } }],
    ['ARGUMENT', { style: ['compact'] }],
    ['ARGUMENT', { style: { keyorder: 'any' } }],
    ['ARGUMENT', { style: 'compact' }],
    ['ARGUMENT', { style: { undeclared: 'any' } }],
    ['ARGUMENT', { style: { whitespace: { indent: 33 } } }],
    ['ARGUMENT', { style: { whitespace: { atMost: 0 } } }],
    ['ARGUMENT', { style: { whitespace: { indent: 1.5 } } }],
    ['ARGUMENT', { style: { whitespace: { indent: 2, tabs: true } } }],
    ['ARGUMENT', { draft: '3' }],
    ['ARGUMENT', { draft: 7 }],
    ['ARGUMENT', { resolve: {} }],
    ['ARGUMENT', { formats: 'ignore' }],
    ['ARGUMENT', { format: 'assert' }],
    ['ARGUMENT', { limits: { timeoutMs: -1 } }],
    ['DEADLINE', { limits: { timeoutMs: 0 } }],
    ['MEMORY', { limits: { nodes: 0 } }],
    ['MEMORY', { limits: { memoryBytes: 10 } }],
  ];
  const hints = [
    ['compact', "write { whitespace: 'compact' }"],
    ['canonical', "write { spelling: 'canonical' }"],
    ['tight', /^the options are whitespace, .*for example/],
  ] as const;
  for (const [style, hint] of hints) {
    const error = expectError(t, () => jsonSchemaProgram({}, { style } as never), 'ARGUMENT');
    t.match(error, { message: `expected an object for style but received '${style}'`, hint });
  }
  for (const [code, options] of bad) {
    expectError(
      t,
      () => jsonSchemaProgram({}, options as JsonSchemaOptions),
      code,
      undefined,
      JSON.stringify(options),
    );
    expectError(t, () => analyzeJsonSchema({}, options as JsonSchemaOptions), code);
  }
});

t.test('warnings', async (t) => {
  const cases: [string, object][] = [
    ['maxLength', { minLength: 3, maxLength: 2 }],
    ['maximum', { minimum: 3, maximum: 2.5 }],
    ['exclusiveMaximum', { minimum: 3, exclusiveMaximum: 3 }],
    ['maximum', { exclusiveMinimum: 3, maximum: 3 }],
    ['maxItems', { minItems: 1, maxItems: 0 }],
    ['required', { required: ['a'], additionalProperties: false }],
    ['required', { required: ['a'], properties: { a: false } }],
    ['required', { required: ['a', 'a'] }],
    ['enum', { enum: [] }],
    ['enum', { type: 'string', enum: ['a', 1] }],
    ['const', { type: 'integer', const: 1.5 }],
    ['maxProperties', { minProperties: 2, maxProperties: 1 }],
    ['maxProperties', { required: ['a', 'b'], maxProperties: 1 }],
    ['maxContains', { contains: true, maxContains: 0 }],
  ];
  for (const [keyword, schema] of cases) {
    const { supported, issues } = analyzeJsonSchema(nested(schema));
    t.ok(supported);
    t.match(issues, [{ pointer: POINTER, keyword, severity: 'warning' }], JSON.stringify(schema));
    t.equal(issues.length, 1);
  }
  t.same(analyzeJsonSchema({ minimum: 3, maximum: 3, minLength: 2, maxLength: 2 }).issues, []);
});

t.test('an analysis lists every error, in the order of the document', async (t) => {
  const schema = {
    properties: { a: { not: 1, type: 'foo' }, b: { $ref: '#/nowhere' } },
    oneOf: [],
    items: { pattern: '(', minLength: -1 },
  };
  const { supported, issues } = analyzeJsonSchema(schema);
  t.equal(supported, false);
  t.same(
    issues.map(({ pointer, keyword }) => `${pointer} ${keyword}`),
    [
      ' oneOf',
      '/properties/a not',
      '/properties/a type',
      '/properties/b $ref',
      '/items minLength',
      '/items pattern',
    ],
  );
  const text = analyzeJsonSchema('{"type": "string",}');
  t.match(text, {
    supported: false,
    issues: [{ pointer: '', severity: 'error', message: /line 1, column 19/ }],
  });
});

t.test('what costs is noted', async (t) => {
  const branches = Array.from({ length: 20 }, (_, i) => ({ required: [`a${i}`] }));
  t.same(notes({ oneOf: branches }), ['info oneOf']);
  const told = branches.map((_, i) => ({
    type: 'object',
    required: ['kind'],
    properties: { kind: { const: i } },
  }));
  t.same(notes({ oneOf: told }), [], 'branches that a member tells apart need no tracking');
  t.same(notes({ uniqueItems: true }), ['info uniqueItems']);
  t.same(notes({ uniqueItems: true, items: { $ref: '#/$defs/a' }, $defs: { a: { type: 'string' } } }), []);
  const choice = { anyOf: branches };
  t.same(notes({ allOf: [choice, choice, choice, choice] }), ['info allOf']);
});
