// What prompts begin with, which the model reads once for all of them.
import type { AbortWatch } from '../generate/abort.js';
import type { ModelWorker, Sequence } from '../model/model-worker.js';
import { sharedLength } from '../model/token-rows.js';

export interface SharedBeginning {
  /** To read on from, behind so many tokens. */
  readonly sequence: Sequence;
  readonly length: number;
  /** Moves it so that it is a beginning of so many texts that begin with these tokens: all of them, or nearly. */
  moveTo(to: Int32Array, texts: number): Promise<void>;
  /** What is read then is, to the last digit, as if nothing had been read before. */
  forget(): void;
  close(): void;
}

/**
 * Reading a token of a text takes as long as copying so many tokens of its cache: where a few more tokens are shared, what texts
 * begin with is not copied once more for each.
 */
const movePays = 32;

export function createSharedBeginning(worker: ModelWorker, watch: AbortWatch): SharedBeginning {
  const { pieceTokens } = worker.info.batch;
  let sequence = worker.openSequence();
  let tokens: Int32Array = new Int32Array(0);
  // Tokens that were read in whole pieces from the first one on: the rest can be forgotten without a trace.
  let pieces = 0;
  let isForgotten = true;
  const inPieces = (length: number): number =>
    Number.isFinite(pieceTokens) ? length - (length % pieceTokens) : 0;

  return {
    get sequence() {
      return sequence;
    },
    get length() {
      return tokens.length;
    },
    async moveTo(to, texts) {
      const same = sharedLength(tokens, to);
      const more = to.length - tokens.length;
      if (!isForgotten && same === tokens.length && more * texts * movePays <= tokens.length) return;
      if (to.length === 0) {
        sequence.close();
        sequence = worker.openSequence();
        pieces = 0;
      } else {
        // A cut alone is no step: the last token is read again.
        const most = Math.min(same, to.length - 1);
        const from = isForgotten ? inPieces(Math.min(most, pieces)) : most;
        await watch.race(sequence.forward(to.subarray(from), from));
        pieces = inPieces(from <= pieces && from === inPieces(from) ? to.length : Math.min(from, pieces));
      }
      tokens = to.slice();
      isForgotten = false;
    },
    forget() {
      isForgotten = true;
    },
    close: () => sequence.close(),
  };
}
