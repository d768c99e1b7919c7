import type { GrammaskError } from '../../errors.js';

/** A question: which names may stand at this place of this file? */
export interface CompletionRequest {
  /**
   * What kind of name is asked for: `'member'` behind `.` or `?.`, `'value'` where a value is referred to. Grammars may have
   * slots of other names; an engine that does not know one answers null.
   */
  readonly slot: string;
  /** The file, absolute or relative to the project of the engine. It need not exist on disk. */
  readonly file: string;
  /** The whole text of the file with what is written so far, its brackets balanced: `balancedHole` makes one. */
  readonly text: string;
  /** Where the identifier begins, in UTF-16 code units; 0 ≤ offset ≤ text.length. */
  readonly offset: number;
  readonly signal?: AbortSignal | undefined;
}

/** What may stand there. */
export interface CompletionAnswer {
  /** Identifiers, sorted, without duplicates. Keywords are never among them: they are the grammar's business. */
  names: string[];
  /** Whether no other identifier may stand there. False counts as null: unknown, everything is accepted. */
  complete: boolean;
  /**
   * Present and true beside `complete: false`: every name that can be *referred to* here is in `names`, and what else may stand
   * here introduces a name, as the parameter in `x => x` or a label. A grammar that reads those apart from the slot may take
   * the list as closed: `onSlotFromEngine(engine, { newNames: 'grammar' })`.
   */
  newNames?: true;
}

/** Something that knows which names exist. */
export interface CompletionEngine {
  /**
   * The names that may begin at the place.
   *
   * @returns null where that is not known: then everything is accepted
   * @throws GrammaskError `ABORTED` where the signal says so, `DISPOSED`
   */
  complete(request: CompletionRequest): Promise<CompletionAnswer | null>;
  /** Changes when answers to the same request may: a part of the key of caches. Absent: they never do. */
  readonly version?: number | string;
  /** Frees threads and processes. A second call waits for the same end. */
  dispose?(): Promise<void>;
}

/** How an engine fares. */
export interface EngineStatus {
  /** `failed` for good: answers are null from there on. */
  readonly state: 'starting' | 'ready' | 'failed' | 'disposed';
  /** Why it failed, or why it was started again. */
  readonly error?: GrammaskError | undefined;
  /** How often it was started again after it ended by itself. */
  readonly restarts: number;
}

/** What a cached engine counted. */
export interface EngineStats {
  /** Requests. */
  readonly queries: number;
  /** Requests that were answered from memory, or by a question already under way. */
  readonly cacheHits: number;
  /** Answers that were null or not complete, time-outs not among them. */
  readonly unknown: number;
  /** Requests whose deadline passed. Their answers go to the cache when they come. */
  readonly timeouts: number;
  /** Questions that the engine threw an error at, `ABORTED` not among them; answered with null. */
  readonly failures: number;
  /** Bytes of the answers that are kept, an estimate. */
  readonly cacheBytes: number;
  /** Milliseconds until the engine answered, over the latest 4,096 questions that reached it; 0 without any. */
  readonly p50Ms: number;
  readonly p99Ms: number;
}
