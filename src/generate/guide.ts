// What keeps an answer in its language: the matcher, the mask under way, the end that is kept ready, the names that fill
// slots, and the tokens that were found to lead nowhere.
import type { CompiledGrammar } from '../engine/compiled-grammar.js';
import type { Completion, Matcher } from '../engine/matcher.js';
import type { Vocabulary } from '../engine/vocabulary.js';
import type { AbortWatch } from './abort.js';
import { createDeadTexts, type DeadTexts } from './dead-texts.js';
import type { Veto } from './finished-answer.js';
import { type EncodeForced, forcedRun } from './forced-text.js';
import type { Backtracking } from './generate.js';
import { clearBit, hasBit } from './mask-bits.js';
import { findNamedEnd } from './named-end.js';
import { prunedName } from './pruned-names.js';
import { createSlotAsker, type SlotHook } from './slot-asker.js';
import { type GenerateTimings, note } from './timings.js';
import { placeOfBytes, tokenText } from './token-text.js';

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
   *
   * @param isAlone nothing else could come here: on the way back it goes with what was drawn before it
   */
  take(token: number, left: number, isAlone: boolean, watch: AbortWatch): Promise<Taken>;
  /** Whether some text must come next, as far as is known without asking. */
  readonly isForced: boolean;
  /** The tokens of the text that must come next, with `encode`; the position stays. */
  forced(watch: AbortWatch): Promise<Int32Array>;
  /**
   * Goes back to the last place where another token could have come, which this one then cannot any more.
   *
   * @param floor so many tokens stay
   * @returns how many tokens are left; undefined where nothing may be taken back: nothing was undecided or named, or the bounds are
   *   passed
   */
  goBack(floor: number, watch: AbortWatch): Promise<number | undefined>;
  /** Tells of the name that a token, kept out here, would have written. */
  tellPruned(token: number): void;
  /** The same where the model is done and the text is not; only until nothing else is left (`forgive`). */
  turnBack(floor: number, watch: AbortWatch): Promise<number | undefined>;
  /** Where nothing may follow: allows again what was turned away from. False where that is nothing. */
  forgive(): boolean;
  /**
   * Goes back to where an answer that is not wanted can become another one, whatever the bounds of `goBack`.
   *
   * @param ending tokens with which the answer was closed
   * @returns how many tokens are left; undefined where none of those that may be taken back leads elsewhere
   */
  veto(veto: Veto, ending: readonly number[], floor: number, watch: AbortWatch): Promise<number | undefined>;
  /** A short end from here whose names were asked for, of `most` tokens at most; null where none is known. */
  endWithin(most: number, watch: AbortWatch): Promise<Completion | null>;
  /**
   * Goes back to a place near the end of the answer from which an end is known that fits, whatever the bounds of `goBack`.
   *
   * @param limit so many tokens the answer may have with its end
   * @returns how many tokens are left, and the end; undefined where there is none
   */
  backToEnd(
    limit: number,
    floor: number,
    watch: AbortWatch,
  ): Promise<{ left: number; end: Completion } | undefined>;
  /** Counts a token that was drawn and not taken, because no end is known behind it. */
  countRedraw(): void;
  /** The shortest end from here; null where none is known or none is kept. */
  readonly end: Completion | null;
  readonly isAccepting: boolean;
  /** The slots that had no name at all at some place. */
  readonly emptied: ReadonlySet<string>;
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
  /** Where forced text is taken as the tokenizer's own tokens. */
  readonly encode: EncodeForced | undefined;
  /** So many tokens are taken back in a generation at most. */
  readonly mostTakenBack: number;
  /** Tokens that end the answer: those of the vocabulary and others. */
  readonly stopTokens: readonly number[];
  /** What no answer may be or begin with; what is found to lead nowhere is added. */
  readonly dead: DeadTexts;
  readonly timings: GenerateTimings;
}

/** No token that lies further back than this is taken back. */
export const longestWayBack = 64;

/** A guide at the beginning of an answer. */
export function createGuide(options: GuideOptions): Guide {
  const {
    compiled,
    vocabulary,
    maskBits,
    keepsEnd,
    slots,
    encode,
    mostTakenBack,
    stopTokens,
    dead,
    timings,
  } = options;
  // One more, for a token that is taken for a trial.
  const matcher = compiled.matcher({ maxRollback: longestWayBack + 1, stopTokens });
  const asker = slots === undefined ? undefined : createSlotAsker(slots, vocabulary, timings);
  const mask = new Int32Array(Math.ceil(maskBits / 32));
  const left = createDeadTexts();
  // Dead texts that others found, or answers that were not wanted: then a text may come to a dead end.
  let mayDie = !dead.isEmpty;
  const taken: number[] = [];
  // The text behind each of them, and whether it was alone.
  const texts: string[] = [];
  const alone: boolean[] = [];
  // The host wants nothing behind this place.
  let isLeft = false;
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

  async function namedEnd(): Promise<Completion | null> {
    if (asker === undefined) return shortestEnd(matcher);
    return findNamedEnd(matcher, taken, {
      ...{ vocabulary, asker, shortestEnd, longestWayBack },
      maskWords: mask.length,
    });
  }

  const text = (): string => texts.at(-1) ?? '';
  const textOf = (tokens: Iterable<number>): string =>
    [...tokens].map((token) => tokenText(vocabulary, token)).join('');

  // A token that ends the answer may have a text as well, as a line break has, which the grammar allows in the middle.
  const textStops = stopTokens.filter(
    (token) => tokenText(vocabulary, token) !== '' && !vocabulary.isSpecial(token),
  );

  function forbid(): void {
    if (textStops.length > 0 && !matcher.isAccepting) for (const token of textStops) clearBit(mask, token);
    dead.forbid(mask, text(), vocabulary, stopTokens);
    left.forbid(mask, text(), vocabulary, stopTokens);
  }

  async function back(texts: DeadTexts, floor: number, watch: AbortWatch): Promise<number | undefined> {
    const least = Math.max(floor, furthest - longestWayBack);
    let last = '';
    do {
      if (taken.length <= least || takenBack >= mostTakenBack) return undefined;
      takenBack++;
      last = text();
    } while (pop());
    texts.add(last);
    if (keepsEnd) end = await watch.race(namedEnd());
    return taken.length;
  }

  /** A short end that fits, and whether the answer is then one that is not wanted. */
  async function endWithin(
    most: number,
    watch: AbortWatch,
  ): Promise<{ end: Completion; isDead: boolean } | undefined> {
    const found = await watch.race(namedEnd());
    if (found === null || found.tokens.length > most) return undefined;
    return { end: found, isDead: dead.has(text() + textOf(found.tokens)) };
  }

  function push(token: number, isAlone: boolean): void {
    texts.push(text() + tokenText(vocabulary, token));
    taken.push(token);
    alone.push(isAlone);
  }

  function pop(): boolean {
    matcher.rollback(1);
    taken.pop();
    texts.pop();
    return alone.pop() === true;
  }

  function tellPruned(token: number): void {
    if (asker === undefined || slots?.onPruned === undefined) return;
    const pruned = prunedName(asker.given, asker.textOf(taken), token, vocabulary);
    if (pruned !== undefined) slots.onPruned(pruned);
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
      const running = asker.askOpen(matcher, taken).then((isWanted) => {
        isLeft = !isWanted;
        return matcher.fillMaskAsync(mask);
      });
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
      if (isLeft) mask.fill(0);
      return mask;
    },
    async admits(token, watch) {
      if (asker === undefined) return true;
      if (matcher.slots({ token }).length === 0) return true;
      if (await watch.race(asker.askInside(matcher, taken, token))) return true;
      tellPruned(token);
      dead.add(text() + tokenText(vocabulary, token));
      matcher.fillMask(mask);
      forbid();
      return hasBit(mask, token);
    },
    get isForced() {
      return encode !== undefined && matcher.forcedBytes().length > 0;
    },
    async forced(watch) {
      if (encode === undefined) return new Int32Array(0);
      return watch.race(forcedRun(matcher, vocabulary, mask.length, encode, taken.at(-1)));
    },
    async take(token, left, isAlone, watch) {
      if (!matcher.accept(token)) return 'too-long';
      push(token, isAlone);
      if (keepsEnd) {
        const next = await watch.race(namedEnd());
        if (next === null || next.tokens.length > left) {
          pop();
          return next === null ? 'undecided' : 'too-long';
        }
        end = next;
      }
      furthest = Math.max(furthest, taken.length);
      return 'taken';
    },
    async goBack(floor, watch) {
      if (!mayDie && matcher.stats.undecided === 0 && asker?.hasNarrowed !== true) return undefined;
      return back(dead, floor, watch);
    },
    tellPruned,
    async turnBack(floor, watch) {
      // All of it or nothing: here the text could go on.
      const run = alone.length - 1 - alone.lastIndexOf(false);
      const rest = taken.length - 1 - run;
      if (rest < Math.max(floor, furthest - longestWayBack) || takenBack + run >= mostTakenBack)
        return undefined;
      return back(left, floor, watch);
    },
    forgive: () => left.clear(),
    async veto({ deadAt, isWord, backTo = Number.POSITIVE_INFINITY }, ending, floor, watch) {
      mayDie = true;
      const whole = text() + textOf(ending);
      const fault = deadAt === undefined ? undefined : placeOfBytes(whole, deadAt);
      if (fault === undefined) dead.addWhole(whole);
      else if (isWord === true) dead.addWord(whole.slice(0, fault));
      else dead.add(whole.slice(0, fault));
      const last = Math.min(placeOfBytes(whole, backTo), fault === undefined ? whole.length : fault - 1);
      const least = Math.max(floor, furthest - longestWayBack);
      for (; taken.length > least && text().length > last; pop()) takenBack++;
      if (text().length > last) return undefined;
      if (keepsEnd) end = await watch.race(namedEnd());
      return taken.length;
    },
    async endWithin(most, watch) {
      const found = await endWithin(most, watch);
      return found === undefined || found.isDead ? null : found.end;
    },
    async backToEnd(limit, floor, watch) {
      const least = Math.max(floor, furthest - longestWayBack);
      // Each step twice as far: what is cut off is not worth a look at every place.
      for (let step = 1; ; step *= 2) {
        const found = await endWithin(limit - taken.length, watch);
        const isLast = taken.length <= least;
        // Where there is no other, one that is not wanted is better than none.
        if (found !== undefined && (isLast || !found.isDead)) return { left: taken.length, end: found.end };
        if (isLast) return undefined;
        for (let i = 0; i < step && taken.length > least; i++) pop();
      }
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
    get emptied() {
      return asker?.emptied ?? new Set();
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
