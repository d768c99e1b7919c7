import { parseJson } from './json-text.js';
import { type JsonTree, memberOf } from './json-tree.js';

export type Draft = '2020-12' | '2019-09' | '7' | '6' | '4';

/** What a keyword means in a resource. */
export interface Dialect {
  readonly draft: Draft;
  /** The vocabularies that are in use, by the last part of their names; null: all. */
  readonly vocabularies: ReadonlySet<string> | null;
}

/** Where a schema stands. */
export interface Place {
  /** The URI of the resource that it belongs to, without a fragment. */
  readonly base: string;
  readonly dialect: Dialect;
}

const META_SCHEMAS: Readonly<Record<string, Draft>> = {
  'https://json-schema.org/draft/2020-12/schema': '2020-12',
  'https://json-schema.org/draft/2019-09/schema': '2019-09',
  'http://json-schema.org/draft-07/schema': '7',
  'http://json-schema.org/draft-06/schema': '6',
  'http://json-schema.org/draft-04/schema': '4',
};
const ORDER: readonly Draft[] = ['4', '6', '7', '2019-09', '2020-12'];

/** Whether a draft is this one or a later one. */
export function isFrom(draft: Draft, first: Draft): boolean {
  return ORDER.indexOf(draft) >= ORDER.indexOf(first);
}

/** The keywords that hold schemas, with the first and the last draft that know them. */
const HOLDERS: readonly (readonly [keyword: string, first: Draft, last?: Draft])[] = [
  ['additionalProperties', '4'],
  ['not', '4'],
  ['allOf', '4'],
  ['anyOf', '4'],
  ['oneOf', '4'],
  ['properties', '4'],
  ['patternProperties', '4'],
  ['definitions', '4'],
  ['items', '4'],
  ['dependencies', '4'],
  ['additionalItems', '4', '2019-09'],
  ['contains', '6'],
  ['propertyNames', '6'],
  ['if', '7'],
  ['then', '7'],
  ['else', '7'],
  ['$defs', '2019-09'],
  ['dependentSchemas', '2019-09'],
  ['unevaluatedItems', '2019-09'],
  ['unevaluatedProperties', '2019-09'],
  ['contentSchema', '2019-09'],
  ['prefixItems', '2020-12'],
];
const MAPS = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependencies',
  'dependentSchemas',
]);

/** The base of a document that has no URI of its own. */
const NAMELESS = 'nameless://document/schema';

/** The schemas of some documents, by their URIs. */
export class SchemaDocuments {
  readonly root: JsonTree;
  readonly #draft: Draft;
  readonly #load: (uri: string) => string | undefined;
  readonly #places = new Map<JsonTree, Place>();
  readonly #resources = new Map<string, JsonTree>();
  readonly #anchors = new Map<string, JsonTree>();
  readonly #dynamic = new Map<string, JsonTree>();

  /** `load` gives the text of another document. */
  constructor(text: string, draft: Draft, load: (uri: string) => string | undefined) {
    this.#draft = draft;
    this.#load = load;
    this.root = this.#read(text, NAMELESS);
  }

  #read(text: string, uri: string): JsonTree {
    const tree = parseJson(text);
    if (tree === null) throw new Error(`the oracle reads no JSON at ${uri}`);
    this.#resources.set(uri, tree);
    this.#enter(tree, { base: uri, dialect: { draft: this.#draft, vocabularies: null } }, true);
    return tree;
  }

  place(schema: JsonTree): Place {
    const place = this.#places.get(schema);
    if (place === undefined) throw new Error('the oracle does not know where a schema stands');
    return place;
  }

  /** Notes a schema and all schemas in it. */
  #enter(schema: JsonTree, outer: Place, isRoot: boolean): void {
    if (this.#places.has(schema)) return;
    let place = outer;
    if (schema.kind === 'object') {
      let dialect = outer.dialect;
      const ownDialect = memberOf(schema, '$schema');
      const idOf = (draft: Draft): string | undefined => {
        // Up to draft 7, nothing counts beside $ref.
        if (!isFrom(draft, '2019-09') && memberOf(schema, '$ref')?.kind === 'string') return undefined;
        const id = memberOf(schema, draft === '4' ? 'id' : '$id');
        return id?.kind === 'string' ? id.value : undefined;
      };
      if (ownDialect?.kind === 'string') {
        const named = this.#dialect(ownDialect.value);
        if (isRoot || idOf(named.draft) !== undefined) dialect = named;
      }
      const id = idOf(dialect.draft);
      place = { base: outer.base, dialect };
      if (id !== undefined) {
        const uri = new URL(id, outer.base);
        const base = withoutFragment(uri.href);
        // Up to draft 7, the fragment of an identifier is an anchor.
        if (uri.hash.length > 1) this.#anchors.set(`${base}${uri.hash}`, schema);
        if (!id.startsWith('#')) this.#resources.set(base, schema);
        place = { base, dialect };
      }
      for (const keyword of ['$anchor', '$dynamicAnchor']) {
        const anchor = memberOf(schema, keyword);
        if (anchor?.kind !== 'string') continue;
        if (!isFrom(dialect.draft, keyword === '$anchor' ? '2019-09' : '2020-12')) continue;
        this.#anchors.set(`${place.base}#${anchor.value}`, schema);
        if (keyword === '$dynamicAnchor') this.#dynamic.set(`${place.base}#${anchor.value}`, schema);
      }
    }
    this.#places.set(schema, place);
    if (schema.kind !== 'object') return;
    for (const [keyword, first, last] of HOLDERS) {
      const { draft } = place.dialect;
      if (!isFrom(draft, first) || (last !== undefined && !isFrom(last, draft))) continue;
      const value = memberOf(schema, keyword);
      if (value === undefined) continue;
      if (value.kind === 'array') for (const item of value.items) this.#enter(item, place, false);
      else if (!MAPS.has(keyword)) this.#enter(value, place, false);
      else if (value.kind === 'object') {
        for (const [, member] of value.members)
          if (member.kind !== 'array') this.#enter(member, place, false);
      }
    }
  }

  #dialect(uri: string): Dialect {
    const name = withoutFragment(uri);
    const draft = META_SCHEMAS[name];
    if (draft !== undefined) return { draft, vocabularies: null };
    const text = this.#load(name);
    if (text === undefined) throw new Error(`the oracle does not know the dialect ${uri}`);
    const meta = parseJson(text);
    if (meta?.kind !== 'object') throw new Error(`the oracle reads no schema at ${uri}`);
    const parent = memberOf(meta, '$schema');
    const outer: Dialect =
      parent?.kind === 'string' && withoutFragment(parent.value) !== name
        ? this.#dialect(parent.value)
        : { draft: this.#draft, vocabularies: null };
    const listed = memberOf(meta, '$vocabulary');
    if (listed?.kind !== 'object') return outer;
    const vocabularies = new Set(listed.members.map(([each]) => each.slice(each.lastIndexOf('/') + 1)));
    return { draft: outer.draft, vocabularies };
  }

  /** The schema that a reference in a schema leads to. */
  resolve(reference: string, from: JsonTree): JsonTree {
    const url = new URL(reference, this.place(from).base);
    const fragment = decodeURIComponent(url.hash.slice(1));
    const base = withoutFragment(url.href);
    let tree = this.#resources.get(base);
    if (tree === undefined) {
      const text = this.#load(base);
      if (text === undefined) throw new Error(`the oracle finds nothing at ${base}`);
      tree = this.#read(text, base);
    }
    if (fragment !== '' && !fragment.startsWith('/')) {
      const named = this.#anchors.get(`${this.place(tree).base}#${fragment}`);
      if (named === undefined) throw new Error(`the oracle finds no anchor ${reference}`);
      return named;
    }
    let place = this.place(tree);
    for (const step of fragment.split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      let next: JsonTree | undefined;
      if (tree.kind === 'object') next = memberOf(tree, key);
      if (tree.kind === 'array') next = tree.items[Number(key)];
      if (next === undefined) throw new Error(`the oracle finds nothing at ${reference}`);
      tree = next;
      place = this.#places.get(tree) ?? place;
    }
    this.#enter(tree, place, false);
    return tree;
  }

  /** The schema of a resource that bears a dynamic anchor. */
  dynamic(base: string, anchor: string): JsonTree | undefined {
    return this.#dynamic.get(`${base}#${anchor}`);
  }

  resource(base: string): JsonTree {
    return this.#resources.get(base) as JsonTree;
  }
}

function withoutFragment(uri: string): string {
  const hash = uri.indexOf('#');
  return hash < 0 ? uri : uri.slice(0, hash);
}
