import { analyzeJsonSchema as analyze } from '../frontends/json-schema/json-schema-program.js';
import type { JsonSchemaOptions, SchemaAnalysis } from '../frontends/json-schema/types.js';
import { jsonSchemaOf } from './standard-schema.js';

/**
 * What of a schema can be enforced: all its issues, where `Grammar.jsonSchema` throws the first error. Warnings name schemas
 * that allow less than they seem to; infos name keywords without effect.
 *
 * @param schema as `Grammar.jsonSchema` takes it
 * @throws GrammaskError `ARGUMENT`, `DEADLINE`, `MEMORY`, and `UNSUPPORTED` for an option, or where a library makes no JSON
 *   Schema of its schema; never for a JSON Schema
 */
export function analyzeJsonSchema(
  schema: object | boolean | string,
  options?: JsonSchemaOptions,
): SchemaAnalysis {
  return analyze(jsonSchemaOf(schema), options);
}
