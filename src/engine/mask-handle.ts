import { engine, type NativeMaskHandle } from './binding.js';

/** The native side of a handle, or the array itself; for this package only. */
export let nativeMask: <T>(mask: MaskHandle | T) => NativeMaskHandle | T;

/**
 * A mask where the engine keeps it, in place of an Int32Array: `matcher.fillMask(handle)` makes it one that the matcher
 * allows now, and `sample(logits, handle)` reads it there, so that no mask is written at all. What a handle holds does not
 * change when the matcher moves on, and outlives it. A handle is of one thread; it can be filled again, which costs no
 * memory.
 *
 * ```ts
 * const mask = new MaskHandle();
 * matcher.fillMask(mask);
 * matcher.accept(sample(logits, mask));
 * ```
 */
export class MaskHandle {
  readonly #native: NativeMaskHandle = new (engine().MaskHandle)();

  static {
    nativeMask = (mask) => (mask instanceof MaskHandle ? mask.#native : mask);
  }

  /** Number of tokens: `size` of the vocabulary; 0 until the handle is filled, and after a mask that failed. */
  get size(): number {
    return this.#native.size;
  }

  /** Whether every token is allowed. */
  get all(): boolean {
    return this.#native.all;
  }

  /**
   * Whether a token is allowed.
   *
   * @throws GrammaskError `TOKEN_RANGE` for a number that is not from 0 to size − 1
   */
  has(token: number): boolean {
    return this.#native.has(token);
  }

  /**
   * Writes the mask as `matcher.fillMask(mask, offset)` would have.
   *
   * @param mask ceil(size / 32) words from `offset` on are written
   * @param offset first word, default 0
   * @throws GrammaskError `ARGUMENT` for a mask that is too short
   */
  copyTo(mask: Int32Array, offset?: number): void {
    this.#native.copyTo(mask, offset);
  }
}
