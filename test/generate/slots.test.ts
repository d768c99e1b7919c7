import t from 'tap';
import { createSlotAsker } from '../../src/generate/slot-asker.js';
import { createTimings } from '../../src/generate/timings.js';
import { Compiler, Grammar, type Model, type PrunedName, type SlotQuestion } from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';

const prompt = 'slots';
const names = ['id', 'email', 'createdAt', 'e'];
const grammar = Grammar.ebnf('root ::= ("user." Slot(member, [A-Za-z]+) ";"){1,4}');
const isRight = (text: string): boolean => /^(user\.(id|email|createdAt|e);){1,4}$/.test(text);
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

t.test(
  'no answer holds a name that was not given, and each name was asked for where it begins',
  async (t) => {
    for (let seed = 1; seed <= 20; seed++) {
      const asked: SlotQuestion[] = [];
      const onSlot = async (question: SlotQuestion) => {
        asked.push(question);
        return names;
      };
      const result = await model.generate({
        prompt,
        grammar,
        onSlot,
        seed,
        maxTokens: 60,
        slotTimeoutMs: 5000,
      });
      t.ok(isRight(result.text), result.text);
      const starts = [...result.text.matchAll(/(?<=user\.)/g)].map(({ index }) =>
        result.text.slice(0, index),
      );
      const places = new Set(
        asked.map(({ text, before, typed }) => text.slice(0, text.length - typed.length) + before),
      );
      for (const start of starts) t.ok(places.has(start), `asked behind ${start}`);
      t.equal(places.size, asked.length, 'and once');
      t.ok(asked.every(({ name, typed }) => name === 'member' && typed === ''));
      t.equal(result.timings.slots.asked, asked.length);
    }
  },
);

t.test('known answers, however many, leave the event loop its turns', async (t) => {
  const matcher = new Compiler(model.vocabulary).compileSync(grammar).matcher();
  matcher.acceptBytes('user.');
  const hook = { onSlot: async () => names, timeoutMs: 1000 };
  const asker = createSlotAsker(hook, model.vocabulary, createTimings());
  let turns = 0;
  const count = (): void => {
    turns++;
    immediate = setImmediate(count);
  };
  let immediate = setImmediate(count);
  const started = performance.now();
  while (turns < 3 && performance.now() - started < 10_000) {
    const fork = matcher.fork();
    await asker.askOpen(fork, []);
    fork.dispose();
  }
  clearImmediate(immediate);
  asker.end();
  t.ok(turns >= 3);
});

t.test('a name that the model would have written is told, and changes nothing', async (t) => {
  const one = Grammar.ebnf('root ::= "user." Slot(member, [A-Za-z]+) ";"');
  const onSlot = async () => names;
  let told = 0;
  for (let i = 0; i < 20; i++) {
    const begin = `${'ab'.repeat(i % 7)}${i}`;
    const pruned: PrunedName[] = [];
    const options = { grammar: one, onSlot, maxTokens: 30, slotTimeoutMs: 5000, prompt: begin };
    const { text } = await model.generate({ ...options, onPruned: (found) => pruned.push(found) });
    t.equal((await model.generate(options)).text, text);
    const free = await model.generate({ prompt: `${begin}user.`, maxTokens: 1, temperature: 0 });
    const isWrong = /^[\w$]/.test(free.text) && !names.some((name) => name.startsWith(free.text));
    const first = pruned.find((found) => found.name.length === 1);
    t.same(first, isWrong ? { slot: 'member', text: 'user.', name: free.text, names } : undefined, begin);
    for (const { name } of pruned) t.notOk(names.includes(name), name);
    told += isWrong ? 1 : 0;
  }
  t.ok(told >= 5, `${told} told`);
});

t.test('at every limit the end holds given names only', async (t) => {
  for (let maxTokens = 1; maxTokens <= 30; maxTokens++) {
    const onSlot = async () => ['createdAt'];
    const options = { prompt, grammar, onSlot, seed: maxTokens, maxTokens, slotTimeoutMs: 5000 };
    const result = await model.generate(options).catch((error) => error);
    if (maxTokens < 15) t.match(result, { code: 'BUDGET_TOO_SMALL' }, `${maxTokens} tokens`);
    else t.match(result.text, /^(user\.createdAt;)+$/, `${maxTokens} tokens`);
  }
});

t.test('names that leave no way on are backed out of', async (t) => {
  const either = Grammar.ebnf('root ::= [a-c] Slot(name, [a-z]+) "."');
  for (let seed = 1; seed <= 10; seed++) {
    const onSlot = async ({ text }: SlotQuestion) => (text === 'b' ? ['x', 'yy'] : []);
    const options = { prompt, grammar: either, onSlot, seed, maxTokens: 10, onLimit: 'partial' } as const;
    const { text } = await model.generate({ ...options, slotTimeoutMs: 5000 });
    t.ok(['bx.', 'byy.'].includes(text), text);
  }
  const nothing = {
    prompt,
    grammar: either,
    onSlot: async () => [],
    maxTokens: 10,
    onLimit: 'partial',
  } as const;
  await t.rejects(model.generate(nothing), { code: 'DEAD_END', message: /empty list for the slot name/ });
  const closed = { ...nothing, onLimit: 'close' } as const;
  await t.rejects(model.generate(closed), {
    code: 'BUDGET_TOO_SMALL',
    message: /empty list for the slot name/,
    hint: /give null/,
  });
  // Without backtracking only what is drawn right at once gets to an end.
  let dead = 0;
  for (let seed = 1; seed <= 10; seed++) {
    const onSlot = async ({ text }: SlotQuestion) => (text === 'b' ? ['x', 'yy'] : []);
    const options = { ...nothing, onSlot, seed, slotTimeoutMs: 5000 };
    const free = await model.generate(options);
    t.ok(['bx.', 'byy.'].includes(free.text), free.text);
    const { takenBack } = free.backtracking;
    const strict = await model.generate({ ...options, backtrack: 0 }).catch((error) => error);
    if (takenBack === 0) t.equal(strict.text, free.text);
    else t.match(strict, { code: 'DEAD_END' });
    if (takenBack > 0) dead++;
  }
  t.ok(dead > 0, 'some drew another letter first');
});

t.test('a place that the host gives up is left at once, though blanks could follow', async (t) => {
  const blanks = Grammar.ebnf('root ::= [a-c] " "{0,40} Slot(name, [a-z]+) "."');
  for (let seed = 1; seed <= 10; seed++) {
    for (const onLimit of ['partial', 'close'] as const) {
      const onSlot = async ({ text }: SlotQuestion) => (text.startsWith('b') ? ['x', 'yy'] : false);
      const options = { prompt, grammar: blanks, onSlot, seed, maxTokens: 60, onLimit, slotTimeoutMs: 5000 };
      const { text, backtracking } = await model.generate(options);
      t.match(text, /^b *(x|yy)\.$/);
      t.ok(backtracking.takenBack <= 2, `${backtracking.takenBack} tokens back`);
    }
  }
  const never = { prompt, grammar: blanks, onSlot: async () => false as const, maxTokens: 9 };
  await t.rejects(model.generate(never), { code: 'BUDGET_TOO_SMALL' });
  await t.rejects(model.generate({ ...never, onLimit: 'partial' }), { code: 'DEAD_END' });
});

t.test('unknown, late and failing answers', async (t) => {
  const late = await model.generate({
    prompt,
    grammar,
    seed: 1,
    maxTokens: 40,
    slotTimeoutMs: 1,
    onSlot: ({ signal }) => new Promise((resolve) => signal.addEventListener('abort', () => resolve(names))),
  });
  t.ok(grammar.test(late.text));
  t.ok(late.timings.slots.timedOut > 0);
  t.equal(late.timings.slots.unknown, late.timings.slots.asked);

  const fails = model.generate({ prompt, grammar, onSlot: () => Promise.reject(new Error('no engine')) });
  await t.rejects(fails, { message: 'no engine' });
  const wrong = model.generate({ prompt, grammar, onSlot: async () => 'id' as unknown as string[] });
  await t.rejects(wrong, { code: 'ARGUMENT' });
  const number = model.generate({ prompt, grammar, onSlot: async () => [1] as unknown as string[] });
  await t.rejects(number, {
    code: 'ARGUMENT',
    message: /`onSlot` gave 1 among the names/,
    hint: /the slot is /,
  });
  await t.rejects(model.generate({ prompt, grammar, onSlot: 3 as never }), { code: 'ARGUMENT' });
  await t.rejects(model.generate({ prompt, grammar, slotTimeoutMs: -1 }), { code: 'ARGUMENT' });
  const onPruned = () => t.fail('nothing is ruled out');
  await t.rejects(model.generate({ prompt, grammar, onPruned }), {
    code: 'ARGUMENT',
    message: /`onPruned` is given without `onSlot`/,
    hint: /give both/,
  });

  const controller = new AbortController();
  let asked: AbortSignal | undefined;
  const hangs = model.generate({
    prompt,
    grammar,
    signal: controller.signal,
    slotTimeoutMs: Number.POSITIVE_INFINITY,
    onSlot: ({ signal }) => {
      asked = signal;
      setImmediate(() => controller.abort());
      return new Promise(() => {});
    },
  });
  await t.rejects(hangs, { code: 'ABORTED' });
  t.ok(asked?.aborted, 'the question is told that nobody waits');
  const after = await model.generate({ prompt, grammar, seed: 3, maxTokens: 40 });
  t.ok(grammar.test(after.text), 'the model stays usable');
});

t.test('once the generation is over, nothing is asked any more', async (t) => {
  const several = Grammar.ebnf('root ::= ("user." Slot(member, [a-z]+) ";"){4,8}');
  for (const last of [1, 2, 3, 5, 6]) {
    const controller = new AbortController();
    let asked = 0;
    const onSlot = async (): Promise<string[]> => {
      if (++asked === last) controller.abort();
      await new Promise((resolve) => setTimeout(resolve, 1));
      return names;
    };
    const options = { prompt, grammar: several, onSlot, signal: controller.signal, slotTimeoutMs: 5000 };
    await t.rejects(model.generate(options), { code: 'ABORTED' });
    await new Promise((resolve) => setTimeout(resolve, 50));
    t.equal(asked, last, `aborted at question ${last}`);
  }
});

t.test('a time that no timer can hold is no limit', async (t) => {
  const onSlot = (): Promise<string[]> => new Promise((resolve) => setTimeout(() => resolve(names), 5));
  const options = { prompt, grammar, onSlot, seed: 1, maxTokens: 40, slotTimeoutMs: 1e11 };
  const { text, timings } = await model.generate(options);
  t.ok(isRight(text), text);
  t.equal(timings.slots.timedOut, 0);
});

t.test('an end is kept though the names rule out the shortest', async (t) => {
  for (const source of ['"a" Slot(x, [a-z]) | "bbb"', '"ab" ("." Slot(x, [a-z]) | "cccc") | "dddddddd"']) {
    const onSlot = async (): Promise<string[]> => [];
    const options = { prompt, grammar: Grammar.ebnf(`root ::= ${source}`), onSlot, slotTimeoutMs: 5000 };
    for (let seed = 1; seed <= 5; seed++) {
      const { text, finishReason } = await model.generate({ ...options, seed, maxTokens: 9 });
      t.match(text, /^(bbb|abcccc|dddddddd)$/, `${finishReason}, ${text}`);
    }
  }
});
