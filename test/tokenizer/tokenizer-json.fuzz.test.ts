import fc from 'fast-check';
import t from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { vocabularyFromTokenizerJson } from '../../src/tokenizer/tokenizer-json.js';
import type { VocabularyData } from '../../src/tokenizer/vocabulary-data.js';
import { byteFallbackFile, byteLevelFile, type Json, unigramFile } from '../support/tokenizer-files.js';

const files = [byteLevelFile, byteFallbackFile, unigramFile];

function checkData(data: VocabularyData): void {
  const count = data.tokens.length;
  const holds =
    count > 0 &&
    data.logitsSize >= count &&
    data.specialNames.length === data.specialTokens.length &&
    [...data.specialTokens, ...data.stopTokens].every(
      (id) => Number.isInteger(id) && id >= 0 && id < count,
    ) &&
    data.tokens.every((token) => token === null || token instanceof Uint8Array);
  if (!holds) throw new Error('the vocabulary contradicts itself');
}

/** True for a refusal; a sound vocabulary or a GrammaskError of code VOCABULARY is all that may come. */
function refuses(json: object | string, stopTokens?: number[]): boolean {
  try {
    checkData(vocabularyFromTokenizerJson(json, { stopTokens }));
    return false;
  } catch (error) {
    if (error instanceof GrammaskError && error.code === 'VOCABULARY') return true;
    throw error;
  }
}

/** Replaces the member that a walk by `path` ends at. */
function replaceAt(root: Json, path: readonly number[], value: unknown, name: string | undefined): void {
  let at: Json = root;
  for (const [depth, choice] of path.entries()) {
    const keys = Object.keys(at);
    const key = keys[choice % Math.max(keys.length, 1)];
    const next = key === undefined ? undefined : at[key];
    if (key !== undefined && (depth === path.length - 1 || typeof next !== 'object' || next === null)) {
      if (name !== undefined) delete at[key];
      Object.defineProperty(at, name ?? key, { value, enumerable: true, configurable: true, writable: true });
      return;
    }
    at = next as Json;
  }
}

const junk = fc.oneof(
  fc.jsonValue(),
  fc.integer(),
  fc.constantFrom(
    -1,
    2 ** 31,
    1_999_999,
    2_000_000,
    1e300,
    '',
    '<0xFF>',
    '▁',
    '\ud800',
    'ByteLevel',
    'Sequence',
  ),
  fc.constantFrom('Replace', 'Strip', 'Metaspace', 'Unigram', 'BPE', 'WordPiece', 'Fuse', 'ByteFallback'),
);

t.test('a file with one member replaced is read or refused', async (t) => {
  let refused = 0;
  const runs = 600;
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.array(fc.nat(400), { minLength: 1, maxLength: 5 }),
      junk,
      fc.option(fc.constantFrom('__proto__', 'constructor', 'type', 'vocab', 'x'), {
        nil: undefined,
        freq: 5,
      }),
      fc.option(fc.array(fc.integer({ min: -2, max: 300 }), { maxLength: 2 }), { nil: undefined }),
      (which, path, value, name, stopTokens) => {
        const file = structuredClone((files[which] ?? byteLevelFile)());
        replaceAt(file, path, value, name);
        if (refuses(file, stopTokens)) refused++;
      },
    ),
    { numRuns: runs, seed: 1 },
  );
  t.ok(refused > 0 && refused < runs, `${refused} of ${runs} were refused`);
});

t.test('a file with a piece of its text changed is read or refused', async (t) => {
  const sources = files.map((file) => JSON.stringify(file()));
  fc.assert(
    fc.property(
      fc.nat(2),
      fc.double({ min: 0, max: 1, noNaN: true }),
      fc.nat(20),
      fc.oneof(
        fc.string({ maxLength: 6 }),
        fc.constantFrom('"', '{', '}', ',', '\\ud800', 'null', '1e9', ''),
      ),
      (which, place, length, insert) => {
        const source = sources[which] ?? '';
        const at = Math.floor(place * source.length);
        refuses(source.slice(0, at) + insert + source.slice(at + length));
      },
    ),
    { numRuns: 600, seed: 2 },
  );
  t.pass('nothing else was thrown');
});

t.test('any JSON value is read or refused', async (t) => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 4 }), (value) => {
      refuses(value as object);
      refuses({ model: value, decoder: { type: 'ByteLevel' } });
      refuses({ model: { type: 'BPE', vocab: { a: 0 } }, decoder: value });
    }),
    { numRuns: 300, seed: 3 },
  );
  t.pass('nothing else was thrown');
});
