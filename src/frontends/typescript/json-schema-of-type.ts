import { checkOptions } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import type { JsonSchemaOptions } from '../json-schema/types.js';
import type { GrammarLimits } from '../program-format.js';
import { type DeepTask, onDeepStack } from './deep-stack.js';
import { loadTypeScript } from './load-typescript.js';
import { exportedType, readTypeFile } from './type-source.js';
import type { TypeSchema } from './type-tags.js';
import { schemaOfType } from './type-walker.js';

/** Options of reading a type. */
export interface TypeOptions {
  /** The project's configuration. Default: the `tsconfig.json` that is nearest above the file; without one, strict options. */
  readonly tsconfig?: string | undefined;
  /** Bounds of turning the type into a schema; the compiler's own work has none. */
  readonly limits?: GrammarLimits | undefined;
}

/** Options of the grammar of a type: those of reading it, and those of its JSON. */
export interface TypeGrammarOptions extends TypeOptions {
  readonly style?: JsonSchemaOptions['style'] | undefined;
  readonly formats?: JsonSchemaOptions['formats'] | undefined;
}

/**
 * The JSON Schema (draft 2020-12) of an exported type, interface or enum, by the TypeScript compiler. The file is read and
 * checked, never run. Object types take no other members than their own, unless an index signature does. The package
 * `typescript` must be installed.
 *
 * @param file a .ts, .tsx, .mts or .cts file
 * @param name the exported name
 * @throws GrammaskError `ARGUMENT` for a file or name that is not there, and where `typescript` is not installed; `SYNTAX` for
 *   errors that the compiler finds in the file or in files that it imports; `UNSUPPORTED` for types without JSON;
 *   `SCHEMA` for wrong tags in comments; all with file, line and column; `DEADLINE`
 */
export function jsonSchemaOfType(
  file: string,
  name: string,
  options?: TypeOptions,
): { [keyword: string]: unknown } {
  const { tsconfig, limits } = checkOptions(options, ['tsconfig', 'limits']);
  for (const [what, value] of Object.entries({ file, name, tsconfig })) {
    if (typeof value !== 'string' && !(what === 'tsconfig' && value === undefined)) {
      throw new GrammaskError('ARGUMENT', `expected a string for \`${what}\` but received ${String(value)}`);
    }
  }
  const task: DeepTask = { file, name, tsconfig, timeoutMs: limits?.timeoutMs };
  try {
    return readTypeSchema(task);
  } catch (error) {
    // The compiler itself recurses on what it reads, this type or another of the file.
    if (!isOverflow(error)) throw error;
  }
  try {
    return onDeepStack(task);
  } catch (cause) {
    if (!isOverflow(cause)) throw cause;
    throw new GrammaskError('UNSUPPORTED', `${file}: the types are nested too deeply for the compiler`, {
      hint: 'give inner types names of their own',
      location: { path: file },
      cause,
    });
  }
}

/** The schema, on the stack that there is: a `RangeError` where it does not suffice. */
export function readTypeSchema({ file, name, tsconfig, timeoutMs }: DeepTask): TypeSchema {
  const budget = createBuildBudget({ timeoutMs });
  return schemaOfType(exportedType(readTypeFile(loadTypeScript(), file, tsconfig), name), budget);
}

function isOverflow(error: unknown): boolean {
  return error instanceof Error && !GrammaskError.isInstance(error) && /call stack/.test(error.message);
}
