import t from 'tap';
import { Compiler, Grammar, Vocabulary } from '../../src/index.js';
import { naiveValidator } from '../oracle/validator.js';

/** Each byte is a token. */
const STOP = 256;
const compiler = new Compiler(
  Vocabulary.fromTokens([...Array.from({ length: STOP }, (_, byte) => Uint8Array.of(byte)), null], {
    stopTokens: [STOP],
  }),
);

const VALUES = ['1', 'true', '"a"', '[]', '{"a":1}'];

function arraysUpTo(length: number): string[] {
  let last: string[][] = [[]];
  const all = [...last];
  for (let i = 0; i < length; i++) {
    last = last.flatMap((items) => VALUES.map((value) => [...items, value]));
    all.push(...last);
  }
  return all.map((items) => `[${items.join()}]`);
}

const unique = { uniqueItems: true };
const schemas: Record<string, object> = {
  'two that ask, one below `not` in a `oneOf`': {
    type: 'array',
    oneOf: [{ not: unique }, { ...unique, maxItems: 5 }],
  },
  'the same with few values': {
    type: 'array',
    items: { enum: [1, true] },
    maxItems: 2,
    oneOf: [{ not: unique }, { ...unique, maxItems: 5 }],
  },
  'in `then`, behind an `if` that asks': {
    type: 'array',
    items: { enum: [1] },
    maxItems: 2,
    if: unique,
    // biome-ignore lint/suspicious/noThenProperty: a keyword of JSON Schema
    then: { oneOf: [unique] },
  },
  'both must fail': { type: 'array', not: { anyOf: [unique, { ...unique, minItems: 1 }] } },
  'one holds and one fails by its length': {
    type: 'array',
    allOf: [unique, { not: { ...unique, maxItems: 1 } }],
  },
};

for (const [name, schema] of Object.entries(schemas)) {
  t.test(name, async (t) => {
    const source = JSON.stringify(schema);
    const expected = naiveValidator(source, { draft: '2020-12' });
    const grammar = Grammar.jsonSchema(source);
    const compiled = compiler.compileSync(grammar);
    const mask = new Int32Array(Math.ceil((STOP + 1) / 32));
    const allowed = (token: number): boolean => (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
    const wrong: string[] = [];
    for (const text of arraysUpTo(3)) {
      const matcher = compiled.matcher();
      const isWritten = [...Buffer.from(text), STOP].every((token) => {
        matcher.fillMask(mask);
        return allowed(token) && matcher.accept(token);
      });
      matcher.dispose();
      const isValid = expected.text(text);
      if (grammar.test(text) !== isValid || isWritten !== isValid) wrong.push(text);
    }
    t.strictSame(wrong, []);
  });
}

t.test('items to come may lack a value that one before has taken: that is counted', async (t) => {
  const matcher = compiler
    .compileSync(
      Grammar.jsonSchema({
        type: 'array',
        items: { enum: [1] },
        maxItems: 2,
        oneOf: [{ items: { type: 'boolean' } }, { contains: {}, minContains: 2 }],
        ...unique,
      }),
    )
    .matcher();
  matcher.acceptBytes('[1');
  matcher.fillMask(new Int32Array(Math.ceil((STOP + 1) / 32)));
  t.ok(matcher.stats.undecided > 0);
});

t.test('a state of which no end is found is counted, and one that has an end is not', async (t) => {
  const style = { whitespace: 'compact', undeclared: 'forbid' } as const;
  const without = compiler
    .compileSync(
      Grammar.jsonSchema(
        { properties: { a: { type: 'object', minProperties: 1 } }, required: ['a'] },
        { style },
      ),
    )
    .matcher();
  without.acceptBytes('{"a"');
  t.equal(without.shortestCompletion(), null);
  t.ok(without.stats.undecided > 0);
  const whole = compiler.compileSync(Grammar.jsonSchema({ type: 'array', ...unique })).matcher();
  whole.acceptBytes('[1,2');
  t.ok(whole.shortestCompletion());
  t.equal(whole.stats.undecided, 0);
});
