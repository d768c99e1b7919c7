import { createBuildBudget } from '../frontends/build-budget.js';
import { dialectOfDraft } from '../frontends/json-schema/drafts.js';
import { jsonFromJs } from '../frontends/json-schema/json-from-js.js';
import { parseJsonText } from '../frontends/json-schema/json-text.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { findReference } from '../frontends/json-schema/references.js';
import { createRegistry, type Registry } from '../frontends/json-schema/registry.js';
import { type Resource, resourceOf } from '../frontends/json-schema/resources.js';
import type { Constraint } from '../generate/constraint.js';
import type { GenerateOptions } from '../generate/options.js';
import type { AnswerReading } from './answer-tree.js';
import { jsonTextOf } from './canonical-json.js';
import type { Outcome } from './outcome.js';

// Alternatives within alternatives that are looked into, and alternatives in all: references can make many of few.
const MOST_LEVELS = 8;
const MOST_BRANCHES = 10_000;

/**
 * The outcomes that the language of the answer lists: choices, or what the field's schema says with `enum`, `const`, the types
 * boolean and null, and with alternatives of these, also behind `$ref` and in `allOf`. Empty where it lists none.
 */
export function listedOutcomes(
  reading: AnswerReading,
  constraint: Constraint | undefined,
  choices: GenerateOptions['choices'],
): Outcome[] {
  if (reading.kind === 'answer' && choices !== undefined)
    return choices.map((choice) => JSON.stringify(choice));
  if (reading.kind !== 'field' || constraint?.schema === undefined) return [];
  const { jsonSchema, options } = constraint.schema;
  const budget = createBuildBudget();
  const root =
    typeof jsonSchema === 'string' ? parseJsonText(jsonSchema, budget) : jsonFromJs(jsonSchema, budget);
  const { draft = '2020-12', resolve } = options;
  const registry = createRegistry(root, { resolve, dialect: dialectOfDraft(draft), budget });
  let at = together(registry, [{ value: root, resource: registry.main }]);
  for (const name of reading.path) {
    at = together(
      registry,
      at.flatMap((schema) => below(schema, member(schema.value, 'properties'), name)),
    );
  }
  return [...new Set(valuesOf({ registry, branches: 0 }, at, MOST_LEVELS) ?? [])];
}

interface Located {
  readonly value: JsonObject;
  readonly resource: Resource;
}

interface Found {
  readonly value: JsonValue | undefined;
  readonly resource: Resource;
}

function below({ resource }: Located, map: JsonValue | undefined, name: string): Found[] {
  const value = member(map, name);
  return value === undefined ? [] : [{ value, resource: resourceOf(resource, value) }];
}

/** What holds beside some schemas of one value: they, what they refer to, and the members of their `allOf`. */
function together(registry: Registry, schemas: readonly Found[]): Located[] {
  const seen = new Set<JsonValue>();
  const found: Located[] = [];
  const left = [...schemas];
  for (let next = left.pop(); next !== undefined; next = left.pop()) {
    const { value, resource } = next;
    if (value?.kind !== 'object' || seen.has(value)) continue;
    seen.add(value);
    const reference = member(value, '$ref');
    if (reference?.kind === 'string') {
      const to = findReference(registry, resource, reference.value, true);
      if ('value' in to) left.push(to);
      // In older drafts nothing beside it counts.
      if (resource.dialect.refHidesSiblings) continue;
    }
    found.push({ value, resource });
    left.push(...listed(value, 'allOf', resource));
  }
  return found;
}

function listed(value: JsonObject, keyword: string, resource: Resource): Found[] {
  const list = member(value, keyword);
  return list?.kind === 'array'
    ? list.items.map((item) => ({ value: item, resource: resourceOf(resource, item) }))
    : [];
}

interface Walk {
  readonly registry: Registry;
  branches: number;
}

/** The fewest values that one of the schemas leaves; undefined: none of them lists what it leaves. */
function valuesOf(walk: Walk, schemas: readonly Located[], levels: number): Outcome[] | undefined {
  return schemas.flatMap((schema) => listsOf(walk, schema, levels)).sort((a, b) => a.length - b.length)[0];
}

function listsOf(walk: Walk, { value, resource }: Located, levels: number): Outcome[][] {
  const lists: Outcome[][] = [];
  const values = member(value, 'enum');
  if (values?.kind === 'array') lists.push(values.items.map(jsonTextOf));
  const sole = member(value, 'const');
  if (sole !== undefined) lists.push([jsonTextOf(sole)]);
  const type = member(value, 'type');
  const names = type?.kind === 'array' ? type.items : type === undefined ? [] : [type];
  const few = names.map((name) => (name.kind === 'string' ? ofType[name.value] : undefined));
  if (few.length > 0 && few.every((list) => list !== undefined)) lists.push(few.flat());
  if (levels === 0) return lists;
  for (const keyword of ['anyOf', 'oneOf']) {
    const all = listed(value, keyword, resource);
    walk.branches += all.length;
    if (walk.branches > MOST_BRANCHES) return lists;
    const branches = all.map((branch) => valuesOf(walk, together(walk.registry, [branch]), levels - 1));
    if (branches.length > 0 && branches.every((list) => list !== undefined)) lists.push(branches.flat());
  }
  return lists;
}

const ofType: Readonly<Record<string, readonly Outcome[] | undefined>> = {
  boolean: ['true', 'false'],
  null: ['null'],
};

function member(value: JsonValue | undefined, name: string): JsonValue | undefined {
  return value?.kind === 'object' ? value.members.get(name) : undefined;
}
