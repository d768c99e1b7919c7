import { readFileSync, statSync } from 'node:fs';
import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import { contentHash } from '../source-text.js';

/** Files of a project as they were read, and the one that has another text for the time of a check. */
export interface SourceCache {
  readonly host: TypeScript.CompilerHost;
  /** The text that a file has in the checks from now on; undefined: what the disk says. */
  replace(file: string, content: string | undefined): void;
  /** Forgets what has changed on the disk. @returns whether a file came or went, so that imports must be looked up anew */
  refresh(): boolean;
}

type VersionedSource = TypeScript.SourceFile & { version?: string };

interface Entry {
  readonly stamp: string | undefined;
  readonly source: VersionedSource | undefined;
}

export function createSourceCache(ts: TypeScriptApi, options: TypeScript.CompilerOptions): SourceCache {
  const host = ts.createCompilerHost(options, true);
  const entries = new Map<string, Entry>();
  const replaced = new Map<string, string>();
  // The last parsed text of a replaced file: the same one is often checked before and after.
  const parsed = new Map<string, VersionedSource>();
  const onDisk = {
    fileExists: host.fileExists,
    directoryExists: host.directoryExists ?? ts.sys.directoryExists,
    readFile: host.readFile,
  };
  // Looked for on the disk, and there or not: what imports were resolved by.
  const files = new Map<string, boolean>();
  const folders = new Map<string, boolean>();

  function parse(file: string, content: string, language: Parameters<typeof ts.createSourceFile>[2]) {
    const source: VersionedSource = ts.createSourceFile(file, content, language, true);
    source.version = contentHash(content);
    return source;
  }

  host.getSourceFile = (file, language) => {
    const content = replaced.get(file);
    if (content !== undefined) {
      const known = parsed.get(file);
      if (known?.version === contentHash(content)) return known;
      const source = parse(file, content, language);
      parsed.set(file, source);
      return source;
    }
    let entry = entries.get(file);
    if (entry === undefined) {
      const text = readText(ts, file);
      entry = { stamp: stampOf(file), source: text === undefined ? undefined : parse(file, text, language) };
      entries.set(file, entry);
    }
    return entry.source;
  };
  host.fileExists = (file) => replaced.has(file) || lookUp(files, file, onDisk.fileExists);
  host.directoryExists = (folder) => lookUp(folders, folder, onDisk.directoryExists);
  host.readFile = (file) => replaced.get(file) ?? onDisk.readFile(file);
  // Nothing is ever written.
  host.writeFile = () => {};

  return {
    host,
    replace(file, content) {
      if (content === undefined) replaced.delete(file);
      else replaced.set(file, content);
    },
    refresh() {
      for (const [file, { stamp }] of entries) if (stampOf(file) !== stamp) entries.delete(file);
      const moved =
        [...files].some(([file, existed]) => onDisk.fileExists(file) !== existed) ||
        [...folders].some(([folder, existed]) => onDisk.directoryExists(folder) !== existed);
      if (moved) {
        files.clear();
        folders.clear();
      }
      return moved;
    },
  };
}

function lookUp(known: Map<string, boolean>, path: string, look: (path: string) => boolean): boolean {
  let exists = known.get(path);
  if (exists === undefined) {
    exists = look(path);
    known.set(path, exists);
  }
  return exists;
}

/** As it is on the disk, its byte-order mark included, so that offsets are those of the file. */
function readText(ts: TypeScriptApi, file: string): string | undefined {
  try {
    const bytes = readFileSync(file);
    const isUtf16 = (bytes[0] === 0xfe && bytes[1] === 0xff) || (bytes[0] === 0xff && bytes[1] === 0xfe);
    return isUtf16 ? ts.sys.readFile(file) : bytes.toString('utf8');
  } catch {
    return undefined;
  }
}

function stampOf(file: string): string | undefined {
  const found = statSync(file, { throwIfNoEntry: false });
  return found === undefined ? undefined : `${found.mtimeMs} ${found.size} ${found.ino}`;
}
