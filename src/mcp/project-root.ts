import { realpath, stat } from 'node:fs/promises';
import { dirname, isAbsolute, relative, resolve, sep } from 'node:path';
import { GrammaskError } from '../errors.js';
import { checkSourceName } from '../repair/source-text.js';

/** The folder that a server was started for. No call can name a file outside of it. */
export interface ProjectRoot {
  /** Its real path. */
  readonly path: string;
  /**
   * The path of a source file relative to the project, with `/`. It need not exist; symbolic links are followed to see that
   * they do not lead out.
   *
   * @throws GrammaskError `ARGUMENT` for a file outside of the project, or that is no TypeScript or JavaScript
   */
  sourceFile(file: string): Promise<string>;
}

/** @throws GrammaskError `ARGUMENT` where there is no such folder */
export async function createProjectRoot(folder: string): Promise<ProjectRoot> {
  const path = await realpath(folder).catch(() => undefined);
  if (path === undefined || !(await stat(path)).isDirectory()) {
    throw new GrammaskError('ARGUMENT', `there is no folder ${folder}`, {
      hint: 'name the folder of the project: --project DIR',
      location: { path: folder },
    });
  }
  return {
    path,
    async sourceFile(file) {
      const absolute = resolve(path, file);
      // Named by a link to the project, the file is still within it.
      const named = nameWithin(path, absolute) ?? nameWithin(path, await realPathOf(absolute));
      const real = await realPathOf(absolute);
      if (file.includes('\0') || named === undefined || nameWithin(path, real) === undefined) {
        throw new GrammaskError('ARGUMENT', `${JSON.stringify(file)} is outside of the project`, {
          hint: 'name a file by its path relative to the project',
        });
      }
      checkSourceName(named);
      return named;
    },
  };
}

function nameWithin(root: string, path: string): string | undefined {
  const name = relative(root, path);
  if (name === '' || name === '..' || name.startsWith(`..${sep}`) || isAbsolute(name)) return undefined;
  return name.replaceAll(sep, '/');
}

/** The real path of a file, or where it would be if it were made: below the nearest folder that exists. */
async function realPathOf(path: string): Promise<string> {
  if (path.includes('\0')) return path;
  const missing: string[] = [];
  for (let at = path; ; at = dirname(at)) {
    const real = await realpath(at).catch(() => undefined);
    if (real !== undefined) return resolve(real, ...missing);
    if (dirname(at) === at) return path;
    missing.unshift(relative(dirname(at), at));
  }
}
