import { quoteShort } from '../json-schema/json-text.js';
import { describeKind, type JsonValue } from '../json-schema/json-value.js';
import { type Place, placeBelow } from '../json-schema/place.js';
import { MAX_COUNT } from '../program-format.js';
import { nearestName } from '../rules/nearest-name.js';
import { tagError } from './tag-error.js';

/** A token, by its id or by the name of a special token. */
export type TokenRef = number | string;

/** An object of a tag that is read member by member. Wrong members are errors at their object. */
export interface TagObject {
  readonly place: Place | null;
  /** What it is, for messages: `` `tag` ``. */
  readonly what: string;
  has(name: string): boolean;
  /** The value of a member that must be there. */
  value(name: string): JsonValue;
  text(name: string): string;
  /** A list of texts that are not empty. */
  texts(name: string, fallback?: readonly string[]): readonly string[];
  flag(name: string, fallback: boolean): boolean;
  /** An integer of 0 or more; undefined where it is absent or null. */
  count(name: string): number | undefined;
  integer(name: string): number;
  token(name: string): TokenRef;
  tokens(name: string, fallback?: readonly TokenRef[]): readonly TokenRef[];
  list(name: string): readonly JsonValue[];
  /** An error at a member. */
  error(name: string, message: string, hint?: string): Error;
}

const INTEGER = /^-?(?:0|[1-9][0-9]{0,14})(?:\.0+)?$/;

export function integerOf(value: JsonValue): number | undefined {
  return value.kind === 'number' && INTEGER.test(value.text) ? Number(value.text) : undefined;
}

/** Checks that a value is an object with known members only, and gives their readers. */
export function readObject(
  value: JsonValue,
  place: Place | null,
  what: string,
  known: readonly string[],
): TagObject {
  if (value.kind !== 'object') {
    throw tagError('SYNTAX', place, '', `${what} must be an object, not ${describeKind(value)}`);
  }
  const { members } = value;
  for (const name of members.keys()) {
    if (known.includes(name)) continue;
    const near = nearestName(name, known);
    throw tagError(
      'SYNTAX',
      place,
      name,
      `${what} has no member ${quoteShort(name)}`,
      near === undefined ? `the members are ${known.join(', ')}` : `did you mean ${near}?`,
    );
  }
  return reader(members, place, what);
}

function reader(members: ReadonlyMap<string, JsonValue>, place: Place | null, what: string): TagObject {
  const error = (name: string, message: string, hint?: string): Error =>
    tagError('SYNTAX', place, name, message, hint);
  const wrong = (name: string, wanted: string, found: JsonValue): Error =>
    error(name, `\`${name}\` of ${what} must be ${wanted}, not ${shown(found)}`);

  function value(name: string): JsonValue {
    const found = members.get(name);
    if (found === undefined) throw error(name, `${what} needs the member \`${name}\``);
    return found;
  }
  function list(name: string): readonly JsonValue[] {
    const found = value(name);
    if (found.kind !== 'array') throw wrong(name, 'a list', found);
    return found.items;
  }
  function tokenOf(name: string, found: JsonValue): TokenRef {
    if (found.kind === 'string' && found.value !== '') return found.value;
    const id = integerOf(found);
    if (id === undefined || id < 0 || id > MAX_COUNT) throw wrong(name, 'token ids or names', found);
    return id;
  }

  return {
    place,
    what,
    has: (name) => members.has(name),
    value,
    list,
    error,
    text(name) {
      const found = value(name);
      if (found.kind !== 'string') throw wrong(name, 'a text', found);
      return found.value;
    },
    texts(name, fallback) {
      if (fallback !== undefined && !members.has(name)) return fallback;
      return list(name).map((item) => {
        if (item.kind !== 'string') throw wrong(name, 'a list of texts', item);
        if (item.value === '') throw error(name, `a text of \`${name}\` is empty`, 'leave it out');
        return item.value;
      });
    },
    flag(name, fallback) {
      const found = members.get(name);
      if (found === undefined) return fallback;
      if (found.kind !== 'boolean') throw wrong(name, 'true or false', found);
      return found.value;
    },
    count(name) {
      const found = members.get(name);
      if (found === undefined || found.kind === 'null') return undefined;
      const count = integerOf(found);
      if (count === undefined || count < 0 || count > MAX_COUNT)
        throw wrong(name, `an integer from 0 to ${MAX_COUNT}`, found);
      return count;
    },
    integer(name) {
      const found = value(name);
      const integer = integerOf(found);
      if (integer === undefined || integer > MAX_COUNT) throw wrong(name, 'an integer', found);
      return integer;
    },
    token: (name) => tokenOf(name, value(name)),
    tokens(name, fallback) {
      if (fallback !== undefined && !members.has(name)) return fallback;
      return list(name).map((item) => tokenOf(name, item));
    },
  };
}

function shown(value: JsonValue): string {
  if (value.kind === 'string') return quoteShort(value.value);
  return value.kind === 'number' ? value.text.slice(0, 40) : describeKind(value);
}

/** The place of an item of a list member. */
export function itemPlace({ place }: TagObject, name: string, index: number): Place {
  return placeBelow(placeBelow(place, name), index);
}
