import { setImmediate as turn } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import t from 'tap';
import { Compiler, Grammar, type Matcher } from '../../src/index.js';
import { newMask, smallVocabulary } from './small-vocabulary.js';

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

t.test('objects may be collected in any order, also under a pending mask', async (t) => {
  const vocabulary = smallVocabulary();
  const kept: Matcher[] = [];
  for (let round = 0; round < 40; round++) {
    const compiler = new Compiler(vocabulary);
    const compiled = await compiler.compile(Grammar.choice([`text ${round}`, 'abc']));
    const matcher = compiled.matcher();
    matcher.fillMaskAsync(newMask(vocabulary));
    compiled.matcher().fillMaskAsync(newMask(vocabulary));
    if (round % 4 === 0) kept.push(compiled.matcher());
    collect();
    if (round % 5 === 0) await turn();
  }
  collect();
  for (const matcher of kept) t.equal(matcher.acceptBytes('abc'), true, 'what is kept still works');
});

t.test('memory of matchers comes back with dispose', async (t) => {
  const vocabulary = smallVocabulary();
  const compiled = new Compiler(vocabulary).compileSync(Grammar.json());
  const mask = newMask(vocabulary);
  const run = (count: number): void => {
    for (let i = 0; i < count; i++) {
      const matcher = compiled.matcher();
      matcher.acceptBytes('[[[1,2,{"a":');
      matcher.fillMask(mask);
      matcher.dispose();
    }
  };
  run(300);
  collect();
  await turn();
  const before = process.memoryUsage().rss;
  run(3000);
  collect();
  await turn();
  const grown = process.memoryUsage().rss - before;
  t.ok(grown < 50e6, `3,000 matchers left ${(grown / 1e6).toFixed(1)} MB behind`);
});
