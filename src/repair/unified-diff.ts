import { randomBytes } from 'node:crypto';
import { chmod, lstat, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { applyPatch, createTwoFilesPatch, FILE_HEADERS_ONLY, parsePatch } from 'diff';
import { GrammaskError } from '../errors.js';
import { contentHash, readSource } from './source-text.js';

/**
 * The change of one file as a unified diff that `git apply` and `patch -p1` read: line ends are kept, and a last line
 * without its end is marked. Empty where nothing changes.
 *
 * @param file path relative to the project, with `/`
 */
export function unifiedDiff(file: string, before: string, after: string): string {
  if (before === after) return '';
  const options = { context: 3, headerOptions: FILE_HEADERS_ONLY };
  return createTwoFilesPatch(`a/${file}`, `b/${file}`, before, after, undefined, undefined, options);
}

/**
 * A text with a unified diff applied. Every line of the diff's context must stand where it says; line ends count.
 *
 * @throws GrammaskError `ARGUMENT` for a diff that is none, is of several files, or does not fit
 */
export function patchedText(content: string, diff: string): string {
  let files: ReturnType<typeof parsePatch>;
  try {
    files = parsePatch(diff);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `the diff cannot be read: ${(cause as Error).message}`, { cause });
  }
  const [only, ...more] = files.filter(({ hunks }) => hunks.length > 0);
  if (only === undefined || more.length > 0) {
    const what = only === undefined ? 'changes nothing' : `is of ${more.length + 1} files`;
    throw new GrammaskError('ARGUMENT', `the diff ${what}`, { hint: 'pass a unified diff of one file' });
  }
  const patched = applyPatch(content, only, { fuzzFactor: 0, autoConvertLineEndings: false });
  if (patched !== false) return patched;
  throw new GrammaskError('ARGUMENT', 'the diff does not fit the content', {
    hint: 'its lines must stand in the content as they are, line ends included',
  });
}

/** A file on the disk that is to become another, and what it must still be. */
export interface FileChange {
  /** Absolute path. */
  readonly path: string;
  /** sha256 of the content that the change was made for. */
  readonly baseHash: string;
  readonly content: string;
}

/**
 * Writes a file whose content is still the one that the change was made for: all of it or nothing, its mode kept, a
 * symbolic link followed.
 *
 * @throws GrammaskError `STATE` where the file has changed since, or is gone; `ARGUMENT` where it cannot be written
 */
export async function applyChange({ path, baseHash, content }: FileChange): Promise<void> {
  const target = await realpath(path).catch((cause: unknown) => {
    throw changed(path, 'is gone', cause);
  });
  if (contentHash(await readSource(target)) !== baseHash) throw changed(path, 'has changed');
  const { mode } = await stat(target);
  // Beside the file, so that the last step is a rename on one disk.
  const written = join(dirname(target), `.${randomBytes(8).toString('hex')}.grammask`);
  try {
    await writeFile(written, content, { flag: 'wx', mode: 0o600 });
    await chmod(written, mode & 0o7777);
    // Once more: writing may have taken a while.
    if (contentHash(await readSource(target)) !== baseHash) throw changed(path, 'has changed');
    await rename(written, target);
  } catch (cause) {
    if (GrammaskError.isInstance(cause)) throw cause;
    throw new GrammaskError('ARGUMENT', `the file cannot be written: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  } finally {
    if (await lstat(written).catch(() => undefined)) await rm(written, { force: true });
  }
}

function changed(path: string, what: string, cause?: unknown): GrammaskError {
  return new GrammaskError('STATE', `the file ${what} since the patch was made; nothing was written`, {
    hint: 'run the repair again on the file as it is now',
    location: { path },
    cause,
  });
}
