import type { BuildBudget } from '../frontends/build-budget.js';
import type { JsonObject, JsonValue } from '../frontends/json-schema/json-value.js';
import { type Place, placeBelow } from '../frontends/json-schema/place.js';
import { decodeFragment, resolveUri, splitFragment } from '../frontends/json-schema/uri.js';

/** A value of the document, and where it stands. */
export interface Located {
  readonly value: JsonValue;
  readonly place: Place | null;
}

/** A schema document as a back end that follows references needs it. */
export interface SchemaDocument {
  readonly root: Located;
  /** How deep arrays and objects nest. */
  readonly depth: number;
  /** The base URI at a value: the nearest identifier around it, or that of the document. */
  baseAt(value: JsonValue): string;
  /** What a URI with fragment means; undefined where nothing in the document has it. */
  resolve(uri: string): Located | undefined;
}

const DOCUMENT = 'json-schema:///';

/** Indexes a document: identifiers, anchors, depth. It visits every value once, with a stack of its own. */
export function indexSchema(rootValue: JsonValue, budget: BuildBudget): SchemaDocument {
  const root: Located = { value: rootValue, place: null };
  const resources = new Map<string, Located>();
  const anchors = new Map<string, Located>();
  const bases = new Map<JsonValue, string>();
  let deepest = 0;
  const metaSchema = rootValue.kind === 'object' ? textOf(rootValue, '$schema') : undefined;
  const idKeyword = metaSchema?.includes('draft-04') === true ? 'id' : '$id';
  resources.set(DOCUMENT, root);
  const stack = [{ ...root, base: DOCUMENT, depth: 1, isSchema: true }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    budget.step();
    const { value, place, depth, isSchema } = visit;
    if (value.kind !== 'object' && value.kind !== 'array') continue;
    deepest = Math.max(deepest, depth);
    let base = visit.base;
    if (value.kind === 'object' && isSchema) {
      const id = textOf(value, idKeyword);
      if (id !== undefined) {
        const { document, fragment } = splitFragment(id);
        if (document !== '') {
          base = resolveUri(base, document);
          if (!resources.has(base)) resources.set(base, { value, place });
        }
        if (fragment !== undefined && fragment !== '') anchors.set(`${base}#${fragment}`, { value, place });
      }
      const anchor = textOf(value, '$anchor') ?? textOf(value, '$dynamicAnchor');
      if (anchor !== undefined) anchors.set(`${base}#${anchor}`, { value, place });
    }
    bases.set(value, base);
    if (value.kind === 'array') {
      value.items.forEach((item, index) => {
        stack.push({ value: item, place: placeBelow(place, index), base, depth: depth + 1, isSchema });
      });
    } else {
      for (const [name, member] of value.members) {
        // Data is no schema, whatever it looks like.
        const holdsSchemas = name !== 'const' && name !== 'enum' && name !== 'default' && name !== 'examples';
        stack.push({
          value: member,
          place: placeBelow(place, name),
          base,
          depth: depth + 1,
          isSchema: isSchema && holdsSchemas,
        });
      }
    }
  }
  return {
    root,
    depth: deepest,
    baseAt: (value) => bases.get(value) ?? DOCUMENT,
    resolve(uri) {
      const { document, fragment } = splitFragment(uri);
      const resource = resources.get(document);
      if (resource === undefined || fragment === undefined || fragment === '') return resource;
      const text = decodeFragment(fragment);
      if (text === undefined) return undefined;
      return text.startsWith('/') ? followPointer(resource, text) : anchors.get(`${document}#${text}`);
    },
  };
}

/** Follows a JSON Pointer from a value. */
export function followPointer(from: Located, pointer: string): Located | undefined {
  let { value, place } = from;
  for (const token of pointer.split('/').slice(1)) {
    const name = token.replaceAll('~1', '/').replaceAll('~0', '~');
    const next: JsonValue | undefined =
      value.kind === 'object'
        ? value.members.get(name)
        : value.kind === 'array' && /^(0|[1-9][0-9]*)$/.test(name)
          ? value.items[Number(name)]
          : undefined;
    if (next === undefined) return undefined;
    value = next;
    place = placeBelow(place, name);
  }
  return { value, place };
}

/** A member that is a string. */
export function textOf(value: JsonObject, name: string): string | undefined {
  const member = value.members.get(name);
  return member?.kind === 'string' ? member.value : undefined;
}

/** A member that is a number, as the nearest double. */
export function numberOf(value: JsonObject, name: string): number | undefined {
  const member = value.members.get(name);
  return member?.kind === 'number' ? Number(member.text) : undefined;
}

/** A value below another, where it stands. */
export function below(from: Located, value: JsonValue, ...tokens: (string | number)[]): Located {
  return { value, place: tokens.reduce<Place | null>(placeBelow, from.place) };
}
