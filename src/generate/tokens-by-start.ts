import { packedTokens, type Vocabulary } from '../engine/vocabulary.js';

/** The tokens of a vocabulary by the byte that they begin with. Bytes of token i are those from `offsets[i]` to `offsets[i + 1]`. */
export interface TokensByStart {
  readonly bytes: Uint8Array;
  readonly offsets: Uint32Array;
  /** 256 lists; special tokens and those without a text are in none of them. */
  readonly byByte: readonly (readonly number[])[];
  readonly special: readonly number[];
}

const known = new WeakMap<Vocabulary, TokensByStart>();

/** Made once for a vocabulary. */
export function tokensByStart(vocabulary: Vocabulary): TokensByStart {
  let found = known.get(vocabulary);
  if (found === undefined) {
    const { bytes, offsets, specialTokens } = packedTokens(vocabulary);
    const isSpecial = new Set(specialTokens);
    const byByte: number[][] = Array.from({ length: 256 }, () => []);
    for (let token = 0; token + 1 < offsets.length; token++) {
      const start = offsets[token] as number;
      if (start < (offsets[token + 1] as number) && !isSpecial.has(token)) {
        byByte[bytes[start] as number]?.push(token);
      }
    }
    found = { bytes, offsets, byByte, special: specialTokens };
    known.set(vocabulary, found);
  }
  return found;
}
