import { rmSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { GrammaskError } from '../../errors.js';
import { endLater } from '../../left-behind.js';
import { projectFile } from './checker.js';
import { type CopyLimits, copyTree } from './copy-tree.js';
import { linkEntries, linkedPackages, linkPackages } from './linked-packages.js';

export interface WorkspaceOptions {
  /** The folder of the project. It is read, never written. */
  project: string;
  /**
   * How installed packages come into the copies. `'shared'` (default): `node_modules` is copied once and all runs use that
   * copy; it is made anew after a run that changed which packages are there. `'fresh'`: a copy for every run. `'link'`: a
   * symbolic link to the project's own, which is quick, and lets a command that writes there write there. `'none'`. Links that lead to a
   * folder of the project, as those of workspaces, lead to its copy; what other links out of `node_modules` name is copied.
   */
  modules?: 'shared' | 'fresh' | 'link' | 'none' | undefined;
  /** Paths relative to the project that are left out of copies. Always left out: `.git`, `.hg`, `.svn`. */
  leaveOut?: readonly string[] | undefined;
  /** Of a copy. Default: 4 GB, 500,000 files. */
  limits?: CopyLimits | undefined;
}

/** A place for copies of a project, in the folder for temporary files. It is removed with all that is in it, also when this process is killed. */
export interface Workspace {
  /** A copy of the project with other texts in the place of some files (relative paths). */
  checkout(changes: ReadonlyMap<string, string>, signal?: AbortSignal): Promise<Checkout>;
  dispose(): Promise<void>;
}

export interface Checkout {
  /** The copy. */
  readonly folder: string;
  /** An empty folder beside it, for the home and the temporary files of a command. */
  readonly scratch: string;
  remove(): Promise<void>;
}

const versionControl = ['.git', '.hg', '.svn'];
const open = new Set<string>();

process.on('exit', () => {
  for (const folder of open) rmSync(folder, { recursive: true, force: true });
});

/** @throws GrammaskError `ARGUMENT` where the project is no folder */
export async function createWorkspace(options: WorkspaceOptions): Promise<Workspace> {
  const { modules = 'shared', limits = { bytes: 4e9, files: 500_000 } } = options;
  const project = resolve(options.project);
  if (!(await stat(project).catch(() => undefined))?.isDirectory()) {
    throw new GrammaskError('ARGUMENT', 'the project is no folder', { location: { path: project } });
  }
  const root = await mkdtemp(join(tmpdir(), 'grammask-repair-'));
  open.add(root);
  const isRemoved = endLater({ folder: root });
  const left = new Set(
    [...versionControl, ...(options.leaveOut ?? [])].map((path) => path.replace(/\/+$/, '')),
  );
  const isLeftOut = (path: string): boolean => {
    const parts = path.split('/');
    return parts.some((_, i) => left.has(parts.slice(0, i + 1).join('/')));
  };
  // Versions of a copy that is shared, so that a damaged one is not used again.
  let shared: { folder: string; names: string } | undefined;
  let count = 0;
  let disposed = false;

  async function addModules(folder: string, signal: AbortSignal | undefined): Promise<void> {
    const own = join(project, 'node_modules');
    if (modules === 'none' || !(await stat(own).catch(() => undefined))?.isDirectory()) return;
    const inside = join(folder, 'node_modules');
    const linked = await linkedPackages(project, isLeftOut);
    const copyOptions = { limits, signal, never: root, leaveOut: (path: string) => linked.has(path) };
    if (modules === 'fresh') {
      await copyTree(own, inside, copyOptions);
      return linkPackages(folder, linked);
    }
    if (
      modules === 'shared' &&
      shared !== undefined &&
      shared.names !== (await packageNames(shared.folder))
    ) {
      await rm(shared.folder, { recursive: true, force: true });
      shared = undefined;
    }
    if (modules === 'shared' && shared === undefined) {
      const copy = join(root, `modules-${++count}`, 'node_modules');
      await copyTree(own, copy, copyOptions);
      shared = { folder: copy, names: await packageNames(copy) };
    }
    const installed = modules === 'link' || shared === undefined ? own : shared.folder;
    if (linked.size === 0) return symlink(installed, inside, 'dir');
    await linkEntries(installed, inside, linked);
    await linkPackages(folder, linked);
  }

  return {
    async checkout(changes, signal) {
      if (disposed) throw new GrammaskError('DISPOSED', 'the workspace is disposed');
      const place = join(root, `run-${++count}`);
      const checkout: Checkout = {
        folder: join(place, 'project'),
        scratch: join(place, 'scratch'),
        remove: () => removeAll(place),
      };
      try {
        await mkdir(checkout.scratch, { recursive: true });
        const leaveOut = (path: string): boolean => path === 'node_modules' || left.has(path);
        await copyTree(project, checkout.folder, { limits, leaveOut, signal, never: root });
        for (const [file, content] of changes) {
          const path = join(checkout.folder, projectFile(project, file));
          await mkdir(dirname(path), { recursive: true });
          // The copy may hold a link to another file of the copy there.
          await rm(path, { force: true });
          await writeFile(path, content);
        }
        await addModules(checkout.folder, signal);
        return checkout;
      } catch (error) {
        await checkout.remove();
        if (GrammaskError.isInstance(error)) throw error;
        throw new GrammaskError('ARGUMENT', `the project cannot be copied: ${(error as Error).message}`, {
          hint: 'a file may not be readable, or the disk of temporary files full (TMPDIR names another)',
          location: { path: project },
          cause: error,
        });
      }
    },
    async dispose() {
      disposed = true;
      await removeAll(root);
      open.delete(root);
      isRemoved();
    },
  };
}

/** A command that still runs may write while its folder is removed. */
async function removeAll(folder: string): Promise<void> {
  await rm(folder, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
}

/** The packages that are there and when each was changed last: what a run that installs or removes some changes. */
async function packageNames(folder: string): Promise<string> {
  const lines: string[] = [];
  const names = await readdir(folder).catch(() => []);
  for (const name of names.sort()) {
    // Caches of tools are no packages.
    if (name.startsWith('.')) continue;
    const inner = name.startsWith('@') ? await readdir(join(folder, name)).catch(() => []) : [''];
    for (const each of inner.sort()) {
      const found = await stat(join(folder, name, each)).catch(() => undefined);
      lines.push(`${name}/${each} ${found?.mtimeMs}`);
    }
  }
  return lines.join('\n');
}
