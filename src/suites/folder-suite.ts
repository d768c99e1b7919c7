import { existsSync, readdirSync, realpathSync, type Stats, statSync } from 'node:fs';
import { join } from 'node:path';
import { readTextFile } from '../cli/inputs.js';
import { GrammaskError } from '../errors.js';
import { sourceError } from '../frontends/source-location.js';
import { formatPlace, type Place, parsePlace, placeForms } from './place.js';
import type { GrammarPlace, Suite, TextCase, Verdict } from './suite.js';

/** The file beside `reject/` that says where its texts are wrong. */
export const PLACES_FILE = 'reject.at';

/**
 * The suite of a grammar file: every file in `accept/` and in `reject/` of a folder is a text. Names that begin with a dot
 * are left out.
 *
 * @param dropsStale places of texts that are gone are left out, in place of an error
 * @throws GrammaskError `ARGUMENT` for folders that cannot be read, `SYNTAX` for `reject.at`
 */
export function folderSuite(
  name: string,
  grammar: GrammarPlace,
  directory: string,
  dropsStale: boolean,
): Suite {
  const places = readPlaces(join(directory, PLACES_FILE));
  const rejected = casesOf(directory, 'reject').map((text) => {
    const at = places.get(text.name.slice('reject/'.length));
    return at === undefined ? text : { ...text, at };
  });
  const known = new Set(rejected.map((text) => text.name));
  for (const file of places.keys()) {
    if (dropsStale || known.has(`reject/${file}`)) continue;
    throw new GrammaskError('ARGUMENT', `there is no text reject/${file}`, {
      hint: `${PLACES_FILE} names it: take the line out, or run with --update`,
      location: { path: join(directory, PLACES_FILE) },
    });
  }
  const cases = [...casesOf(directory, 'accept'), ...rejected];
  return { name, grammar, origin: { kind: 'folder', directory }, cases };
}

/** Whether a folder holds texts of a suite. */
export function isSuiteFolder(directory: string): boolean {
  return existsSync(join(directory, 'accept')) || existsSync(join(directory, 'reject'));
}

/** A folder of texts: its path below `accept/` or `reject/`, and the real paths of itself and of those that lead to it. */
interface TextFolder {
  readonly name: string;
  readonly chain: readonly string[];
}

function casesOf(directory: string, verdict: Verdict): TextCase[] {
  const root = join(directory, verdict);
  if (!existsSync(root)) return [];
  const cases: TextCase[] = [];
  const folders: TextFolder[] = [{ name: '', chain: [realpathSync(root)] }];
  for (let next = 0; next < folders.length; next++) {
    const folder = folders[next] as TextFolder;
    for (const entry of readFolder(join(root, folder.name))) {
      if (entry.name.startsWith('.')) continue;
      const name = `${folder.name}${entry.name}`;
      const path = `${root}/${name}`;
      const target = entry.isSymbolicLink() ? targetOf(path) : entry;
      if (target.isDirectory()) folders.push({ name: `${name}/`, chain: chainTo(path, folder) });
      else if (!target.isFile()) throw noFile(path);
      else cases.push({ name: `${verdict}/${name}`, verdict, text: { path } });
    }
  }
  return cases.sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** What a link leads to. */
function targetOf(path: string): Stats {
  try {
    return statSync(path);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'among the texts stands a link that leads nowhere', {
      hint: 'take it away, or put the text there',
      location: { path },
      cause,
    });
  }
}

/** Links may lead back to a folder that holds them: the walk would not end. */
function chainTo(path: string, { chain }: TextFolder): readonly string[] {
  const real = realpathSync(path);
  if (!chain.includes(real)) return [...chain, real];
  throw new GrammaskError('ARGUMENT', 'among the texts stands a link to a folder that holds it', {
    hint: 'take it away, or link to single texts',
    location: { path },
  });
}

/** Reading from a pipe would wait for ever. */
function noFile(path: string): GrammaskError {
  return new GrammaskError('ARGUMENT', 'among the texts stands what is no file', { location: { path } });
}

/** The entries of a folder. `ARGUMENT` where it cannot be read. */
export function readFolder(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true });
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `the folder cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}

const LINE = /^(\d+:\d+|byte \d+|end)[ \t]+(\S.*)$/;

/** A line is a place and the name of a text; empty lines and lines that begin with # are left out. */
function readPlaces(path: string): Map<string, Place> {
  const places = new Map<string, Place>();
  if (!existsSync(path)) return places;
  const source = readTextFile(path);
  let offset = 0;
  for (const line of source.split('\n')) {
    const text = line.trim();
    if (text !== '' && !text.startsWith('#')) {
      const found = LINE.exec(text);
      const place = found === null ? undefined : parsePlace(found[1] as string);
      const name = found?.[2] ?? '';
      if (place === undefined || places.has(name)) {
        const what = place === undefined ? 'expected a place and the name of a text' : `${name} stands twice`;
        throw sourceError('SYNTAX', source, offset, `${path}: ${what}`, `a place is ${placeForms}`);
      }
      places.set(name, place);
    }
    offset += line.length + 1;
  }
  return places;
}

/** The content of `reject.at`; comments at its top are kept. */
export function formatPlaces(places: ReadonlyMap<string, Place>, before: string): string {
  const comments: string[] = [];
  for (const line of before.split('\n')) {
    if (!line.startsWith('#')) break;
    comments.push(line);
  }
  const entries = [...places].sort(([a], [b]) => (a < b ? -1 : 1));
  const lines = entries.map(([name, place]) => `${formatPlace(place).padEnd(6)} ${name}`);
  return `${[...comments, ...lines].join('\n')}\n`;
}
