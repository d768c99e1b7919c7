// Questions about a mask: bit t % 32 of word t / 32 is set where token t is allowed.

export const NO_TOKEN = -1;
export const SEVERAL_TOKENS = -2;

/** The only token that a mask allows, `NO_TOKEN` or `SEVERAL_TOKENS`. */
export function soleToken(mask: Int32Array): number {
  let found = NO_TOKEN;
  for (let index = 0; index < mask.length; index++) {
    const word = mask[index] as number;
    if (word === 0) continue;
    if (found !== NO_TOKEN || (word & (word - 1)) !== 0) return SEVERAL_TOKENS;
    found = index * 32 + 31 - Math.clz32(word);
  }
  return found;
}

/** Whether every token that `mask` allows is in `others`. */
export function isWithin(mask: Int32Array, others: Int32Array): boolean {
  for (let index = 0; index < mask.length; index++) {
    if (((mask[index] as number) & ~(others[index] ?? 0)) !== 0) return false;
  }
  return true;
}

export function hasBit(mask: Int32Array, token: number): boolean {
  return (((mask[token >>> 5] ?? 0) >>> (token & 31)) & 1) !== 0;
}

export function setBit(mask: Int32Array, token: number): void {
  mask[token >>> 5] = (mask[token >>> 5] ?? 0) | (1 << (token & 31));
}

export function clearBit(mask: Int32Array, token: number): void {
  mask[token >>> 5] = (mask[token >>> 5] ?? 0) & ~(1 << (token & 31));
}

/** The tokens that a mask allows, in their order. A bit may be cleared while its token is looked at. */
export function* allowedTokens(mask: Int32Array): Iterable<number> {
  for (let index = 0; index < mask.length; index++) {
    for (let word = mask[index] as number; word !== 0; word &= word - 1) {
      yield index * 32 + 31 - Math.clz32(word & -word);
    }
  }
}

/** A mask of these tokens, with room for `size` bits. */
export function maskOf(tokens: Iterable<number>, size: number): Int32Array {
  const mask = new Int32Array(Math.ceil(size / 32));
  for (const token of tokens) setBit(mask, token);
  return mask;
}

/** A mask that allows the first `count` tokens, with room for `size` bits. */
export function maskOfFirst(count: number, size: number): Int32Array {
  const mask = new Int32Array(Math.ceil(size / 32));
  mask.fill(-1, 0, count >>> 5);
  if (count % 32 !== 0) mask[count >>> 5] = (1 << (count & 31)) - 1;
  return mask;
}
