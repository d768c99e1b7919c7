import { notConstructible } from './arguments.js';
import type { NativePendingMask } from './binding.js';

/** Makes a PendingMask; for this package only. */
export let createPendingMask: (native: NativePendingMask) => PendingMask;

/**
 * A mask that a native thread computes; made by `matcher.fillMaskAsync`. The mask is written when `wait()` is called, or
 * else by the event loop. Until then the matcher cannot be changed: that is `BUSY`.
 */
export class PendingMask implements PromiseLike<boolean> {
  readonly #native: NativePendingMask;
  #settled: Promise<boolean> | undefined;

  static {
    createPendingMask = (native) => new PendingMask(native);
  }

  private constructor(native: NativePendingMask) {
    if (native === undefined) {
      throw notConstructible('PendingMask', 'make one with matcher.fillMaskAsync(mask)');
    }
    this.#native = native;
  }

  /** Whether the work has ended, so that `wait()` returns at once. */
  get ready(): boolean {
    return this.#native.ready;
  }

  /**
   * Blocks until the mask is there, and writes it. It may be called again, with the same outcome.
   *
   * @returns what `fillMask` returns: false where every token is allowed
   * @throws GrammaskError what `fillMask` throws, and `ARGUMENT` where the mask's memory was taken away meanwhile
   */
  wait(): boolean {
    return this.#native.wait();
  }

  /** As of a promise: `await pending` gives what `wait()` returns, without blocking. */
  // biome-ignore lint/suspicious/noThenProperty: a pending mask is awaited
  then<A = boolean, B = never>(
    onFulfilled?: ((limits: boolean) => A | PromiseLike<A>) | null,
    onRejected?: ((reason: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    this.#settled ??= new Promise((resolve, reject) => {
      this.#native.onReady(() => {
        try {
          resolve(this.#native.wait());
        } catch (error) {
          reject(error);
        }
      });
    });
    return this.#settled.then(onFulfilled, onRejected);
  }
}
