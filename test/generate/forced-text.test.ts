import t from 'tap';
import { createDeadTexts } from '../../src/generate/dead-texts.js';
import { type EncodeForced, forcedRun } from '../../src/generate/forced-text.js';
import { allowedTokens, maskOf } from '../../src/generate/mask-bits.js';
import { Compiler, Grammar, loadModel, Vocabulary } from '../../src/index.js';
import { noModel } from '../cli/run-cli.js';
import { loadTiny } from '../model/tiny-model.js';

// The 256 bytes, some words, the stop token.
const words = ['le', 'ng', 'th', 'gth', 'get', 'et', 'etN', 'Name', 'th.', 'me'];
const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
const stop = 256 + words.length;
const vocabulary = Vocabulary.fromTokens([...bytes, ...words, '</s>'], { stopTokens: [stop] });
const maskWords = Math.ceil(vocabulary.size / 32);
const idOf = (text: string): number => (text.length === 1 ? text.charCodeAt(0) : 256 + words.indexOf(text));

/** As a tokenizer does it: the longest word at each place. */
const encode: EncodeForced = async (text) => {
  const ids: number[] = [];
  for (let at = 0; at < text.length; ) {
    const word = [...words].sort((a, b) => b.length - a.length).find((each) => text.startsWith(each, at));
    const piece = word ?? text.charAt(at);
    ids.push(idOf(piece));
    at += piece.length;
  }
  return ids;
};

async function runBehind(source: string, typed: string, names?: string[]): Promise<string[]> {
  const matcher = new Compiler(vocabulary).compileSync(Grammar.ebnf(source)).matcher();
  const head = names === undefined ? typed : (typed.match(/^.*\./)?.[0] ?? '');
  matcher.acceptBytes(head);
  if (names !== undefined) {
    for (const { id } of matcher.slots({ ahead: false })) matcher.provide(id, names);
    matcher.acceptBytes(typed.slice(head.length));
  }
  const last = (await encode(typed)).at(-1);
  const run = await forcedRun(matcher, vocabulary, maskWords, encode, last);
  return [...run].map((token) => Buffer.from(vocabulary.bytes(token)).toString());
}

t.test('text that must come is cut as the tokenizer cuts it', async (t) => {
  const member = (end: string) => `root ::= "a." Slot(member, [A-Za-z]+) ${end}`;
  t.same(await runBehind(member('";"'), 'a.le', ['length', 'at']), ['ng', 'th', ';'], 'one name is left');
  t.same(await runBehind(member('[;)]'), 'a.le', ['length', 'at']), ['ng', 'th'], 'and what follows is open');
  t.same(await runBehind(member('[;)]'), 'a.', ['length', 'at']), [], 'two names, which begin differently');
  t.same(await runBehind('root ::= "length" ("." | ";")', 'le'), ['ng'], '"th." may come');
  t.same(await runBehind('root ::= "length" [;)]', 'le'), ['ng', 'th'], 'here it may not');
  t.same(await runBehind(member('[;)]'), 'a.g', ['getName', 'getValue']), [], '"etN" may be the next token');
  t.same(await runBehind(member('[;)]'), 'a.g', ['getnorm', 'getValue']), ['et'], 'here it may not');
  t.same(await runBehind('root ::= "get" "Name"?', 'get'), [], 'the end may come as well');
  t.same(await runBehind('root ::= "gét" [;)]', 'g'), [], 'spelled another way by the tokenizer');
});

t.test('a dead text is dead however it is cut into tokens', async (t) => {
  const dead = createDeadTexts();
  const left = (text: string): string[] => {
    const mask = maskOf(['g', 'get', 'etN', 'et', 'e', 't', 'th', 'Name'].map(idOf), vocabulary.size);
    dead.forbid(mask, text, vocabulary, []);
    return [...allowedTokens(mask)].map((token) => Buffer.from(vocabulary.bytes(token)).toString());
  };
  dead.add('get');
  t.same(left(''), ['e', 'g', 't', 'th', 'et', 'etN', 'Name'], '"g" alone may lead elsewhere');
  t.same(left('g'), ['e', 'g', 't', 'th', 'get', 'Name'], 'not to it, nor through it');
  t.same(left('ge'), ['e', 'g', 'get', 'et', 'etN', 'Name']);
  t.same(left('got').length, 8);
  dead.add('g');
  t.same(left(''), ['e', 't', 'th', 'et', 'etN', 'Name'], 'a shorter one covers it');
});

t.test('the same answer with fewer passes', async (t) => {
  await using model = await loadTiny();
  const options = { prompt: 'The quick', regex: 'abc[de]fgh[ij]kl', maxTokens: 20 };
  for (let seed = 1; seed <= 4; seed++) {
    const drawn = await model.generate({ ...options, seed });
    const forced = await model.generate({ ...options, seed, forced: 'text' });
    t.equal(forced.text, drawn.text);
    t.equal(forced.timings.tokens.forced, 8);
    t.equal(forced.timings.perToken.forward.length, 2, 'one before each draw');
    t.ok(drawn.timings.perToken.forward.length >= 3);
  }
});

t.test('names and keys of a real vocabulary', { skip: noModel }, async (t) => {
  await using model = await loadModel(undefined, { threads: 1 });
  const grammar = Grammar.ebnf('root ::= ("user." Slot(member, [A-Za-z]+) ";"){3}');
  const names = ['identifier', 'customerReference', 'createdAtTimestamp', 'createdBefore'];
  const onSlot = async (): Promise<string[]> => names;
  const count = { tokens: { passes: 0, all: 0 }, text: { passes: 0, all: 0 } };
  for (let seed = 1; seed <= 6; seed++) {
    for (const forced of ['tokens', 'text'] as const) {
      const base = { prompt: 'names: ', grammar, onSlot, seed, maxTokens: 90, slotTimeoutMs: 5000 };
      const { text, usage, timings } = await model.generate({ ...base, forced });
      t.match(text, /^(user\.(identifier|customerReference|createdAtTimestamp|createdBefore);){3}$/);
      count[forced].passes += timings.perToken.forward.length;
      count[forced].all += usage.completionTokens;
    }
  }
  t.ok(
    count.text.passes < count.tokens.passes * 0.7,
    `${count.text.passes} passes of ${count.tokens.passes}`,
  );
  t.ok(count.text.all <= count.tokens.all, 'the usual tokens are no more');
  // The tokens of a text that must come as a whole are the tokenizer's.
  const regex = 'the customer reference is open';
  const whole = await model.generate({ prompt: 'x', regex, forced: 'text', seed: 1 });
  const read = await model.generate({ prompt: regex, maxTokens: 1 });
  t.equal(whole.usage.completionTokens, read.usage.promptTokens);
  t.equal(whole.timings.tokens.sampled, 0);
});
