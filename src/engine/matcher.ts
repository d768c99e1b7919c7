import { GrammaskError } from '../errors.js';
import { checkOptions, expected, notConstructible } from './arguments.js';
import { engine, type NativeMatcher } from './binding.js';
import { canonicalForcedTokens, type Tokenization } from './forced-tokens.js';
import { type MaskHandle, nativeMask } from './mask-handle.js';
import { createPendingMask, type PendingMask } from './pending-mask.js';
import { nativeSampleOptions, placedLogitsError, type SampleOptions } from './sample.js';

/** Lists that cannot change are joined once. */
const joined = new WeakMap<readonly string[], string>();

/** Names in one text, which crosses to the engine faster than one by one; undefined for what is no list of texts. */
function joinedNames(names: readonly string[] | null): string | undefined {
  if (!Array.isArray(names)) return undefined;
  let text = joined.get(names);
  if (text === undefined) {
    if (!names.every((name) => typeof name === 'string')) return undefined;
    text = names.length === 0 ? '' : `${names.join('\0')}\0`;
    if (Object.isFrozen(names)) joined.set(names, text);
  }
  return text;
}

/** What a matcher counts, since it was made. */
export interface MatcherStats {
  /** Masks computed. */
  masks: number;
  /** Masks that came from a cache. */
  cacheHits: number;
  /** Nodes of the token trie walked. */
  nodesWalked: number;
  /** States that were kept because their liveness could not be decided within the budget. */
  undecided: number;
}

/** A shortest way to a complete text. */
export interface Completion {
  /** UTF-8 bytes. */
  bytes: Uint8Array;
  /** The same as token ids, without a stop token. */
  tokens: Int32Array;
}

/** A slot of the grammar whose names the host may give; `matcher.slots()`. */
export interface SlotRequest {
  /** For `provide`; valid until the matcher moves. */
  readonly id: number;
  /** The name in `Slot(name, body)`. */
  readonly name: string;
  /**
   * What a token would write between here and the beginning of the name; empty for a slot that is open now. Bytes that are
   * no UTF-8 are U+FFFD here.
   */
  readonly before: string;
  /** The same as bytes. */
  readonly beforeBytes: Uint8Array;
  /** What is already written of the name; empty for a slot ahead. */
  readonly typed: string;
}

/** The options of `matcher.slots()`. */
export interface SlotsOptions {
  /** Slots that tokens would reach are listed, too. Default true; false leaves out a walk over the vocabulary. */
  ahead?: boolean | undefined;
  /** Only what this token would enter from here: the slots that are open, and those inside of it. */
  token?: number | undefined;
}

/** Makes a Matcher; for this package only. */
export let createMatcher: (native: NativeMatcher, tokenization: Tokenization | undefined) => Matcher;
let nativeOf: (matcher: Matcher) => NativeMatcher;

// A mark at the beginning is part of the text.
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/**
 * A position in a text; made by `compiledGrammar.matcher()`.
 *
 * Every method throws `DISPOSED` after `dispose()`. While a `PendingMask` of this matcher is under way, `fillMask`,
 * `fillMaskAsync`, `fillDraftMasks`, `step`, `accept`, `acceptBytes`, `rollback`, `reset` and `dispose` throw `BUSY`. Methods that compute
 * throw `DEADLINE` or `MEMORY` when a limit of the matcher runs out; its state is then as before the call.
 */
export class Matcher {
  readonly #native: NativeMatcher;
  readonly #tokenization: Tokenization | undefined;

  static {
    createMatcher = (native, tokenization) => new Matcher(native, tokenization);
    nativeOf = (matcher) => {
      if (!(matcher instanceof Matcher)) throw expected('a Matcher', 'matchers', matcher);
      return matcher.#native;
    };
  }

  private constructor(native: NativeMatcher, tokenization: Tokenization | undefined) {
    if (native === undefined) throw notConstructible('Matcher', 'make one with compiledGrammar.matcher()');
    this.#native = native;
    this.#tokenization = tokenization;
  }

  /**
   * Writes which tokens may come next: bit t % 32 of word t / 32 (rounded down) is set where token t is allowed. A stop
   * token is allowed where the text so far is in the language.
   *
   * @param mask ceil(vocabulary.size / 32) words from `offset` on are written; its buffer may be shared. Or a handle,
   *   which then holds the mask without a copy
   * @param offset first word, default 0
   * @returns false where every token is allowed (the mask is written all the same)
   * @throws GrammaskError `ARGUMENT` for a mask that is too short; `DEADLINE`, `MEMORY`: the mask is all zeros then, a handle empty
   */
  fillMask(mask: Int32Array | MaskHandle, offset?: number): boolean {
    return this.#native.fillMask(nativeMask(mask), offset);
  }

  /**
   * As `fillMask`, computed on a native thread; the call returns at once. Leave the mask alone until it is there.
   *
   * @throws GrammaskError `ARGUMENT` for a mask that is too short, `BUSY` while another one is pending
   */
  fillMaskAsync(mask: Int32Array | MaskHandle, offset?: number): PendingMask {
    return createPendingMask(this.#native.fillMaskAsync(nativeMask(mask), offset));
  }

  /**
   * Masks, draws and accepts in one call. The logits stay as they are.
   *
   * @param logits vocabulary.size numbers: float32, or float16 as its bits
   * @returns the token id
   * @throws GrammaskError `ARGUMENT` for a bad option or another number of logits, `STATE` after a stop token,
   *   `DEAD_END` where nothing may follow, `LOGITS` where an allowed logit is NaN or all are −∞; the state is unchanged
   */
  step(logits: Float32Array | Uint16Array, options?: SampleOptions): number {
    const native = nativeSampleOptions(options);
    try {
      return this.#native.step(logits, ...native);
    } catch (error) {
      if (!GrammaskError.isInstance(error) || error.code !== 'LOGITS') throw error;
      const mask = new Int32Array(Math.ceil(logits.length / 32));
      this.#native.fillMask(mask);
      throw placedLogitsError(error, logits, mask);
    }
  }

  /**
   * Moves behind a token.
   *
   * @returns false where the token is not allowed; the state is unchanged then
   * @throws GrammaskError `TOKEN_RANGE` for a number that is no token id
   */
  accept(token: number): boolean {
    return this.#native.accept(token);
  }

  /**
   * Moves behind a text, of any length; all of it or nothing. One unit of `rollback`.
   *
   * @param bytes a string, or UTF-8; it may end inside a character
   * @returns false where the text is not allowed (ill-formed UTF-16 never is); the state is unchanged then
   */
  acceptBytes(bytes: string | Uint8Array): boolean {
    return this.#native.acceptBytes(bytes);
  }

  /**
   * The length of the longest prefix of `tokens` that could be accepted one after the other. The state is unchanged.
   *
   * @throws GrammaskError `TOKEN_RANGE` for a number that is no token id, `ARGUMENT` for another type
   */
  validate(tokens: Int32Array | readonly number[]): number {
    return this.#native.validate(tokens);
  }

  /**
   * Masks along drafted tokens, for speculative decoding: row i of `masks` says which tokens may follow token i of the
   * draft. It is all zeros where the token may not stand at its place, or ends the text. The mask at the matcher's own
   * position is that of `fillMask`. The state is unchanged. `timeoutMs` bounds the call as a whole.
   *
   * @param draft n token ids: a chain, each behind the one before, or with `parents` a tree
   * @param masks n × ceil(vocabulary.size / 32) words
   * @param parents n numbers: the index of the token, earlier in the draft, that each token follows; -1 is the matcher's
   *   position
   * @returns how many tokens may stand at their place; of a chain, the length of its longest acceptable prefix
   * @throws GrammaskError `TOKEN_RANGE` for a number that is no token id; `ARGUMENT` for masks that are too short or
   *   parents that are none; `DEADLINE`, `MEMORY`: every row is zeros then
   */
  fillDraftMasks(draft: Int32Array | readonly number[], masks: Int32Array, parents?: Int32Array): number {
    return this.#native.fillDraftMasks(draft, masks, parents);
  }

  /**
   * Takes back the last units: accepted tokens, or calls of `acceptBytes`.
   *
   * @throws GrammaskError `STATE` for more units than there are, or than `maxRollback` keeps
   */
  rollback(units: number): void {
    this.#native.rollback(units);
  }

  /** A second matcher at the same position, with the same history. The two go on apart. */
  fork(): Matcher {
    return new Matcher(this.#native.fork(), this.#tokenization);
  }

  /** Back to the empty text, with an empty history. */
  reset(): void {
    this.#native.reset();
  }

  /** The bytes that must come next (UTF-8, possibly none, possibly ending inside a character). The state is unchanged. */
  forcedBytes(): Uint8Array {
    return this.#native.forcedBytes();
  }

  /**
   * Tokens that must come next and stay right whatever follows them; possibly none. Where the vocabulary has `encode`,
   * they are its tokens of the forced bytes, else the longest ones that fit. The state is unchanged.
   */
  forcedTokens(): Int32Array {
    if (this.#tokenization === undefined) return this.#native.forcedTokens();
    return canonicalForcedTokens(this.#native, this.#tokenization);
  }

  /** A shortest text that completes the text so far, or null where there is none or none was found in the budget. */
  shortestCompletion(): Completion | null {
    return this.#native.shortestCompletion();
  }

  /**
   * The slots that nobody has answered: open ones, where a name begins here or is being written, and those ahead, which
   * begin in the middle of a token that may come next, one for each text that such a token writes before it. Shortest
   * `before` first. Open is a slot of whose name more may come.
   *
   * @throws GrammaskError `TOKEN_RANGE` for a `token` that is no token id, `BUSY` while a mask is pending
   */
  slots(options?: SlotsOptions): SlotRequest[] {
    const { ahead = true, token } = checkOptions(options, ['ahead', 'token']);
    return this.#native.slots(token ?? ahead).map(({ id, name, before, typed }) => ({
      id,
      name,
      before: decoder.decode(before),
      beforeBytes: before,
      typed: decoder.decode(typed),
    }));
  }

  /**
   * Says which names fill a slot. From now on no token is allowed that writes another one: neither its beginning, nor all
   * of it and more. Names that the slot's pattern does not take are left out; with none left, nothing that needs the slot
   * can follow. An answer belongs to this position: `rollback` to before it, and `reset`, take it back.
   *
   * Where another answer given here has ruled the slot out already, any answer is taken, and changes nothing.
   *
   * @param slot `id` of one that `slots()` gave at this position
   * @param lexicon the names, of any number; null: unknown, the slot's own pattern decides. A frozen array that is given
   *   again is the quickest
   * @throws GrammaskError `STATE` for a slot that was not listed here or has its answer, `BUSY` while a mask is pending;
   *   `DEADLINE`, `MEMORY`: the state is unchanged then
   */
  provide(slot: number, lexicon: readonly string[] | null): void {
    const joined = joinedNames(lexicon);
    if (joined === undefined || lexicon === null || !this.#native.provide(slot, joined, lexicon.length)) {
      this.#native.provide(slot, lexicon);
    }
  }

  /** Whether the text so far is in the language. */
  get isAccepting(): boolean {
    return this.#native.isAccepting;
  }

  /** Whether a stop token was accepted: then the mask is empty and `accept` is false. */
  get isTerminated(): boolean {
    return this.#native.isTerminated;
  }

  /** Whether nothing can follow, not even the end. */
  get isDead(): boolean {
    return this.#native.isDead;
  }

  /** Counters since the matcher was made. */
  get stats(): MatcherStats {
    return this.#native.stats;
  }

  /** Frees the native memory at once. A second call does nothing. Forks stay usable. */
  dispose(): void {
    this.#native.dispose();
  }

  /** As `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}

/**
 * The masks of several matchers, of one vocabulary: row i of `masks` is written as `matchers[i].fillMask` would write it.
 * Masks that are not known yet are made on native threads side by side (`threads` of the compiler); the call returns when
 * all are there.
 *
 * @param masks matchers.length × ceil(vocabulary.size / 32) words
 * @throws GrammaskError `ARGUMENT` for masks that are too short or matchers of different sizes, `BUSY` where a mask of one
 *   of them is pending; `DEADLINE`, `MEMORY`: the rows of the matchers that have no mask are zeros then, and the message
 *   names the first
 */
export function fillMasks(matchers: readonly Matcher[], masks: Int32Array): void {
  if (!Array.isArray(matchers)) throw expected('an array of Matchers', 'matchers', matchers);
  engine().fillMasks(matchers.map(nativeOf), masks);
}

/** The options of `compiledGrammar.matcher()`. */
export interface MatcherOptions {
  /** Units that `rollback` can take back. Default: all. */
  maxRollback?: number | undefined;
  /** Stop tokens in place of the vocabulary's. */
  stopTokens?: readonly number[] | Int32Array | undefined;
  /** Deadline of each mask and each accept, in milliseconds; `Infinity` is none. Default: that of the compile. */
  timeoutMs?: number | undefined;
  /** Bytes that the matcher and its forks may take for their states. Default: that of the compile, else 256 MiB. */
  memoryBytes?: number | undefined;
}

/** The names of the options above. */
export const matcherOptionNames = ['maxRollback', 'stopTokens', 'timeoutMs', 'memoryBytes'] as const;
