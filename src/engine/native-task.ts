import { GrammaskError } from '../errors.js';
import { expected } from './arguments.js';

type Done<T> = (error: GrammaskError | null, result?: T) => void;

/**
 * The promise of work on a native thread, which a signal ends with `ABORTED`.
 *
 * @param start begins the work, and returns what cancels it
 * @param discard takes a result that came after the abort
 */
export async function nativeTask<T>(
  signal: AbortSignal | undefined,
  abortedMessage: string,
  start: (done: Done<T>) => () => void,
  discard: (late: T) => void = () => {},
): Promise<T> {
  if (signal !== undefined && !(signal instanceof AbortSignal)) {
    throw expected('an AbortSignal', 'signal', signal);
  }
  const aborted = (): GrammaskError =>
    new GrammaskError('ABORTED', abortedMessage, {
      hint: 'the signal that was passed ended it; everything stays usable',
      cause: signal?.reason,
    });
  if (signal?.aborted) throw aborted();
  return new Promise((resolve, reject) => {
    const cancel = start((error, result) => {
      signal?.removeEventListener('abort', onAbort);
      if (result === undefined) reject(error);
      else if (signal?.aborted) discard(result);
      else resolve(result);
    });
    // The promise does not wait for the thread, which ends at its next look at the flag.
    function onAbort(): void {
      cancel();
      reject(aborted());
    }
    signal?.addEventListener('abort', onAbort, { once: true });
  });
}
