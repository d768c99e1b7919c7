import { accessSync, constants, statSync, writeFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { GrammaskError } from '../errors.js';

/** Throws `ARGUMENT` where a file cannot be written: before the work whose result goes there. */
export function assertWritable(path: string): void {
  try {
    const found = statSync(path, { throwIfNoEntry: false });
    if (found?.isDirectory()) throw new Error('it is a folder');
    accessSync(found === undefined ? dirname(resolve(path)) : path, constants.W_OK);
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

/** @throws GrammaskError `ARGUMENT` where the file cannot be written */
export function writeReport(path: string, text: string): void {
  try {
    writeFileSync(path, text);
  } catch (cause) {
    throw notWritten(path, cause);
  }
}

function notWritten(path: string, cause: unknown): GrammaskError {
  return new GrammaskError('ARGUMENT', `the report cannot be written: ${(cause as Error).message}`, {
    hint: 'name a file in a folder that is there and can be written to',
    location: { path },
    cause,
  });
}
