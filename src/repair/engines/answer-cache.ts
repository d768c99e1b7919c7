import type { CompletionAnswer } from './completion-engine.js';

/** Answers by key; what was used longest ago goes first when the bytes run out. */
export interface AnswerCache {
  /** undefined where there is none; null is the answer "unknown". */
  get(key: string): CompletionAnswer | null | undefined;
  set(key: string, answer: CompletionAnswer | null): void;
  clear(): void;
  readonly bytes: number;
}

interface Entry {
  readonly answer: CompletionAnswer | null;
  readonly bytes: number;
}

/** Key, entry of the map and objects around the answer, about. */
const PER_ENTRY = 250;

export function createAnswerCache(maxBytes: number): AnswerCache {
  const entries = new Map<string, Entry>();
  let bytes = 0;
  return {
    get bytes() {
      return bytes;
    },
    get(key) {
      const entry = entries.get(key);
      if (entry === undefined) return undefined;
      // A map keeps the order of insertion: the first is the one that was used longest ago.
      entries.delete(key);
      entries.set(key, entry);
      return entry.answer;
    },
    set(key, answer) {
      const old = entries.get(key);
      if (old !== undefined) bytes -= old.bytes;
      entries.delete(key);
      const size = bytesOf(answer);
      if (size > maxBytes) return;
      entries.set(key, { answer, bytes: size });
      bytes += size;
      for (const [oldest, entry] of entries) {
        if (bytes <= maxBytes) break;
        entries.delete(oldest);
        bytes -= entry.bytes;
      }
    },
    clear() {
      entries.clear();
      bytes = 0;
    },
  };
}

function bytesOf(answer: CompletionAnswer | null): number {
  let size = PER_ENTRY;
  if (answer !== null) for (const name of answer.names) size += 24 + 2 * name.length;
  return size;
}
