import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { GrammaskError } from '../errors.js';
import { unreadable } from '../unreadable.js';

export function isFolder(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
  } catch {
    return false;
  }
}

/** Whether an argument names a file that exists. */
export function isFile(path: string): boolean {
  try {
    return statSync(path, { throwIfNoEntry: false })?.isFile() ?? false;
  } catch {
    return false;
  }
}

/** The text of a file; `ARGUMENT` where it cannot be read or is no UTF-8. */
export function readTextFile(path: string): string {
  let bytes: Buffer;
  try {
    bytes = readFileSync(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  return decodeText(bytes, path);
}

/** @throws GrammaskError `ARGUMENT` for bytes that are no UTF-8 */
export function decodeText(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'the file is no UTF-8 text', { location: { path }, cause });
  }
}

/** The bytes of a file; `ARGUMENT` where it cannot be read. */
export async function readBytes(path: string): Promise<Uint8Array> {
  try {
    return await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
}

/** Everything on standard input. */
export async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/**
 * The bytes that an argument means: a file, with `-` standard input, else the argument itself.
 *
 * @param isText the argument itself, whatever it looks like
 */
export async function readInput(
  argument: string,
  isText: boolean,
): Promise<{ path: string | undefined; bytes: Uint8Array }> {
  if (!isText && argument === '-') return { path: 'standard input', bytes: await readStandardInput() };
  if (!isText && isFile(argument)) return { path: argument, bytes: await readBytes(argument) };
  return { path: undefined, bytes: new TextEncoder().encode(argument) };
}

/**
 * What work on a file throws, with the file named beside the place in it.
 *
 * @param path undefined: what is worked on is no file
 */
export function inFile<Result>(path: string | undefined, work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    if (path === undefined || !GrammaskError.isInstance(error)) throw error;
    const { code, message, hint, location } = error;
    if (location !== undefined && ('path' in location || 'token' in location)) throw error;
    throw new GrammaskError(code, message, { hint, location: { ...location, path }, cause: error });
  }
}

/** Reads the number of an option of the command line; an error names the option. */
export function numberOption(name: string): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && Number.isFinite(value)) return value;
    throw new GrammaskError('ARGUMENT', `expected a number for ${name} but received '${text}'`);
  };
}

/** The same of a whole number within bounds. */
export function wholeNumberOption(
  name: string,
  min: number,
  max = Number.MAX_SAFE_INTEGER,
): (text: string) => number {
  const read = numberOption(name);
  return (text) => {
    const value = read(text);
    if (Number.isSafeInteger(value) && value >= min && value <= max) return value;
    const bounds = max === Number.MAX_SAFE_INTEGER ? `of at least ${min}` : `from ${min} to ${max}`;
    throw new GrammaskError(
      'ARGUMENT',
      `expected a whole number ${bounds} for ${name} but received '${text}'`,
    );
  };
}

/** Reads an option of the command line that is one of some words; an error names the option and the words. */
export function wordOption<Word extends string>(
  name: string,
  words: readonly Word[],
): (text: string) => Word {
  return (text) => {
    const word = words.find((known) => known === text);
    if (word !== undefined) return word;
    throw new GrammaskError(
      'ARGUMENT',
      `expected one of ${words.join(', ')} for ${name} but received '${text}'`,
    );
  };
}
