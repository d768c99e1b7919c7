import type { Constraint } from '../generate/constraint.js';
import type { GenerateOptions } from '../generate/options.js';
import type { AnswerReading } from './answer-tree.js';

/** The values that the language of the answer lists: choices, or the `enum`, `const` or booleans of the field's schema. */
export function listedValues(
  reading: AnswerReading,
  constraint: Constraint | undefined,
  choices: GenerateOptions['choices'],
): readonly unknown[] {
  if (reading.kind === 'answer' && choices !== undefined) return choices;
  if (reading.kind !== 'field' || constraint?.schema === undefined) return [];
  const { jsonSchema } = constraint.schema;
  let at: unknown = typeof jsonSchema === 'string' ? JSON.parse(jsonSchema) : jsonSchema;
  for (const name of reading.path) {
    const properties = member(at, 'properties');
    at = member(properties, name);
  }
  const listed = member(at, 'enum');
  if (Array.isArray(listed)) return listed;
  if (typeof at === 'object' && at !== null && Object.hasOwn(at, 'const')) return [member(at, 'const')];
  return member(at, 'type') === 'boolean' ? [true, false] : [];
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
