import t from 'tap';
import { defaultMaskBenchFile, readMaskBench, skipMaskBench } from '../../bench/conformance/data.js';
import type { Finding } from '../../bench/conformance/findings.js';
import { createJudge } from '../../bench/conformance/judge.js';
import { runRoundTrip } from '../../bench/conformance/round-trip-case.js';
import { Compiler, Grammar, GrammaskError, generationStyle } from '../../src/index.js';
import { randomSchema } from '../differential/random-schema.js';
import { smallTestVocabulary } from '../differential/test-vocabulary.js';
import { checkFinished, randomWalk, WalkError } from '../fuzz/walk.js';
import { seededRandom } from '../support/seeded-random.js';
import { corpusEngine, full, sampleOf, shown, timeout } from './corpus-engine.js';

t.setTimeout(timeout);

t.test(
  'MaskBench: texts drawn through masks alone are valid, and come to no dead end',
  { skip: skipMaskBench, timeout },
  async (t) => {
    const engine = await corpusEngine();
    const counts = { schemas: 0, texts: 0, undecided: 0, differences: 0 };
    const findings: Finding[] = [];
    for (const schema of sampleOf(readMaskBench(defaultMaskBenchFile), 75, 3)) {
      counts.schemas += 1;
      for (const style of runRoundTrip(schema, 5, engine, engine.picker).styles) {
        counts.texts += style.texts;
        counts.differences += style.details.length;
        if (style.undecided) counts.undecided += 1;
        findings.push(...style.findings);
      }
    }
    t.comment(JSON.stringify(counts));
    t.same(findings.filter(({ undecided }) => undecided === undefined || undecided === 0).map(shown), []);
    t.ok(counts.texts > 0);
    t.ok(counts.undecided <= counts.schemas * 0.02, `${counts.undecided} schemas with undecided states`);
  },
);

t.test('schemas at random: the same, and mask and accept agree at each state', { timeout }, async (t) => {
  const wanted = full ? 5000 : 200;
  const vocabulary = smallTestVocabulary();
  const compiler = new Compiler(vocabulary.engine);
  const random = seededRandom(31);
  const counts = { schemas: 0, empty: 0, texts: 0, differences: 0, undecided: 0 };
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
    const judge = createJudge(schema, '2020-12');
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
        const judgement = judge.judge(text);
        if (!judgement.valid) failures.push(`${shown}: ${text}: ${judgement.reason}`);
        else if (judgement.difference !== undefined) counts.differences += 1;
      } catch (error) {
        if (!(error instanceof WalkError)) throw error;
        failures.push(`${shown}: ${error.message}`);
      }
    }
  }
  t.comment(JSON.stringify(counts));
  t.same(failures, []);
  t.ok(counts.texts > 0);
  t.ok(counts.undecided < counts.texts / 50, 'hardly a state cannot be decided');
});
