import { checkOptions, notConstructible } from './arguments.js';
import type { NativeCompiledGrammar, NativeLimits } from './binding.js';
import type { Tokenization } from './forced-tokens.js';
import { createMatcher, type Matcher, type MatcherOptions, matcherOptionNames } from './matcher.js';

/** What a compiled grammar gets from its compile. */
interface Origin {
  readonly limits: NativeLimits;
  readonly tokenization: Tokenization | undefined;
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
