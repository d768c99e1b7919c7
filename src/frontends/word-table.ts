/** Growable 32-bit words, and sequences of them interned by content. */

export interface WordBuffer {
  readonly length: number;
  push(word: number): void;
  at(index: number): number;
  set(index: number, word: number): void;
  /** A view that is valid until the next push. */
  view(start: number, end: number): Uint32Array;
}

export function createWordBuffer(capacity = 256): WordBuffer {
  let words = new Uint32Array(capacity);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(word) {
      if (length === words.length) {
        const larger = new Uint32Array(words.length * 2);
        larger.set(words);
        words = larger;
      }
      words[length++] = word;
    },
    at: (index) => words[index] as number,
    set(index, word) {
      words[index] = word;
    },
    view: (start, end) => words.subarray(start, end),
  };
}

export interface WordTable {
  readonly size: number;
  readonly wordCount: number;
  /** The index of this sequence; equal sequences have one index. */
  intern(words: ArrayLike<number>): number;
  /** A view that is valid until the next intern. */
  get(index: number): Uint32Array;
  first(index: number): number;
}

export function createWordTable(): WordTable {
  const words = createWordBuffer();
  const starts = createWordBuffer();
  starts.push(0);
  let slots = new Uint32Array(512);
  let hashes = new Uint32Array(256);
  let size = 0;

  function rehash(): void {
    slots = new Uint32Array(slots.length * 2);
    const mask = slots.length - 1;
    for (let i = 0; i < size; i++) {
      let slot = (hashes[i] as number) & mask;
      while (slots[slot] !== 0) slot = (slot + 1) & mask;
      slots[slot] = i + 1;
    }
  }

  function equals(index: number, candidate: ArrayLike<number>): boolean {
    const start = starts.at(index);
    if (starts.at(index + 1) - start !== candidate.length) return false;
    for (let i = 0; i < candidate.length; i++) {
      if (words.at(start + i) !== candidate[i]) return false;
    }
    return true;
  }

  return {
    get size() {
      return size;
    },
    get wordCount() {
      return words.length;
    },
    intern(candidate) {
      let hash = 0x811c9dc5 ^ candidate.length;
      for (let i = 0; i < candidate.length; i++) {
        hash = Math.imul(hash ^ (candidate[i] as number), 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      hash >>>= 0;
      const mask = slots.length - 1;
      let slot = hash & mask;
      for (let entry = slots[slot] as number; entry !== 0; entry = slots[slot] as number) {
        if (hashes[entry - 1] === hash && equals(entry - 1, candidate)) return entry - 1;
        slot = (slot + 1) & mask;
      }
      for (let i = 0; i < candidate.length; i++) words.push(candidate[i] as number);
      starts.push(words.length);
      if (size === hashes.length) {
        const larger = new Uint32Array(size * 2);
        larger.set(hashes);
        hashes = larger;
      }
      hashes[size] = hash;
      slots[slot] = ++size;
      if (size * 2 > slots.length) rehash();
      return size - 1;
    },
    get: (index) => words.view(starts.at(index), starts.at(index + 1)),
    first: (index) => words.at(starts.at(index)),
  };
}
