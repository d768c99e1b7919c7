import type { Located } from './schema-document.js';

/** A schema as llguidance keeps it: siblings merged, `allOf` intersected, `oneOf` proved disjoint or kept. */
export type Schema =
  | { readonly kind: 'any' }
  | { readonly kind: 'unsatisfiable'; readonly reason: string }
  | { readonly kind: 'null' }
  | { readonly kind: 'boolean'; readonly value: boolean | undefined }
  | NumberSchema
  | StringSchema
  | ArraySchema
  | ObjectSchema
  | { readonly kind: 'anyOf'; readonly options: readonly Schema[] }
  | { readonly kind: 'oneOf'; readonly options: readonly Schema[]; readonly at: Located }
  | { readonly kind: 'ref'; readonly uri: string };

export interface NumberSchema {
  readonly kind: 'number';
  readonly minimum: number | undefined;
  readonly maximum: number | undefined;
  readonly exclusiveMinimum: number | undefined;
  readonly exclusiveMaximum: number | undefined;
  readonly integer: boolean;
  readonly at: Located;
}

export interface StringSchema {
  readonly kind: 'string';
  readonly minLength: number;
  readonly maxLength: number;
  /** The only text, of `const`; null where a pattern or a format bounds the text; undefined for any text. */
  readonly literal: string | null | undefined;
}

export interface ArraySchema {
  readonly kind: 'array';
  readonly minItems: number;
  readonly maxItems: number;
  readonly prefix: readonly Schema[];
  readonly items: Schema | undefined;
}

export interface ObjectSchema {
  readonly kind: 'object';
  readonly properties: ReadonlyMap<string, Schema>;
  readonly patterns: ReadonlyMap<string, Schema>;
  readonly additional: Schema | undefined;
  readonly required: ReadonlySet<string>;
  readonly minProperties: number;
  readonly maxProperties: number;
  readonly at: Located;
}

export const ANY: Schema = { kind: 'any' };

export function unsatisfiable(reason: string): Schema {
  return { kind: 'unsatisfiable', reason };
}

/** What the operations on schemas need of their surroundings. */
export interface SchemaContext {
  /** Counts a step; more than 50,000 are refused. */
  increment(): void;
  /** The schema that a reference means, compiled. */
  definition(uri: string, at: Located): Schema;
  /** Two pattern names of one object. */
  checkPatterns(at: Located, patterns: readonly string[]): void;
  matches(pattern: string, name: string): boolean;
  /** Throws: intersections nest too deeply. */
  tooDeep(at: Located): never;
}

const MAX_STACK = 128;

/** Removes needless nesting of unions. */
export function normalize(schema: Schema, context: SchemaContext): Schema {
  if (schema.kind !== 'anyOf' && schema.kind !== 'oneOf') return schema;
  const valid: Schema[] = [];
  let refused: Schema | undefined;
  for (const option of schema.options) {
    if (schema.kind === 'anyOf' && option.kind === 'any') return ANY;
    if (option.kind === 'unsatisfiable') refused ??= option;
    else if (option.kind === schema.kind) valid.push(...option.options);
    else valid.push(option);
  }
  if (valid.length === 0) return refused ?? unsatisfiable(`${schema.kind} is empty`);
  if (valid.length === 1) return valid[0] as Schema;
  if (schema.kind === 'anyOf') return { kind: 'anyOf', options: valid };
  const apart = valid.every((x, i) => valid.slice(i + 1).every((y) => areDisjoint(x, y, context, 0)));
  return apart ? { kind: 'anyOf', options: valid } : { kind: 'oneOf', options: valid, at: schema.at };
}

/** Whether two schemas are proved to have no value in common, by the means that llguidance has. */
export function areDisjoint(a: Schema, b: Schema, context: SchemaContext, depth: number): boolean {
  if (depth > MAX_STACK) return false;
  if (a.kind === 'unsatisfiable' || b.kind === 'unsatisfiable') return true;
  if (a.kind === 'any' || b.kind === 'any' || a.kind === 'ref' || b.kind === 'ref') return false;
  if (a.kind === 'boolean' && b.kind === 'boolean') {
    return a.value !== undefined && b.value !== undefined && a.value !== b.value;
  }
  if (a.kind === 'anyOf' || a.kind === 'oneOf') {
    return a.options.every((option) => areDisjoint(option, b, context, depth + 1));
  }
  if (b.kind === 'anyOf' || b.kind === 'oneOf') {
    return b.options.every((option) => areDisjoint(a, option, context, depth + 1));
  }
  if (a.kind === 'string' && b.kind === 'string') {
    return typeof a.literal === 'string' && typeof b.literal === 'string' && a.literal !== b.literal;
  }
  if (a.kind === 'object' && b.kind === 'object') {
    const names = new Set([...a.required, ...b.required]);
    return [...names].some((name) =>
      areDisjoint(propertySchema(a, name, context), propertySchema(b, name, context), context, depth + 1),
    );
  }
  return a.kind !== b.kind;
}

/** What an object says of a member: its own schema, that of a pattern, or that of other members. */
export function propertySchema(object: ObjectSchema, name: string, context: SchemaContext): Schema {
  const own = object.properties.get(name);
  if (own !== undefined) return own;
  for (const [pattern, schema] of object.patterns) if (context.matches(pattern, name)) return schema;
  return object.additional ?? ANY;
}

/** The schema of the values that both allow. */
export function intersect(a: Schema, b: Schema, context: SchemaContext, stack: number, at: Located): Schema {
  context.increment();
  if (stack > MAX_STACK) context.tooDeep(at);
  const both = (x: Schema, y: Schema): Schema => intersect(x, y, context, stack + 1, at);
  return normalize(merge(a, b, context, both, stack, at), context);
}

function merge(
  a: Schema,
  b: Schema,
  context: SchemaContext,
  both: (x: Schema, y: Schema) => Schema,
  stack: number,
  at: Located,
): Schema {
  if (a.kind === 'any') return b;
  if (b.kind === 'any' || a.kind === 'unsatisfiable') return a;
  if (b.kind === 'unsatisfiable') return b;
  if (a.kind === 'ref') return intersect(context.definition(a.uri, at), b, context, stack + 2, at);
  if (b.kind === 'ref') return intersect(a, context.definition(b.uri, at), context, stack + 2, at);
  if (a.kind === 'oneOf') return { ...a, options: a.options.map((option) => both(option, b)) };
  if (b.kind === 'oneOf') return { ...b, options: b.options.map((option) => both(a, option)) };
  if (a.kind === 'anyOf') return { kind: 'anyOf', options: a.options.map((option) => both(option, b)) };
  if (b.kind === 'anyOf') return { kind: 'anyOf', options: b.options.map((option) => both(a, option)) };
  if (a.kind === 'null' && b.kind === 'null') return a;
  if (a.kind === 'boolean' && b.kind === 'boolean') {
    if (a.value === b.value || b.value === undefined) return a;
    return a.value === undefined ? b : unsatisfiable('incompatible boolean values');
  }
  if (a.kind === 'number' && b.kind === 'number') {
    return {
      ...a,
      minimum: greater(a.minimum, b.minimum),
      maximum: less(a.maximum, b.maximum),
      exclusiveMinimum: greater(a.exclusiveMinimum, b.exclusiveMinimum),
      exclusiveMaximum: less(a.exclusiveMaximum, b.exclusiveMaximum),
      integer: a.integer || b.integer,
    };
  }
  if (a.kind === 'string' && b.kind === 'string') {
    return {
      kind: 'string',
      minLength: Math.max(a.minLength, b.minLength),
      maxLength: Math.min(a.maxLength, b.maxLength),
      // Two bounds together are no literal any more.
      literal: a.literal === undefined ? b.literal : b.literal === undefined ? a.literal : null,
    };
  }
  if (a.kind === 'array' && b.kind === 'array') {
    const length = Math.max(a.prefix.length, b.prefix.length);
    return {
      kind: 'array',
      minItems: Math.max(a.minItems, b.minItems),
      maxItems: Math.min(a.maxItems, b.maxItems),
      prefix: Array.from({ length }, (_, i) =>
        both(a.prefix[i] ?? a.items ?? ANY, b.prefix[i] ?? b.items ?? ANY),
      ),
      items: a.items === undefined ? b.items : b.items === undefined ? a.items : both(a.items, b.items),
    };
  }
  if (a.kind === 'object' && b.kind === 'object') return mergeObjects(a, b, context, both);
  return unsatisfiable('incompatible types');
}

function mergeObjects(
  a: ObjectSchema,
  b: ObjectSchema,
  context: SchemaContext,
  both: (x: Schema, y: Schema) => Schema,
): Schema {
  const properties = new Map<string, Schema>();
  for (const [name, schema] of a.properties)
    properties.set(name, both(schema, propertySchema(b, name, context)));
  for (const [name, schema] of b.properties) {
    if (!properties.has(name)) properties.set(name, both(propertySchema(a, name, context), schema));
  }
  const patterns = new Map<string, Schema>();
  for (const [pattern, schema] of a.patterns) {
    const other = b.patterns.get(pattern);
    patterns.set(pattern, other === undefined ? schema : both(schema, other));
  }
  for (const [pattern, schema] of b.patterns) if (!patterns.has(pattern)) patterns.set(pattern, schema);
  context.checkPatterns(a.at, [...patterns.keys()]);
  const { additional: p, ...rest } = a;
  const q = b.additional;
  return objectSchema({
    ...rest,
    properties,
    patterns,
    additional: p === undefined ? q : q === undefined ? p : both(p, q),
    required: new Set([...a.required, ...b.required]),
    minProperties: Math.max(a.minProperties, b.minProperties),
    maxProperties: Math.min(a.maxProperties, b.maxProperties),
  });
}

export function objectSchema(object: ObjectSchema): Schema {
  if (object.minProperties > object.maxProperties) return unsatisfiable('minProperties > maxProperties');
  if (object.required.size > object.maxProperties) return unsatisfiable('required > maxProperties');
  return object;
}

function greater(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.max(a, b);
}

function less(a: number | undefined, b: number | undefined): number | undefined {
  return a === undefined ? b : b === undefined ? a : Math.min(a, b);
}
