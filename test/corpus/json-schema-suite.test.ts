import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { largeTestVocabulary } from '../differential/test-vocabulary.js';
import { readSuite, skipSuite } from './shared-data.js';
import { firstRefusal, prefixContradiction, refusedAsNull } from './token-walk.js';

const timeout = 300_000;
t.setTimeout(timeout);

t.test(
  'JSON-Schema-Test-Suite: every group that compiles means what the suite says',
  { skip: skipSuite, timeout },
  async (t) => {
    const vocabulary = largeTestVocabulary('cl100k_base');
    const compiler = new Compiler(vocabulary.engine);
    const counts = { groups: 0, refused: 0, valid: 0, invalid: 0 };
    const failures: string[] = [];
    for (const { name, schema, instances } of readSuite()) {
      const grammar = refusedAsNull(() => Grammar.jsonSchema(schema, { formats: 'annotate' }));
      if (grammar === null) {
        counts.refused += 1;
        continue;
      }
      counts.groups += 1;
      using compiled = compiler.compileSync(grammar, { timeoutMs: 30_000 });
      for (const { text, valid, about } of instances) {
        counts[valid ? 'valid' : 'invalid'] += 1;
        const wrong = [
          grammar.test(text) === valid ? null : `should be ${valid ? 'valid' : 'invalid'}`,
          prefixContradiction(grammar, text, valid, Array.from(Buffer.from(text).keys())),
          (firstRefusal(compiled, vocabulary, text) === null) === valid
            ? null
            : 'through masks it is otherwise',
        ].filter((reason) => reason !== null);
        if (wrong.length > 0) failures.push(`${name}: ${about}: ${wrong.join('; ')}`);
      }
    }
    t.comment(JSON.stringify(counts));
    t.same(failures, []);
    t.ok(counts.valid > 0 && counts.invalid > 0);
  },
);
