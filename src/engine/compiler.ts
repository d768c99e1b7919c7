import { availableParallelism } from 'node:os';
import { GrammaskError } from '../errors.js';
import { generationStyle } from '../frontends/json-schema/style.js';
import { checkOptions, expected } from './arguments.js';
import { engine, type NativeCompiledGrammar, type NativeCompiler, type NativeLimits } from './binding.js';
import { type CompiledGrammar, createCompiledGrammar } from './compiled-grammar.js';
import { Grammar, programOf } from './grammar.js';
import { nativeTask } from './native-task.js';
import { programOfSerialized } from './serialized.js';
import { nativeVocabulary, Vocabulary } from './vocabulary.js';

/** Bounds of a compile, and of the matchers made from its result. */
export interface CompileOptions {
  /** Deadline in milliseconds. Default: none. Matchers inherit it, for each mask and each accept. */
  timeoutMs?: number | undefined;
  /** Bytes that the compile may take. Default: no bound. Matchers inherit it. */
  memoryBytes?: number | undefined;
  /** Ends the compile with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

/** The options of `new Compiler`. */
export interface CompilerOptions {
  /** Bytes that the shared caches may take. Default: 64 MiB. */
  cacheBytes?: number | undefined;
  /**
   * Native threads that may work for this compiler side by side, 1 to 64: in `fillMasks`, in `compile`, and in
   * `fillMaskAsync`. Each thread in use keeps caches of its own; the bound on their bytes is for all together. Default:
   * the number of processors, at most 4.
   */
  threads?: number | undefined;
}

/** What a compiler's caches did. */
export interface CompilerStats {
  /** Bytes that the caches take now. */
  cacheBytes: number;
  /** Look-ups that found something. */
  hits: number;
  /** Look-ups that found nothing. */
  misses: number;
  /** Entries that were dropped to make room for others. */
  evictions: number;
}

/**
 * Compiles grammars for one vocabulary. Its grammars share automata and masks, so use one compiler for all of them. A new
 * one begins on a native thread to make the masks inside of JSON's strings, which nearly every grammar needs; no call
 * waits for that.
 * Every method throws `DISPOSED` after `dispose()`.
 */
export class Compiler {
  readonly #native: NativeCompiler;
  readonly #vocabulary: Vocabulary;
  #disposed = false;

  /**
   * @param vocabulary the tokens of the model
   * @param options see {@link CompilerOptions}
   * @throws GrammaskError `ARGUMENT` for a bad argument
   */
  constructor(vocabulary: Vocabulary, options?: CompilerOptions) {
    if (!(vocabulary instanceof Vocabulary)) throw expected('a Vocabulary', 'vocabulary', vocabulary);
    const { cacheBytes, threads = defaultThreads() } = checkOptions(options, ['cacheBytes', 'threads']);
    if (!Number.isInteger(threads) || threads < 1)
      throw expected('a whole number from 1', 'threads', threads);
    this.#native = new (engine().Compiler)(nativeVocabulary(vocabulary), cacheBytes, threads);
    this.#vocabulary = vocabulary;
    if (vocabulary.size >= PREPARED_FROM) this.#native.prepare(...anyJson());
  }

  /** The vocabulary that it was made with. */
  get vocabulary(): Vocabulary {
    return this.#vocabulary;
  }

  /**
   * Compiles on a native thread; the event loop stays free. A language without any text compiles, and allows nothing.
   *
   * @throws GrammaskError `VOCABULARY` for a special token that the vocabulary does not have, `VOCABULARY_INCOMPLETE`
   *   where no token spells a byte that the language needs, `TOKEN_RANGE`, `DEADLINE`, `MEMORY`, `ABORTED`
   */
  async compile(grammar: Grammar, options?: CompileOptions): Promise<CompiledGrammar> {
    const program = this.#program(grammar);
    const { signal, ...limits } = checkOptions(options, ['timeoutMs', 'memoryBytes', 'signal']);
    const native = await this.#compileNative(program, limits, signal);
    if (this.#disposed) {
      native.dispose();
      throw new GrammaskError('DISPOSED', 'the compiler was disposed while it compiled', {
        hint: 'dispose of a compiler when its compiles have ended',
      });
    }
    return this.#compiled(native, limits);
  }

  /** As `compile`, on this thread. */
  compileSync(grammar: Grammar, options?: Omit<CompileOptions, 'signal'>): CompiledGrammar {
    const program = this.#program(grammar);
    const limits = checkOptions(options, ['timeoutMs', 'memoryBytes']);
    return this.#compiled(this.#native.compileSync(program, limits), limits);
  }

  /**
   * A compiled grammar from what `compiled.serialize()` returned, in this process or another one. The bytes may come from
   * anywhere.
   *
   * @throws GrammaskError `SYNTAX` for bytes that are damaged, foreign, or of another version of grammask; `VOCABULARY`
   *   for those of another vocabulary; `DEADLINE`, `MEMORY`
   */
  deserialize(bytes: Uint8Array, options?: Omit<CompileOptions, 'signal'>): CompiledGrammar {
    if (!(bytes instanceof Uint8Array)) throw expected('a Uint8Array', 'bytes', bytes);
    const limits = checkOptions(options, ['timeoutMs', 'memoryBytes']);
    const program = programOfSerialized(bytes, nativeVocabulary(this.#vocabulary));
    return this.#compiled(this.#native.compileSync(program, limits), limits);
  }

  /** What the caches did so far. */
  get stats(): CompilerStats {
    return this.#native.stats;
  }

  /** Empties the shared caches. Grammars and matchers stay usable. */
  clearCache(): void {
    this.#native.clearCache();
  }

  /** Ends the use of the compiler. Grammars and matchers already made stay usable; its caches end with the last of them. */
  dispose(): void {
    this.#disposed = true;
    this.#native.dispose();
  }

  /** As `dispose()`, for `using`. */
  [Symbol.dispose](): void {
    this.dispose();
  }

  #program(grammar: Grammar): Uint8Array {
    if (!(grammar instanceof Grammar)) throw expected('a Grammar', 'grammar', grammar);
    return programOf(grammar);
  }

  #compiled(native: NativeCompiledGrammar, limits: NativeLimits): CompiledGrammar {
    const { encode } = this.#vocabulary;
    const vocabulary = nativeVocabulary(this.#vocabulary);
    return createCompiledGrammar(native, {
      limits,
      vocabulary,
      tokenization: encode === undefined ? undefined : { vocabulary, encode },
    });
  }

  #compileNative(
    program: Uint8Array,
    limits: NativeLimits,
    signal: AbortSignal | undefined,
  ): Promise<NativeCompiledGrammar> {
    return nativeTask(
      signal,
      'the compile was aborted',
      (done) => this.#native.compile(program, limits, done),
      (late) => late.dispose(),
    );
  }
}

/** Tokens from which on what strings of JSON need takes longer to make than a thread to start. */
const PREPARED_FROM = 8192;

let programs: readonly Uint8Array[] | undefined;

/** Any JSON, spelled in any way and as models are asked to. */
function anyJson(): readonly Uint8Array[] {
  programs ??= [Grammar.json(), Grammar.json({ style: generationStyle })].map(programOf);
  return programs;
}

function defaultThreads(): number {
  return Math.min(4, availableParallelism());
}
