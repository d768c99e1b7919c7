import { GrammaskError } from '../errors.js';
import type { VocabularyData } from './vocabulary-data.js';

/**
 * A vocabulary as the native engine reads it, and as it goes from thread to thread.
 * Token i has the bytes from offsets[i] to offsets[i + 1], or none at all where holes[i] is not 0.
 */
export interface PackedVocabulary {
  bytes: Uint8Array<ArrayBuffer>;
  offsets: Uint32Array<ArrayBuffer>;
  holes: Uint8Array<ArrayBuffer>;
  stopTokens: readonly number[];
  specialTokens: readonly number[];
  /** The text that names each special token. */
  specialNames: readonly string[];
  /** 0: as many as tokens. */
  logitsSize: number;
}

/** Bytes up to which a loop is quicker than a call that copies them. */
const FEW_BYTES = 32;
/** What tokens have on average, and a little more. */
const USUAL_BYTES = 8;

export function packVocabulary(data: VocabularyData): PackedVocabulary {
  const { tokens, stopTokens, specialTokens, specialNames, logitsSize } = data;
  const offsets = new Uint32Array(tokens.length + 1);
  const holes = new Uint8Array(tokens.length);
  // Each token is looked at once: they lie scattered in memory, which is what takes the time.
  let bytes = new Uint8Array(tokens.length * USUAL_BYTES);
  let at = 0;
  for (let id = 0; id < tokens.length; id++) {
    const token = tokens[id] ?? null;
    if (token === null) holes[id] = 1;
    else {
      const end = at + token.length;
      if (end > 0xffffffff) throw new GrammaskError('VOCABULARY', 'the tokens have more than 4 GiB together');
      if (end > bytes.length) {
        const larger = new Uint8Array(Math.max(end, bytes.length * 2));
        larger.set(bytes);
        bytes = larger;
      }
      if (token.length > FEW_BYTES) bytes.set(token, at);
      else for (let i = 0; i < token.length; i++) bytes[at + i] = token[i] as number;
      at = end;
    }
    offsets[id + 1] = at;
  }
  return { bytes: bytes.slice(0, at), offsets, holes, stopTokens, specialTokens, specialNames, logitsSize };
}

/** What a message hands over instead of copying. */
export function buffersOf({ bytes, offsets, holes }: PackedVocabulary): ArrayBuffer[] {
  return [bytes.buffer, offsets.buffer, holes.buffer];
}
