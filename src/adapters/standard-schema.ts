// Schemas of validation libraries (zod, valibot, arktype and others) that speak Standard Schema: their JSON Schema for the
// front end, their validation for the finished value. The libraries are never imported: the interfaces are structural.
import { GrammaskError } from '../errors.js';

/**
 * A schema of a library, as https://standardschema.dev defines it: Standard Schema (`validate`) and Standard JSON Schema
 * (`jsonSchema`), version 1. The shape follows that specification (MIT License, Copyright (c) 2024 Colin McDonnell), which
 * is made to be copied.
 */
export interface StandardSchema<Input = unknown, Output = Input> {
  readonly '~standard': {
    readonly version: 1;
    /** The library's name. */
    readonly vendor: string;
    validate?(value: unknown): StandardResult<Output> | Promise<StandardResult<Output>>;
    readonly jsonSchema?:
      | {
          /** The JSON Schema of what the schema takes. */
          input(options: { readonly target: 'draft-2020-12' | 'draft-07' }): Record<string, unknown>;
        }
      | undefined;
    readonly types?: { readonly input: Input; readonly output: Output } | undefined;
  };
}

/** What a validation gives: the value as the schema puts it out, or what is wrong. */
export type StandardResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly StandardIssue[] };

/** What is wrong with a value, and where in it. */
export interface StandardIssue {
  readonly message: string;
  readonly path?: readonly (PropertyKey | { readonly key: PropertyKey })[] | undefined;
}

/** The type that a schema takes: that of the JSON that is generated. */
export type SchemaInput<Schema extends StandardSchema> = NonNullable<Schema['~standard']['types']>['input'];

/** The type that a schema puts out: that of `result.value`. One without validation puts out what it takes. */
export type SchemaOutput<Schema extends StandardSchema> = Schema['~standard'] extends { validate: unknown }
  ? NonNullable<Schema['~standard']['types']>['output']
  : SchemaInput<Schema>;

/** The value of the property `~standard` where it is what the specification says; text of JSON cannot make one. */
export function standardOf(schema: unknown): StandardSchema['~standard'] | undefined {
  if ((typeof schema !== 'object' || schema === null) && typeof schema !== 'function') return undefined;
  if (!('~standard' in schema)) return undefined;
  const standard = (schema as StandardSchema)['~standard'];
  if (typeof standard !== 'object' || standard === null || standard.version !== 1) return undefined;
  const speaks = typeof standard.validate === 'function' || typeof standard.jsonSchema?.input === 'function';
  return speaks ? standard : undefined;
}

/**
 * The JSON Schema of a library's schema, for what it takes; anything else as it is.
 *
 * A plain object that hides its `~standard`, as `z.toJSONSchema(schema)` makes one, is a JSON Schema already, perhaps with
 * changes that somebody asked for: what is written in it counts.
 *
 * @throws GrammaskError `UNSUPPORTED` where the library has none for it
 */
export function jsonSchemaOf(schema: object | boolean | string): object | boolean | string {
  const standard = standardOf(schema);
  if (standard === undefined || isWrittenOut(schema as object)) return schema;
  const { jsonSchema } = standard;
  try {
    if (typeof jsonSchema?.input === 'function') return convert(jsonSchema);
    if (standard.vendor === 'arktype') return arkTypeSchema(schema);
  } catch (cause) {
    if (GrammaskError.isInstance(cause)) throw cause;
    throw new GrammaskError(
      'UNSUPPORTED',
      `${standard.vendor} makes no JSON Schema of this schema: ${(cause as Error)?.message ?? String(cause)}`,
      {
        hint: 'generated values are JSON: describe the JSON there, and turn it into other values with a transform',
        location: { pointer: '', keyword: '' },
        cause,
      },
    );
  }
  throw new GrammaskError('UNSUPPORTED', `the schema of ${standard.vendor} does not bring its JSON Schema`, {
    hint: wayOut(standard.vendor, schema as object),
    location: { pointer: '', keyword: '' },
  });
}

/** An object of plain data with a `~standard` beside it that is no part of the data. */
function isWrittenOut(schema: object): boolean {
  if (typeof schema !== 'object') return false;
  const prototype: unknown = Object.getPrototypeOf(schema);
  if (prototype !== null && prototype !== Object.prototype) return false;
  return Object.getOwnPropertyDescriptor(schema, '~standard')?.enumerable === false;
}

function convert(jsonSchema: NonNullable<StandardSchema['~standard']['jsonSchema']>): object {
  try {
    return jsonSchema.input({ target: 'draft-2020-12' });
  } catch (error) {
    // The specification lets a library know other drafts only. If it fails there too, the first reason counts.
    let older: Record<string, unknown>;
    try {
      older = jsonSchema.input({ target: 'draft-07' });
    } catch {
      throw error;
    }
    return { $schema: 'http://json-schema.org/draft-07/schema#', ...older };
  }
}

/** ArkType before 2.1.28 has the method alone, which throws for transforms: `in` is the side before them. */
function arkTypeSchema(schema: unknown): object {
  const type = schema as { in?: { toJsonSchema?(): object }; toJsonSchema?(): object };
  const made = (type.in ?? type).toJsonSchema?.();
  if (made !== undefined) return made;
  throw new GrammaskError('UNSUPPORTED', 'this version of arktype makes no JSON Schema', {
    hint: 'install arktype 2.1.28 or newer',
  });
}

function wayOut(vendor: string, schema: object): string {
  switch (vendor) {
    case 'valibot':
      return "wrap it: import { toStandardJsonSchema } from '@valibot/to-json-schema', then schema: toStandardJsonSchema(schema)";
    case 'zod':
      return '_zod' in schema
        ? "install zod 4.2 or newer, or pass z.toJSONSchema(schema, { io: 'input' })"
        : 'install zod 4.2 or newer';
    default:
      return 'pass the JSON Schema that the library, or a package beside it, makes of the schema';
  }
}
