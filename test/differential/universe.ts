import { equalityKey, parseJson } from '../oracle/json-text.js';
import type { JsonTree } from '../oracle/json-tree.js';
import { type Draft, isFrom } from '../oracle/schema-documents.js';

/**
 * A finite set of JSON values, small enough to be listed. A schema that is asked for together with a universe's own schema
 * has only these values, so that trying all of them decides everything.
 */
export type Universe =
  /** Scalars, as JSON texts; `schema`, where there is a schema without `enum` that means the same. */
  | { readonly kind: 'scalars'; readonly values: readonly string[]; readonly schema?: string | undefined }
  | {
      readonly kind: 'array';
      readonly prefix: readonly Universe[];
      readonly rest: Universe | null;
      readonly min: number;
      readonly max: number;
    }
  | {
      readonly kind: 'object';
      readonly members: readonly (readonly [name: string, values: Universe])[];
      readonly required: readonly string[];
      readonly closing: 'properties' | 'patternProperties' | 'propertyNames';
    }
  | { readonly kind: 'union'; readonly parts: readonly Universe[] };

/** Above this, a universe is too large to be tried. */
const MOST_VALUES = 1_500;

/** All values, each once. */
export function universeValues(universe: Universe): JsonTree[] {
  const values = new Map(listed(universe).map((value) => [equalityKey(value), value]));
  return [...values.values()];
}

function listed(universe: Universe): JsonTree[] {
  switch (universe.kind) {
    case 'scalars':
      return universe.values.map((text) => parseJson(text) as JsonTree);
    case 'union':
      return universe.parts.flatMap(listed);
    case 'array': {
      const { prefix, rest, min, max } = universe;
      const found: JsonTree[] = [];
      let lists: JsonTree[][] = [[]];
      for (let length = 0; ; length++) {
        if (length >= min) found.push(...lists.map((items): JsonTree => ({ kind: 'array', items })));
        const next = prefix[length] ?? rest;
        if (length === max || next === null) return found;
        const values = listed(next);
        lists = lists.flatMap((list) => values.map((value) => [...list, value]));
        bounded(lists.length + found.length);
      }
    }
    case 'object': {
      let lists: [string, JsonTree][][] = [[]];
      for (const [name, inner] of universe.members) {
        const values = listed(inner);
        lists = lists.flatMap((list) => [
          ...(universe.required.includes(name) ? [] : [list]),
          ...values.map((value): [string, JsonTree][] => [...list, [name, value]]),
        ]);
        bounded(lists.length);
      }
      return lists.map((members): JsonTree => ({ kind: 'object', members }));
    }
  }
}

function bounded(count: number): void {
  if (count > MOST_VALUES) throw new Error('too many values for the oracle');
}

/** A schema of exactly these values. */
export function universeSchema(universe: Universe, draft: Draft): string {
  const nothing = draft === '4' ? '{"not":{}}' : 'false';
  switch (universe.kind) {
    case 'scalars':
      return universe.schema ?? `{"enum":[${universe.values.join()}]}`;
    case 'union':
      return `{"anyOf":[${universe.parts.map((part) => universeSchema(part, draft)).join()}]}`;
    case 'array': {
      const { prefix, rest, min, max } = universe;
      const modern = draft === '2020-12';
      const [list, others] = modern ? ['prefixItems', 'items'] : ['items', 'additionalItems'];
      const keywords = ['"type":"array"'];
      if (prefix.length > 0) {
        keywords.push(`"${list}":[${prefix.map((part) => universeSchema(part, draft)).join()}]`);
      }
      keywords.push(
        `"${prefix.length > 0 ? others : 'items'}":${rest === null ? nothing : universeSchema(rest, draft)}`,
      );
      if (min > 0) keywords.push(`"minItems":${min}`);
      if (rest !== null || max < prefix.length) keywords.push(`"maxItems":${max}`);
      return `{${keywords.join()}}`;
    }
    case 'object': {
      const { members, required, closing } = universe;
      const keywords = ['"type":"object"'];
      const schemas = members.map(([name, inner]) => [name, universeSchema(inner, draft)] as const);
      if (closing === 'propertyNames' && isFrom(draft, '6')) {
        keywords.push(`"propertyNames":{"enum":${JSON.stringify(members.map(([name]) => name))}}`);
        keywords.push(`"properties":{${schemas.slice(1).map(written).join()}}`);
        if (schemas[0] !== undefined) keywords.push(`"additionalProperties":${schemas[0][1]}`);
      } else if (closing === 'patternProperties') {
        const byPattern = schemas.map(([name, schema]) => written([`^${escaped(name)}$`, schema]));
        keywords.push(`"patternProperties":{${byPattern.join()}}`, `"additionalProperties":false`);
      } else {
        keywords.push(`"properties":{${schemas.map(written).join()}}`, `"additionalProperties":false`);
      }
      if (required.length > 0) keywords.push(`"required":${JSON.stringify(required)}`);
      return `{${keywords.join()}}`;
    }
  }
}

function written([name, schema]: readonly [string, string]): string {
  return `${JSON.stringify(name)}:${schema}`;
}

function escaped(name: string): string {
  return name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}

/** Whether the members of every object have one order in which the schema names them. */
export function isOrdered(universe: Universe): boolean {
  switch (universe.kind) {
    case 'scalars':
      return true;
    case 'union':
      return (
        universe.parts.every(isOrdered) &&
        universe.parts.filter(({ kind }) => kind === 'object' || kind === 'union').length <= 1 &&
        universe.parts.filter(({ kind }) => kind === 'array' || kind === 'union').length <= 1
      );
    case 'array':
      return [...universe.prefix, ...(universe.rest === null ? [] : [universe.rest])].every(isOrdered);
    case 'object':
      return universe.closing === 'properties' && universe.members.every(([, inner]) => isOrdered(inner));
  }
}
