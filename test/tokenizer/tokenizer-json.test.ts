import { Tokenizer } from '@huggingface/tokenizers';
import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { vocabularyFromTokenizerJson } from '../../src/tokenizer/tokenizer-json.js';
import type { VocabularyData } from '../../src/tokenizer/vocabulary-data.js';
import {
  addedToken,
  byteFallbackFile,
  byteLevelFile,
  gpt2Alphabet,
  type Json,
  texts,
  unigramFile,
} from '../support/tokenizer-files.js';

const text = (data: VocabularyData, id: number): string => Buffer.from(data.tokens[id] ?? []).toString();

function joined(data: VocabularyData, ids: readonly number[]): string {
  return Buffer.concat(ids.map((id) => data.tokens[id] ?? new Uint8Array())).toString();
}

function failure(run: () => unknown): GrammaskError {
  try {
    run();
  } catch (error) {
    if (error instanceof GrammaskError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

const refusal = (json: unknown): GrammaskError =>
  failure(() => vocabularyFromTokenizerJson(json as object, { stopTokens: [] }));

t.test('byte-level: each character of a spelling is one byte', async (t) => {
  const data = vocabularyFromTokenizerJson(byteLevelFile());
  for (let byte = 0; byte < 256; byte++) t.strictSame(data.tokens[byte], Uint8Array.of(byte));
  t.equal(text(data, 256), ' t');
  t.equal(text(data, 258), ' the');
  t.equal(text(data, 259), 'é');
  t.equal(data.tokens.length, 265);
  t.equal(data.logitsSize, 265);
});

t.test('added tokens: special ones are named, the others have their content as text', async (t) => {
  const data = vocabularyFromTokenizerJson(JSON.stringify(byteLevelFile()));
  t.strictSame(data.specialTokens, [262, 264]);
  t.strictSame(data.specialNames, ['<|endoftext|>', '<|im_end|>']);
  t.equal(text(data, 263), '<tool é>');
});

t.test('stop tokens: the given ones, else special tokens of well-known names', async (t) => {
  const file = byteLevelFile();
  t.strictSame(vocabularyFromTokenizerJson(file).stopTokens, [262, 264]);
  t.strictSame(vocabularyFromTokenizerJson(file, { stopTokens: [264, 5, 264] }).stopTokens, [5, 264]);
  file.added_tokens = [addedToken(262, '<|stop-here|>', true), addedToken(263, '</s>', false)];
  const error = failure(() => vocabularyFromTokenizerJson(file));
  t.equal(error.code, 'VOCABULARY');
  t.match(error.hint, /stopTokens/);
  const outside = failure(() => vocabularyFromTokenizerJson(byteLevelFile(), { stopTokens: [265] }));
  t.equal(outside.code, 'VOCABULARY');
  t.strictSame(outside.location, { token: 265 });
  t.equal(failure(() => vocabularyFromTokenizerJson(file, { stopTokens: [0.5] })).code, 'ARGUMENT');
});

t.test(
  'byte fallback: <0xNN> is a byte, U+2581 a space, and the start of a text counts for nothing',
  async (t) => {
    const data = vocabularyFromTokenizerJson(byteFallbackFile());
    for (let byte = 0; byte < 256; byte++) t.strictSame(data.tokens[3 + byte], Uint8Array.of(byte));
    t.equal(text(data, 259), ' ');
    t.equal(data.tokens.at(-2)?.length, 4);
    t.equal(joined(data, [data.tokens.length - 2]), ' the');
    t.strictSame(data.specialNames, ['<unk>', '<s>', '</s>']);
    t.strictSame(data.stopTokens, [2]);
  },
);

t.test('Unigram with metaspace', async (t) => {
  const data = vocabularyFromTokenizerJson(unigramFile());
  t.equal(text(data, 4), ' the');
  t.equal(text(data, 5), 'the');
  t.strictSame(data.specialTokens, [0, 1, 2]);
  const file = unigramFile();
  file.added_tokens = [addedToken(1, '</s>', true)];
  t.strictSame(
    vocabularyFromTokenizerJson(file).specialNames,
    ['</s>', '<unk>'],
    'the unknown token has no text',
  );
});

t.test('the bytes of the tokens of a text are the text', async (t) => {
  const byteLevel = byteLevelFile();
  const fallback = byteFallbackFile();
  const unigram = unigramFile();
  const encode = (file: Json, text: string): number[] =>
    new Tokenizer(file, {}).encode(text, { add_special_tokens: false }).ids;
  for (const text of [...texts, 'a <tool é> b']) {
    t.equal(joined(vocabularyFromTokenizerJson(byteLevel), encode(byteLevel, text)), text);
    t.equal(joined(vocabularyFromTokenizerJson(fallback), encode(fallback, text)), ` ${text}`);
  }
  const plain = 'the theme of the others';
  t.equal(joined(vocabularyFromTokenizerJson(unigram), encode(unigram, plain)), ` ${plain}`);
});

t.test('holes stay null, and an added token wins over the token of the model', async (t) => {
  const file = byteLevelFile();
  file.added_tokens = [addedToken(300, '<|im_end|>', true), addedToken(65, '<|x|>', true)];
  const data = vocabularyFromTokenizerJson(file);
  t.equal(data.tokens.length, 301);
  t.equal(data.tokens[299], null);
  t.strictSame(data.specialTokens, [65, 300]);
});

t.test('without a decoder the pre-tokenizer tells the family', async (t) => {
  t.equal(text(vocabularyFromTokenizerJson({ ...byteLevelFile(), decoder: null }), 256), ' t');
  t.equal(text(vocabularyFromTokenizerJson({ ...unigramFile(), decoder: null }), 4), ' the');
  t.match(
    refusal({ ...byteLevelFile(), decoder: null, pre_tokenizer: null }).message,
    /nothing says which bytes/,
  );
});

t.test('a decoder chain is followed in its order', async (t) => {
  const vocab = { '<0x41>': 0, __b__: 1, '<0xZZ>': 2, '~~~c~': 3, $: 4 };
  const decoders = [
    { type: 'Replace', pattern: { String: '_' }, content: '$&' },
    { type: 'Strip', content: '~', start: 2, stop: 9 },
    { type: 'Sequence', decoders: [{ type: 'ByteFallback' }, { type: 'Fuse' }] },
    { type: 'CTC' },
  ];
  const file = { model: { type: 'BPE', vocab, merges: [] }, decoder: { type: 'Sequence', decoders } };
  const data = vocabularyFromTokenizerJson(file, { stopTokens: [4] });
  t.strictSame(
    data.tokens.map((_, id) => text(data, id)),
    ['A', '$&$&b$&$&', '<0xZZ>', '~c', '$'],
  );
});

t.test('tokenizers whose tokens have no bytes of their own are refused with the reason', async (t) => {
  const vocab = { a: 0, '##b': 1 };
  for (const type of ['WordPiece', 'WordLevel']) {
    const error = refusal({ model: { type, vocab }, decoder: { type: 'WordPiece' } });
    t.equal(error.code, 'VOCABULARY');
    t.match(error.message, new RegExp(`${type}.*spaces`));
    t.ok(error.hint);
  }
  t.match(refusal({ ...byteLevelFile(), decoder: { type: 'WordPiece' } }).message, /WordPiece/);
  t.match(refusal({ ...byteLevelFile(), decoder: { type: 'Zebra' } }).message, /"Zebra" is not known/);
  t.match(refusal({ model: { type: 'Zebra', vocab } }).message, /"Zebra" is not known/);
  t.match(
    refusal({ model: { type: 'BPE', vocab, merges: [], end_of_word_suffix: '</w>' } }).message,
    /end_of_word_suffix/,
  );
  const regex = { type: 'Replace', pattern: { Regex: '▁' }, content: ' ' };
  t.match(refusal({ ...byteLevelFile(), decoder: regex }).message, /not a fixed text/);
});

t.test('truncated and foreign files are refused', async (t) => {
  const whole = JSON.stringify(byteLevelFile());
  for (const cut of [0, 1, 100, whole.length - 1]) {
    const error = failure(() => vocabularyFromTokenizerJson(whole.slice(0, cut)));
    t.equal(error.code, 'VOCABULARY');
    t.match(error.hint, /cut off/);
  }
  t.doesNotThrow(() => vocabularyFromTokenizerJson(`\uFEFF${whole}`));
  for (const json of [null, undefined, 7, [], {}, { model: null }, { model: [] }]) {
    const error = refusal(json);
    t.equal(error.code, 'VOCABULARY');
    t.match(error.message, /not a Hugging Face tokenizer.json/);
  }
  t.match(refusal({ tokenizer_class: 'X' }).hint, /tokenizer_config.json/);
  t.match(refusal({ model: {} }).message, /no type/);
});

t.test('files that contradict themselves are refused with the token', async (t) => {
  const bpe = (vocab: unknown, rest: Json = {}): Json => ({
    model: { type: 'BPE', vocab, merges: [] },
    decoder: { type: 'ByteLevel' },
    ...rest,
  });
  t.strictSame(refusal(bpe({ a: 0, b: 0 })).location, { token: 0 });
  for (const id of [-1, 0.5, 2_000_000, '1', null])
    t.match(refusal(bpe({ a: id })).message, /"a" has the id/);
  t.match(refusal(bpe([])).message, /must be an object/);
  t.match(refusal(bpe({})).message, /no token/);
  t.match(refusal(bpe({ a: 0 }, { added_tokens: {} })).message, /must be an array/);
  t.match(refusal(bpe({ a: 0 }, { added_tokens: [{ id: 3 }] })).message, /no content/);
  t.match(refusal(bpe({ a: 0 }, { added_tokens: [{ content: 'x' }] })).message, /"x" has the id undefined/);
  t.strictSame(refusal(bpe({ '\ud800': 0 })).location, { token: 0 });
  const unigram = unigramFile();
  unigram.model = { type: 'Unigram', vocab: [['a', 0], 'b'] };
  t.strictSame(refusal(unigram).location, { token: 1 });
});

t.test('names of Object.prototype are tokens like any other', async (t) => {
  const json = `{"model": {"type": "BPE", "merges": [], "vocab": {"__proto__": 0, "constructor": 1, "toString": 2}},
    "decoder": {"type": "ByteLevel"}}`;
  const data = vocabularyFromTokenizerJson(json, { stopTokens: [2] });
  t.strictSame(
    data.tokens.map((_, id) => text(data, id)),
    ['__proto__', 'constructor', 'toString'],
  );
  t.match(
    refusal(Object.create(byteLevelFile())).message,
    /not a Hugging Face/,
    'inherited members do not count',
  );
});

t.test('a deeply nested decoder is unfolded without recursion', async (t) => {
  let decoder: Json = { type: 'ByteLevel' };
  for (let i = 0; i < 100_000; i++) decoder = { type: 'Sequence', decoders: [decoder] };
  t.equal(text(vocabularyFromTokenizerJson({ ...byteLevelFile(), decoder }), 256), ' t');
});

t.test('the alphabet of the tests is the one of GPT-2', async (t) => {
  const alphabet = gpt2Alphabet();
  t.equal(alphabet[0x20], 'Ġ');
  t.equal(alphabet[0x0a], 'Ċ');
  t.equal(new Set(alphabet).size, 256);
});
