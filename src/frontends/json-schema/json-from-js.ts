import { GrammaskError } from '../../errors.js';
import type { BuildBudget } from '../build-budget.js';
import {
  CONTAINER_WORDS,
  type JsonArray,
  type JsonObject,
  type JsonScalar,
  type JsonValue,
  wordsOf,
} from './json-value.js';
import { type Place, pointerOf } from './place.js';

interface OpenContainer {
  source: object;
  container: JsonArray | JsonObject;
  keys: readonly string[];
  next: number;
  place: Place | null;
}

/**
 * Converts a JavaScript value to the tree that JSON text gives. Own enumerable data properties only: an accessor is
 * not run, and whatever JSON cannot write (undefined, functions, NaN, cycles, class instances) is an error, not a gap.
 * An object that occurs twice is converted once.
 *
 * @throws {GrammaskError} `SCHEMA` with the pointer of the value; `MEMORY`, `DEADLINE` past the limits
 */
export function jsonFromJs(root: unknown, budget: BuildBudget): JsonValue {
  const done = new Map<object, JsonValue>();
  const unfinished = new Set<object>();
  const open: OpenContainer[] = [];

  /** The value, or null after opening a container whose members come first. */
  function begin(source: unknown, place: Place | null): JsonValue | null {
    const scalar = scalarFromJs(source, place);
    if (scalar !== null) {
      budget.add(wordsOf(scalar));
      return scalar;
    }
    const object = source as object;
    const known = done.get(object);
    if (known !== undefined) return known;
    if (unfinished.has(object)) fail(place, 'the object contains itself', 'use `$ref` for recursion');
    budget.add(CONTAINER_WORDS);
    const container = emptyContainer(object, place);
    unfinished.add(object);
    const keys = container.kind === 'array' ? [] : Object.keys(object);
    open.push({ source: object, container, keys, next: 0, place });
    return null;
  }

  let value = begin(root, null);
  for (;;) {
    const top = open.at(-1);
    if (top === undefined) return value as JsonValue;
    const { source, container } = top;
    if (value !== null) {
      if (container.kind === 'array') container.items.push(value);
      else container.members.set(top.keys[top.next - 1]!, value);
    }
    const length = container.kind === 'array' ? (source as unknown[]).length : top.keys.length;
    if (top.next === length) {
      open.pop();
      unfinished.delete(source);
      done.set(source, container);
      value = container;
      continue;
    }
    const key = container.kind === 'array' ? String(top.next) : top.keys[top.next]!;
    top.next += 1;
    const place = { parent: top.place, token: key };
    if (container.kind === 'object') budget.add(key.length >> 1);
    const property = Object.getOwnPropertyDescriptor(source, key);
    if (property !== undefined && !('value' in property)) {
      fail(place, 'the property is an accessor, which is not run', 'pass plain data');
    }
    value = begin(property?.value, place);
  }
}

function scalarFromJs(source: unknown, place: Place | null): JsonScalar | null {
  if (source === null) return { kind: 'null' };
  switch (typeof source) {
    case 'boolean':
      return { kind: 'boolean', value: source };
    case 'string':
      return { kind: 'string', value: source };
    case 'number':
      if (!Number.isFinite(source)) return fail(place, `the number ${source} cannot be written in JSON`);
      return { kind: 'number', text: String(source) };
    case 'object':
      return null;
    case 'undefined':
      return fail(place, 'the value is undefined', 'leave the property out');
    default:
      return fail(place, `a ${typeof source} cannot be written in JSON`);
  }
}

function emptyContainer(source: object, place: Place | null): JsonArray | JsonObject {
  if (Array.isArray(source)) return { kind: 'array', items: [] };
  const prototype: unknown = Object.getPrototypeOf(source);
  // A prototype that ends there is Object.prototype, of this or another realm.
  const isPlain = prototype === null || Object.getPrototypeOf(prototype) === null;
  if (!isPlain) fail(place, 'the value is neither a plain object nor an array', 'pass plain data');
  return { kind: 'object', members: new Map() };
}

function fail(place: Place | null, message: string, hint?: string): never {
  throw new GrammaskError('SCHEMA', `the schema is not JSON: ${message}`, {
    location: { pointer: pointerOf(place), keyword: '' },
    hint,
  });
}
