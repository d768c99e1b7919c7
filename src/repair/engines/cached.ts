import { createHash } from 'node:crypto';
import { checkOptions, expected } from '../../engine/arguments.js';
import { type ErrorCode, GrammaskError } from '../../errors.js';
import { type AnswerCache, createAnswerCache } from './answer-cache.js';
import type {
  CompletionAnswer,
  CompletionEngine,
  CompletionRequest,
  EngineStats,
} from './completion-engine.js';
import { createLatencies } from './latencies.js';

/** How answers are kept and waited for. */
export interface CacheOptions {
  /**
   * Milliseconds after which a request is answered with null; the question goes on, and its answer is kept for the next who asks.
   * Infinity waits. Default 50.
   */
  readonly deadlineMs?: number | undefined;
  /** Bytes of answers that are kept; what was used longest ago goes first. Default 64 MiB. */
  readonly cacheBytes?: number | undefined;
}

/** An engine with a memory. */
export interface CachedEngine extends CompletionEngine {
  readonly stats: EngineStats;
  /** Forgets all answers. */
  clearCache(): void;
  dispose(): Promise<void>;
}

/** A question that is under way, for all who wait for its answer. */
interface Asked {
  readonly answer: Promise<CompletionAnswer | null>;
  /** How many still want it. At 0 for a while after an abort the engine is told to stop. */
  waiting: number;
  readonly stop: AbortController;
}

/**
 * Gives any engine a memory and a deadline. The key of an answer is slot, file, place and a hash of the whole text, with the engine's
 * `version`: it is exact, so one memory serves all samples and all holes. Unknown is kept too; time-outs, aborts and errors are
 * not. Two who ask the same at a time ask once.
 *
 * @throws GrammaskError `ARGUMENT`
 */
export function cached(engine: CompletionEngine, options?: CacheOptions): CachedEngine {
  const { deadlineMs = 50, cacheBytes = 64 << 20 } = checkOptions(options, ['deadlineMs', 'cacheBytes']);
  if (!(typeof deadlineMs === 'number' && deadlineMs > 0))
    throw expected('milliseconds', 'deadlineMs', deadlineMs);
  if (!(typeof cacheBytes === 'number' && cacheBytes >= 0)) throw expected('bytes', 'cacheBytes', cacheBytes);
  const answers: AnswerCache = createAnswerCache(cacheBytes);
  const asked = new Map<string, Asked>();
  const latencies = createLatencies();
  const counts = { queries: 0, cacheHits: 0, unknown: 0, timeouts: 0, failures: 0 };
  let disposed: Promise<void> | undefined;

  function ask(key: string, { signal: _, ...request }: CompletionRequest): Asked {
    const stop = new AbortController();
    const version = engine.version;
    const started = performance.now();
    const finish = (): void => {
      latencies.add(performance.now() - started);
      if (asked.get(key) === entry) asked.delete(key);
    };
    const answer = engine.complete({ ...request, signal: stop.signal }).then(
      (found) => {
        finish();
        if (!stop.signal.aborted && engine.version === version) answers.set(key, found);
        return found;
      },
      (error: unknown) => {
        finish();
        // What is wrong with how it is used does not pass, and is not to be taken for "unknown".
        if (GrammaskError.isInstance(error) && PASSED_ON.has(error.code)) throw error;
        counts.failures += 1;
        return null;
      },
    );
    // Those who waited may have left.
    answer.catch(() => {});
    const entry: Asked = { answer, waiting: 0, stop };
    asked.set(key, entry);
    return entry;
  }

  function note(answer: CompletionAnswer | null): CompletionAnswer | null {
    if (answer === null || !answer.complete) counts.unknown += 1;
    return answer;
  }

  async function complete(request: CompletionRequest): Promise<CompletionAnswer | null> {
    if (disposed !== undefined) throw new GrammaskError('DISPOSED', 'the completion engine was disposed');
    checkRequest(request);
    const { signal } = request;
    if (signal?.aborted) throw abortError(signal);
    counts.queries += 1;
    const key = keyOf(request, engine.version);
    const known = answers.get(key);
    if (known !== undefined) {
      counts.cacheHits += 1;
      return note(known);
    }
    let entry = asked.get(key);
    if (entry !== undefined) counts.cacheHits += 1;
    else entry = ask(key, request);
    const outcome = await waitFor(entry, deadlineMs, signal);
    if (outcome !== TIMED_OUT) return note(outcome);
    counts.timeouts += 1;
    return null;
  }

  return {
    complete,
    get version() {
      return engine.version ?? 0;
    },
    get stats() {
      return {
        ...counts,
        cacheBytes: answers.bytes,
        p50Ms: latencies.percentile(0.5),
        p99Ms: latencies.percentile(0.99),
      };
    },
    clearCache: () => answers.clear(),
    dispose() {
      disposed ??= (async () => {
        answers.clear();
        await engine.dispose?.();
      })();
      return disposed;
    },
  };
}

const PASSED_ON: ReadonlySet<ErrorCode> = new Set(['ARGUMENT', 'ABORTED', 'DISPOSED']);

const TIMED_OUT = Symbol('timed out');

function waitFor(
  entry: Asked,
  deadlineMs: number,
  signal: AbortSignal | undefined,
): Promise<CompletionAnswer | null | typeof TIMED_OUT> {
  return new Promise((resolve, reject) => {
    entry.waiting += 1;
    let timer: NodeJS.Timeout | undefined;
    let left = false;
    const leave = (): void => {
      if (left) return;
      left = true;
      clearTimeout(timer);
      signal?.removeEventListener('abort', onAbort);
      entry.waiting -= 1;
    };
    const onAbort = (): void => {
      leave();
      // Whoever waits no longer than its own deadline aborts as well: the answer is still worth keeping when it comes soon.
      setTimeout(() => {
        if (entry.waiting === 0) entry.stop.abort();
      }, ABANDONED_MS).unref();
      reject(abortError(signal as AbortSignal));
    };
    signal?.addEventListener('abort', onAbort, { once: true });
    if (deadlineMs <= MAX_TIMER) {
      timer = setTimeout(() => {
        leave();
        // Nobody aborts it from here on: whoever asks next is served by it.
        entry.waiting += 1;
        resolve(TIMED_OUT);
      }, deadlineMs);
    }
    entry.answer.then(
      (answer) => {
        leave();
        resolve(answer);
      },
      (error: unknown) => {
        leave();
        reject(error);
      },
    );
  });
}

/** How long a question goes on that nobody waits for any more. */
const ABANDONED_MS = 5000;

/** Node turns longer times into 1 ms. */
const MAX_TIMER = 2 ** 31 - 1;

function keyOf(
  { slot, file, text, offset }: CompletionRequest,
  version: number | string | undefined,
): string {
  return `${version ?? ''}\n${slot}\n${offset}\n${createHash('sha256').update(text).digest('base64')}\n${file}`;
}

function checkRequest({ slot, file, text, offset }: CompletionRequest): void {
  for (const [name, value] of Object.entries({ slot, file, text })) {
    if (typeof value !== 'string') throw expected('a string', name, value);
  }
  if (!(Number.isInteger(offset) && offset >= 0 && offset <= text.length)) {
    throw expected(`a whole number from 0 to ${text.length}`, 'offset', offset);
  }
}

export function abortError(signal: AbortSignal): GrammaskError {
  return new GrammaskError('ABORTED', 'the question to the completion engine was aborted', {
    cause: signal.reason,
  });
}
