import t from 'tap';
import { Compiler, Grammar, GrammaskError, generationStyle } from '../../src/index.js';
import { randomSchema } from '../differential/random-schema.js';
import { smallTestVocabulary } from '../differential/test-vocabulary.js';
import { checkFinished, randomWalk, WalkError } from '../fuzz/walk.js';
import { seededRandom } from '../support/seeded-random.js';
import { hasOnlyPlainNumbers, jsonValidator } from './json-validator.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';
const wanted = full ? 5000 : 300;
const timeout = full ? 3_600_000 : 300_000;
t.setTimeout(timeout);

t.test('texts drawn through masks alone are valid, and none comes to a dead end', { timeout }, async (t) => {
  const vocabulary = smallTestVocabulary();
  const compiler = new Compiler(vocabulary.engine);
  const random = seededRandom(31);
  const counts = { schemas: 0, empty: 0, texts: 0, validated: 0, undecided: 0 };
  const failures: string[] = [];
  while (counts.schemas < wanted) {
    const schema = randomSchema(random);
    const style = random.chance(0.5) ? generationStyle : undefined;
    const shown = `${schema}${style === undefined ? '' : ' in generationStyle'}`;
    let grammar: Grammar;
    try {
      grammar = Grammar.jsonSchema(schema, style === undefined ? {} : { style });
    } catch (error) {
      if (GrammaskError.isInstance(error) && error.code === 'STYLE_EMPTY') continue;
      throw error;
    }
    const validate = jsonValidator(schema);
    if (validate === undefined) {
      failures.push(`${shown}: the validator cannot read it`);
      continue;
    }
    using compiled = compiler.compileSync(grammar, { timeoutMs: 30_000 });
    if (!compiled.satisfiable) {
      counts.empty += 1;
      continue;
    }
    counts.schemas += 1;
    for (let draw = 0; draw < 5; draw++) {
      try {
        const walked = randomWalk(compiled, vocabulary, random, {
          length: 5 + random.below(40),
          accepts: 20,
        });
        if (walked === null) {
          counts.undecided += 1;
          continue;
        }
        counts.texts += 1;
        checkFinished(grammar, walked);
        const text = walked.text.toString();
        if (!hasOnlyPlainNumbers(text) || !hasOnlyPlainNumbers(schema)) {
          JSON.parse(text);
          continue;
        }
        counts.validated += 1;
        if (!validate(text)) failures.push(`${shown}: ${text} is not valid`);
      } catch (error) {
        if (!(error instanceof WalkError)) throw error;
        failures.push(`${shown}: ${error.message}`);
      }
    }
  }
  t.comment(JSON.stringify(counts));
  t.same(failures, []);
  t.ok(counts.validated > counts.texts / 2);
  t.ok(counts.undecided < counts.texts / 50, 'hardly a state cannot be decided');
});
