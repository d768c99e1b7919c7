import t from 'tap';
import { Compiler, Grammar } from '../../src/index.js';
import { seededRandom } from '../support/seeded-random.js';
import { allowed, ids, newMask, smallVocabulary } from './small-vocabulary.js';

const vocabulary = smallVocabulary();
const closed = Grammar.jsonSchema(
  {
    type: 'object',
    properties: {
      name: { enum: ['abc', 'ab'] },
      kind: { type: 'array', items: { enum: [true, null] }, maxItems: 3 },
      size: { type: 'string', pattern: '^[ab]{2,4}$' },
    },
    required: ['name'],
    additionalProperties: false,
  },
  { style: { whitespace: 'compact', spelling: 'canonical' } },
);

t.test('after warming no mask is made', async (t) => {
  const compiler = new Compiler(vocabulary);
  const compiled = compiler.compileSync(closed);
  const { states, complete } = await compiled.warm();
  t.ok(states > 50, `${states} states`);
  t.equal(complete, true);
  const { misses } = compiler.stats;
  const random = seededRandom(1);
  for (let text = 0; text < 50; text++) {
    const matcher = compiled.matcher();
    for (const mask = newMask(vocabulary); !matcher.isTerminated; ) {
      matcher.fillMask(mask);
      matcher.accept(random.pick(allowed(mask)));
    }
    t.equal(matcher.stats.masks, matcher.stats.cacheHits);
  }
  t.equal(compiler.stats.misses, misses);
  t.same(await compiled.warm(), { states, complete }, 'a second time everything is there');
});

t.test('it goes on behind special tokens', async (t) => {
  const compiler = new Compiler(vocabulary);
  const compiled = compiler.compileSync(
    Grammar.concat(Grammar.regex('ab?'), Grammar.token('<|tool|>'), closed),
  );
  t.equal((await compiled.warm()).complete, true);
  const matcher = compiled.matcher();
  t.equal(matcher.acceptBytes('a') && matcher.accept(ids.special) && matcher.acceptBytes('{"name":'), true);
  matcher.fillMask(newMask(vocabulary));
  t.equal(matcher.stats.cacheHits, 1);
});

t.test('endless languages end too', async (t) => {
  const compiler = new Compiler(vocabulary);
  const grammars = [
    Grammar.json(),
    Grammar.regex('[a-z]{0,30}!'),
    Grammar.ebnf('root ::= root root | "(" root ")" | [0-9]+'),
    Grammar.jsonSchema({ type: 'array', uniqueItems: true, items: { type: 'integer', multipleOf: 3 } }),
  ];
  for (const grammar of grammars) {
    const { states, complete } = await compiler.compileSync(grammar).warm({ budgetMs: Infinity });
    t.ok(states > 0 && complete);
  }
  t.same(await compiler.compileSync(Grammar.jsonSchema(false)).warm(), { states: 0, complete: true });
});

t.test('time, a full cache and a signal end it before', async (t) => {
  const compiler = new Compiler(vocabulary);
  const compiled = compiler.compileSync(Grammar.regex('([a-z][0-9]){0,2000}'));
  const none = await compiled.warm({ budgetMs: 0 });
  t.same(none, { states: 0, complete: false });
  const small = new Compiler(vocabulary, { cacheBytes: 20_000, threads: 1 });
  const full = await small.compileSync(Grammar.regex('([a-z][0-9]){0,2000}')).warm({ budgetMs: Infinity });
  t.ok(full.states > 5 && full.states < 500, `${full.states} states`);
  t.equal(full.complete, false);
  await t.rejects(compiled.warm({ signal: AbortSignal.abort() }), { code: 'ABORTED' });
  const controller = new AbortController();
  const running = compiled.warm({ budgetMs: Infinity, signal: controller.signal });
  const matcher = compiled.matcher();
  t.equal(matcher.acceptBytes('a1b2'), true, 'a matcher works meanwhile');
  controller.abort();
  await t.rejects(running, { code: 'ABORTED' });
  await t.rejects(compiled.warm({ budgetMs: -1 }), {
    code: 'ARGUMENT',
    message: /`budgetMs` but received -1/,
  });
  // @ts-expect-error there is no such option
  await t.rejects(compiled.warm({ states: 1 }), { code: 'ARGUMENT' });
  compiled.dispose();
  await t.rejects(compiled.warm(), { code: 'DISPOSED' });
});
