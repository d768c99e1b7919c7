import { readFileSync, realpathSync, statSync } from 'node:fs';
import { isAbsolute, relative, resolve, sep } from 'node:path';
import { GrammaskError } from '../../errors.js';
import { unreadable } from '../../unreadable.js';

// Bytes of a file at most.
const MOST_BYTES = 16 << 20;

/**
 * The path of a file or folder that a file from somebody else names: in this folder or below, also behind links.
 *
 * @throws GrammaskError `ARGUMENT` for what is not there or lies elsewhere
 */
export function pathBeside(folder: string, name: string): string {
  const path = resolve(folder, name);
  let [inside, real] = ['', ''];
  try {
    // What lies outside is not even looked for.
    if (isAbsolute(name) || !isBelow(folder, path)) throw elsewhere(name);
    [inside, real] = [realpathSync(folder), realpathSync(path)];
  } catch (cause) {
    throw GrammaskError.isInstance(cause) ? cause : missing(name, cause);
  }
  if (!isBelow(inside, real)) throw elsewhere(name);
  return real;
}

/** The text of a file that a file from somebody else names. `ARGUMENT`, also for one that is large or no UTF-8 text. */
export function readBeside(folder: string, name: string): string {
  return readBounded(pathBeside(folder, name), MOST_BYTES, name);
}

/**
 * The text of a file of at most so many bytes. `ARGUMENT` for a larger one, what is no file, and what is no UTF-8 text.
 *
 * @param shown the file as somebody named it
 */
export function readBounded(path: string, most: number, shown = path): string {
  const location = { path: shown };
  let bytes: Buffer;
  try {
    const about = statSync(path);
    // A pipe has no end that could be waited for.
    if (!about.isFile() && !about.isDirectory()) {
      throw new GrammaskError('ARGUMENT', `${shown} is no file`, { location });
    }
    if (about.size > most) {
      throw new GrammaskError('ARGUMENT', `the file has ${about.size} bytes, and may have ${most}`, {
        location,
      });
    }
    bytes = readFileSync(path);
  } catch (cause) {
    throw GrammaskError.isInstance(cause) ? cause : unreadable(shown, cause);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'the file is no UTF-8 text', { location, cause });
  }
}

function isBelow(folder: string, path: string): boolean {
  const way = relative(resolve(folder), path);
  return way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way);
}

function missing(name: string, cause: unknown): GrammaskError {
  const { code, message, location } = unreadable(name, cause);
  const hint = 'files are named relative to the audit';
  return new GrammaskError(code, message, { hint, location, cause });
}

function elsewhere(name: string): GrammaskError {
  return new GrammaskError('ARGUMENT', `${JSON.stringify(name)} lies outside of the folder of the audit`, {
    hint: 'an audit reads only files in its own folder and below; a model elsewhere is named with --model',
  });
}
