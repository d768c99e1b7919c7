import type { Vocabulary } from '../engine/vocabulary.js';
import { allowedTokens, clearBit } from './mask-bits.js';
import { tokenText } from './token-text.js';

/**
 * Beginnings of an answer that were found to lead nowhere, as `tokenText` writes them. They are texts and not tokens: another way to
 * cut the same text into tokens leads nowhere, too.
 */
export interface DeadTexts {
  add(text: string): void;
  /** Whether there was any; none is left. */
  clear(): boolean;
  /** Takes the tokens off a mask that lead from a text to a dead one, or through it. */
  forbid(mask: Int32Array, text: string): void;
}

export function createDeadTexts(vocabulary: Vocabulary): DeadTexts {
  const dead = new Set<string>();
  return {
    add(text) {
      for (const longer of dead) if (longer.startsWith(text)) dead.delete(longer);
      dead.add(text);
    },
    clear() {
      const had = dead.size > 0;
      dead.clear();
      return had;
    },
    forbid(mask, text) {
      const rests: string[] = [];
      for (const found of dead) if (found.startsWith(text)) rests.push(found.slice(text.length));
      if (rests.length === 0) return;
      for (const token of allowedTokens(mask)) {
        const piece = tokenText(vocabulary, token);
        if (piece !== '' && rests.some((rest) => piece.startsWith(rest))) clearBit(mask, token);
      }
    },
  };
}
