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
  ['not', { not: { type: 'string' } }],
  ['not', { not: true }],
  ['oneOf', { oneOf: [true, false] }],
  ['if', JSON.parse('{"if": true, "then": false}')],
  ['if', JSON.parse('{"if": true, "else": false, "then": true}')],
  ['patternProperties', { patternProperties: { '^a': true } }],
  ['propertyNames', { propertyNames: { maxLength: 3 } }],
  ['minProperties', { minProperties: 1 }],
  ['maxProperties', { maxProperties: 0 }],
  ['dependentRequired', { dependentRequired: { a: ['b'] } }],
  ['dependentSchemas', { dependentSchemas: { a: true } }],
  ['dependencies', { dependencies: { a: ['b'] } }],
  ['unevaluatedProperties', { unevaluatedProperties: false }],
  ['unevaluatedItems', { unevaluatedItems: false }],
  ['uniqueItems', { uniqueItems: true }],
  ['contains', { contains: true }],
  ['contains', { contains: true, minContains: 0, maxContains: 2 }],
  ['contains', { contains: { type: 'string' }, minContains: 2 }],
  ['multipleOf', { multipleOf: 0.01 }],
  ['$anchor', { $anchor: 'a' }],
  ['$dynamicRef', { $dynamicRef: '#a' }],
  ['$dynamicAnchor', { $dynamicAnchor: 'a' }],
  ['$recursiveRef', { $recursiveRef: '#' }],
  ['$recursiveAnchor', { $recursiveAnchor: true }],
  ['$vocabulary', { $vocabulary: {} }],
  ['$ref', { $ref: 'other.json' }],
  ['$ref', { $ref: 'https://example.com/schema#/$defs/a' }],
  ['$ref', { $ref: '#name' }],
  ['items', { items: [true] }],
  ['$id', { $id: 'https://example.com/other' }],
  ['$schema', { $schema: 'http://json-schema.org/draft-07/schema#' }],
  ['format', { format: 'date-time' }],
  ['format', { type: ['string', 'null'], format: 'uuid' }],
];

t.test('keywords that cannot be enforced are refused with pointer and keyword', async (t) => {
  for (const [keyword, schema] of REFUSED) {
    const location = { pointer: POINTER, keyword };
    expectError(t, () => jsonSchemaProgram(nested(schema)), 'UNSUPPORTED', location, JSON.stringify(schema));
    const { supported, issues } = analyzeJsonSchema(nested(schema));
    t.equal(supported, false);
    t.match(issues, [{ pointer: POINTER, keyword, severity: 'error' }]);
  }
  const format = expectError(t, () => jsonSchemaProgram({ format: 'date' }), 'UNSUPPORTED');
  t.match(format.hint, "formats: 'annotate'");
});

t.test('without effect, they are taken and noted', async (t) => {
  for (const schema of [
    { uniqueItems: false },
    { minProperties: 0 },
    { minProperties: '0.0' },
    JSON.parse('{"then": false}'),
    { else: false },
    { if: { type: 'string' } },
    { minContains: 3 },
    { maxContains: 3 },
    { contains: false, minContains: 0 },
    { not: false },
    { unevaluatedProperties: true },
    { unevaluatedItems: {} },
    { propertyNames: true },
    { patternProperties: {} },
    { dependentRequired: {} },
    { dependentSchemas: {} },
    { dependencies: {} },
    { $recursiveAnchor: false },
    { type: 'string', multipleOf: 3 },
    { type: 'integer', patternProperties: { a: true } },
    { type: 'number', format: 'date' },
    { format: 'int64' },
    { 'x-unknown': { not: true } },
  ]) {
    const text = JSON.stringify(schema).replace('"0.0"', '0.0');
    const { supported, issues } = analyzeJsonSchema(text);
    t.ok(supported, text);
    t.equal(issues.filter((issue) => issue.severity === 'info').length, 1, text);
    t.ok(jsonSchemaProgram(text).length > 0);
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
  const { supported, issues } = analyzeJsonSchema({ $defs: { a: { oneOf: [true] } } });
  t.equal(supported, true);
  t.match(issues, [{ severity: 'warning', pointer: '/$defs/a', keyword: 'oneOf' }]);
});

t.test('patterns', async (t) => {
  const location = { pointer: POINTER, keyword: 'pattern' };
  expectError(t, () => jsonSchemaProgram(nested({ pattern: '(' })), 'SYNTAX', location);
  const lookahead = expectError(
    t,
    () => jsonSchemaProgram(nested({ pattern: 'a(?=b)' })),
    'UNSUPPORTED',
    location,
  );
  t.match(lookahead.message, /column 2/);
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

t.test('a schema with its own $id', async (t) => {
  const schema = {
    $ref: '#/$defs/a/$defs/b',
    $defs: { a: { $id: 'other', $defs: { b: { $ref: '#/$defs/c' }, c: true } }, c: { type: 'string' } },
  };
  expectError(t, () => jsonSchemaProgram(schema), 'UNSUPPORTED', { pointer: '', keyword: '$ref' });
  t.ok(jsonSchemaProgram({ properties: { $id: { type: 'string' } } }), 'a member of that name is no keyword');
});

t.test('options', async (t) => {
  const bad: [string, unknown][] = [
    ['ARGUMENT', { style: { whitespace: 'wide' } }],
    ['ARGUMENT', { style: { keyorder: 'any' } }],
    ['ARGUMENT', { style: 'compact' }],
    ['ARGUMENT', { style: { undeclared: 'any' } }],
    ['UNSUPPORTED', { style: { whitespace: 'spaced' } }],
    ['UNSUPPORTED', { style: { whitespace: { indent: 2 } } }],
    ['UNSUPPORTED', { draft: '7' }],
    ['UNSUPPORTED', { resolve: () => true }],
    ['ARGUMENT', { formats: 'ignore' }],
    ['ARGUMENT', { format: 'assert' }],
    ['ARGUMENT', { limits: { timeoutMs: -1 } }],
    ['DEADLINE', { limits: { timeoutMs: 0 } }],
    ['MEMORY', { limits: { nodes: 0 } }],
    ['MEMORY', { limits: { memoryBytes: 10 } }],
  ];
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
  t.match(
    expectError(t, () => jsonSchemaProgram({}, bad[4]![1] as JsonSchemaOptions), 'UNSUPPORTED').hint,
    'compact',
  );
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
    properties: { a: { not: {}, type: 'foo' }, b: { $ref: '#/nowhere' } },
    oneOf: [true],
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
