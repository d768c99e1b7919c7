import { TypeBits } from '../program-format.js';
import { typesOfValue } from './contradictions.js';
import { canonicalDecimal } from './decimal.js';
import type { JsonArray, JsonValue } from './json-value.js';
import { isFalse, type Lowering, type SchemaNode, type SchemaObject, valueAt } from './lowering.js';
import { findReference } from './references.js';
import { type Resource, resourceOf } from './resources.js';
import { typeBitsOf } from './scalar-keywords.js';

/**
 * Whether no value satisfies two of the branches, as far as that is seen from outside: by their types, by lists of scalars
 * that have nothing in common, or by a member that all require with such lists (a discriminator), or that one requires and
 * the other forbids. "No" means "not seen". Linear in the branches, but for the last check, which only small groups get.
 */
export function areExclusive(
  lowering: Lowering,
  schema: SchemaObject,
  branches: readonly SchemaNode[],
): boolean {
  const profiles: Profile[] = [];
  const allowed = kindsOf(schema.types);
  for (const { value, scope } of branches) {
    lowering.builder.step();
    const profile = createProfile(allowed);
    readProfile(lowering, { value, resource: scope.resource }, profile);
    profiles.push(profile);
  }
  if (profiles.filter(({ kinds }) => kinds & TypeBits.array).length > 1) return false;
  return (
    areScalarsApart(lowering, profiles) &&
    areObjectsApart(
      lowering,
      profiles.filter(({ kinds }) => kinds & TypeBits.object),
    )
  );
}

interface Located {
  readonly value: JsonValue;
  readonly resource: Resource;
}

interface Profile {
  /** Types that it may take; integers count as numbers. */
  kinds: number;
  /** If it takes only scalars of a list: these. */
  scalars: ReadonlySet<string> | undefined;
  readonly required: Set<string>;
  /** The members that its schemas declare. They are looked up by name, since there may be many in each. */
  readonly declared: { readonly names: ReadonlyMap<string, JsonValue>; readonly resource: Resource }[];
  /** Of schemas with `additionalProperties: false`, the names that they declare. */
  readonly closed: ReadonlyMap<string, unknown>[];
  /** Answers of {@link valuesOf}. */
  readonly values: Map<string, ReadonlySet<string> | undefined>;
}

// How many schemas behind `$ref` and `allOf` are read for one branch, and how many required members.
const MAX_SCHEMAS = 24;
const MAX_REQUIRED = 16;
const MAX_PAIRED_BRANCHES = 64;

const NUMBERS = TypeBits.number | TypeBits.integer | TypeBits.plainInteger;
const SCALAR_KINDS = [TypeBits.null, TypeBits.boolean, TypeBits.number, TypeBits.string];

function kindsOf(types: number): number {
  return (types & NUMBERS) === 0 ? types : (types & ~NUMBERS) | TypeBits.number;
}

function createProfile(kinds: number): Profile {
  return {
    kinds,
    scalars: undefined,
    required: new Set(),
    declared: [],
    closed: [],
    values: new Map(),
  };
}

/** Reads a schema and those that its values satisfy too. */
function readProfile(lowering: Lowering, start: Located, profile: Profile): void {
  const seen = new Set<JsonValue>();
  const stack = [start];
  for (let at = stack.pop(); at !== undefined && seen.size < MAX_SCHEMAS; at = stack.pop()) {
    const { value, resource } = at;
    if (seen.has(value)) continue;
    seen.add(value);
    if (isFalse(value)) profile.kinds = 0;
    if (value.kind !== 'object') continue;
    const { dialect } = resource;
    const schema = { members: value.members, dialect };
    const ref = valueAt(schema, '$ref');
    if (ref?.kind === 'string') {
      const target = findReference(lowering.registry, resource, ref.value, false);
      if ('value' in target) stack.push(target);
      if (dialect.refHidesSiblings) continue;
    }
    profile.kinds &= kindsOf(typeBitsOf(valueAt(schema, 'type'), dialect.draft) ?? 0xff);
    readScalars(valueAt(schema, 'const'), valueAt(schema, 'enum'), profile);
    const all = valueAt(schema, 'allOf');
    if (all?.kind === 'array') {
      for (const part of all.items) stack.push({ value: part, resource: resourceOf(resource, part) });
    }
    const required = valueAt(schema, 'required');
    if (required?.kind === 'array') {
      for (const name of required.items.slice(0, MAX_REQUIRED)) {
        if (name.kind === 'string') profile.required.add(name.value);
      }
    }
    const properties = valueAt(schema, 'properties');
    const names = properties?.kind === 'object' ? properties.members : NO_MEMBERS;
    if (names.size > 0) profile.declared.push({ names, resource });
    if (
      isFalse(valueAt(schema, 'additionalProperties')) &&
      valueAt(schema, 'patternProperties') === undefined
    ) {
      profile.closed.push(names);
    }
  }
}

const NO_MEMBERS: ReadonlyMap<string, JsonValue> = new Map();

/** The schemas of a member. */
function membersNamed(profile: Profile, name: string): Located[] {
  const found: Located[] = [];
  for (const { names, resource } of profile.declared) {
    const value = names.get(name);
    if (value !== undefined) found.push({ value, resource: resourceOf(resource, value) });
  }
  return found;
}

function readScalars(constant: JsonValue | undefined, list: JsonValue | undefined, profile: Profile): void {
  const listed =
    constant !== undefined
      ? listedScalars([constant])
      : list?.kind === 'array'
        ? listedScalarsOf(list)
        : undefined;
  if (listed === undefined) return;
  profile.kinds &= listed.kinds;
  profile.scalars ??= listed.keys;
}

interface ListedScalars {
  readonly kinds: number;
  readonly keys: ReadonlySet<string>;
}

/** Many branches may refer to one list. */
const knownLists = new WeakMap<JsonArray, ListedScalars>();

function listedScalarsOf(list: JsonArray): ListedScalars {
  let listed = knownLists.get(list);
  if (listed === undefined) {
    listed = listedScalars(list.items);
    knownLists.set(list, listed);
  }
  return listed;
}

function listedScalars(values: readonly JsonValue[]): ListedScalars {
  let kinds = 0;
  const keys = new Set<string>();
  for (const value of values) {
    kinds |= kindsOf(typesOfValue(value));
    const key = scalarKey(value);
    if (key !== undefined) keys.add(key);
  }
  return { kinds, keys };
}

function scalarKey(value: JsonValue): string | undefined {
  switch (value.kind) {
    case 'null':
      return 'null';
    case 'boolean':
      return String(value.value);
    case 'number':
      return `number ${canonicalDecimal(value.text)}`;
    case 'string':
      return `string ${value.value}`;
    default:
      return undefined;
  }
}

function areScalarsApart(lowering: Lowering, profiles: readonly Profile[]): boolean {
  for (const kind of SCALAR_KINDS) {
    const lists: ReadonlySet<string>[] = [];
    let areLists = true;
    let takers = 0;
    for (const { kinds, scalars } of profiles) {
      if ((kinds & kind) === 0) continue;
      takers += 1;
      if (scalars === undefined) areLists = false;
      else lists.push(scalars);
    }
    if (takers > 1 && !(areLists && areApart(lowering, lists, (key) => isOfKind(key, kind)))) return false;
  }
  return true;
}

function isOfKind(key: string, kind: number): boolean {
  switch (kind) {
    case TypeBits.number:
      return key.startsWith('number ');
    case TypeBits.string:
      return key.startsWith('string ');
    case TypeBits.null:
      return key === 'null';
    default:
      return key === 'true' || key === 'false';
  }
}

/** Whether no value is in two of the lists. The longest is not walked: many branches may stand beside one long list. */
function areApart(
  lowering: Lowering,
  lists: readonly ReadonlySet<string>[],
  counts: (key: string) => boolean = () => true,
): boolean {
  let longest = lists[0];
  for (const list of lists) if (list.size > (longest?.size ?? 0)) longest = list;
  const seen = new Set<string>();
  let isLongestMet = false;
  for (const list of lists) {
    if (list === longest && !isLongestMet) {
      isLongestMet = true;
      continue;
    }
    for (const key of list) {
      lowering.builder.step();
      if (!counts(key)) continue;
      if (seen.has(key) || longest?.has(key)) return false;
      seen.add(key);
    }
  }
  return true;
}

/** The scalars that a required member is one of; undefined where that is not a list. */
function valuesOf(lowering: Lowering, profile: Profile, name: string): ReadonlySet<string> | undefined {
  if (!profile.required.has(name)) return undefined;
  if (profile.values.has(name)) return profile.values.get(name);
  let values: ReadonlySet<string> | undefined;
  for (const member of membersNamed(profile, name)) {
    const found = createProfile(0xff);
    readProfile(lowering, member, found);
    if ((found.kinds & (TypeBits.array | TypeBits.object)) === 0) values ??= found.scalars;
  }
  profile.values.set(name, values);
  return values;
}

function areObjectsApart(lowering: Lowering, profiles: readonly Profile[]): boolean {
  const [first] = profiles;
  if (first === undefined || profiles.length < 2) return true;
  for (const name of first.required) {
    if (isDiscriminator(lowering, profiles, name)) return true;
  }
  if (profiles.length > MAX_PAIRED_BRANCHES) return false;
  return profiles.every((profile, index) =>
    profiles.slice(index + 1).every((other) => arePairApart(lowering, profile, other)),
  );
}

function isDiscriminator(lowering: Lowering, profiles: readonly Profile[], name: string): boolean {
  const lists: ReadonlySet<string>[] = [];
  for (const profile of profiles) {
    const values = valuesOf(lowering, profile, name);
    if (values === undefined) return false;
    lists.push(values);
  }
  return areApart(lowering, lists);
}

function arePairApart(lowering: Lowering, a: Profile, b: Profile): boolean {
  for (const name of a.required) {
    if (forbids(b, name)) return true;
    if (b.required.has(name) && isDiscriminator(lowering, [a, b], name)) return true;
  }
  for (const name of b.required) if (forbids(a, name)) return true;
  return false;
}

function forbids(profile: Profile, name: string): boolean {
  if (profile.closed.some((names) => !names.has(name))) return true;
  return membersNamed(profile, name).some(({ value }) => isFalse(value));
}
