import { jsonSchemaOf } from '../adapters/standard-schema.js';
import { describe, expected } from '../engine/arguments.js';
import { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import { generationStyle } from '../frontends/json-schema/style.js';
import type { JsonSchemaOptions, JsonStyle } from '../frontends/json-schema/types.js';
import type { GenerateOptions } from './options.js';

/** The language of the answer, and what its value is. */
export interface Constraint {
  kind: 'schema' | 'grammar' | 'regex' | 'choices';
  makeGrammar(): Grammar;
  /** Only of kind `'schema'`. */
  schema?: SchemaRequest;
}

/** A schema as it was given and as it is enforced. */
export interface SchemaRequest {
  source: object | boolean | string;
  jsonSchema: object | boolean | string;
  options: SchemaReading;
  verify: 'ajv' | false;
}

/** Options of `Grammar.jsonSchema` that are handed on. */
export interface SchemaReading {
  draft?: JsonSchemaOptions['draft'] | undefined;
  formats?: JsonSchemaOptions['formats'] | undefined;
  resolve?: ((uri: string) => unknown) | undefined;
}

export const constraintNames = ['schema', 'grammar', 'regex', 'choices'] as const;
/** What goes with `schema` only. */
export const schemaOptionNames = ['style', 'draft', 'formats', 'resolve', 'verify'] as const;

/** @throws GrammaskError `ARGUMENT`, and `UNSUPPORTED` for a library's schema that has no JSON Schema */
export function readConstraint(options: GenerateOptions): Constraint | undefined {
  const given = constraintNames.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new GrammaskError(
      'ARGUMENT',
      `expected at most one constraint but received ${given.join(' and ')}`,
      { hint: `give one of ${constraintNames.join(', ')}` },
    );
  }
  const kind = given[0];
  if (kind !== 'schema') {
    const stray = schemaOptionNames.find((name) => options[name] !== undefined && options[name] !== false);
    if (stray !== undefined) throw new GrammaskError('ARGUMENT', `\`${stray}\` goes with \`schema\` only`);
  }
  const { grammar, regex, choices } = options;
  switch (kind) {
    case undefined:
      return undefined;
    case 'schema':
      return schemaConstraint(options);
    case 'grammar':
      if (!(grammar instanceof Grammar)) {
        throw new GrammaskError(
          'ARGUMENT',
          `expected a Grammar for \`grammar\` but received ${describe(grammar)}`,
          { hint: 'make one, for example with Grammar.ebnf(text)' },
        );
      }
      return { kind, makeGrammar: () => grammar };
    case 'regex':
      return { kind, makeGrammar: () => Grammar.regex(regex as string | RegExp) };
    default:
      return { kind: 'choices', makeGrammar: () => Grammar.choice(choices as readonly string[]) };
  }
}

function schemaConstraint({
  schema,
  style,
  draft,
  formats,
  resolve,
  verify = false,
}: GenerateOptions): Constraint {
  if (verify !== 'ajv' && verify !== false) throw expected("'ajv' or false", 'verify', verify);
  const source = schema as object | boolean | string;
  const jsonSchema = jsonSchemaOf(source);
  const options: SchemaReading = {};
  if (draft !== undefined) options.draft = draft;
  if (formats !== undefined) options.formats = formats;
  if (resolve !== undefined) options.resolve = resolve;
  const grammarOptions = { ...options, style: fullStyle(style) } as JsonSchemaOptions;
  return {
    kind: 'schema',
    makeGrammar: () => Grammar.jsonSchema(jsonSchema, grammarOptions),
    schema: { source, jsonSchema, options, verify },
  };
}

function fullStyle(style: JsonStyle | undefined): JsonStyle {
  if (typeof style !== 'object' || style === null) return style ?? generationStyle;
  const given = Object.entries(style).filter(([, value]) => value !== undefined);
  return { ...generationStyle, ...Object.fromEntries(given) };
}
