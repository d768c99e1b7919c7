import { Vocabulary } from '../../src/index.js';

/** Texts of the tokens behind the 256 single bytes. */
const words = ['true', 'false', 'null', '{"', '":', '", "', 'name', 'tr', ' a', '12', '123', 'ab', 'abc'];

/** Token ids of the vocabulary below. */
export const ids = {
  byte: (char: string): number => char.charCodeAt(0),
  word: (text: string): number => {
    const at = words.indexOf(text);
    if (at < 0) throw new Error(`no token ${text}`);
    return 256 + at;
  },
  stop: 256 + words.length,
  special: 257 + words.length,
  hole: 258 + words.length,
};

/** Every single byte, a few words, one stop token, one special token, one id without a token; logits are wider by 5. */
export function smallVocabulary(encode?: (text: string) => readonly number[]): Vocabulary {
  const bytes = Array.from({ length: 256 }, (_, byte) => Uint8Array.of(byte));
  return Vocabulary.fromTokens([...bytes, ...words, '</s>', '<|tool|>', null], {
    stopTokens: [ids.stop],
    specialTokens: [ids.special],
    logitsSize: ids.hole + 6,
    encode,
  });
}

/** The allowed ids of a mask, ascending. */
export function allowed(mask: Int32Array): number[] {
  const result: number[] = [];
  for (let id = 0; id < mask.length * 32; id++)
    if (((mask[id >> 5] as number) >>> (id & 31)) & 1) result.push(id);
  return result;
}

/** A mask of the right length, of ones, so that a word that is not written is seen. */
export function newMask(vocabulary: Vocabulary): Int32Array {
  return new Int32Array(Math.ceil(vocabulary.size / 32)).fill(-1);
}
