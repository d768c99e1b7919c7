// A file of results, a line each, that a run which was ended at any byte goes on with. What `add` has returned from is on the
// disk. A line that was cut off is taken away; any other damage is an error, never a result.
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { GrammaskError } from '../errors.js';
import { unreadable } from '../unreadable.js';

/** A result of one part of a run, by its number. */
export interface JournalEntry {
  readonly chunk: number;
}

/** A journal that was read. */
export interface JournalContent<Entry extends JournalEntry> {
  readonly setting: unknown;
  /** By chunk, each once. */
  readonly entries: ReadonlyMap<number, Entry>;
}

export interface Journal<Entry extends JournalEntry> {
  readonly entries: ReadonlyMap<number, Entry>;
  /** Writes a result and waits until it is on the disk. `STATE` for a chunk that is there already. */
  add(entry: Entry): Promise<void>;
  close(): Promise<void>;
}

/**
 * Opens a journal, or begins one.
 *
 * @param setting what was run: its first line. Results of two settings are never mixed
 * @throws GrammaskError `ARGUMENT` for a file that is no journal, is damaged, is of another setting or cannot be written
 */
export async function openJournal<Entry extends JournalEntry>(
  path: string,
  setting: unknown,
): Promise<Journal<Entry>> {
  const file = await opened(path);
  try {
    const bytes = await readFile(path);
    const whole = bytes.lastIndexOf(10) + 1;
    if (whole < bytes.length) await file.truncate(whole);
    const entries = new Map<number, Entry>();
    const head = lineOf({ setting });
    if (whole === 0) {
      await append(file, head);
      await syncFolder(dirname(path));
    } else {
      const read = readLines<Entry>(bytes.subarray(0, whole).toString('utf8'), path);
      checkSetting(path, setting, read.setting);
      for (const [chunk, entry] of read.entries) entries.set(chunk, entry);
    }
    return {
      entries,
      async add(entry) {
        if (entries.has(entry.chunk)) {
          throw new GrammaskError('STATE', `the chunk ${entry.chunk} is in the journal already`);
        }
        await append(file, lineOf(entry));
        entries.set(entry.chunk, entry);
      },
      close: () => file.close(),
    };
  } catch (error) {
    await file.close().catch(() => {});
    throw error;
  }
}

/** Reads a journal, without the line at its end that may be cut off. `ARGUMENT`. */
export async function readJournal<Entry extends JournalEntry>(path: string): Promise<JournalContent<Entry>> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  const text = bytes.subarray(0, bytes.lastIndexOf(10) + 1).toString('utf8');
  if (text === '') throw damaged(path, 1, 'it has no first line');
  return readLines(text, path);
}

async function opened(path: string): Promise<FileHandle> {
  try {
    return await open(path, 'a+');
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `the journal cannot be written: ${(cause as Error).message}`, {
      hint: 'the folder must exist',
      location: { path },
      cause,
    });
  }
}

async function append(file: FileHandle, line: string): Promise<void> {
  await file.appendFile(line);
  await file.sync();
}

/** The name of a new file is on the disk only when its folder is. */
async function syncFolder(folder: string): Promise<void> {
  // Windows opens no folders.
  const handle = await open(folder, 'r').catch(() => undefined);
  await handle?.sync().catch(() => {});
  await handle?.close();
}

/** The value and a checksum of it, in a line. */
function lineOf(value: object): string {
  const text = JSON.stringify(value);
  return `${text.slice(0, -1)},"sum":"${checksum(text)}"}\n`;
}

function checksum(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}

function readLines<Entry extends JournalEntry>(text: string, path: string): JournalContent<Entry> {
  const lines = text.split('\n').slice(0, -1);
  const values = lines.map((line, index) => readLine(line, path, index + 1));
  const [head, ...rest] = values;
  if (head === undefined || !('setting' in head)) throw damaged(path, 1, 'it does not begin as a journal');
  const entries = new Map<number, Entry>();
  for (const [index, value] of rest.entries()) {
    const entry = value as Entry;
    if (!Number.isSafeInteger(entry.chunk) || entry.chunk < 0)
      throw damaged(path, index + 2, 'it names no chunk');
    addOnce(entries, entry, path);
  }
  return { setting: (head as { setting: unknown }).setting, entries };
}

/** Two processes may have done the same work: it counts once. `ARGUMENT` where they found different things. */
export function addOnce<Entry extends JournalEntry>(
  to: Map<number, Entry>,
  entry: Entry,
  path: string,
): void {
  const same = to.get(entry.chunk);
  if (same !== undefined && JSON.stringify(same) !== JSON.stringify(entry)) {
    throw new GrammaskError('ARGUMENT', `there are two different results of the chunk ${entry.chunk}`, {
      hint: 'one setting gives one result: a journal was changed by hand, or a machine computes otherwise',
      location: { path },
    });
  }
  to.set(entry.chunk, entry);
}

/** `ARGUMENT` where a journal is of another setting. */
export function checkSetting(path: string, wanted: unknown, found: unknown): void {
  if (JSON.stringify(wanted) !== JSON.stringify(found)) throw otherSetting(path, wanted, found);
}

function readLine(line: string, path: string, number: number): object {
  const found = /^(\{.*),"sum":"([0-9a-f]{16})"\}$/s.exec(line);
  const text = `${found?.[1] ?? ''}}`;
  if (found === null || checksum(text) !== found[2]) throw damaged(path, number, 'its checksum is wrong');
  return JSON.parse(text) as object;
}

function damaged(path: string, line: number, why: string): GrammaskError {
  return new GrammaskError('ARGUMENT', `the journal is damaged in line ${line}: ${why}`, {
    hint: 'remove that line and those behind it, and what they held is done again; or begin another journal',
    location: { path },
  });
}

function otherSetting(path: string, wanted: unknown, found: unknown): GrammaskError {
  const names = new Set([...Object.keys(Object(wanted)), ...Object.keys(Object(found))]);
  const different = [...names].filter(
    (name) =>
      JSON.stringify((wanted as Record<string, unknown>)[name]) !==
      JSON.stringify((found as Record<string, unknown>)[name]),
  );
  return new GrammaskError(
    'ARGUMENT',
    `the journal is of another setting: ${different.join(', ') || 'its order'} differs`,
    {
      hint: 'name another file; results of two settings are never mixed',
      location: { path },
    },
  );
}
