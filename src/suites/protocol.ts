import type { GrammarWords } from '../engine/grammar-kind.js';
import type { WireError } from '../wire-error.js';
import type { CoverageCounts } from './coverage/counts.js';
import type { Outcome } from './judge-text.js';
import type { TextCase } from './suite.js';

/** What a thread needs to know of a suite; sent once, before its texts. */
export interface SuiteMessage {
  readonly kind: 'suite';
  readonly suite: number;
  readonly program: Uint8Array;
  /** The grammar whose coverage is counted. */
  readonly coverage: CoverageSource | undefined;
}

export interface CoverageSource {
  readonly kind: string;
  readonly source: string;
  readonly options?: GrammarWords | undefined;
}

/** Texts of one suite, from number `from` on. */
export interface ChunkMessage {
  readonly kind: 'chunk';
  readonly suite: number;
  readonly from: number;
  readonly cases: readonly TextCase[];
}

/** The texts are all given out: the thread answers with what it counted, and ends. */
export interface FinishMessage {
  readonly kind: 'finish';
}

export type WorkerRequest = SuiteMessage | ChunkMessage | FinishMessage;

/** What became of the texts of a chunk. Those that are not in `outcomes` passed. */
export interface ChunkReply {
  readonly kind: 'chunk';
  readonly suite: number;
  readonly from: number;
  readonly count: number;
  readonly outcomes: readonly (readonly [number, Outcome])[];
  /** Milliseconds of each text. */
  readonly times: Float32Array;
}

export type WorkerReply =
  | { readonly kind: 'ready' }
  | ChunkReply
  | { readonly kind: 'counts'; readonly counts: readonly (readonly [number, CoverageCounts])[] }
  | { readonly kind: 'error'; readonly error: WireError };

export interface WorkerSettings {
  readonly timeoutMs: number;
  /** Outcomes say where texts are rejected, and no assertion of a place fails: for `--update`. */
  readonly wantsPlaces: boolean;
  /** The folder of a tokenizer whose masks are asked for the same verdicts. */
  readonly vocabulary: string | undefined;
}
