import { constants } from 'node:fs';
import { copyFile, mkdir, readdir, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { GrammaskError } from '../../errors.js';

export interface CopyLimits {
  /** Bytes at most. */
  readonly bytes: number;
  readonly files: number;
}

export interface CopyOptions {
  readonly limits: CopyLimits;
  /** Whether a path, relative to the folder that is copied and with `/`, is left out with all that is in it. */
  readonly leaveOut?: ((path: string) => boolean) | undefined;
  /** A folder that is never copied, wherever it is met: the one that holds the copies. */
  readonly never?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** Files that are copied at the same time. */
const AT_ONCE = 16;

interface Item {
  readonly from: string;
  readonly to: string;
  /** Real paths of the folders around it that lie outside of what is copied: a link may lead in a circle. */
  readonly outside: readonly string[];
}

/**
 * Copies a folder so that nothing done to the copy reaches the original: no hard links; a symbolic link within the folder
 * leads to its place in the copy, one that leads out is replaced by a copy of what it names. Where the file system can,
 * files share their blocks until one is written. Left out are sockets, pipes, links to nothing, and links to a folder that
 * contains the one that is copied.
 *
 * @throws GrammaskError `MEMORY` beyond the limits, `ABORTED`
 */
export async function copyTree(source: string, target: string, options: CopyOptions): Promise<void> {
  const { limits, leaveOut = () => false, signal } = options;
  const root = await realpath(source);
  const never = options.never === undefined ? undefined : await realpath(options.never);
  let [bytes, files] = [0, 0];
  const folders: Item[] = [{ from: root, to: target, outside: [] }];
  const pending: (() => Promise<void>)[] = [];

  const flush = async (): Promise<void> => {
    await Promise.all(pending.splice(0).map((copy) => copy()));
  };
  const addFile = async (from: string, to: string, size: number): Promise<void> => {
    bytes += size;
    files += 1;
    if (bytes > limits.bytes || files > limits.files) throw tooLarge(source, limits);
    pending.push(() => ignoreMissing(copyFile(from, to, constants.COPYFILE_FICLONE)));
    if (pending.length >= AT_ONCE) await flush();
  };
  const pathOf = (real: string): string | undefined => {
    const path = relative(root, real);
    return path === '..' || path.startsWith(`..${sep}`) ? undefined : path.replaceAll(sep, '/');
  };
  const addLink = async ({ from, to, outside }: Item): Promise<void> => {
    const real = await realpath(from).catch(() => undefined);
    if (real === undefined) return;
    const path = pathOf(real);
    if (path !== undefined && outside.length === 0) {
      if (leaveOut(path)) return;
      const found = await stat(real);
      await symlink(
        relative(dirname(to), join(target, path)) || '.',
        to,
        found.isDirectory() ? 'dir' : 'file',
      );
      return;
    }
    const found = await stat(real);
    if (found.isFile()) await addFile(real, to, found.size);
    const isAround = root.startsWith(real.endsWith(sep) ? real : real + sep);
    if (found.isDirectory() && !isAround && !outside.includes(real)) {
      folders.push({ from: real, to, outside: [...outside, real] });
    }
  };

  for (let folder = folders.pop(); folder !== undefined; folder = folders.pop()) {
    if (signal?.aborted) throw new GrammaskError('ABORTED', 'the copy of the project was aborted');
    const { outside } = folder;
    if (folder.from === never) continue;
    await mkdir(folder.to, { recursive: true });
    const entries = await readdir(folder.from, { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const item: Item = { from: join(folder.from, entry.name), to: join(folder.to, entry.name), outside };
      const path = pathOf(item.from);
      if (path !== undefined && outside.length === 0 && leaveOut(path)) continue;
      if (entry.isDirectory()) folders.push(item);
      else if (entry.isSymbolicLink()) await addLink(item);
      else if (entry.isFile()) {
        const found = await stat(item.from).catch(() => undefined);
        if (found !== undefined) await addFile(item.from, item.to, found.size);
      }
    }
  }
  await flush();
}

/** A file may go while the project is copied. */
async function ignoreMissing(copied: Promise<void>): Promise<void> {
  try {
    await copied;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
}

function tooLarge(path: string, { bytes, files }: CopyLimits): GrammaskError {
  return new GrammaskError(
    'MEMORY',
    `the folder is too large for a copy: more than ${files} files or ${Math.round(bytes / 1e6)} MB`,
    {
      hint: "`copies` of createValidator, { leaveOut, limits, modules }, leaves folders out, raises the limits, or links node_modules: 'link'",
      location: { path },
    },
  );
}
