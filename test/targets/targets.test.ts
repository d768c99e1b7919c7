import t from 'tap';
import { explainTarget, GrammaskError, type TargetName, type TargetReport } from '../../src/index.js';

type Short = [effect: string, pointer: string, keyword: string];

function short(report: TargetReport): Short[] {
  return report.findings.map(({ effect, pointer, keyword }): Short => [effect, pointer, keyword]).sort();
}

/** Each statement was run against the real library of the version that the report names. */
function cases(
  target: TargetName,
  rows: readonly [schema: object | boolean | string, findings: Short[]][],
): void {
  t.test(target, async (t) => {
    for (const [schema, findings] of rows) {
      const report = explainTarget(schema, target);
      t.same(short(report), [...findings].sort(), JSON.stringify(schema));
      t.equal(report.accepted, !findings.some(([effect]) => effect === 'refused'));
      t.equal(
        report.enforced,
        findings.every(([effect]) => effect === 'narrowed'),
      );
    }
  });
}

const disjoint = {
  oneOf: ['a', 'b'].map((name) => ({
    type: 'object',
    properties: { t: { const: name } },
    required: ['t'],
  })),
};

cases('llguidance', [
  [true, []],
  [false, [['refused', '', '']]],
  [{ type: 'object', properties: { a: { not: {} } } }, [['refused', '/properties/a', 'not']]],
  [{ type: 'integer', $defs: { a: { not: {} } } }, []],
  [{ type: 'string', properties: { a: { not: {} } } }, []],
  [{ type: 'array', uniqueItems: false }, [['refused', '', 'uniqueItems']]],
  [{ type: 'string', format: 'int32' }, [['refused', '', 'format']]],
  [{ type: 'integer', format: 'int32' }, []],
  [{ type: 'string', format: 'date' }, [['weakened', '', 'format']]],
  [{ type: 'string', format: 'email' }, []],
  [{ $schema: 'http://json-schema.org/draft-04/schema#', type: 'integer', if: {} }, []],
  [{ $schema: 'http://json-schema.org/draft-07/schema#', dependentRequired: { a: ['b'] } }, []],
  [{ dependencies: { a: ['b'] } }, [['refused', '', 'dependencies']]],
  [{ $schema: 'http://example.com/mine', type: 'integer' }, [['refused', '', '$schema']]],
  [disjoint, []],
  [{ oneOf: [{ type: 'null' }, { type: 'object' }] }, []],
  [{ oneOf: [{ enum: ['a', 'b'] }, { enum: ['c'] }] }, []],
  [{ oneOf: [{ type: 'integer' }, { type: 'number' }] }, [['refused', '', 'oneOf']]],
  [{ type: 'integer', oneOf: [{ type: 'string' }, { type: 'number' }] }, []],
  [
    { oneOf: [{ type: 'null' }, { $ref: '#/$defs/a' }], $defs: { a: { type: 'string' } } },
    [['refused', '', 'oneOf']],
  ],
  [{ type: 'object', properties: { a: {} }, minProperties: 1 }, [['refused', '', 'minProperties']]],
  [{ type: 'object', properties: { a: {} }, minProperties: 1, additionalProperties: false }, []],
  [{ type: 'object', properties: { a: {}, b: {} }, required: ['a'], minProperties: 1 }, []],
  [{ type: 'string', pattern: '^(?!a)b' }, [['refused', '', 'pattern']]],
  [{ type: 'string', pattern: '(a)\\1' }, [['refused', '', 'pattern']]],
  [{ type: 'string', pattern: '\\ba' }, [['refused', '', 'pattern']]],
  [{ type: 'string', pattern: '^$|^(a|b$)' }, []],
  [{ type: 'object', patternProperties: { a: {}, b: {} } }, [['refused', '', 'patternProperties']]],
  [{ type: 'object', patternProperties: { '^a': {}, '^b': {} } }, []],
  [{ type: 'integer', minimum: 5, maximum: 3 }, [['refused', '', '']]],
  [{ type: 'object', required: ['a'], additionalProperties: false }, [['refused', '', '']]],
  [{ type: 'object', properties: { a: false } }, []],
  ['{"type":"string","minLength":2.0}', [['refused', '', 'minLength']]],
  [{ $ref: 'https://example.com/other' }, [['refused', '', '$ref']]],
  [{ $ref: '#a', $defs: { x: { $anchor: 'a', type: 'string' } } }, []],
  [{ $ref: '#' }, []],
  [{ 'x-guidance': { lenient: true }, not: {} }, [['ignored', '', 'not']]],
]);

cases('xgrammar', [
  [{ type: 'array', uniqueItems: true }, [['ignored', '', 'uniqueItems']]],
  [{ type: 'string', pattern: '^a$' }, []],
  [{ type: 'string', pattern: 'a' }, [['narrowed', '', 'pattern']]],
  [{ type: 'string', pattern: '^(a)\\1$' }, [['refused', '', 'pattern']]],
  [{ type: 'string', pattern: '^a$', minLength: 3 }, [['ignored', '', 'minLength']]],
  [{ type: 'string', format: 'email', pattern: '^a$' }, [['ignored', '', 'pattern']]],
  [{ type: 'string', format: 'date' }, [['weakened', '', 'format']]],
  [{ type: 'string', format: 'iri' }, [['ignored', '', 'format']]],
  [{ $ref: '#/$defs/a', minimum: 5, $defs: { a: { type: 'integer' } } }, [['ignored', '', 'minimum']]],
  [{ allOf: [{ type: 'integer' }, { minimum: 3 }] }, [['ignored', '', 'allOf']]],
  [
    { allOf: [{}, { properties: { a: false } }] },
    [
      ['ignored', '', 'allOf'],
      ['refused', '/allOf/1/properties/a', ''],
    ],
  ],
  [{ type: 'string', enum: ['a'] }, []],
  [{ type: 'integer', enum: ['a'] }, [['ignored', '', 'type']]],
  [{ type: 'object', properties: { a: false } }, [['refused', '/properties/a', '']]],
  [{ type: 'object', required: ['a'] }, [['ignored', '', 'required']]],
  [{ minLength: 3 }, [['ignored', '', 'minLength']]],
  [{ properties: { a: { type: 'null' } } }, [['narrowed', '', 'properties']]],
  [{ oneOf: [{ type: 'integer' }, { type: 'string' }] }, []],
  [{ oneOf: [{ type: 'integer' }, { type: 'number' }] }, [['weakened', '', 'oneOf']]],
  [{ type: 'array', items: [{}] }, [['refused', '', 'items']]],
  [{ $ref: '#/$defs/a~1b', $defs: { 'a/b': {} } }, [['refused', '', '$ref']]],
  [{ $ref: 'https://example.com/other' }, [['ignored', '', '$ref']]],
  [{ type: 'number', multipleOf: 0.5 }, [['ignored', '', 'multipleOf']]],
  [{ type: 'integer', minimum: 4.5 }, [['refused', '', 'minimum']]],
]);

cases('llama.cpp', [
  [{ type: 'object', properties: { a: { type: 'integer', minimum: 3 } }, additionalProperties: false }, []],
  [
    { type: 'object', properties: { a: true }, additionalProperties: false },
    [['refused', '/properties/a', '']],
  ],
  [{ type: 'number', minimum: 3 }, [['ignored', '', 'minimum']]],
  [{ type: 'string', pattern: 'a' }, [['refused', '', 'pattern']]],
  [{ type: 'string', pattern: '^a$', maxLength: 3 }, [['ignored', '', 'maxLength']]],
  [{ type: 'string', format: 'email' }, [['ignored', '', 'format']]],
  [{ $ref: '#/$defs/a', $defs: { a: { type: 'string' } } }, []],
  [{ $ref: '#a', $defs: { a: { $anchor: 'a' } } }, [['refused', '', '$ref']]],
  [{ oneOf: [{ type: 'string' }, { type: 'null' }] }, [['weakened', '', 'oneOf']]],
  [
    { type: 'array', items: { type: 'string' }, minItems: 1, uniqueItems: true },
    [['ignored', '', 'uniqueItems']],
  ],
]);

cases('openai-strict', [
  [
    { type: 'object', properties: { a: { type: 'string' } }, required: ['a'], additionalProperties: false },
    [],
  ],
  [{ type: 'array', items: { type: 'string' } }, [['refused', '', 'type']]],
  [
    { type: 'object', properties: { a: { type: ['string', 'null'] } } },
    [
      ['refused', '', 'additionalProperties'],
      ['refused', '', 'required'],
    ],
  ],
  [
    { type: 'object', properties: {}, required: [], additionalProperties: false, allOf: [] },
    [['refused', '', 'allOf']],
  ],
]);

t.test('the report names what it is about', async (t) => {
  const report = explainTarget({ type: 'string', pattern: 'a' }, 'xgrammar');
  t.match(report, { target: 'xgrammar', version: /XGrammar 0\.2\.8/, accepted: true, enforced: true });
  t.ok(report.notes.length > 0);
  t.match(report.findings[0], { message: /whole text/, hint: /\^/ });
});

t.test('nesting and cycles do not overflow the stack', async (t) => {
  const nested = (depth: number): string => `${'{"items":'.repeat(depth)}true${'}'.repeat(depth)}`;
  const chain = (length: number): object => ({
    $ref: '#/$defs/d0',
    $defs: Object.fromEntries(
      Array.from({ length }, (_, i) => [
        `d${i}`,
        {
          type: 'object',
          properties: { a: { $ref: `#/$defs/d${i + 1 < length ? i + 1 : 0}`, minProperties: 0 } },
        },
      ]),
    ),
  });
  for (const target of ['llguidance', 'xgrammar', 'llama.cpp', 'openai-strict'] as const) {
    t.type(explainTarget(nested(20_000), target).accepted, 'boolean', target);
    t.type(explainTarget(chain(2000), target).accepted, 'boolean', target);
    t.type(
      explainTarget('{"$ref":"#/a","a":{"$ref":"#/b"},"b":{"$ref":"#/a"}}', target).accepted,
      'boolean',
      target,
    );
  }
  t.match(short(explainTarget(nested(200), 'llguidance')), [['refused', '', '']]);
});

t.test('hostile names are names', async (t) => {
  const schema =
    '{"type":"object","properties":{"__proto__":{"type":"string"}},"constructor":1,"toString":2}';
  for (const target of ['llguidance', 'xgrammar', 'llama.cpp'] as const) {
    t.ok(explainTarget(schema, target).accepted, target);
  }
});

t.test('errors', async (t) => {
  t.throws(() => explainTarget({}, 'other' as TargetName), { code: 'ARGUMENT', hint: /xgrammar/ });
  t.throws(() => explainTarget('{"type":', 'xgrammar'), { code: 'SYNTAX' });
  t.throws(() => explainTarget({ a: 1 }, 'xgrammar', { limits: { timeoutMs: -1 } }), GrammaskError);
});
