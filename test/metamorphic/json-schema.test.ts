import fc from 'fast-check';
import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { documentOf, type FullSchema, randomFullSchema } from '../differential/random-full-schema.js';
import { randomInstance, writeFreely } from '../differential/random-instance.js';
import { randomUniverse } from '../differential/random-universe.js';
import { smallTestVocabulary } from '../differential/test-vocabulary.js';
import { parseJson, writeJson } from '../oracle/json-text.js';
import { seededRandom } from '../support/seeded-random.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 1_800_000 : 120_000;
t.setTimeout(timeout);
const parameters: fc.Parameters<[Case]> = {
  numRuns: Number(process.env.GRAMMASK_TEST_COUNT ?? (full ? 3_000 : 40)),
  seed: Number(process.env.GRAMMASK_TEST_SEED ?? 1),
  // A case is a number; smaller numbers are not simpler.
  endOnFailure: true,
};
const INSTANCES = 8;

/** A random schema, and texts that are near to it. */
interface Case {
  readonly seed: number;
  readonly schema: FullSchema;
  readonly texts: readonly string[];
}

const cases: fc.Arbitrary<Case> = fc.integer({ min: 0, max: 0x7fffffff }).map((seed) => {
  const random = seededRandom(seed);
  const universe = randomUniverse(random);
  const schema = randomFullSchema(random, { draft: '2020-12', universe });
  const texts = Array.from({ length: INSTANCES }, () =>
    writeFreely(random, randomInstance(random, universe)),
  );
  return { seed, schema, texts };
});

function grammarOf(schema: FullSchema, root = schema.root): Grammar {
  return Grammar.jsonSchema(documentOf({ ...schema, root }));
}

/** The verdict on a text, and for each of its beginnings whether it can be gone on with. */
function verdicts(grammar: Grammar, text: string): string {
  const bytes = Buffer.from(text);
  const alive = Array.from(bytes.keys(), (end) => (grammar.testPrefix(bytes.subarray(0, end)) ? '+' : '-'));
  return `${alive.join('')} ${grammar.test(text)}`;
}

/** Another root, which may refer to more definitions. */
type Other = string | { readonly root: string; readonly more: readonly string[] };

/** `others`: roots that mean the same; definitions of their own are numbered from `next` on. */
function sameVerdicts(name: string, others: (root: string, next: number) => readonly Other[]): void {
  t.test(name, { timeout }, async (t) => {
    fc.assert(
      fc.property(cases, ({ schema, texts }) => {
        // `#` would be another schema then.
        const closed = (text: string): string => text.replaceAll('{"$ref":"#"}', 'true');
        const definitions = schema.definitions.map(closed);
        const plain = { ...schema, root: closed(schema.root), definitions };
        const before = grammarOf(plain);
        const expected = texts.map((text) => verdicts(before, text));
        for (const other of others(plain.root, definitions.length)) {
          const { root, more } = typeof other === 'string' ? { root: other, more: [] } : other;
          const document = documentOf({ ...plain, root, definitions: [...definitions, ...more] });
          const after = Grammar.jsonSchema(document);
          for (const [index, text] of texts.entries()) {
            const found = verdicts(after, text);
            if (found === expected[index]) continue;
            throw new Error(
              `${documentOf(plain)}\n${JSON.stringify(text)}\n${expected[index]}\n${found} as ${document}`,
            );
          }
        }
      }),
      parameters,
    );
    t.pass(`${parameters.numRuns} schemas, ${INSTANCES} texts of each`);
  });
}

sameVerdicts('not not S is S', (root) => [`{"not":{"not":${root}}}`]);
sameVerdicts('allOf [S, S] is S', (root) => [`{"allOf":[${root},${root}]}`]);
sameVerdicts('anyOf [S, S] is S', (root) => [`{"anyOf":[${root},${root}]}`]);
sameVerdicts('oneOf [S, false] is S', (root) => [`{"oneOf":[${root},false]}`, `{"oneOf":[false,${root}]}`]);
sameVerdicts('if S then true else false is S', (root) => [`{"if":${root},"else":false}`]);
sameVerdicts('a schema behind references is the same schema', (root, next) => [
  { root: `{"$ref":"#/$defs/d${next}"}`, more: [root] },
  { root: `{"$ref":"#it"}`, more: [`{"$anchor":"it","allOf":[${root}]}`] },
  { root: `{"allOf":[{"$ref":"#/$defs/d${next}"}]}`, more: [`{"$ref":"#/$defs/d${next + 1}"}`, root] },
  { root: `{"$dynamicRef":"#it"}`, more: [`{"$dynamicAnchor":"it","anyOf":[${root}]}`] },
]);

const vocabulary = smallTestVocabulary().engine;
const compiler = new Compiler(vocabulary);
t.teardown(() => compiler.dispose());

/** Whether nothing may begin, or the engine says that it did not decide what may. */
function isKnownEmpty(grammar: Grammar): boolean {
  using compiled = compiler.compileSync(grammar);
  using matcher = compiled.matcher();
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  matcher.fillMask(mask);
  return mask.every((word) => word === 0) || matcher.stats.undecided > 0;
}

t.test(
  'anyOf [S, not S] is any JSON; allOf [S, not S] and oneOf [S, S] are nothing',
  { timeout },
  async (t) => {
    fc.assert(
      fc.property(cases, ({ schema, texts }) => {
        const any = grammarOf(schema, `{"anyOf":[${schema.root},{"not":${schema.root}}]}`);
        const none = grammarOf(schema, `{"allOf":[${schema.root},{"not":${schema.root}}]}`);
        const twice = grammarOf(schema, `{"oneOf":[${schema.root},${schema.root}]}`);
        const empty = (grammar: Grammar): boolean => !texts.some((text) => grammar.test(text));
        if (!empty(none) || !isKnownEmpty(none)) throw new Error(`${documentOf(schema)} and its negation`);
        if (!empty(twice) || !isKnownEmpty(twice)) {
          throw new Error(`${documentOf(schema)} once and not twice`);
        }
        const json = Grammar.json();
        for (const text of texts) {
          if (verdicts(any, text) !== verdicts(json, text)) throw new Error(`${documentOf(schema)}\n${text}`);
        }
      }),
      parameters,
    );
    t.pass();
  },
);

t.test('order of members, white space and spelling never change a verdict', { timeout }, async (t) => {
  fc.assert(
    fc.property(cases, ({ seed, schema, texts }) => {
      const grammar = Grammar.jsonSchema(documentOf(schema));
      const random = seededRandom(seed);
      for (const text of texts) {
        const value = parseJson(text)!;
        const expected = grammar.test(writeJson(value));
        for (let round = 0; round < 3; round++) {
          const written = writeFreely(random, value);
          if (grammar.test(written) !== expected || (expected && !grammar.testPrefix(written))) {
            throw new Error(`${documentOf(schema)}\n${writeJson(value)}\n${written}`);
          }
        }
      }
    }),
    parameters,
  );
  t.pass();
});
