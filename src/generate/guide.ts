// What keeps an answer in its language: the matcher, the mask under way, the end that is kept ready, the names that fill
// slots, and the tokens that were found to lead nowhere.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Completion, Matcher } from '../engine/matcher.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import type { AbortWatch } from './abort.js';
import type { Backtracking } from './generate.js';
import { clearBit, hasBit } from './mask-bits.js';
import { createSlotAsker, type SlotHook } from './slot-asker.js';
import { type GenerateTimings, note } from './timings.js';

/** What came of taking a token: it was taken, or the answer could not be closed within the limit behind it. */
export type Taken = 'taken' | 'too-long' | 'undecided';

export interface Guide {
  /** Looks for the first end, where one is kept. */
  findEnd(watch: AbortWatch): Promise<void>;
  /** Starts the mask of this position on a native thread; first the names that fill the open slots are asked for. */
  begin(): void;
  /** Waits for it; called again, gives the same. The tokens that led nowhere from here are off. */
  mask(watch: AbortWatch): Promise<Int32Array>;
  /** When the mask under way was started. */
  readonly startedAt: number;
  /**
   * Asks for the names of the slots that begin inside a token. False where they rule it out: the mask is then without it,
   * and without whatever else the names rule out.
   */
  admits(token: number, watch: AbortWatch): Promise<boolean>;
  /**
   * Accepts a token that the mask allows. With a kept end, only if the answer can then be closed with `left` more
   * tokens: `'too-long'` and `'undecided'` (no end is known) leave the position as it was.
   */
  take(token: number, left: number, watch: AbortWatch): Promise<Taken>;
  /**
   * Takes the last token back for good. False where that is not done: nothing was undecided, or the bounds are passed.
   */
  takeBack(token: number, watch: AbortWatch): Promise<boolean>;
  /** Counts a token that was drawn and not taken, because no end is known behind it. */
  countRedraw(): void;
  /** The shortest end from here; null where none is known or none is kept. */
  readonly end: Completion | null;
  readonly isAccepting: boolean;
  /** Whether something is sure to follow: then nothing so far is taken back. */
  readonly isSure: boolean;
  /** Only behind an undecided state, or one whose names were given, can a text come to a dead end. */
  readonly backtracking: Backtracking;
  dispose(): void;
}

export interface GuideOptions {
  readonly compiled: CompiledGrammar;
  readonly vocabulary: Vocabulary;
  /** Room for so many bits: the logits may be wider than the vocabulary. */
  readonly maskBits: number;
  /** Whether the shortest end of every position is kept. */
  readonly keepsEnd: boolean;
  readonly slots: SlotHook | undefined;
  /** Tokens that end the answer: those of the vocabulary and others. */
  readonly stopTokens: readonly number[];
  readonly timings: GenerateTimings;
}

/** No token that lies further back than this is taken back. */
export const longestWayBack = 64;

// So many tokens are taken back in a generation at most.
const mostTakenBack = 1024;
// An end is looked for anew so often, as names rule out the last one.
const mostEnds = 64;

/** A guide at the beginning of an answer. */
export function createGuide(options: GuideOptions): Guide {
  const { compiled, vocabulary, maskBits, keepsEnd, slots, stopTokens, timings } = options;
  // One more, for a token that is taken for a trial.
  const matcher = compiled.matcher({ maxRollback: longestWayBack + 1, stopTokens });
  const asker = slots === undefined ? undefined : createSlotAsker(slots, timings);
  const mask = new Int32Array(Math.ceil(maskBits / 32));
  const forbidden = new Map<number, Set<number>>();
  const taken: number[] = [];
  let furthest = 0;
  let takenBack = 0;
  let pending: PromiseLike<unknown> | undefined;
  let startedAt = 0;
  let end: Completion | null = null;

  function shortestEnd(of: Matcher): Completion | null {
    const started = performance.now();
    const found = of.shortestCompletion();
    timings.close += performance.now() - started;
    return found;
  }

  const textOf = (tokens: readonly number[]): string =>
    new TextDecoder('utf-8', { ignoreBOM: true }).decode(
      Buffer.concat(
        tokens.filter((token) => !vocabulary.isSpecial(token)).map((token) => vocabulary.bytes(token)),
      ),
    );

  async function askOpen(of: Matcher, tokens: readonly number[]): Promise<void> {
    if (asker === undefined) return;
    const open = of.slots({ ahead: false });
    if (open.length > 0) await asker.ask(of, open, textOf(tokens));
  }

  /** Asks about what a token enters; false as soon as names rule it out. */
  async function askInside(of: Matcher, tokens: readonly number[], token: number): Promise<boolean> {
    if (asker === undefined) return true;
    for (;;) {
      const inside = of.slots({ token });
      if (inside.length === 0) return true;
      await asker.ask(of, inside, textOf(tokens));
      if (of.validate([token]) === 0) return false;
    }
  }

  /** Of the tokens of one byte that may come next, but for some, the one with the shortest end. */
  function otherWay(of: Matcher, ruledOut: ReadonlySet<number>): number | undefined {
    const allowed = new Int32Array(mask.length);
    of.fillMask(allowed);
    let best: number | undefined;
    let least = Number.POSITIVE_INFINITY;
    for (let token = 0; token < vocabulary.tokenCount; token++) {
      if (!hasBit(allowed, token) || ruledOut.has(token) || vocabulary.bytes(token).length !== 1) continue;
      if (!of.accept(token)) continue;
      const length = shortestEnd(of)?.bytes.length ?? Number.POSITIVE_INFINITY;
      of.rollback(1);
      if (length >= least) continue;
      least = length;
      best = token;
    }
    return best;
  }

  /**
   * From where names left nothing, goes back to the last place with another way, and one token along it. False where there
   * is none.
   */
  async function turn(
    trial: Matcher,
    tokens: number[],
    ruledOut: Map<number, Set<number>>,
  ): Promise<boolean> {
    for (let steps = 0; steps < longestWayBack && tokens.length > taken.length; steps++) {
      ruledOut.delete(tokens.length);
      const last = tokens.pop() as number;
      trial.rollback(1);
      const here = ruledOut.get(tokens.length) ?? new Set();
      ruledOut.set(tokens.length, here.add(last));
      for (;;) {
        const other = otherWay(trial, here);
        if (other === undefined) break;
        if ((await askInside(trial, tokens, other)) && trial.accept(other)) {
          tokens.push(other);
          return true;
        }
        here.add(other);
      }
    }
    return false;
  }

  /** A short end whose names were all asked for: the shortest, where none of its names is ruled out. */
  async function namedEnd(): Promise<Completion | null> {
    if (asker === undefined) return shortestEnd(matcher);
    const trial = matcher.fork();
    const tokens = [...taken];
    const ruledOut = new Map<number, Set<number>>();
    try {
      for (let tries = 0; tries < mostEnds; tries++) {
        await askOpen(trial, tokens);
        const found = shortestEnd(trial);
        if (found === null) {
          if (await turn(trial, tokens, ruledOut)) continue;
          return null;
        }
        let isWhole = true;
        for (const token of found.tokens) {
          await askOpen(trial, tokens);
          isWhole = (await askInside(trial, tokens, token)) && trial.accept(token);
          if (!isWhole) break;
          tokens.push(token);
        }
        await askOpen(trial, tokens);
        if (isWhole && trial.isAccepting) {
          const all = tokens.slice(taken.length);
          return {
            tokens: Int32Array.from(all),
            bytes: Buffer.concat(all.map((token) => vocabulary.bytes(token))),
          };
        }
      }
      return null;
    } finally {
      trial.dispose();
    }
  }

  function forbid(): void {
    for (const token of forbidden.get(taken.length) ?? []) clearBit(mask, token);
  }

  return {
    async findEnd(watch) {
      if (keepsEnd) end = await watch.race(namedEnd());
    },
    begin() {
      startedAt = performance.now();
      if (asker === undefined) {
        pending = matcher.fillMaskAsync(mask);
        return;
      }
      const running = askOpen(matcher, taken).then(() => matcher.fillMaskAsync(mask));
      running.catch(() => {});
      pending = running;
    },
    async mask(watch) {
      if (pending === undefined) return mask;
      await watch.race(pending);
      pending = undefined;
      const ms = performance.now() - startedAt;
      if (timings.firstMask === 0) timings.firstMask = ms;
      else note(timings, 'mask', ms);
      forbid();
      return mask;
    },
    async admits(token, watch) {
      if (asker === undefined) return true;
      const before = matcher.slots({ token });
      if (before.length === 0) return true;
      if (await watch.race(askInside(matcher, taken, token))) return true;
      matcher.fillMask(mask);
      forbid();
      return hasBit(mask, token);
    },
    async take(token, left, watch) {
      if (!matcher.accept(token)) return 'too-long';
      taken.push(token);
      if (keepsEnd) {
        const next = await watch.race(namedEnd());
        if (next === null || next.tokens.length > left) {
          matcher.rollback(1);
          taken.pop();
          return next === null ? 'undecided' : 'too-long';
        }
        end = next;
      }
      furthest = Math.max(furthest, taken.length);
      return 'taken';
    },
    async takeBack(token, watch) {
      const mayDie = matcher.stats.undecided > 0 || asker?.hasNarrowed === true;
      if (!mayDie || taken.length === 0) return false;
      if (taken.length <= furthest - longestWayBack || takenBack >= mostTakenBack) return false;
      takenBack++;
      matcher.rollback(1);
      forbidden.delete(taken.length);
      taken.pop();
      const here = forbidden.get(taken.length) ?? new Set();
      forbidden.set(taken.length, here.add(token));
      if (keepsEnd) end = await watch.race(namedEnd());
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
      if (end !== null || matcher.isAccepting) return true;
      if (asker?.hasNarrowed === true) return false;
      return matcher.stats.undecided === 0 || shortestEnd(matcher) !== null;
    },
    get backtracking() {
      return { undecided: matcher.stats.undecided, takenBack };
    },
    dispose() {
      asker?.end();
      const free = (): void => matcher.dispose();
      // A mask that is under way still reads the matcher.
      if (pending === undefined) free();
      else pending.then(free, free);
    },
  };
}
