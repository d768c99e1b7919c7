import { existsSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type * as TypeScript from 'typescript';
import { GrammaskError } from '../../errors.js';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';

/** What a project is checked with. */
export interface ProjectConfig {
  /** The tsconfig.json; null where the project has none, and strict options count. */
  readonly tsconfig: string | null;
  readonly options: TypeScript.CompilerOptions;
  readonly files: readonly string[];
}

/**
 * The configuration that a file is checked with: the named one, else the project's `tsconfig.json`, or that of its
 * references which has the file. Without one, strict options count, and the file is checked with what it imports.
 *
 * @throws GrammaskError `ARGUMENT` for a configuration that is missing or wrong
 */
export function readProjectConfig(
  ts: TypeScriptApi,
  project: string,
  file: string,
  tsconfig?: string,
): ProjectConfig {
  const named = tsconfig === undefined ? join(project, 'tsconfig.json') : resolve(project, tsconfig);
  if (!existsSync(named)) {
    if (tsconfig === undefined) return { tsconfig: null, options: withoutOutput(defaults(ts)), files: [] };
    throw wrong(named, 'there is no such file');
  }
  const seen = new Set<string>();
  const queue = [named];
  let first: ProjectConfig | undefined;
  for (let path = queue.shift(); path !== undefined; path = queue.shift()) {
    if (seen.has(path)) continue;
    seen.add(path);
    const parsed = parse(ts, path);
    const found = { tsconfig: path, options: withoutOutput(parsed.options), files: parsed.fileNames };
    if (parsed.fileNames.includes(file)) return found;
    first ??= found;
    queue.push(...(parsed.projectReferences ?? []).map((other) => ts.resolveProjectReferencePath(other)));
  }
  return first as ProjectConfig;
}

function parse(ts: TypeScriptApi, path: string): TypeScript.ParsedCommandLine {
  const { config, error } = ts.readConfigFile(path, ts.sys.readFile);
  const parsed =
    error === undefined
      ? ts.parseJsonConfigFileContent(config, ts.sys, dirname(path), undefined, path)
      : undefined;
  // That a project has no files of its own does not matter: the file that is checked is added.
  const first = error ?? parsed?.errors.find(({ code }) => code !== 18002 && code !== 18003);
  if (parsed !== undefined && first === undefined) return parsed;
  throw wrong(path, ts.flattenDiagnosticMessageText(first?.messageText, ' '));
}

function wrong(path: string, message: string): GrammaskError {
  return new GrammaskError('ARGUMENT', `the configuration cannot be used: ${message}`, {
    hint: 'correct it, or name another',
    location: { path },
  });
}

function defaults(ts: TypeScriptApi): TypeScript.CompilerOptions {
  return {
    target: ts.ScriptTarget.ES2022,
    module: ts.ModuleKind.ESNext,
    moduleResolution: ts.ModuleResolutionKind.Bundler,
    strict: true,
    allowImportingTsExtensions: true,
    allowJs: true,
    esModuleInterop: true,
  };
}

/** Nothing is written, and declarations of libraries are not what is repaired. */
function withoutOutput(options: TypeScript.CompilerOptions): TypeScript.CompilerOptions {
  const { tsBuildInfoFile: _, rootDir: _rootDir, ...rest } = options;
  const none = { incremental: false, composite: false, declaration: false, declarationMap: false };
  return { ...rest, ...none, emitDeclarationOnly: false, noEmit: true, skipLibCheck: true };
}
