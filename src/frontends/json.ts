import { jsonSchemaProgram } from './json-schema/json-schema-program.js';
import type { JsonStyle } from './json-schema/types.js';
import type { GrammarLimits } from './program-format.js';

/** Options of the language of all JSON texts. */
export interface JsonOptions {
  /** Default: every order, white space and spelling. */
  style?: JsonStyle;
  limits?: GrammarLimits;
}

/**
 * The program of any JSON value: the same as that of the schema `true`.
 *
 * @throws {GrammaskError} `ARGUMENT`, `UNSUPPORTED` for a wrong style; `DEADLINE`, `MEMORY` past the limits
 */
export function jsonProgram(options: JsonOptions = {}): Uint8Array {
  return jsonSchemaProgram(true, options);
}
