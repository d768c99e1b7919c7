// The sample that Python's `random.Random(seed).sample(range(count), size)` draws: the runner of the peers chooses its schemas
// so, and every engine must be given the same ones.

/** A generator of 32-bit words: MT19937, seeded as Python seeds it (Matsumoto and Nishimura, 1998; init_by_array of 2002). */
function mersenneTwister(seed: number): () => number {
  const N = 624;
  const M = 397;
  const state = new Uint32Array(N);
  state[0] = 19650218;
  for (let i = 1; i < N; i++) {
    const before = state[i - 1] as number;
    state[i] = Math.imul(1812433253, before ^ (before >>> 30)) + i;
  }
  let i = 1;
  const advance = (): void => {
    i += 1;
    if (i === N) {
      state[0] = state[N - 1] as number;
      i = 1;
    }
  };
  const mix = (factor: number, added: number): void => {
    const before = state[i - 1] as number;
    state[i] = ((state[i] as number) ^ Math.imul(before ^ (before >>> 30), factor)) + added;
    advance();
  };
  for (let k = 0; k < N; k++) mix(1664525, seed);
  for (let k = 0; k < N - 1; k++) mix(1566083941, -i);
  state[0] = 0x80000000;

  let at = N;
  const renew = (): void => {
    for (let k = 0; k < N; k++) {
      const y = ((state[k] as number) & 0x80000000) | ((state[(k + 1) % N] as number) & 0x7fffffff);
      state[k] = (state[(k + M) % N] as number) ^ (y >>> 1) ^ (y & 1 ? 0x9908b0df : 0);
    }
    at = 0;
  };
  return () => {
    if (at === N) renew();
    let y = state[at++] as number;
    y ^= y >>> 11;
    y ^= (y << 7) & 0x9d2c5680;
    y ^= (y << 15) & 0xefc60000;
    return (y ^ (y >>> 18)) >>> 0;
  };
}

/** Sorted numbers below `count`, without repetition. `seed` is below 2^32. */
export function pythonSample(count: number, size: number, seed: number): number[] {
  const next = mersenneTwister(seed);
  const below = (bound: number): number => {
    const bits = Math.floor(Math.log2(bound)) + 1;
    for (;;) {
      const drawn = next() >>> (32 - bits);
      if (drawn < bound) return drawn;
    }
  };
  // Python keeps either the numbers that are left or those that were drawn, whichever is smaller, and draws differently.
  const setSize = 21 + (size > 5 ? 4 ** Math.ceil(Math.log(size * 3) / Math.log(4)) : 0);
  const drawn: number[] = [];
  if (count <= setSize) {
    const pool = Array.from({ length: count }, (_, index) => index);
    for (let i = 0; i < size; i++) {
      const j = below(count - i);
      drawn.push(pool[j] as number);
      pool[j] = pool[count - i - 1] as number;
    }
  } else {
    const seen = new Set<number>();
    while (seen.size < size) seen.add(below(count));
    drawn.push(...seen);
  }
  return drawn.sort((a, b) => a - b);
}
