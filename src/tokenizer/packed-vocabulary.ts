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

export function packVocabulary(data: VocabularyData): PackedVocabulary {
  const { tokens, stopTokens, specialTokens, specialNames, logitsSize } = data;
  const offsets = new Uint32Array(tokens.length + 1);
  const holes = new Uint8Array(tokens.length);
  let length = 0;
  tokens.forEach((token, id) => {
    if (token === null) holes[id] = 1;
    else length += token.length;
    if (length > 0xffffffff)
      throw new GrammaskError('VOCABULARY', 'the tokens have more than 4 GiB together');
    offsets[id + 1] = length;
  });
  const bytes = new Uint8Array(length);
  tokens.forEach((token, id) => {
    if (token !== null) bytes.set(token, offsets[id]);
  });
  return { bytes, offsets, holes, stopTokens, specialTokens, specialNames, logitsSize };
}

/** What a message hands over instead of copying. */
export function buffersOf({ bytes, offsets, holes }: PackedVocabulary): ArrayBuffer[] {
  return [bytes.buffer, offsets.buffer, holes.buffer];
}
