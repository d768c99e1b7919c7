import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { type RawVocabularyOptions, vocabularyFromTokens } from '../../src/tokenizer/vocabulary-data.js';

function code(tokens: unknown, options: unknown): string {
  try {
    vocabularyFromTokens(tokens as string[], options as RawVocabularyOptions);
  } catch (error) {
    if (error instanceof GrammaskError) return error.code;
    throw error;
  }
  return 'none';
}

t.test('raw tokens: bytes, text or nothing', async (t) => {
  const data = vocabularyFromTokens(['é', Uint8Array.of(0xff), null, '', '<s>', '</s>'], {
    stopTokens: [5],
    specialTokens: [5, 4, 2, 4],
    logitsSize: 8,
  });
  t.strictSame(data, {
    tokens: [
      Uint8Array.of(0xc3, 0xa9),
      Uint8Array.of(0xff),
      null,
      new Uint8Array(),
      new TextEncoder().encode('<s>'),
      new TextEncoder().encode('</s>'),
    ],
    specialTokens: [2, 4, 5],
    specialNames: ['', '<s>', '</s>'],
    stopTokens: [5],
    logitsSize: 8,
  });
  t.equal(vocabularyFromTokens(['a'], { stopTokens: [] }).logitsSize, 1);
});

t.test('raw tokens that cannot be used are refused', async (t) => {
  t.equal(code([], { stopTokens: [] }), 'VOCABULARY');
  t.equal(code(['\udc00'], { stopTokens: [] }), 'VOCABULARY');
  t.equal(code(['a'], { stopTokens: [1] }), 'VOCABULARY');
  t.equal(code(['a'], { stopTokens: [0], specialTokens: [-1] }), 'VOCABULARY');
  t.equal(code(['a'], { stopTokens: [0.5] }), 'ARGUMENT');
  t.equal(code(['a'], { stopTokens: ['0'] }), 'ARGUMENT');
  t.equal(code(['a'], { stopTokens: 0 }), 'ARGUMENT');
  t.equal(code(['a'], {}), 'ARGUMENT');
  t.equal(code(['a'], undefined), 'ARGUMENT');
  t.equal(code('a', { stopTokens: [] }), 'ARGUMENT');
  t.equal(code([7], { stopTokens: [] }), 'ARGUMENT');
  t.equal(code(['a', undefined], { stopTokens: [] }), 'ARGUMENT');
  for (const logitsSize of [0, 1.5, Number.NaN, 2_000_001, '3']) {
    t.equal(code(['a'], { stopTokens: [], logitsSize }), 'ARGUMENT');
  }
});
