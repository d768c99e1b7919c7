/** An end that many waits have in common. */
export interface Ending {
  /**
   * The promise, or the error as soon as the end comes. Unlike `Promise.race` with one promise for all waits, it keeps nothing of those
   * that are over.
   */
  race<T>(promise: PromiseLike<T>): Promise<T>;
  /** Ends all waits, also those to come, with an error. Only the first call counts. */
  end(error: Error): void;
}

export function createEnding(): Ending {
  const waiting = new Set<(error: Error) => void>();
  let ended: Error | undefined;
  return {
    race: <T>(promise: PromiseLike<T>) =>
      new Promise<T>((resolve, reject) => {
        waiting.add(reject);
        promise.then(
          (value) => {
            waiting.delete(reject);
            resolve(value);
          },
          (error) => {
            waiting.delete(reject);
            reject(error);
          },
        );
        if (ended !== undefined) reject(ended);
      }),
    end(error) {
      ended ??= error;
      for (const reject of waiting) reject(ended);
      waiting.clear();
    },
  };
}
