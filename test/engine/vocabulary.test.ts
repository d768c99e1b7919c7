import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import t from 'tap';
import { engine } from '../../src/engine/binding.js';
import { buildVocabulary, nativeVocabulary } from '../../src/engine/vocabulary.js';
import { Compiler, Grammar, Vocabulary } from '../../src/index.js';
import { packVocabulary } from '../../src/tokenizer/packed-vocabulary.js';
import { vocabularyFromTokens } from '../../src/tokenizer/vocabulary-data.js';
import { ids, smallVocabulary } from './small-vocabulary.js';

t.test('a vocabulary keeps bytes, special and stop tokens, and the width of the logits', async (t) => {
  const vocabulary = smallVocabulary();
  t.equal(vocabulary.size, ids.hole + 6);
  t.equal(vocabulary.tokenCount, ids.hole + 1);
  t.same(vocabulary.stopTokens, [ids.stop]);
  t.same([...vocabulary.bytes(ids.word('true'))], [...Buffer.from('true')]);
  t.same([...vocabulary.bytes(200)], [200]);
  t.equal(vocabulary.bytes(ids.hole).length, 0);
  t.equal(vocabulary.bytes(ids.hole + 3).length, 0, 'padding of the logits');
  t.equal(vocabulary.isSpecial(ids.special), true);
  t.equal(vocabulary.isSpecial(ids.byte('a')), false);
  t.equal(vocabulary.specialToken('<|tool|>'), ids.special);
  t.equal(vocabulary.specialToken('<|none|>'), undefined);
  t.equal(vocabulary.encode, undefined);
});

t.test('ids out of range are TOKEN_RANGE with the token, other types are ARGUMENT', async (t) => {
  const vocabulary = smallVocabulary();
  for (const id of [-1, vocabulary.size, 1.5]) {
    t.throws(() => vocabulary.bytes(id), { code: 'TOKEN_RANGE', location: { token: id } });
  }
  t.throws(() => vocabulary.bytes('a' as never), {
    code: 'ARGUMENT',
    message: "expected a token id for `token` but received 'a'",
  });
});

t.test('unusable token lists are refused', async (t) => {
  const stopTokens = [0];
  t.throws(() => Vocabulary.fromTokens([], { stopTokens: [] }), { code: 'VOCABULARY' });
  t.throws(
    () => Vocabulary.fromTokens(['</s>'], { stopTokens }),
    { code: 'VOCABULARY' },
    'no ordinary token',
  );
  t.throws(() => Vocabulary.fromTokens(['a', '\ud800'], { stopTokens }), {
    code: 'VOCABULARY',
    location: { token: 1 },
  });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], { stopTokens: [2] }), { code: 'VOCABULARY' });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], { stopTokens, specialTokens: [-1] }), {
    code: 'VOCABULARY',
  });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], { stopTokens, logitsSize: 1 }), { code: 'ARGUMENT' });
  t.throws(() => Vocabulary.fromTokens('ab' as never, { stopTokens }), { code: 'ARGUMENT' });
  t.throws(() => Vocabulary.fromTokens([5] as never, { stopTokens }), { code: 'ARGUMENT' });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], undefined as never), { code: 'ARGUMENT' });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], { stopTokens, encode: 5 as never }), { code: 'ARGUMENT' });
  t.throws(() => Vocabulary.fromTokens(['a', 'b'], { stopTokens, wrong: 5 } as never), {
    code: 'ARGUMENT',
    message: 'there is no option `wrong`',
  });
  t.throws(() => new (Vocabulary as never as new () => Vocabulary)(), { code: 'ARGUMENT' });
});

const tokenizer = {
  model: { type: 'BPE', vocab: { a: 0, b: 1, ab: 2, Ġ: 3, é: 4 }, merges: ['a b'] },
  decoder: { type: 'ByteLevel' },
  pre_tokenizer: { type: 'ByteLevel', add_prefix_space: false },
  added_tokens: [{ id: 5, content: '<|endoftext|>', special: true }],
};

t.test('a tokenizer.json becomes a vocabulary', async (t) => {
  const vocabulary = Vocabulary.fromTokenizerJson(JSON.stringify(tokenizer));
  t.same([...vocabulary.bytes(3)], [0x20]);
  t.same(vocabulary.stopTokens, [5]);
  t.same(Vocabulary.fromTokenizerJson(tokenizer, { stopTokens: [1] }).stopTokens, [1]);
  t.throws(() => Vocabulary.fromTokenizerJson('{"model": '), { code: 'VOCABULARY' });
  t.throws(() => Vocabulary.fromTokenizerJson({}), { code: 'VOCABULARY' });
});

t.test('bytes of tokens are those that the engine has, in a copy', async (t) => {
  const tokens = ['a', null, 'bc', Uint8Array.of(0xff), '', '<s>', 'é'];
  const vocabulary = Vocabulary.fromTokens(tokens, { stopTokens: [5], specialTokens: [5], logitsSize: 9 });
  for (let token = 0; token < 9; token++) {
    t.same(vocabulary.bytes(token), nativeVocabulary(vocabulary).bytes(token), String(token));
  }
  vocabulary.bytes(2).fill(0);
  t.same(vocabulary.bytes(2), Uint8Array.of(98, 99));
  for (const token of [-1, 9, 0.5, Number.NaN, '0', '1', [1], null, true, 1n, undefined] as number[]) {
    t.throws(() => vocabulary.bytes(token), { name: 'GrammaskError' });
  }
});

t.test('a native thread builds what the constructor builds', async (t) => {
  const tokens = [...Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte)), null, '</s>', 'ab', ''];
  const options = { stopTokens: [257], specialTokens: [257], logitsSize: 300 };
  const packed = packVocabulary(vocabularyFromTokens(tokens, options));
  const here = Vocabulary.fromTokens(tokens, options);
  const there = await buildVocabulary(packed);
  t.equal(nativeVocabulary(there).fingerprint, nativeVocabulary(here).fingerprint);
  const other = nativeVocabulary(Vocabulary.fromTokens(tokens, { ...options, specialTokens: [] }));
  t.not(nativeVocabulary(here).fingerprint, other.fingerprint);
  t.equal(there.size, 300);
  t.same([...there.bytes(258)], [...Buffer.from('ab')]);
  t.equal(there.specialToken('</s>'), 257);
  const compiled = await new Compiler(there).compile(Grammar.choice(['ab']));
  t.equal(compiled.matcher().accept(258), true);

  const [offsets, none] = [
    packed.offsets.map((offset) => offset + 9),
    { ...packed, holes: packed.holes.map(() => 1) },
  ];
  await t.rejects(buildVocabulary({ ...packed, offsets }), { code: 'ARGUMENT', message: /offsets/ });
  await t.rejects(buildVocabulary({ ...packed, offsets: offsets.slice(1) }), { code: 'ARGUMENT' });
  await t.rejects(buildVocabulary(none), { code: 'VOCABULARY', message: /no token with text/ });
  await t.rejects(buildVocabulary({ ...packed, bytes: 5 as never }), { code: 'ARGUMENT', message: /bytes/ });
  t.throws(() => engine().buildVocabulary(packed, 5 as never), { code: 'ARGUMENT', message: /callback/ });
});

t.test('a folder becomes a vocabulary', async (t) => {
  const folder = await mkdtemp(join(tmpdir(), 'grammask-'));
  t.teardown(() => rm(folder, { recursive: true }));
  await writeFile(join(folder, 'tokenizer.json'), JSON.stringify(tokenizer));
  await writeFile(join(folder, 'generation_config.json'), JSON.stringify({ eos_token_id: 5 }));
  await writeFile(join(folder, 'config.json'), JSON.stringify({ vocab_size: 8 }));
  const vocabulary = await Vocabulary.fromDirectory(folder);
  t.equal(vocabulary.size, 8);
  t.same(vocabulary.stopTokens, [5]);
  await t.rejects(Vocabulary.fromDirectory(join(folder, 'nowhere')), { code: 'MODEL' });
  await t.rejects(Vocabulary.fromDirectory(5 as never), { code: 'ARGUMENT' });
});
