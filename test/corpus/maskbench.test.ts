import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { largeTestVocabulary } from '../differential/test-vocabulary.js';
import { seededRandom } from '../support/seeded-random.js';
import { hasOnlyPlainNumbers, type JsonValidator, jsonValidator } from './json-validator.js';
import { type CorpusSchema, readMaskBench, skipMaskBench } from './shared-data.js';
import { firstRefusal, prefixContradiction, refusedAsNull } from './token-walk.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 3_600_000 : 300_000;
const options = { skip: skipMaskBench, timeout };
t.setTimeout(timeout);
const schemas = skipMaskBench === false ? readMaskBench() : [];

/** A seeded part of the schemas in the ordinary run, all of them in the full one. */
function sample(share: number, seed: number): readonly CorpusSchema[] {
  const random = seededRandom(seed);
  return full ? schemas : schemas.filter(() => random.chance(share));
}

/** Without the root's `$schema`, so that schemas of older dialects are read too, by the rules of draft 2020-12. */
function withoutDialect(schema: string): string {
  const stripped = schema.replace(/^\{"\$schema":"[^"]*",?|,"\$schema":"[^"]*"(?=\}$)/, (part) =>
    part.startsWith('{') ? '{' : '',
  );
  if (stripped !== schema || !schema.includes('"$schema"')) return stripped;
  const value = JSON.parse(schema) as Record<string, unknown>;
  const { $schema, ...rest } = value;
  return $schema === undefined ? schema : JSON.stringify(rest);
}

function grammarOf(schema: string): Grammar | null {
  return refusedAsNull(() => Grammar.jsonSchema(schema, { formats: 'annotate' }));
}

/** The validator's word, except about numbers that it does not read exactly. */
function verdict(validate: JsonValidator, text: string, valid: boolean): boolean {
  return hasOnlyPlainNumbers(text) ? validate(text) : valid;
}

t.test(
  'every verdict is that of a validator, and what leads to a valid text is viable',
  options,
  async (t) => {
    const random = seededRandom(2);
    const counts = { schemas: 0, refused: 0, valid: 0, invalid: 0, prefixes: 0 };
    const failures: string[] = [];
    for (const { name, schema, instances } of sample(0.06, 1)) {
      const source = withoutDialect(schema);
      const grammar = grammarOf(source);
      if (grammar === null) {
        counts.refused += 1;
        continue;
      }
      const validate = jsonValidator(source);
      if (validate === undefined) {
        failures.push(`${name}: it compiles, and the validator cannot read it`);
        continue;
      }
      counts.schemas += 1;
      for (const { text, valid, about } of instances) {
        const expected = verdict(validate, text, valid);
        counts[expected ? 'valid' : 'invalid'] += 1;
        if (grammar.test(text) !== expected) {
          failures.push(`${name}: ${about} should be ${expected ? 'valid' : 'invalid'}`);
          continue;
        }
        const length = Buffer.byteLength(text);
        const cuts = Array.from({ length: full ? 24 : 4 }, () => random.below(length + 1));
        counts.prefixes += cuts.length;
        const contradiction = prefixContradiction(grammar, text, expected, cuts);
        if (contradiction !== null) failures.push(`${name}: ${about}: ${contradiction}`);
      }
    }
    t.comment(JSON.stringify(counts));
    t.same(failures, []);
    t.ok(counts.valid > 0 && counts.invalid > 0);
  },
);

t.test('a schema that is of draft 2020-12 as it stands', options, async (t) => {
  const failures: string[] = [];
  let compiled = 0;
  for (const { name, schema, instances } of schemas) {
    if (!schema.includes('"https://json-schema.org/draft/2020-12/schema"')) continue;
    const grammar = grammarOf(schema);
    if (grammar === null) continue;
    compiled += 1;
    for (const { text, valid, about } of instances) {
      if (grammar.test(text) !== valid) failures.push(`${name}: ${about}`);
    }
  }
  t.same(failures, []);
  t.ok(compiled > 0, `${compiled} schemas`);
});

t.test('token by token through the masks of a real vocabulary', options, async (t) => {
  const vocabulary = largeTestVocabulary('cl100k_base');
  const compiler = new Compiler(vocabulary.engine);
  const counts = { schemas: 0, valid: 0, invalid: 0, slowest: 0 };
  const failures: string[] = [];
  for (const { name, schema, instances } of sample(0.02, 3)) {
    const source = withoutDialect(schema);
    const grammar = grammarOf(source);
    const validate = grammar === null ? undefined : jsonValidator(source);
    if (grammar === null || validate === undefined) continue;
    counts.schemas += 1;
    const started = performance.now();
    try {
      using compiled = compiler.compileSync(grammar, { timeoutMs: 30_000 });
      for (const { text, valid, about } of instances) {
        const expected = verdict(validate, text, valid);
        counts[expected ? 'valid' : 'invalid'] += 1;
        const refusal = firstRefusal(compiled, vocabulary, text);
        if (expected && refusal !== null) failures.push(`${name}: ${about}: ${refusal} is refused`);
        if (!expected && refusal === null) failures.push(`${name}: ${about}: nothing is refused`);
      }
    } catch (error) {
      failures.push(`${name}: ${String(error)}`);
    }
    counts.slowest = Math.max(counts.slowest, Math.round(performance.now() - started));
  }
  t.comment(JSON.stringify(counts));
  t.same(failures, []);
  t.ok(counts.valid > 0 && counts.invalid > 0);
});
