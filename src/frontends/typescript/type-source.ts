import { statSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import type * as TypeScript from 'typescript';
import { GrammaskError } from '../../errors.js';
import { nearestName } from '../rules/nearest-name.js';
import { sourceError } from '../source-location.js';
import type { TypeScriptApi } from './load-typescript.js';

/** A file with all that it imports, checked. */
export interface TypeFile {
  readonly ts: TypeScriptApi;
  readonly checker: TypeScript.TypeChecker;
  readonly program: TypeScript.Program;
  readonly source: TypeScript.SourceFile;
}

/** An exported type, and what tells about it. */
export interface TypeSource extends TypeFile {
  readonly type: TypeScript.Type;
  /** Where it is declared. */
  readonly declaration: TypeScript.Declaration;
}

const EXTENSION = /\.(?:[cm]?ts|tsx)$/;

/**
 * Reads a file with all that it imports, and checks its types. No code of the file is run.
 *
 * @throws GrammaskError `ARGUMENT` for a file that is not there; `SYNTAX` for errors of the file and of files that it
 *   imports, with their place
 */
export function readTypeFile(ts: TypeScriptApi, file: string, tsconfig: string | undefined): TypeFile {
  const path = resolve(file);
  if (!EXTENSION.test(path) || !isFile(path)) {
    throw new GrammaskError('ARGUMENT', `there is no TypeScript file ${file}`, {
      hint: 'name a file that ends with .ts, .tsx, .mts or .cts',
      location: { path: file },
    });
  }
  const program = ts.createProgram([path], compilerOptions(ts, path, tsconfig));
  const source = program.getSourceFile(path);
  if (source === undefined) {
    throw new GrammaskError('ARGUMENT', `the file cannot be read: ${file}`, { location: { path: file } });
  }
  throwFirstError(ts, program, source);
  return { ts, checker: program.getTypeChecker(), program, source };
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** The options of the project that the file belongs to; without a project, strict ones. */
function compilerOptions(
  ts: TypeScriptApi,
  path: string,
  tsconfig: string | undefined,
): TypeScript.CompilerOptions {
  const always: TypeScript.CompilerOptions = {
    // Without it, null and undefined are in every type.
    strictNullChecks: true,
    noEmit: true,
    skipLibCheck: true,
    // A file of types uses nothing of what it declares.
    noUnusedLocals: false,
    noUnusedParameters: false,
    incremental: false,
    composite: false,
    declaration: false,
    emitDeclarationOnly: false,
  };
  const config =
    tsconfig === undefined ? ts.findConfigFile(dirname(path), ts.sys.fileExists) : resolve(tsconfig);
  if (config === undefined) {
    return {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.NodeNext,
      moduleResolution: ts.ModuleResolutionKind.NodeNext,
      strict: true,
      types: [],
      ...always,
    };
  }
  const { config: json, error } = ts.readConfigFile(config, ts.sys.readFile);
  const parsed =
    error === undefined ? ts.parseJsonConfigFileContent(json, ts.sys, dirname(config)) : undefined;
  // That a project has no files of its own does not matter here.
  const first = error ?? parsed?.errors.find(({ code }) => code !== 18002 && code !== 18003);
  if (first !== undefined) {
    throw new GrammaskError(
      'ARGUMENT',
      `${config}: ${ts.flattenDiagnosticMessageText(first.messageText, ' ')}`,
      {
        hint: 'name another configuration with the option tsconfig',
        location: { path: config },
      },
    );
  }
  // Nothing is written, so it does not matter where.
  const { tsBuildInfoFile: _, rootDir: __, ...options } = parsed?.options ?? {};
  return { ...options, ...always };
}

/** Errors turn types into `any`, so the first in any file of the user's ends it. */
function throwFirstError(
  ts: TypeScriptApi,
  program: TypeScript.Program,
  source: TypeScript.SourceFile,
): void {
  const own = program
    .getSourceFiles()
    .filter(
      (file) => file !== source && !file.isDeclarationFile && !program.isSourceFileFromExternalLibrary(file),
    );
  for (const file of [source, ...own]) {
    const [first] = [
      ...program.getSyntacticDiagnostics(file),
      ...program.getSemanticDiagnostics(file),
    ].filter(({ category }) => category === ts.DiagnosticCategory.Error);
    if (first === undefined) continue;
    const text = ts.flattenDiagnosticMessageText(first.messageText, ' ');
    throw sourceError(
      'SYNTAX',
      file.text,
      first.start ?? 0,
      `${placeOf(file, first.start ?? 0)}: TypeScript finds an error (TS${first.code}): ${text}`,
      'make the file pass tsc first',
    );
  }
  const [general] = [...program.getOptionsDiagnostics(), ...program.getGlobalDiagnostics()].filter(
    ({ category }) => category === ts.DiagnosticCategory.Error,
  );
  if (general !== undefined) {
    throw new GrammaskError('ARGUMENT', ts.flattenDiagnosticMessageText(general.messageText, ' '), {
      hint: 'correct the tsconfig.json, or name another with the option tsconfig',
    });
  }
}

/**
 * The type that a file exports under a name.
 *
 * @throws GrammaskError `ARGUMENT` where there is none
 */
export function exportedType(file: TypeFile, name: string): TypeSource {
  const { ts, checker, source } = file;
  const module = checker.getSymbolAtLocation(source);
  const exported = module === undefined ? [] : checker.getExportsOfModule(module);
  const target = (symbol: TypeScript.Symbol): TypeScript.Symbol =>
    symbol.flags & ts.SymbolFlags.Alias ? checker.getAliasedSymbol(symbol) : symbol;
  const types = exported.filter((symbol) => target(symbol).flags & ts.SymbolFlags.Type);
  const found = types.find((symbol) => symbol.name === name);
  const symbol = found === undefined ? undefined : target(found);
  const declaration = symbol?.declarations?.find(
    (node) => !ts.isFunctionDeclaration(node) && !ts.isVariableDeclaration(node),
  );
  if (symbol !== undefined && declaration !== undefined) {
    return { ...file, type: checker.getDeclaredTypeOfSymbol(symbol), declaration };
  }

  const names = types.map((type) => type.name);
  const near = nearestName(name, names);
  const isValue = exported.some((other) => other.name === name);
  throw new GrammaskError(
    'ARGUMENT',
    isValue
      ? `${source.fileName} exports ${name} as a value, not as a type`
      : `${source.fileName} exports no type ${JSON.stringify(name)}`,
    {
      hint:
        near !== undefined
          ? `did you mean ${near}?`
          : names.length === 0
            ? 'write export in front of the type or interface'
            : `it exports ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`,
      location: { path: source.fileName },
    },
  );
}

/** File, line and column, as compilers write it. */
export function placeOf(source: TypeScript.SourceFile, offset: number): string {
  const { line, character } = source.getLineAndCharacterOfPosition(offset);
  return `${source.fileName}:${line + 1}:${character + 1}`;
}
