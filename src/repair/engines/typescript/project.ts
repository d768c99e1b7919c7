import { existsSync, statSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type * as TypeScript from 'typescript';
import { GrammaskError } from '../../../errors.js';
import { changeBetween } from '../text-change.js';
import type { TypeScriptApi } from './find-typescript.js';
import type { EngineProgress } from './protocol.js';

/** A project whose files are read from disk, but for the one that is being written. */
export interface Project {
  readonly service: TypeScript.LanguageService;
  readonly tsconfig: string | null;
  readonly rootFiles: number;
  readonly configErrors: readonly string[];
  /** The absolute name of a file, as the compiler spells it. */
  fileName(file: string): string;
  /** Puts a text in the place of a file. There is one such file at a time; the one before is as on disk again. */
  write(file: string, text: string): void;
  /** Reads files again; without a list all that the project has, and its configuration. */
  refresh(files: readonly string[] | undefined): void;
}

/** What holds where there is no configuration. */
export function defaultOptions(ts: TypeScriptApi): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    esModuleInterop: true,
    skipLibCheck: true,
    allowImportingTsExtensions: true,
  };
}

interface Written {
  readonly file: string;
  readonly snapshot: TypeScript.IScriptSnapshot;
  readonly version: string;
}

/**
 * Opens a project: all files of its configuration, read lazily, never written.
 *
 * @param path a folder, or a configuration file
 * @throws GrammaskError `ARGUMENT` for a path that is not there, or a configuration that cannot be read
 */
export function openProject(
  ts: TypeScriptApi,
  path: string,
  isCancelled: () => boolean,
  onProgress: (progress: EngineProgress) => void,
): Project {
  const { folder, configFile } = locate(path);
  onProgress({ stage: 'configuration' });
  let parsed = readConfiguration(ts, folder, configFile);
  onProgress({ stage: 'program', files: parsed.fileNames.length });

  let edits = 0;
  let generation = 0;
  const generations = new Map<string, number>();
  let written: Written | undefined;
  // Files that the configuration does not name and somebody asked about.
  const extra = new Set<string>();
  let roots = rootsOf(parsed);
  let resolutions = resolutionCache();
  const disk = rememberedDisk(ts);

  const fileName = (file: string): string =>
    (ts as { normalizePath?: (path: string) => string }).normalizePath?.(resolve(folder, file)) ??
    resolve(folder, file).replaceAll('\\', '/');

  function rootsOf({ fileNames }: TypeScript.ParsedCommandLine): Set<string> {
    return new Set(fileNames);
  }
  function resolutionCache(): TypeScript.ModuleResolutionCache {
    const canonical = (name: string): string =>
      ts.sys.useCaseSensitiveFileNames ? name : name.toLowerCase();
    return ts.createModuleResolutionCache(folder, canonical, parsed.options);
  }

  const host: TypeScript.LanguageServiceHost & Pick<TypeScript.CompilerHost, 'getModuleResolutionCache'> = {
    getModuleResolutionCache: () => resolutions,
    getCompilationSettings: () => parsed.options,
    getScriptFileNames: () => [...roots, ...extra],
    getScriptVersion: (file) =>
      written?.file === file ? written.version : `${generation}.${generations.get(file) ?? 0}`,
    // The service asks for every file after every edit.
    getScriptSnapshot: (file) => (written?.file === file ? written.snapshot : disk.snapshot(file)),
    getCurrentDirectory: () => folder,
    getDefaultLibFileName: ts.getDefaultLibFilePath,
    useCaseSensitiveFileNames: () => ts.sys.useCaseSensitiveFileNames,
    fileExists: (file) => written?.file === file || disk.fileExists(file),
    readFile: disk.readFile,
    readDirectory: ts.sys.readDirectory,
    directoryExists: disk.directoryExists,
    getDirectories: ts.sys.getDirectories,
    ...(ts.sys.realpath === undefined ? {} : { realpath: ts.sys.realpath }),
    getCancellationToken: () => ({ isCancellationRequested: isCancelled }),
    // An edited file is resolved anew each time; with a memory of our own that costs no look at the disk.
    resolveModuleNameLiterals: (literals, containing, redirected, options, sourceFile) =>
      literals.map((literal) =>
        ts.resolveModuleName(
          literal.text,
          containing,
          options,
          host as TypeScript.ModuleResolutionHost,
          resolutions,
          redirected,
          ts.getModeForUsageLocation(sourceFile, literal, options),
        ),
      ),
  };

  return {
    service: ts.createLanguageService(
      host,
      ts.createDocumentRegistry(ts.sys.useCaseSensitiveFileNames, folder),
    ),
    get tsconfig() {
      return configFile ?? null;
    },
    get rootFiles() {
      return roots.size;
    },
    get configErrors() {
      return parsed.errors.map(({ messageText }) => ts.flattenDiagnosticMessageText(messageText, '\n'));
    },
    fileName,
    write(file, text) {
      const name = fileName(file);
      if (!roots.has(name)) extra.add(name);
      edits += 1;
      if (written !== undefined && written.file !== name) {
        generations.set(written.file, (generations.get(written.file) ?? 0) + 1);
        if (!roots.has(written.file) && !disk.fileExists(written.file)) extra.delete(written.file);
      }
      written = { file: name, snapshot: snapshotOf(text), version: `edit ${edits}` };
    },
    refresh(files) {
      written = undefined;
      disk.forget();
      resolutions = resolutionCache();
      if (files !== undefined) {
        for (const file of files) {
          const name = fileName(file);
          generations.set(name, (generations.get(name) ?? 0) + 1);
          if (!roots.has(name) && ts.sys.fileExists(name)) extra.add(name);
          if (!ts.sys.fileExists(name)) {
            extra.delete(name);
            roots.delete(name);
          }
        }
        return;
      }
      generation += 1;
      generations.clear();
      parsed = readConfiguration(ts, folder, configFile);
      roots = rootsOf(parsed);
      resolutions = resolutionCache();
      for (const file of extra) if (!ts.sys.fileExists(file)) extra.delete(file);
    },
  };

  /** A text that knows what changed since another one, so that the parser reads only that. */
  function snapshotOf(text: string): TypeScript.IScriptSnapshot & { readonly text: string } {
    return {
      text,
      getText: (start, end) => text.slice(start, end),
      getLength: () => text.length,
      getChangeRange(old) {
        const before = (old as { text?: string }).text;
        if (before === undefined) return undefined;
        const { start, oldLength, newLength } = changeBetween(before, text);
        return ts.createTextChangeRange(ts.createTextSpan(start, oldLength), newLength);
      },
    };
  }
}

/** The disk as it was when it was first looked at: what a project is asked does not change under the questions. */
function rememberedDisk(ts: TypeScriptApi) {
  const texts = new Map<string, string | undefined>();
  const snapshots = new Map<string, TypeScript.IScriptSnapshot | undefined>();
  const files = new Map<string, boolean>();
  const folders = new Map<string, boolean>();
  const remember = <T>(memory: Map<string, T>, name: string, look: (name: string) => T): T => {
    if (!memory.has(name)) memory.set(name, look(name));
    return memory.get(name) as T;
  };
  const readFile = (name: string): string | undefined =>
    // Sources are kept as snapshots; what is read beside them is small.
    remember(texts, name, (path) => ts.sys.readFile(path));
  return {
    readFile,
    fileExists: (name: string) => remember(files, name, ts.sys.fileExists),
    directoryExists: (name: string) => remember(folders, name, ts.sys.directoryExists),
    snapshot: (name: string) =>
      remember(snapshots, name, (path) => {
        const text = ts.sys.readFile(path);
        return text === undefined ? undefined : ts.ScriptSnapshot.fromString(text);
      }),
    forget() {
      for (const memory of [texts, snapshots, files, folders]) memory.clear();
    },
  };
}

function locate(path: string): { folder: string; configFile: string | undefined } {
  if (!existsSync(path)) {
    const what = path.endsWith('.json') ? 'configuration' : 'folder';
    throw new GrammaskError('ARGUMENT', `there is no ${what} ${path}`, {
      hint: 'name the folder of the project, or its tsconfig.json',
      location: { path },
    });
  }
  if (!statSync(path).isDirectory()) return { folder: dirname(path), configFile: path };
  const configFile = ['tsconfig.json', 'jsconfig.json'].map((name) => join(path, name)).find(existsSync);
  return { folder: path, configFile };
}

function readConfiguration(
  ts: TypeScriptApi,
  folder: string,
  configFile: string | undefined,
): TypeScript.ParsedCommandLine {
  // Whatever the project emits, here nothing is.
  const forced: TypeScript.CompilerOptions = { noEmit: true, allowNonTsExtensions: true };
  if (configFile === undefined) {
    const options = { ...defaultOptions(ts), ...forced };
    const parsed = ts.parseJsonConfigFileContent({}, ts.sys, folder, options);
    // That there are no files yet is no fault: they are named when they are asked about.
    return { ...parsed, errors: [] };
  }
  const { config, error } = ts.readConfigFile(configFile, ts.sys.readFile);
  if (error !== undefined || config === undefined) {
    throw new GrammaskError(
      'ARGUMENT',
      `the configuration cannot be read: ${error === undefined ? '' : ts.flattenDiagnosticMessageText(error.messageText, ' ')}`,
      { hint: 'mend it, or name another file', location: { path: configFile } },
    );
  }
  return ts.parseJsonConfigFileContent(config, ts.sys, folder, forced, configFile);
}
