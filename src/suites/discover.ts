import { statSync } from 'node:fs';
import { basename, dirname, join, relative, resolve, sep } from 'node:path';
import { grammarKindOf } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { folderSuite, isSuiteFolder, readFolder } from './folder-suite.js';
import type { Suite } from './suite.js';
import { TABLE_NAME, tableSuites } from './table-suite.js';

/** A suite, or why it cannot be read. */
export type FoundSuite = Suite | { readonly name: string; readonly problem: GrammaskError };

/**
 * The suites that the arguments mean, each once, in the order of their paths: a folder is searched with all folders in it,
 * but for node_modules and those whose names begin with a dot.
 *
 * @param places grammar files, tables, folders; without any the folder where the process runs
 * @param dropsStale asserted places of texts that are gone are left out, in place of an error
 * @throws GrammaskError `ARGUMENT` for a place that does not exist or has no suite
 */
export function discoverSuites(places: readonly string[], dropsStale = false): FoundSuite[] {
  const found = new Map<string, FoundSuite>();
  for (const place of places.length === 0 ? ['.'] : places) {
    const suites = suitesAt(place, dropsStale);
    if (suites.length === 0) {
      throw new GrammaskError('ARGUMENT', `there is no suite at ${place}`, {
        hint: 'texts stand beside a grammar NAME.ebnf: NAME/accept/*, NAME/reject/*, or a table NAME.tests.yaml',
        location: { path: place },
      });
    }
    for (const suite of suites) found.set(suite.name, suite);
  }
  return [...found.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
}

function suitesAt(place: string, dropsStale: boolean): FoundSuite[] {
  const stat = statSync(place, { throwIfNoEntry: false });
  if (stat === undefined) {
    throw new GrammaskError('ARGUMENT', `there is no file or folder ${place}`, { location: { path: place } });
  }
  if (stat.isDirectory())
    return isSuiteFolder(place) ? suitesOfFolder(place, dropsStale) : search(place, dropsStale);
  if (TABLE_NAME.test(place)) return tables(place, namesIn(dirname(place)));
  return suitesOfGrammar(place, namesIn(dirname(place)), dropsStale);
}

function namesIn(folder: string): string[] {
  return readFolder(folder)
    .filter((entry) => !entry.isDirectory())
    .map((entry) => entry.name);
}

/** A folder with accept/ or reject/: the grammars beside it that have its name. */
function suitesOfFolder(directory: string, dropsStale: boolean): FoundSuite[] {
  // `.` and `..` have no name of their own.
  const path = /(^|[\\/])\.\.?[\\/]?$/.test(directory) ? resolve(directory) : directory;
  const folder = dirname(path);
  const stem = basename(path);
  return namesIn(folder)
    .filter((name) => stemOf(name) === stem)
    .flatMap((name) => folderOf(join(folder, name), join(folder, stem), dropsStale));
}

function search(root: string, dropsStale: boolean): FoundSuite[] {
  const suites: FoundSuite[] = [];
  const folders = [root];
  for (let next = 0; next < folders.length; next++) {
    const folder = folders[next] as string;
    const entries = readFolder(folder);
    const files = entries.filter((entry) => !entry.isDirectory()).map((entry) => entry.name);
    for (const name of files) {
      if (TABLE_NAME.test(name)) suites.push(...tables(join(folder, name), files));
      else if (stemOf(name) !== undefined) suites.push(...folderSuites(join(folder, name), dropsStale));
    }
    for (const entry of entries) {
      const path = join(folder, entry.name);
      if (!entry.isDirectory() || entry.name === 'node_modules' || entry.name.startsWith('.')) continue;
      // Texts of a suite may look like suites.
      if (!isSuiteFolder(path)) folders.push(path);
    }
  }
  return suites;
}

function suitesOfGrammar(path: string, files: readonly string[], dropsStale: boolean): FoundSuite[] {
  const stem = stemOf(basename(path));
  if (stem === undefined) {
    throw new GrammaskError('ARGUMENT', `the kind of the grammar is not clear from the name ${path}`, {
      hint: 'a table names the kind of its grammar: grammar: { file: …, kind: … }',
      location: { path },
    });
  }
  const beside = files.filter((name) => TABLE_NAME.test(name) && name.replace(TABLE_NAME, '') === stem);
  const ofTables = beside.flatMap((name) => {
    const suites = tables(join(dirname(path), name), files);
    // Of a table that serves several grammars, the part of this one.
    return suites.length === 1 ? suites : suites.filter((suite) => isAbout(suite, path));
  });
  return [...folderSuites(path, dropsStale), ...ofTables];
}

function isAbout(suite: FoundSuite, path: string): boolean {
  return !('problem' in suite) && 'path' in suite.grammar && resolve(suite.grammar.path) === resolve(path);
}

function folderSuites(path: string, dropsStale: boolean): FoundSuite[] {
  const directory = join(dirname(path), stemOf(basename(path)) as string);
  return isSuiteFolder(directory) ? folderOf(path, directory, dropsStale) : [];
}

function folderOf(path: string, directory: string, dropsStale: boolean): FoundSuite[] {
  const name = shown(path);
  return attempt(name, () => [folderSuite(name, { path }, directory, dropsStale)]);
}

function tables(path: string, files: readonly string[]): FoundSuite[] {
  const stem = basename(path).replace(TABLE_NAME, '');
  const beside = files.filter((name) => stemOf(name) === stem).sort();
  const name = shown(path);
  const grammars = beside.map((file) => join(dirname(path), file));
  return attempt(name, () => tableSuites(name, path, grammars));
}

function attempt(name: string, read: () => Suite[]): FoundSuite[] {
  try {
    return read();
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    return [{ name, problem: error }];
  }
}

/** The name of a grammar file without its extension; undefined for a file that is no grammar. */
function stemOf(name: string): string | undefined {
  if (name.startsWith('.') || TABLE_NAME.test(name) || grammarKindOf(name) === undefined) return undefined;
  return name.slice(0, name.lastIndexOf('.'));
}

/** Relative where it lies below the folder where the process runs, with slashes. */
function shown(path: string): string {
  const short = relative('', path);
  return (short.startsWith('..') ? path : short).split(sep).join('/');
}
