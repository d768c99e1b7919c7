import { getRandomValues } from 'node:crypto';

/** Random numbers from 0 to 1, without 1, with 53 bits each. */
export type Random = () => number;

/**
 * xoshiro128** (Blackman and Vigna), seeded through splitmix32: the same numbers for the same seed on every machine.
 * Without a seed, one from the system.
 */
export function createRandom(seed?: number): Random {
  const state = new Uint32Array(4);
  if (seed === undefined) {
    getRandomValues(state);
    if (state.every((word) => word === 0)) state[0] = 1;
  } else {
    const next = splitmix32(seed);
    for (let i = 0; i < 4; i++) state[i] = next();
  }
  let [a, b, c, d] = state as unknown as [number, number, number, number];
  const word = (): number => {
    const result = Math.imul(rotate(Math.imul(b, 5), 7), 9) >>> 0;
    const shifted = b << 9;
    c ^= a;
    d ^= b;
    b ^= c;
    a ^= d;
    c ^= shifted;
    d = rotate(d, 11);
    return result;
  };
  return () => ((word() >>> 5) * 0x4000000 + (word() >>> 6)) / 0x20000000000000;
}

function rotate(value: number, by: number): number {
  return (value << by) | (value >>> (32 - by));
}

function splitmix32(seed: number): () => number {
  // Both halves of a seed above 2^32 count.
  let state = (seed ^ Math.imul(Math.floor(seed / 0x100000000), 0x9e3779b9)) | 0;
  return () => {
    state = (state + 0x9e3779b9) | 0;
    let mixed = Math.imul(state ^ (state >>> 16), 0x21f0aaad);
    mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97);
    return (mixed ^ (mixed >>> 15)) >>> 0;
  };
}
