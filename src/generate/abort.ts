import { createEnding } from '../ending.js';
import { GrammaskError } from '../errors.js';

/** Lets each wait of a generation end at once when the caller's signal does. */
export interface AbortWatch {
  /** @throws GrammaskError `ABORTED` after the signal */
  check(): void;
  /** The promise, or `ABORTED` as soon as the signal comes. */
  race<T>(promise: PromiseLike<T>): Promise<T>;
  /** Stops listening. */
  end(): void;
}

export function watchAbort(signal: AbortSignal | undefined): AbortWatch {
  if (signal === undefined) {
    return { check: () => {}, race: (promise) => Promise.resolve(promise), end: () => {} };
  }
  const ending = createEnding();
  const onAbort = (): void => ending.end(abortError(signal));
  if (signal.aborted) onAbort();
  else signal.addEventListener('abort', onAbort, { once: true });
  return {
    check() {
      if (signal.aborted) throw abortError(signal);
    },
    race: ending.race,
    end: () => signal.removeEventListener('abort', onAbort),
  };
}

function abortError(signal: AbortSignal): GrammaskError {
  return new GrammaskError('ABORTED', 'the generation was aborted', {
    hint: 'the signal that was passed ended it; the model stays usable',
    cause: signal.reason,
  });
}
