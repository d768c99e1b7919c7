import { createBuildBudget } from '../frontends/build-budget.js';
import { jsonFromJs } from '../frontends/json-schema/json-from-js.js';
import { parseJsonText } from '../frontends/json-schema/json-text.js';
import type { JsonValue } from '../frontends/json-schema/json-value.js';
import type { Constraint } from '../generate/constraint.js';
import type { GenerateOptions } from '../generate/options.js';
import type { AnswerReading } from './answer-tree.js';
import { jsonTextOf } from './canonical-json.js';
import type { Outcome } from './outcome.js';

/** The outcomes that the language of the answer lists: choices, or the `enum`, `const` or booleans of the field's schema. */
export function listedOutcomes(
  reading: AnswerReading,
  constraint: Constraint | undefined,
  choices: GenerateOptions['choices'],
): Outcome[] {
  if (reading.kind === 'answer' && choices !== undefined)
    return choices.map((choice) => JSON.stringify(choice));
  if (reading.kind !== 'field' || constraint?.schema === undefined) return [];
  const { jsonSchema } = constraint.schema;
  const budget = createBuildBudget();
  let at: JsonValue | undefined =
    typeof jsonSchema === 'string' ? parseJsonText(jsonSchema, budget) : jsonFromJs(jsonSchema, budget);
  for (const name of reading.path) at = member(member(at, 'properties'), name);
  const listed = member(at, 'enum');
  if (listed?.kind === 'array') return [...new Set(listed.items.map(jsonTextOf))];
  const sole = member(at, 'const');
  if (sole !== undefined) return [jsonTextOf(sole)];
  const type = member(at, 'type');
  return type?.kind === 'string' && type.value === 'boolean' ? ['true', 'false'] : [];
}

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value?.kind === 'object' ? value.members.get(name) : undefined;
}
