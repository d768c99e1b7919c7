import { readFileSync, statSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { GrammaskError } from '../errors.js';

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
    throw new GrammaskError('ARGUMENT', `the file cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
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
    throw new GrammaskError('ARGUMENT', `the file cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}

/** Everything on standard input. */
export async function readStandardInput(): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of process.stdin) chunks.push(chunk as Uint8Array);
  return Buffer.concat(chunks);
}

/** A whole number or a decimal of the command line. */
export function numberOption(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new GrammaskError('ARGUMENT', `expected a number but received '${text}'`);
}
