// A file of results, a line each, that a run which was cut off goes on with.
import { appendFileSync, existsSync, readFileSync, truncateSync } from 'node:fs';

/** Results by key; each is on the disk before `add` returns. */
export interface Journal<Entry extends { readonly key: string }> {
  readonly entries: ReadonlyMap<string, Entry>;
  has(key: string): boolean;
  add(entry: Entry): void;
}

/**
 * Opens a journal. A last line that was cut off is taken away. The first line says what was run: another one is an error,
 * for results of two settings must not be mixed.
 */
export function openJournal<Entry extends { readonly key: string }>(
  path: string,
  setting: Readonly<Record<string, unknown>>,
): Journal<Entry> {
  const head = JSON.stringify({ setting });
  const entries = new Map<string, Entry>();
  if (existsSync(path)) {
    const bytes = readFileSync(path);
    const whole = bytes.lastIndexOf(10) + 1;
    if (whole < bytes.length) truncateSync(path, whole);
    const [first = '', ...lines] = bytes.subarray(0, whole).toString('utf8').split('\n').slice(0, -1);
    if (first !== '' && first !== head) {
      throw new Error(`${path} holds results of another setting: ${first}; name another file, or remove it`);
    }
    for (const line of lines) {
      const entry = JSON.parse(line) as Entry;
      entries.set(entry.key, entry);
    }
    if (first === '') appendFileSync(path, `${head}\n`);
  } else {
    appendFileSync(path, `${head}\n`);
  }
  return {
    entries,
    has: (key) => entries.has(key),
    add(entry) {
      appendFileSync(path, `${JSON.stringify(entry)}\n`);
      entries.set(entry.key, entry);
    },
  };
}

/** What a journal holds, to look at: its setting and its results; a last line that was cut off is left out. */
export function readJournal<Entry extends { readonly key: string }>(
  path: string,
): { readonly setting: Readonly<Record<string, unknown>>; readonly entries: ReadonlyMap<string, Entry> } {
  const text = readFileSync(path, 'utf8');
  const [first = '{}', ...lines] = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .slice(0, -1);
  const { setting = {} } = JSON.parse(first) as { setting?: Record<string, unknown> };
  const entries = lines.map((line) => JSON.parse(line) as Entry);
  return { setting, entries: new Map(entries.map((entry) => [entry.key, entry])) };
}
