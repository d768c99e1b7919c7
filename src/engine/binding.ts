import { type ErrorCode, GrammaskError } from '../errors.js';
import type { PackedVocabulary } from '../tokenizer/packed-vocabulary.js';
import { loadNative } from './native.js';

/** Bounds of one operation, as the native engine reads them. */
export interface NativeLimits {
  timeoutMs?: number | undefined;
  memoryBytes?: number | undefined;
}

/** A piece of an input: text as UTF-8, or one token. */
export type NativePiece = Uint8Array | { readonly token: number | string };

export interface NativeExplanation {
  accepted: boolean;
  viable: boolean;
  validBytes: number;
  expected: string[];
}

export interface NativeLanguage {
  test(pieces: readonly NativePiece[], limits?: NativeLimits): boolean;
  testPrefix(pieces: readonly NativePiece[], limits?: NativeLimits): boolean;
  explain(pieces: readonly NativePiece[], limits?: NativeLimits): NativeExplanation;
  satisfiable(limits?: NativeLimits): { satisfiable: boolean; undecided: boolean };
}

export interface NativeVocabulary {
  readonly size: number;
  readonly tokenCount: number;
  readonly stopTokens: Int32Array;
  bytes(token: number): Uint8Array;
  isSpecial(token: number): boolean;
  specialByName(name: string): number | undefined;
  /** The first place of a text from which some token runs on beyond its end; its length where none does. */
  firstCrossing(text: Uint8Array): number;
  /** A hash of all tokens: their bytes, which are special, which end a text. */
  readonly fingerprint: bigint;
}

export interface NativeCompiler {
  compile(
    program: Uint8Array,
    limits: NativeLimits,
    callback: (error: GrammaskError | null, compiled?: NativeCompiledGrammar) => void,
  ): () => void;
  compileSync(program: Uint8Array, limits: NativeLimits): NativeCompiledGrammar;
  /** Makes ahead, on a native thread, what strings of JSON need; of programs whose texts may begin with one. */
  prepare(...programs: Uint8Array[]): void;
  readonly stats: { cacheBytes: number; hits: number; misses: number; evictions: number };
  clearCache(): void;
  dispose(): void;
}

export interface NativeCompiledGrammar {
  matcher(options: NativeMatcherOptions): NativeMatcher;
  warm(
    limits: NativeLimits,
    callback: (error: GrammaskError | null, warmth?: { states: number; complete: boolean }) => void,
  ): () => void;
  program(): Uint8Array;
  readonly memoryBytes: number;
  readonly satisfiable: boolean;
  dispose(): void;
}

export interface NativeMatcherOptions extends NativeLimits {
  maxRollback?: number | undefined;
  stopTokens?: readonly number[] | Int32Array | undefined;
}

/** One by one and in this order: looking up the properties of an object takes longer than all of a short mask. */
export type NativeSampleOptions = readonly [
  temperature: number | undefined,
  topK: number | undefined,
  topP: number | undefined,
  minP: number | undefined,
  repetitionPenalty: number | undefined,
  random: number,
  seen?: Int32Array | readonly number[] | undefined,
  biasTokens?: readonly number[] | undefined,
  biasValues?: Float32Array | undefined,
];

export interface NativeMaskHandle {
  readonly size: number;
  readonly all: boolean;
  has(token: number): boolean;
  copyTo(mask: Int32Array, offset?: number): void;
}

export interface NativeMatcher {
  fillMask(mask: Int32Array | NativeMaskHandle, offset?: number): boolean;
  fillMaskAsync(mask: Int32Array | NativeMaskHandle, offset?: number): NativePendingMask;
  step(logits: Float32Array | Uint16Array, ...options: NativeSampleOptions): number;
  accept(token: number): boolean;
  acceptBytes(bytes: string | Uint8Array): boolean;
  validate(tokens: Int32Array | readonly number[]): number;
  fillDraftMasks(draft: Int32Array | readonly number[], masks: Int32Array, parents?: Int32Array): number;
  rollback(units: number): void;
  fork(): NativeMatcher;
  reset(): void;
  forcedBytes(): Uint8Array;
  forcedTokens(): Int32Array;
  shortestCompletion(): { bytes: Uint8Array; tokens: Int32Array } | null;
  /** ahead: false for open slots, true for those that any token reaches too, a token for those that it reaches. */
  slots(ahead: boolean | number): { id: number; name: string; before: Uint8Array; typed: Uint8Array }[];
  provide(slot: number, lexicon: readonly string[] | null): boolean;
  /** Names in one text, "\0" behind each. False if they are not so many, or no Unicode: to be given one by one then. */
  provide(slot: number, lexicon: string, count: number): boolean;
  readonly isAccepting: boolean;
  readonly isTerminated: boolean;
  readonly isDead: boolean;
  readonly stats: { masks: number; cacheHits: number; nodesWalked: number; undecided: number };
  dispose(): void;
}

export interface NativePendingMask {
  wait(): boolean;
  readonly ready: boolean;
  onReady(callback: () => void): void;
}

/** What the native engine exports. */
export interface NativeBinding {
  setErrorMaker(
    maker: (code: ErrorCode, message: string, hint?: string, token?: number) => GrammaskError,
  ): void;
  Language: new (program: Uint8Array, limits?: NativeLimits) => NativeLanguage;
  Vocabulary: new (tokens: PackedVocabulary) => NativeVocabulary;
  /** As the constructor, on a native thread. */
  buildVocabulary(
    tokens: PackedVocabulary,
    callback: (error: GrammaskError | null, built?: NativeVocabulary) => void,
  ): void;
  Compiler: new (vocabulary: NativeVocabulary, cacheBytes?: number, threads?: number) => NativeCompiler;
  fillMasks(matchers: readonly NativeMatcher[], masks: Int32Array): void;
  MaskHandle: new () => NativeMaskHandle;
  applyMask(logits: Float32Array | Uint16Array, mask: Int32Array | NativeMaskHandle): void;
  sample(
    logits: Float32Array | Uint16Array,
    mask: Int32Array | NativeMaskHandle | null,
    ...options: NativeSampleOptions
  ): number;
  /** The vector instructions in use: avx512, avx2, neon or plain. */
  readonly simd: string;
}

let binding: NativeBinding | undefined;

/** The native engine of this thread. It is loaded at the first use, so that importing the package never fails. */
export function engine(): NativeBinding {
  if (binding === undefined) {
    const addon = loadNative() as NativeBinding;
    addon.setErrorMaker(makeError);
    binding = addon;
  }
  return binding;
}

function makeError(code: ErrorCode, message: string, hint?: string, token?: number): GrammaskError {
  return new GrammaskError(code, message, {
    hint,
    location: token === undefined ? undefined : { token },
  });
}
