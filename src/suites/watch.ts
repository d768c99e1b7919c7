import { type FSWatcher, statSync, watch } from 'node:fs';
import { dirname, resolve, sep } from 'node:path';
import { EXIT } from '../cli/exit-codes.js';
import { colorsFor, printError } from '../cli/output.js';
import { discoverSuites, type FoundSuite } from './discover.js';
import { type TestOptions, testOnce } from './test-once.js';

/** Milliseconds to wait for more changes: editors write a file in several steps. */
const PAUSE = 80;

/** Tests suites, and again those that a changed file belongs to, until the process is interrupted. */
export async function watchSuites(places: readonly string[], options: TestOptions): Promise<number> {
  const changed = new Set<string>();
  let wake = (): void => {};
  let isEnded = false;
  const end = (): void => {
    isEnded = true;
    wake();
  };
  process.on('SIGINT', end);
  const watchers = watchFolders(places, (path) => {
    changed.add(path);
    wake();
  });
  const known = new Set<string>();
  try {
    let isFirst = true;
    while (!isEnded) {
      const paths = [...changed];
      changed.clear();
      const since = isFirst ? 0 : performance.now();
      const suites = find(places, options.update).filter(
        (suite) => isFirst || !known.has(suite.name) || isTouched(suite, paths),
      );
      for (const { name } of suites) known.add(name);
      isFirst = false;
      if (suites.length > 0) await testOnce(suites, options, since);
      if (suites.length > 0 && !isEnded) say();
      while (changed.size === 0 && !isEnded) {
        await new Promise<void>((done) => {
          wake = done;
        });
        if (!isEnded) await new Promise((done) => setTimeout(done, PAUSE));
      }
    }
  } finally {
    for (const watcher of watchers) watcher.close();
    process.off('SIGINT', end);
  }
  return EXIT.holds;
}

function say(): void {
  process.stdout.write(colorsFor(process.stdout).dim('waiting for changes; Ctrl-C ends it\n'));
}

/** A suite that cannot be found now may be there after the next change. */
function find(places: readonly string[], dropsStale: boolean): FoundSuite[] {
  try {
    return discoverSuites(places, dropsStale);
  } catch (error) {
    printError(error, false);
    return [];
  }
}

function watchFolders(places: readonly string[], onChange: (path: string) => void): FSWatcher[] {
  const folders = (places.length === 0 ? ['.'] : places).map((place) => {
    const isFolder = statSync(place, { throwIfNoEntry: false })?.isDirectory() ?? false;
    // A grammar's texts lie beside it.
    return resolve(isFolder ? place : dirname(place));
  });
  return [...new Set(folders)].map((folder) =>
    watch(folder, { recursive: true }, (_, name) => {
      if (name === null || /(^|[\\/])(node_modules|\.[^\\/]*)([\\/]|$)/.test(name)) return;
      onChange(resolve(folder, name));
    }),
  );
}

/** Whether a file is the grammar, the table, or among the texts of a suite. One that cannot be read is tried each time. */
function isTouched(suite: FoundSuite, paths: readonly string[]): boolean {
  if ('problem' in suite) return true;
  const { grammar, origin } = suite;
  const files = 'path' in grammar ? [resolve(grammar.path)] : [];
  if (origin.kind === 'table') files.push(resolve(origin.path));
  const folder = origin.kind === 'folder' ? `${resolve(origin.directory)}${sep}` : undefined;
  return paths.some((path) => files.includes(path) || (folder !== undefined && path.startsWith(folder)));
}
