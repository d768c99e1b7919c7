// What tokens write, as strings that can be compared and joined: a character a byte. A special token has no bytes, so that
// it stands for itself, as a character beyond those of bytes.
import type { Vocabulary } from '../engine/vocabulary.js';

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
