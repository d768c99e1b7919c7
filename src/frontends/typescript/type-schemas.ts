import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './load-typescript.js';
import type { TypeSchema } from './type-tags.js';

/** The value of a literal type; undefined for any other type. */
export function literalValue(
  ts: TypeScriptApi,
  type: TypeScript.Type,
): string | number | boolean | null | undefined {
  if (type.isStringLiteral() || type.isNumberLiteral()) return type.value;
  if (type.flags & ts.TypeFlags.BooleanLiteral) {
    return (type as { intrinsicName?: string }).intrinsicName === 'true';
  }
  return type.flags & ts.TypeFlags.Null ? null : undefined;
}

/** A value of any of the schemas: literals in one list, plain types in one list, and the rest beside them. */
export function combineSchemas(schemas: readonly TypeSchema[]): TypeSchema {
  const values: unknown[] = [];
  const types: string[] = [];
  const rest: TypeSchema[] = [];
  for (const schema of schemas) {
    const keys = Object.keys(schema);
    if (keys.length === 0) return {};
    if (keys.length === 1 && 'const' in schema) values.push(schema.const);
    else if (keys.length === 1 && typeof schema.type === 'string') types.push(schema.type);
    else rest.push(schema);
  }
  const isBoth = values.includes(true) && values.includes(false);
  const left = values.filter((value) => {
    if (isBoth && typeof value === 'boolean') return false;
    return !(value === null && types.length > 0);
  });
  if (isBoth) types.push('boolean');
  if (left.length < values.length && values.includes(null) && !left.includes(null)) types.push('null');
  else if (left.includes(null) && types.length > 0) {
    left.splice(left.indexOf(null), 1);
    types.push('null');
  }
  const parts: TypeSchema[] = [];
  if (left.length > 0) parts.push(left.length === 1 ? { const: left[0] } : { enum: left });
  if (types.length > 0) parts.push({ type: types.length === 1 ? types[0] : types });
  parts.push(...rest);
  return parts.length === 1 ? (parts[0] as TypeSchema) : { anyOf: parts };
}

/** Which kinds of values a schema takes; undefined where that is not seen at once. */
export function kindsOf(schema: TypeSchema): ReadonlySet<string> | undefined {
  const { type, anyOf } = schema;
  if (typeof type === 'string') return new Set([type === 'integer' ? 'number' : type]);
  if (Array.isArray(type)) return new Set(type as string[]);
  if ('const' in schema) return new Set([typeof schema.const]);
  if (Array.isArray(schema.enum)) return new Set(schema.enum.map((value) => typeof value));
  if (!Array.isArray(anyOf)) return undefined;
  const kinds = (anyOf as TypeSchema[]).map(kindsOf);
  return kinds.includes(undefined) ? undefined : new Set(kinds.flatMap((set) => [...(set ?? [])]));
}
