/** Growable 32-bit words, and sequences of them interned by content. */

export interface WordBuffer {
  readonly length: number;
  push(word: number): void;
  set(index: number, word: number): void;
  /** The words so far, as a copy. */
  copy(): Uint32Array<ArrayBuffer>;
  /** Forgets the words, and a large part of the memory. */
  clear(): void;
}

const FIRST_WORDS = 1 << 12;
/** What a cleared buffer may keep. */
const KEPT_WORDS = 1 << 16;

export function createWordBuffer(): WordBuffer {
  let words = new Uint32Array(FIRST_WORDS);
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
    set(index, word) {
      words[index] = word;
    },
    copy: () => words.slice(0, length),
    clear() {
      length = 0;
      if (words.length > KEPT_WORDS) words = new Uint32Array(FIRST_WORDS);
    },
  };
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
  intern(words: readonly number[]): number;
  first(index: number): number;
  /** Makes room at once for so many more sequences. */
  reserve(sequences: number): void;
}

const FIRST_ENTRIES = 64;
/** Of the index, for each entry: two slots of the hash table, the hash, the start. */
const INDEX_WORDS = 4;

export function createWordTable(): WordTable {
  let words = new Uint32Array(4 * FIRST_ENTRIES);
  // One array for all of the index: most tables are small, and an array costs more than its words.
  let capacity = FIRST_ENTRIES;
  let index = new Int32Array(INDEX_WORDS * capacity + 1);
  let hashesAt = 2 * capacity;
  let startsAt = 3 * capacity;
  let size = 0;
  let length = 0;

  function grow(least: number): void {
    const before = index;
    const [oldHashes, oldStarts] = [hashesAt, startsAt];
    while (capacity <= least) capacity *= 2;
    index = new Int32Array(INDEX_WORDS * capacity + 1);
    hashesAt = 2 * capacity;
    startsAt = 3 * capacity;
    index.set(before.subarray(oldHashes, oldHashes + size), hashesAt);
    index.set(before.subarray(oldStarts, oldStarts + size + 1), startsAt);
    const mask = 2 * capacity - 1;
    for (let i = 0; i < size; i++) {
      let slot = (index[hashesAt + i] as number) & mask;
      while (index[slot] !== 0) slot = (slot + 1) & mask;
      index[slot] = i + 1;
    }
  }

  function growWords(least: number): void {
    const larger = new Uint32Array(Math.max(words.length * 2, least));
    larger.set(words);
    words = larger;
  }

  function equals(entry: number, candidate: readonly number[]): boolean {
    const start = index[startsAt + entry] as number;
    if ((index[startsAt + entry + 1] as number) - start !== candidate.length) return false;
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
    start: (entry) => index[startsAt + entry] as number,
    intern(candidate) {
      const count = candidate.length;
      let hash = 0x811c9dc5 ^ count;
      for (let i = 0; i < count; i++) {
        hash = Math.imul(hash ^ (candidate[i] as number), 0x9e3779b1);
        hash ^= hash >>> 15;
      }
      const mask = 2 * capacity - 1;
      let slot = hash & mask;
      for (let entry = index[slot] as number; entry !== 0; entry = index[slot] as number) {
        if (index[hashesAt + entry - 1] === hash && equals(entry - 1, candidate)) return entry - 1;
        slot = (slot + 1) & mask;
      }
      if (length + count > words.length) growWords(length + count);
      for (let i = 0; i < count; i++) words[length++] = candidate[i] as number;
      index[slot] = size + 1;
      index[hashesAt + size] = hash;
      size += 1;
      index[startsAt + size] = length;
      if (size === capacity) grow(size);
      return size - 1;
    },
    reserve(sequences) {
      if (size + sequences >= capacity) grow(size + sequences);
    },
    first: (entry) => words[index[startsAt + entry] as number] as number,
  };
}
