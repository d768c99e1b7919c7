// What a model has made of prompts, for those who ask again with the same one: many answers are drawn for one prompt, and prompts about
// the same file begin alike.
import type { DecoderState } from './decoder-graph.js';
import type { DecoderSession } from './decoder-session.js';
import { sharedLength } from './token-rows.js';

export interface PromptMemory {
  /**
   * Reads a prompt into a new state, from where it is known on. The logits and the state are to the bit those of a prompt that is
   * read anew: what is known is used up to the border of a piece.
   *
   * @returns the logits behind it, and how many of its tokens were known; null where it was cancelled
   */
  read(
    state: DecoderState,
    tokens: Int32Array,
    isCancelled: () => boolean,
  ): Promise<{ row: Float32Array | Uint16Array; known: number } | null>;
}

interface Kept {
  readonly tokens: Int32Array;
  readonly state: DecoderState;
  readonly row: Float32Array | Uint16Array;
  readonly bytes: number;
}

/** How much is kept, and how long after the last use. */
const BUDGET_BYTES = 256 << 20;
const IDLE_MS = 30_000;

export function createPromptMemory(decoder: DecoderSession, budgetBytes = BUDGET_BYTES): PromptMemory {
  // What was used last stands last.
  let kept: Kept[] = [];
  let timer: NodeJS.Timeout | undefined;

  function use(entry: Kept): void {
    kept = [...kept.filter((other) => other !== entry), entry];
    let bytes = kept.reduce((sum, each) => sum + each.bytes, 0);
    while (bytes > budgetBytes) bytes -= kept.shift()?.bytes ?? bytes;
    clearTimeout(timer);
    timer = setTimeout(() => {
      kept = [];
    }, IDLE_MS).unref();
  }

  return {
    async read(state, tokens, isCancelled) {
      let best: Kept | undefined;
      let most = 0;
      for (const entry of kept) {
        const shared = sharedLength(entry.tokens, tokens);
        if (shared > most) [best, most] = [entry, shared];
      }
      if (best !== undefined && most === tokens.length && most === best.tokens.length) {
        use(best);
        adopt(state, best.state);
        return { row: best.row, known: most };
      }
      // The last token is read in any case, for its logits.
      const shared = Math.min(most, tokens.length - 1);
      const known = shared < decoder.pieceTokens ? 0 : shared - (shared % decoder.pieceTokens);
      if (best !== undefined && known > 0) adopt(state, best.state);
      const row = await decoder.forward(state, tokens.subarray(known), known, isCancelled);
      if (row === null) return null;
      const bytes = decoder.hostBytes(state);
      if (bytes !== undefined && bytes <= budgetBytes) {
        const copy = { tokens: [], rows: 1, cache: new Map() };
        adopt(copy, state);
        use({ tokens: tokens.slice(), state: copy, row: row.slice(), bytes });
      }
      return { row, known };
    },
  };
}

/** The tensors are shared: none is ever written to. */
function adopt(state: DecoderState, { tokens, cache }: DecoderState): void {
  state.tokens = [...tokens];
  state.cache = new Map(cache);
}
