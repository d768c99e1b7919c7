// What keeps an answer in its language: the matcher, the mask under way, the end that is kept ready, and the tokens
// that were found to lead nowhere.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Completion } from '../engine/matcher.js';
import type { PendingMask } from '../engine/pending-mask.js';
import type { AbortWatch } from './abort.js';
import type { Backtracking } from './generate.js';
import { clearBit } from './mask-bits.js';
import { type GenerateTimings, note } from './timings.js';

/** What came of taking a token: it was taken, or the answer could not be closed within the limit behind it. */
export type Taken = 'taken' | 'too-long' | 'undecided';

export interface Guide {
  /** Starts the mask of this position on a native thread. */
  begin(): void;
  /** Waits for it; called again, gives the same. The tokens that led nowhere from here are off. */
  mask(watch: AbortWatch): Promise<Int32Array>;
  /** When the mask under way was started. */
  readonly startedAt: number;
  /**
   * Accepts a token that the mask allows. With a kept end, only if the answer can then be closed with `left` more
   * tokens: `'too-long'` and `'undecided'` (no end is known) leave the position as it was.
   */
  take(token: number, left: number): Taken;
  /**
   * Takes the last token back for good. False where that is not done: nothing was undecided, or the bounds are passed.
   */
  takeBack(token: number): boolean;
  /** Counts a token that was drawn and not taken, because no end is known behind it. */
  countRedraw(): void;
  /** The shortest end from here; null where none is known or none is kept. */
  readonly end: Completion | null;
  readonly isAccepting: boolean;
  /** Whether something is sure to follow: then nothing so far is taken back. */
  readonly isSure: boolean;
  /** Only behind an undecided state can a text come to a dead end. */
  readonly backtracking: Backtracking;
  dispose(): void;
}

/** No token that lies further back than this is taken back. */
export const longestWayBack = 64;

// So many tokens are taken back in a generation at most.
const mostTakenBack = 1024;

/**
 * @param maskBits room for so many bits: the logits may be wider than the vocabulary
 * @param keepsEnd whether the shortest end of every position is kept
 */
export function createGuide(
  compiled: CompiledGrammar,
  maskBits: number,
  keepsEnd: boolean,
  timings: GenerateTimings,
): Guide {
  // One more, for a token that is taken for a trial.
  const matcher = compiled.matcher({ maxRollback: longestWayBack + 1 });
  const mask = new Int32Array(Math.ceil(maskBits / 32));
  const forbidden = new Map<number, Set<number>>();
  let position = 0;
  let furthest = 0;
  let takenBack = 0;
  let pending: PendingMask | undefined;
  let startedAt = 0;
  let end = keepsEnd ? shortestEnd() : null;

  function shortestEnd(): Completion | null {
    const started = performance.now();
    const found = matcher.shortestCompletion();
    timings.close += performance.now() - started;
    return found;
  }

  return {
    begin() {
      startedAt = performance.now();
      pending = matcher.fillMaskAsync(mask);
    },
    async mask(watch) {
      if (pending === undefined) return mask;
      await watch.race(pending);
      pending = undefined;
      const ms = performance.now() - startedAt;
      if (timings.firstMask === 0) timings.firstMask = ms;
      else note(timings, 'mask', ms);
      for (const token of forbidden.get(position) ?? []) clearBit(mask, token);
      return mask;
    },
    take(token, left) {
      if (!matcher.accept(token)) return 'too-long';
      if (keepsEnd) {
        const next = shortestEnd();
        if (next === null || next.tokens.length > left) {
          matcher.rollback(1);
          return next === null ? 'undecided' : 'too-long';
        }
        end = next;
      }
      position++;
      furthest = Math.max(furthest, position);
      return 'taken';
    },
    takeBack(token) {
      if (matcher.stats.undecided === 0 || position === 0) return false;
      if (position <= furthest - longestWayBack || takenBack >= mostTakenBack) return false;
      takenBack++;
      matcher.rollback(1);
      forbidden.delete(position);
      position--;
      const here = forbidden.get(position) ?? new Set();
      forbidden.set(position, here.add(token));
      if (keepsEnd) end = shortestEnd();
      return true;
    },
    countRedraw() {
      takenBack++;
    },
    get startedAt() {
      return startedAt;
    },
    get end() {
      return end;
    },
    get isAccepting() {
      return matcher.isAccepting;
    },
    get isSure() {
      return matcher.stats.undecided === 0 || end !== null || matcher.isAccepting || shortestEnd() !== null;
    },
    get backtracking() {
      return { undecided: matcher.stats.undecided, takenBack };
    },
    dispose() {
      const free = (): void => matcher.dispose();
      // A mask that is under way still reads the matcher.
      if (pending === undefined) free();
      else pending.then(free, free);
    },
  };
}
