// What tokens write, as strings that can be compared and joined: a character a byte. A special token has no bytes, so that
// it stands for itself, as a character beyond those of bytes.
import { packedTokens, type Vocabulary } from '../engine/vocabulary.js';

const known = new WeakMap<Vocabulary, string[]>();

/** The text of a token. Texts of a vocabulary are kept: a mask may ask for thousands of them. */
export function tokenText(vocabulary: Vocabulary, token: number): string {
  const texts = known.get(vocabulary) ?? [];
  known.set(vocabulary, texts);
  let text = texts[token];
  if (text === undefined) {
    text = vocabulary.isSpecial(token)
      ? String.fromCodePoint(0x100 + token)
      : Buffer.from(vocabulary.bytes(token)).toString('latin1');
    texts[token] = text;
  }
  return text;
}

/** Tokens with a text, by the first character of it, as `tokenText` writes it. */
export interface TokensByStart {
  /** 256 lists: those that begin with a byte. */
  readonly byByte: readonly (readonly number[])[];
  readonly special: readonly number[];
}

const starts = new WeakMap<Vocabulary, TokensByStart>();

/** Made once for a vocabulary. */
export function tokensByStart(vocabulary: Vocabulary): TokensByStart {
  let found = starts.get(vocabulary);
  if (found === undefined) {
    const { bytes, offsets, specialTokens } = packedTokens(vocabulary);
    const isSpecial = new Set(specialTokens);
    const byByte: number[][] = Array.from({ length: 256 }, () => []);
    for (let token = 0; token < vocabulary.tokenCount; token++) {
      const start = offsets[token] as number;
      if (start < (offsets[token + 1] as number) && !isSpecial.has(token)) {
        byByte[bytes[start] as number]?.push(token);
      }
    }
    found = { byByte, special: specialTokens };
    starts.set(vocabulary, found);
  }
  return found;
}

/** Behind how much of a text, as `tokenText` writes it, so many bytes are written: special tokens in between have none. */
export function placeOfBytes(text: string, bytes: number): number {
  let place = 0;
  let passed = 0;
  for (const character of text) {
    if (passed >= bytes) break;
    if ((character.codePointAt(0) as number) < 0x100) passed++;
    place += character.length;
  }
  return place;
}
