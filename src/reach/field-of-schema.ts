// Which fields, with which values, the answers of a JSON Schema may have.
import { Grammar, isSatisfiable } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import type { JsonSchemaOptions } from '../frontends/json-schema/types.js';
import type { Constraint } from '../generate/constraint.js';
import type { Outcome } from './outcome.js';

type Schema = NonNullable<Constraint['schema']>;

/** @throws GrammaskError `ARGUMENT` for a field that no answer has */
export function checkField(schema: Schema, path: readonly string[]): void {
  if (mayHaveField(schema, path)) return;
  const pointer = path.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
  throw new GrammaskError('ARGUMENT', `no answer of the schema has the field ${pointer}`, {
    hint: 'mind its spelling; a field of an object inside is named by a JSON pointer, as /order/state',
  });
}

/** May an answer have the field, and this value in it? True also where that is not known. */
export function mayHaveField(schema: Schema, path: readonly string[], value?: Outcome): boolean {
  // A number may be an index or a name.
  if (path.some((name) => /^\d+$/.test(name))) return true;
  const wanted = withField(schema.jsonSchema, path, value === undefined ? '{}' : `{"enum":[${value}]}`);
  if (wanted === undefined) return true;
  // The exact language, whatever the style: it has every answer that the style leaves.
  try {
    return isSatisfiable(Grammar.jsonSchema(wanted, schema.options as JsonSchemaOptions));
  } catch (error) {
    // Not known in the budget.
    if (GrammaskError.isInstance(error) && (error.code === 'DEADLINE' || error.code === 'MEMORY'))
      return true;
    throw error;
  }
}

/**
 * The schema, and that the member fits another one, as JSON text, in which every number stays what it is. References of the schema
 * mean what they meant: it stays the root. undefined where it has no place for another demand.
 */
function withField(
  schema: object | boolean | string,
  path: readonly string[],
  fits: string,
): string | undefined {
  const demand = path.reduceRight(
    (inner, name) =>
      `{"type":"object","required":[${JSON.stringify(name)}],"properties":{${JSON.stringify(name)}:${inner}}}`,
    fits,
  );
  const text = (typeof schema === 'string' ? schema : JSON.stringify(schema)).trim();
  if (text === 'true') return demand;
  if (!text.startsWith('{')) return text;
  const names = Object.keys(JSON.parse(text) as object);
  const free = ['allOf', 'anyOf', 'oneOf'].find((name) => !names.includes(name));
  if (free === undefined) return undefined;
  return `{"${free}":[${demand}]${names.length > 0 ? ',' : ''}${text.slice(1)}`;
}
