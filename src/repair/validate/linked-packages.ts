// Packages of a workspace: links in node_modules that lead to folders of the project itself. In a copy of the project they lead to the copy,
// so that a test in one package sees the text that is tried in another.
import type { Dirent } from 'node:fs';
import { mkdir, readdir, realpath, stat, symlink } from 'node:fs/promises';
import { dirname, isAbsolute, join, relative, sep } from 'node:path';

/** Where each such entry of node_modules (`name`, `@scope/name`, `.bin/name`) leads, as a path in the project with `/`. */
export type LinkedPackages = ReadonlyMap<string, string>;

/** @param isLeftOut whether a path of the project is not in its copies */
export async function linkedPackages(
  project: string,
  isLeftOut: (path: string) => boolean,
): Promise<LinkedPackages> {
  const root = await realpath(project);
  const modules = await realpath(join(root, 'node_modules'));
  const found = new Map<string, string>();
  for (const { name, entry } of await entriesOf(modules)) {
    if (!entry.isSymbolicLink()) continue;
    const real = await realpath(join(modules, name)).catch(() => undefined);
    if (real === undefined || pathIn(modules, real) !== undefined) continue;
    const path = pathIn(root, real);
    if (path !== undefined && !isLeftOut(path)) found.set(name, path);
  }
  return found;
}

/** Lets the entries of one node_modules stand in another, by links. Those of the workspace are left to `linkPackages`. */
export async function linkEntries(from: string, to: string, linked: LinkedPackages): Promise<void> {
  for (const { name } of await entriesOf(from)) {
    if (!linked.has(name)) await link(join(from, name), join(to, name));
  }
}

/** The packages of the workspace, as links to their places in a copy of the project. */
export async function linkPackages(copy: string, linked: LinkedPackages): Promise<void> {
  for (const [name, path] of linked) await link(join(copy, path), join(copy, 'node_modules', name));
}

async function link(target: string, place: string): Promise<void> {
  const found = await stat(target).catch(() => undefined);
  if (found === undefined) return;
  await mkdir(dirname(place), { recursive: true });
  await symlink(target, place, found.isDirectory() ? 'dir' : 'file');
}

/** What lies in a node_modules: packages, those of scopes one by one, and the commands in `.bin`. */
async function entriesOf(modules: string): Promise<{ name: string; entry: Dirent }[]> {
  const entries: { name: string; entry: Dirent }[] = [];
  for (const entry of await readdir(modules, { withFileTypes: true })) {
    const isGroup = entry.isDirectory() && (entry.name.startsWith('@') || entry.name === '.bin');
    if (!isGroup) entries.push({ name: entry.name, entry });
    else {
      const inner = await readdir(join(modules, entry.name), { withFileTypes: true });
      entries.push(...inner.map((each) => ({ name: `${entry.name}/${each.name}`, entry: each })));
    }
  }
  return entries;
}

function pathIn(folder: string, real: string): string | undefined {
  const path = relative(folder, real);
  const leadsOut = path === '..' || path.startsWith(`..${sep}`) || isAbsolute(path);
  return leadsOut ? undefined : path.replaceAll(sep, '/');
}
