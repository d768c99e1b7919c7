import { checkOptions, expected, notConstructible } from './arguments.js';
import type { NativeCompiledGrammar, NativeLimits, NativeVocabulary } from './binding.js';
import type { Tokenization } from './forced-tokens.js';
import { createMatcher, type Matcher, type MatcherOptions, matcherOptionNames } from './matcher.js';
import { nativeTask } from './native-task.js';
import { serialized } from './serialized.js';

/** What a compiled grammar gets from its compile. */
interface Origin {
  readonly limits: NativeLimits;
  readonly vocabulary: NativeVocabulary;
  readonly tokenization: Tokenization | undefined;
}

/** The options of `compiledGrammar.warm()`. */
export interface WarmOptions {
  /** Milliseconds that it may take; `Infinity` is no bound. Default: 1,000. */
  budgetMs?: number | undefined;
  /** Ends it with `ABORTED`. What was made stays. */
  signal?: AbortSignal | undefined;
}

/** Makes a CompiledGrammar; for this package only. */
export let createCompiledGrammar: (native: NativeCompiledGrammar, origin: Origin) => CompiledGrammar;

/** A grammar bound to a vocabulary; made by `compiler.compile`. Every method throws `DISPOSED` after `dispose()`. */
export class CompiledGrammar {
  readonly #native: NativeCompiledGrammar;
  readonly #origin: Origin;

  static {
    createCompiledGrammar = (native, origin) => new CompiledGrammar(native, origin);
  }

  private constructor(native: NativeCompiledGrammar, origin: Origin) {
    if (native === undefined) {
      throw notConstructible('CompiledGrammar', 'make one with compiler.compile(grammar)');
    }
    this.#native = native;
    this.#origin = origin;
  }

  /**
   * A matcher at the beginning of a text. A matcher and its forks share their memory; two matchers share nothing.
   *
   * @throws GrammaskError `ARGUMENT` for a bad option, `TOKEN_RANGE` for a stop token out of range; `DEADLINE`, `MEMORY`
   */
  matcher(options?: MatcherOptions): Matcher {
    const { maxRollback, stopTokens, timeoutMs, memoryBytes } = checkOptions(options, matcherOptionNames);
    const { limits, tokenization } = this.#origin;
    const native = this.#native.matcher({
      maxRollback,
      stopTokens,
      timeoutMs: timeoutMs ?? limits.timeoutMs,
      memoryBytes: memoryBytes ?? limits.memoryBytes,
    });
    return createMatcher(native, tokenization);
  }

  /**
   * Makes masks ahead of use, on a native thread, from the beginning of a text on; matchers may work meanwhile. It ends
   * when nothing new is met, when the time is over, or when the compiler's cache is full. What is rare is left to the
   * matchers: deep nesting, and the inside of numbers, of escapes, and of characters that are several bytes.
   *
   * @returns `states`: the positions whose masks are there; `complete`: whether it ended by itself
   * @throws GrammaskError `ARGUMENT` for a bad option, `ABORTED`
   */
  async warm(options?: WarmOptions): Promise<{ states: number; complete: boolean }> {
    const { budgetMs = 1000, signal } = checkOptions(options, ['budgetMs', 'signal']);
    if (typeof budgetMs !== 'number' || !(budgetMs >= 0)) {
      throw expected('a number of milliseconds, at least 0,', 'budgetMs', budgetMs);
    }
    const limits = { timeoutMs: budgetMs, memoryBytes: this.#origin.limits.memoryBytes };
    return nativeTask(signal, 'warming was aborted', (done) => this.#native.warm(limits, done));
  }

  /**
   * The grammar as bytes, for `compiler.deserialize` of a compiler with the same vocabulary: without reading its source
   * again. Limits and masks are not in it.
   */
  serialize(): Uint8Array {
    return serialized(this.#native.program(), this.#origin.vocabulary);
  }

  /** Bytes of native memory of this grammar alone, without the caches that it shares with others. */
  get memoryBytes(): number {
    return this.#native.memoryBytes;
  }

  /** Whether there is any text in the language; true also where that could not be decided. */
  get satisfiable(): boolean {
    return this.#native.satisfiable;
  }

  /** Frees the native memory at once. A second call does nothing. Matchers already made stay usable. */
  dispose(): void {
    this.#native.dispose();
  }

  /** As `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }
}
