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
  let words: Uint32Array = new Uint32Array(capacity);
  let length = 0;
  return {
    get length() {
      return length;
    },
    push(word) {
      if (length === words.length) words = grown(words, length + 1);
      words[length++] = word;
    },
    at: (index) => words[index] as number,
    set(index, word) {
      words[index] = word;
    },
    view: (start, end) => words.subarray(start, end),
  };
}

function grown(words: Uint32Array, least: number): Uint32Array {
  const larger = new Uint32Array(Math.max(words.length * 2, least));
  larger.set(words);
  return larger;
}

/**
 * Sequences of words, each once. Their words stand behind each other in one array, which is read in place: a view for each
 * look would cost more than the look.
 */
export interface WordTable {
  readonly size: number;
  /** The words of all sequences. The array is valid until the next intern. */
  readonly words: Uint32Array;
  /** Where the words of a sequence begin; those of the one before end there. */
  start(index: number): number;
  /** The index of this sequence; equal sequences have one index. */
  intern(words: ArrayLike<number>): number;
  first(index: number): number;
}

// Most programs are small, and four arrays of this size are made for each.
const FIRST_ENTRIES = 32;

export function createWordTable(): WordTable {
  let words: Uint32Array = new Uint32Array(4 * FIRST_ENTRIES);
  let starts: Uint32Array = new Uint32Array(FIRST_ENTRIES + 1);
  let hashes: Uint32Array = new Uint32Array(FIRST_ENTRIES);
  let slots: Uint32Array = new Uint32Array(2 * FIRST_ENTRIES);
  let size = 0;
  let length = 0;

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
    const start = starts[index] as number;
    if ((starts[index + 1] as number) - start !== candidate.length) return false;
    for (let i = 0; i < candidate.length; i++) {
      if (words[start + i] !== candidate[i]) return false;
    }
    return true;
  }

  return {
    get size() {
      return size;
    },
    get words() {
      return words;
    },
    start: (index) => starts[index] as number,
    intern(candidate) {
      const count = candidate.length;
      let hash = 0x811c9dc5 ^ count;
      for (let i = 0; i < count; i++) {
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
      if (length + count > words.length) words = grown(words, length + count);
      for (let i = 0; i < count; i++) words[length + i] = candidate[i] as number;
      length += count;
      if (size === hashes.length) {
        hashes = grown(hashes, size + 1);
        starts = grown(starts, hashes.length + 1);
      }
      hashes[size] = hash;
      slots[slot] = ++size;
      starts[size] = length;
      if (size * 2 > slots.length) rehash();
      return size - 1;
    },
    first: (index) => words[starts[index] as number] as number,
  };
}
