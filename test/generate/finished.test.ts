import t from 'tap';
import { allowedTokens, maskOfFirst } from '../../src/generate/mask-bits.js';
import { tokenText } from '../../src/generate/token-text.js';
import {
  createDeadTexts,
  type FinishedAnswer,
  Grammar,
  type Model,
  type Veto,
  Vocabulary,
} from '../../src/index.js';
import { loadTiny } from '../model/tiny-model.js';
import { seededRandom } from '../support/seeded-random.js';

const STOP = 256;
let model: Model;

t.before(async () => {
  model = await loadTiny();
});
t.teardown(() => model.dispose());

t.test('dead texts: what is taken off a mask is what leads to them', async (t) => {
  const random = seededRandom(5);
  const letters = ['a', 'b', ' ', '.', 'é'];
  const anyText = (most: number): string =>
    Array.from({ length: 1 + random.below(most) }, () => random.pick(letters)).join('');
  const tokens = [...new Set(Array.from({ length: 120 }, () => anyText(4)))];
  const stop = tokens.length;
  const options = { stopTokens: [stop], specialTokens: [stop, stop + 1] };
  const vocabulary = Vocabulary.fromTokens([...tokens, '<end>', '<other>'], options);
  const ids = Array.from({ length: vocabulary.tokenCount }, (_, token) => token);
  const latin1 = (text: string): string => Buffer.from(text).toString('latin1');
  const isWord = (character: string): boolean => /[\w\x80-\uffff]/.test(character);
  for (let round = 0; round < 300; round++) {
    const dead = createDeadTexts();
    const put = Array.from({ length: 1 + random.below(6) }, () => {
      const kind = random.pick(['add', 'addWord', 'addWhole'] as const);
      const text = latin1(anyText(5)) + (random.chance(0.1) ? tokenText(vocabulary, stop + 1) : '');
      dead[kind](text);
      return { kind, text };
    });
    const isDead = (text: string): boolean =>
      put.some(
        (one) =>
          text.startsWith(one.text) &&
          (one.kind === 'add' ||
            (one.kind === 'addWord' &&
              text.length > one.text.length &&
              !isWord(text[one.text.length] as string))),
      );
    const before = random.chance(0.2) ? '' : latin1(anyText(3));
    const mask = maskOfFirst(vocabulary.tokenCount, 256);
    dead.forbid(mask, before, vocabulary, [stop]);
    const wanted = ids.filter(
      (token) =>
        !isDead(before) &&
        (token === stop
          ? !put.some(({ text }) => text === before)
          : !isDead(before + tokenText(vocabulary, token))),
    );
    t.same([...allowedTokens(mask)], wanted);
  }
});

t.test('dead texts: beginnings, words and whole answers', async (t) => {
  const words = ['a', 'b', 'ab', 'abc', ' ', 'b ', 'é', 'END'];
  const vocabulary = Vocabulary.fromTokens(words, { stopTokens: [7], specialTokens: [7] });
  const left = (make: (dead: ReturnType<typeof createDeadTexts>) => void, text: string): string[] => {
    const dead = createDeadTexts();
    make(dead);
    const mask = maskOfFirst(words.length, 32);
    dead.forbid(mask, text, vocabulary, [7]);
    return [...allowedTokens(mask)].map((token) => words[token] as string);
  };
  t.same(
    left((dead) => dead.add('ab'), ''),
    ['a', 'b', ' ', 'b ', 'é', 'END'],
    'neither it nor a longer one',
  );
  t.same(
    left((dead) => dead.add('ab'), 'a'),
    ['a', 'ab', 'abc', ' ', 'é', 'END'],
  );
  t.same(
    left((dead) => dead.addWord('ab'), 'a'),
    ['a', 'b', 'ab', 'abc', ' ', 'é', 'END'],
    'the word may grow',
  );
  t.same(
    left((dead) => dead.addWord('ab'), 'ab'),
    ['a', 'b', 'ab', 'abc', 'b ', 'é'],
    'and not end there',
  );
  t.same(
    left((dead) => dead.addWhole('ab'), 'ab'),
    words.slice(0, 7),
    'only the end is off',
  );
  t.same(
    left((dead) => dead.addWhole('ab'), 'a'),
    words,
  );
  t.same(
    left((dead) => dead.add('a'), 'abc'),
    [],
    'behind a dead text nothing is left',
  );
  const dead = createDeadTexts();
  t.ok(dead.isEmpty);
  dead.addWhole('ab');
  dead.addWord('ab');
  dead.addWhole('ab');
  t.same([dead.has('ab'), dead.has('ab '), dead.has('abc'), dead.has('a')], [true, true, false, false]);
  dead.add('');
  t.ok(dead.has('x'), 'nothing may begin');
  t.ok(dead.clear() && dead.isEmpty && !dead.clear());
});

t.test('an answer that is turned down is not written again', async (t) => {
  const all = ['aa', 'ab', 'ba', 'bb'];
  for (let seed = 1; seed <= 6; seed++) {
    const seen: string[] = [];
    // The last one that is left.
    const onFinished = async ({ text, finishReason }: FinishedAnswer): Promise<Veto | undefined> => {
      t.equal(finishReason, 'stop');
      seen.push(text);
      return seen.length < all.length ? {} : undefined;
    };
    const { text, backtracking } = await model.generate({ prompt: 'p', regex: '[ab][ab]', seed, onFinished });
    t.same([...seen].sort(), all, 'each comes once');
    t.equal(text, seen.at(-1));
    t.ok(backtracking.takenBack >= 3);
  }
  await t.rejects(model.generate({ prompt: 'p', regex: '[ab][ab]', onFinished: async () => ({}) }), {
    code: 'DEAD_END',
    message: /onFinished turned down: 4$/,
    hint: /let onFinished take one/,
  });
});

t.test('what is wrong from some place on is off for all that begins so', async (t) => {
  for (let seed = 1; seed <= 6; seed++) {
    const seen: string[] = [];
    const onFinished = async ({ text }: FinishedAnswer): Promise<Veto | undefined> => {
      seen.push(text);
      return text.startsWith('b') ? undefined : { deadAt: 1 };
    };
    const options = { prompt: 'p', regex: '[ab][xyz]{4}', seed, onFinished };
    const { text } = await model.generate(options);
    t.match(text, /^b/);
    t.ok(seen.length <= 2, 'one answer with "a" is enough');
    const wordy = await model.generate({
      ...{ prompt: 'p', regex: '(a|ab|b)!', seed },
      // A plain answer will do as well as a promise.
      onFinished: (answer) => (answer.text === 'a!' ? { deadAt: 1, isWord: true } : undefined),
    });
    t.match(wordy.text, /^(ab|b)!$/, 'a longer word is another one');
  }
});

t.test('special tokens are no part of the text that is judged', async (t) => {
  const grammar = Grammar.concat(Grammar.token('<|mark|>'), Grammar.choice(['xa', 'xb', 'yc']));
  for (let seed = 1; seed <= 6; seed++) {
    const seen: string[] = [];
    const onFinished = async ({ text }: FinishedAnswer): Promise<Veto | undefined> => {
      seen.push(text);
      return text === 'xb' ? undefined : { deadAt: text === 'yc' ? 1 : 2, backTo: 0 };
    };
    const { text } = await model.generate({ prompt: 'p', grammar, seed, onFinished });
    t.equal(text, 'xb', `what begins as ${seen[0]} and was not turned down stays`);
  }
});

t.test('how far it goes back, and what others found', async (t) => {
  const avoid = createDeadTexts();
  const begins = new Set<string>();
  const drawn = new Set<string>();
  for (let seed = 1; seed <= 8; seed++) {
    let first = true;
    const onFinished = async ({ text }: FinishedAnswer): Promise<Veto | undefined> => {
      t.notOk(drawn.has(text), `${text} was turned down or given before`);
      drawn.add(text);
      begins.add(text.slice(0, 1));
      const isFirst = first;
      first = false;
      return isFirst ? { backTo: 0 } : undefined;
    };
    const { text } = await model.generate({ prompt: 'p', regex: '[a-e][a-e]', seed, onFinished, avoid });
    avoid.addWhole(text);
  }
  t.equal(drawn.size, 16);
  t.ok(begins.size > 1);
});

t.test('the end of a generation that names narrow is judged as well', async (t) => {
  const grammar = Grammar.ebnf('root ::= "u." Slot(member, [a-z]+) ";"');
  const onSlot = async () => ['id', 'name'];
  for (let seed = 1; seed <= 4; seed++) {
    const options = { prompt: 'p', grammar, onSlot, seed, slotTimeoutMs: 5000 };
    const onFinished = async ({ text }: FinishedAnswer) =>
      text === 'u.id;' ? { deadAt: 4, isWord: true } : undefined;
    t.equal((await model.generate({ ...options, onFinished })).text, 'u.name;');
  }
});

t.test('what cannot be asked', async (t) => {
  const ask = (own: object) => model.generate({ prompt: 'p', regex: '[ab]', ...own } as never);
  const veto = (value: unknown) => ask({ onFinished: async () => value });
  const outside = [{ deadAt: 0 }, { deadAt: 2 }, { backTo: -1 }, { deadAt: 0.5 }];
  for (const wrong of [...outside, { dead: 1 }, { deadAt: 1, isWord: 1 }, 'no', null, false]) {
    await t.rejects(veto(wrong), { code: 'ARGUMENT' }, JSON.stringify(wrong));
  }
  await t.rejects(ask({ onFinished: 1 }), { code: 'ARGUMENT' });
  await t.rejects(ask({ whenDone: 'x' }), { code: 'ARGUMENT' });
  await t.rejects(ask({ onLimit: 'x' }), { code: 'ARGUMENT' });
  await t.rejects(ask({ avoid: new Set() }), { code: 'ARGUMENT' });
  await t.rejects(ask({ regex: undefined, onFinished: async () => undefined }), { code: 'ARGUMENT' });
  t.throws(() => model.stream({ prompt: 'p', regex: '[ab]', onFinished: async () => undefined }), {
    code: 'UNSUPPORTED',
  });
  const fails = async () => {
    throw new Error('of the host');
  };
  await t.rejects(ask({ onFinished: fails }), { message: 'of the host' });
});

t.test('where the model would end, what is open is closed', async (t) => {
  const letters = Array.from({ length: 256 }, (_, token) => token).filter(
    (token) => token !== 'x'.charCodeAt(0),
  );
  // Whatever it would like to write but an x is an end: it is closed at once.
  const options = { prompt: 'p', regex: '\\(x{0,6}\\)\\.', seed: 2, whenDone: 'close' } as const;
  const closed = await model.generate({
    ...options,
    doneTokens: letters.filter((token) => !'().'.includes(String.fromCharCode(token))),
  });
  t.match(closed, { finishReason: 'closed', text: /^\(x*\)\.$/ });
  t.ok(closed.timings.tokens.closed > 0);
  const seen: string[] = [];
  const other = await model.generate({
    ...{ ...options, doneTokens: [10, STOP] },
    onFinished: async ({ text }) => {
      seen.push(text);
      return seen.length < 4 ? {} : undefined;
    },
  });
  t.equal(new Set(seen).size, seen.length, 'closed or drawn, none comes twice');
  t.match(other.text, /^\(x*\)\.$/);
});

t.test('at the limit an answer is cut back to where an end fits', async (t) => {
  const regex = '(\\([xy]{2,}\\)){1,}';
  for (let maxTokens = 4; maxTokens <= 24; maxTokens++) {
    const { text, finishReason, usage } = await model.generate({
      ...{ prompt: 'p', regex, seed: maxTokens, maxTokens, onLimit: 'cut' },
    });
    t.match(text, /^(\([xy]{2,}\))+$/);
    t.ok(usage.completionTokens <= maxTokens && (finishReason === 'closed' || finishReason === 'stop'));
  }
  const short = await model.generate({ prompt: 'p', regex, maxTokens: 3, onLimit: 'cut' });
  t.match(short, { finishReason: 'length' }, 'where none fits it is what is there');
  await t.rejects(model.generate({ prompt: 'p', onLimit: 'cut' }), { code: 'ARGUMENT' });
});

t.test('a stop token with a text ends no answer in its middle', async (t) => {
  for (let seed = 1; seed <= 12; seed++) {
    const options = { prompt: 'p', regex: '/[\\n]*[ab\\n]{2}/', seed, stopTokens: [10], maxTokens: 40 };
    const { text, finishReason } = await model.generate({ ...options, onLimit: 'partial' });
    if (finishReason === 'stop') t.match(text, /^\/[\n]*[ab\n]{2}\/$/);
  }
});
