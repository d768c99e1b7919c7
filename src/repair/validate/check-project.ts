import { isAbsolute, relative, resolve, sep } from 'node:path';
import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Diagnostic } from '../patch.js';
import { type Line, linesOf, positionAt } from '../source-text.js';
import { readProjectConfig } from './project-config.js';
import { createSourceCache, type SourceCache } from './source-cache.js';

/** What the checker of a project is made with. */
export interface ProjectSettings {
  /** The folder of the project, absolute. */
  readonly project: string;
  readonly tsconfig?: string | undefined;
  /** `file` leaves out what a change does to the rest of the project. */
  readonly scope: 'project' | 'file';
}

/** A check of a project with another text in the place of a file. It runs in a thread of its own. */
export interface CheckTask {
  /** Relative to the project. */
  readonly file: string;
  readonly content: string;
  /** Look at the disk first: other files may have changed. */
  readonly refresh: boolean;
}

/** Checks texts one after the other; what a text does not touch is not checked again. */
export interface ProjectChecker {
  /** @throws the compiler's OperationCanceledException where `isCancelled` says so */
  check(task: CheckTask, isCancelled: () => boolean): { diagnostics: Diagnostic[]; tsconfig: string | null };
}

type Builder = TypeScript.SemanticDiagnosticsBuilderProgram;

interface Loaded {
  readonly cache: SourceCache;
  readonly options: TypeScript.CompilerOptions;
  readonly tsconfig: string | null;
  readonly roots: readonly string[];
  /** The project as it was checked last: what has not changed since, and depends on nothing that has, is not checked again. */
  last: Builder | undefined;
}

export function createProjectChecker(ts: TypeScriptApi, settings: ProjectSettings): ProjectChecker {
  const { project, scope } = settings;
  let loaded: (Loaded & { readonly forFile: string }) | undefined;

  function load(path: string, refresh: boolean): Loaded {
    if (loaded !== undefined && loaded.forFile === path && !refresh) return loaded;
    const { options, files, tsconfig } = readProjectConfig(ts, project, path, settings.tsconfig);
    const roots = files.includes(path) ? files : [...files, path];
    const old =
      loaded !== undefined && JSON.stringify(loaded.options) === JSON.stringify(options) ? loaded : undefined;
    const cache = old?.cache ?? createSourceCache(ts, options);
    // What imports lead to may have changed with the files that are there.
    const moved = old !== undefined && refresh && cache.refresh();
    loaded = { cache, options, tsconfig, roots, last: moved ? undefined : old?.last, forFile: path };
    return loaded;
  }

  function build(state: Loaded, token: TypeScript.CancellationToken): Builder {
    const { roots, options, cache } = state;
    const builder = ts.createSemanticDiagnosticsBuilderProgram(roots, options, cache.host, state.last);
    if (scope === 'file') return builder;
    while (builder.getSemanticDiagnosticsOfNextAffectedFile(token) !== undefined)
      token.throwIfCancellationRequested();
    return builder;
  }

  return {
    check({ file, content, refresh }, isCancelled) {
      const path = resolve(project, file).replaceAll(sep, '/');
      const token: TypeScript.CancellationToken = {
        isCancellationRequested: isCancelled,
        throwIfCancellationRequested() {
          if (isCancelled()) throw new ts.OperationCanceledException();
        },
      };
      const state = load(path, refresh);
      state.cache.replace(path, content);
      try {
        const builder = build(state, token);
        state.last = builder;
        const program = builder.getProgram();
        const own = scope === 'file' ? program.getSourceFile(path) : undefined;
        const messages = [
          ...program.getConfigFileParsingDiagnostics(),
          ...builder.getOptionsDiagnostics(token),
          ...builder.getGlobalDiagnostics(token),
          ...builder.getSyntacticDiagnostics(own, token),
          ...builder.getSemanticDiagnostics(own, token),
        ];
        return { diagnostics: convert(ts, project, messages), tsconfig: state.tsconfig };
      } finally {
        state.cache.replace(path, undefined);
      }
    },
  };
}

/** Errors and warnings in the order of file and place, none twice. */
function convert(
  ts: TypeScriptApi,
  project: string,
  messages: readonly TypeScript.Diagnostic[],
): Diagnostic[] {
  const lines = new Map<TypeScript.SourceFile, readonly Line[]>();
  const found = new Map<string, Diagnostic>();
  for (const { category, code, file, start, length, messageText } of messages) {
    if (category !== ts.DiagnosticCategory.Error && category !== ts.DiagnosticCategory.Warning) continue;
    let range: Diagnostic['range'] = null;
    if (file !== undefined && start !== undefined) {
      let own = lines.get(file);
      if (own === undefined) {
        own = linesOf(file.text);
        lines.set(file, own);
      }
      const end = start + (length ?? 0);
      range = { start, end, startPosition: positionAt(own, start), endPosition: positionAt(own, end) };
    }
    const diagnostic: Diagnostic = {
      file: file === undefined ? '' : relativeName(project, file.fileName),
      code,
      severity: category === ts.DiagnosticCategory.Error ? 'error' : 'warning',
      message: ts.flattenDiagnosticMessageText(messageText, '\n'),
      range,
    };
    found.set(`${diagnostic.file}\0${range?.start}\0${code}\0${diagnostic.message}`, diagnostic);
  }
  return [...found.values()].sort(
    (a, b) =>
      (a.file < b.file ? -1 : a.file > b.file ? 1 : 0) ||
      (a.range?.start ?? -1) - (b.range?.start ?? -1) ||
      a.code - b.code,
  );
}

function relativeName(project: string, path: string): string {
  const name = relative(project, path);
  return (isAbsolute(name) ? path : name).replaceAll(sep, '/');
}
