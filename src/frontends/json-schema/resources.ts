import type { Dialect, Shape } from './drafts.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { type Place, placeBelow } from './place.js';
import { resolveUri, splitFragment } from './uri.js';

/**
 * Schema resources: a document's root, and each schema in it with an identifier of its own. References are relative to the
 * resource that they stand in. A document is scanned once for identifiers and anchors, along the keywords that hold schemas.
 */
export interface Resource {
  /** The base URI, without fragment; empty where nothing names it. */
  readonly uri: string;
  readonly root: JsonValue;
  readonly place: Place | null;
  readonly dialect: Dialect;
  /** What is wrong with its `$schema`; reported where the resource is used. */
  readonly problem: DialectProblem | undefined;
  /** Plain names, of `$anchor`, `$dynamicAnchor` and fragment identifiers. */
  readonly anchors: Map<string, Anchor>;
  /** `$dynamicAnchor`s; under {@link RECURSIVE} the root, if it has `$recursiveAnchor: true`. */
  readonly dynamicAnchors: Map<string, Anchor>;
  /** Schemas below that are resources of their own. */
  readonly children: Map<JsonValue, Resource>;
  readonly scanned: Set<JsonValue>;
}

export interface Anchor {
  readonly value: JsonValue;
  readonly place: Place | null;
  /** Two schemas have the name. */
  readonly isAmbiguous: boolean;
}

export interface DialectProblem {
  readonly code: 'UNSUPPORTED' | 'SCHEMA';
  readonly message: string;
  readonly hint: string;
}

/** The dialect that a `$schema` chooses. */
export type FindDialect = (uri: string) => { dialect: Dialect } | { problem: DialectProblem };

/** No plain name is empty, so this one is free. */
export const RECURSIVE = '';

export interface ResourceTable {
  /** Resources by their URI. The second one with a URI is kept aside: a reference to it would be ambiguous. */
  readonly byUri: Map<string, Resource>;
  readonly ambiguous: Set<string>;
  readonly findDialect: FindDialect;
  /** Counts a step of work. */
  step(): void;
}

/** Makes a resource of a document and scans it. */
export function addDocument(
  table: ResourceTable,
  root: JsonValue,
  uri: string,
  place: Place | null,
  dialect: Dialect,
): Resource {
  const own = dialectAt(table, root, dialect);
  const id = idOf(root, own.dialect);
  const base = id === undefined ? uri : resolveUri(uri, id.document);
  const resource = createResource(root, base, place, own);
  for (const name of new Set([uri, base])) register(table, name, resource);
  scan(table, resource, root, place);
  return resource;
}

/** The resource that a schema belongs to, when it is met in another one. */
export function resourceOf(parent: Resource, value: JsonValue): Resource {
  return parent.children.get(value) ?? parent;
}

function createResource(
  root: JsonValue,
  uri: string,
  place: Place | null,
  own: { dialect: Dialect; problem: DialectProblem | undefined },
): Resource {
  return {
    uri,
    root,
    place,
    ...own,
    anchors: new Map(),
    dynamicAnchors: new Map(),
    children: new Map(),
    scanned: new Set(),
  };
}

function register(table: ResourceTable, uri: string, resource: Resource): void {
  if (uri === '') return;
  if (table.byUri.has(uri) && table.byUri.get(uri) !== resource) table.ambiguous.add(uri);
  else table.byUri.set(uri, resource);
}

function dialectAt(
  table: ResourceTable,
  value: JsonValue,
  inherited: Dialect,
): { dialect: Dialect; problem: DialectProblem | undefined } {
  const name = textMember(value, '$schema');
  if (name === undefined) return { dialect: inherited, problem: undefined };
  const found = table.findDialect(name);
  return 'dialect' in found
    ? { dialect: found.dialect, problem: undefined }
    : { dialect: inherited, problem: found.problem };
}

function textMember(value: JsonValue, name: string): string | undefined {
  const member = value.kind === 'object' ? value.members.get(name) : undefined;
  return member?.kind === 'string' ? member.value : undefined;
}

function idOf(value: JsonValue, dialect: Dialect): ReturnType<typeof splitFragment> | undefined {
  if (!dialect.keywords.has(dialect.idKeyword)) return undefined;
  const id = textMember(value, dialect.idKeyword);
  return id === undefined ? undefined : splitFragment(id);
}

interface Visit {
  readonly resource: Resource;
  readonly value: JsonValue;
  /** The schema above, and the way from there. */
  readonly above: Visit | undefined;
  readonly keyword: string;
  readonly token: string | number | undefined;
  /** Undefined until asked for: few schemas need their place. */
  place: Place | null | undefined;
}

function placeOfVisit(visit: Visit): Place | null {
  const below: Visit[] = [];
  let at = visit;
  for (; at.place === undefined && at.above !== undefined; at = at.above) below.push(at);
  let place = at.place ?? null;
  for (let step = below.pop(); step !== undefined; step = below.pop()) {
    place = placeBelow(place, step.keyword);
    if (step.token !== undefined) place = placeBelow(place, step.token);
    step.place = place;
  }
  return place;
}

/** Looks for identifiers and anchors in a schema and all schemas below. What was scanned before is passed over. */
export function scan(table: ResourceTable, resource: Resource, value: JsonValue, place: Place | null): void {
  const stack: Visit[] = [{ resource, value, above: undefined, keyword: '', token: undefined, place }];
  for (let visit = stack.pop(); visit !== undefined; visit = stack.pop()) {
    if (visit.value.kind !== 'object') continue;
    table.step();
    const owner = ownerOf(table, visit);
    if (owner.scanned.has(visit.value)) continue;
    owner.scanned.add(visit.value);
    noteAnchors(owner, visit.value, visit);
    for (const [keyword, member] of visit.value.members) {
      const shape = owner.dialect.keywords.get(keyword)?.shape;
      if (shape !== undefined) pushSchemas(stack, owner, visit, keyword, shape, member);
    }
  }
}

/** The schemas in a keyword's value; what has not the keyword's form is left out. */
function pushSchemas(
  stack: Visit[],
  resource: Resource,
  above: Visit,
  keyword: string,
  shape: Shape,
  member: JsonValue,
): void {
  const push = (value: JsonValue, token: string | number | undefined): void => {
    if (value.kind === 'object') stack.push({ resource, value, above, keyword, token, place: undefined });
  };
  if (member.kind === 'array' && (shape === 'list' || shape === 'schemaOrList')) {
    member.items.forEach(push);
  } else if (shape === 'map' || shape === 'namesOrSchemas') {
    if (member.kind === 'object') member.members.forEach(push);
  } else if (shape !== 'list') {
    push(member, undefined);
  }
}

/** The resource of a schema: a new one if it has an identifier. */
function ownerOf(table: ResourceTable, visit: Visit): Resource {
  const { resource, value } = visit;
  if (value === resource.root) return resource;
  const known = resource.children.get(value);
  if (known !== undefined) return known;
  const own = dialectAt(table, value, resource.dialect);
  const id = idOf(value, own.dialect);
  if (id === undefined || id.document === '' || isHidden(value, own.dialect)) return resource;
  const uri = resolveUri(resource.uri, id.document);
  // An identifier with a plain name names a place of the resource around it, where the rest is that resource's.
  if (uri === resource.uri && id.fragment !== undefined) return resource;
  const child = createResource(value, uri, placeOfVisit(visit), own);
  resource.children.set(value, child);
  register(table, uri, child);
  return child;
}

/** Up to draft 7, `$ref` hides the keywords beside it, identifiers too. */
function isHidden(value: JsonValue, dialect: Dialect): boolean {
  return dialect.refHidesSiblings && textMember(value, '$ref') !== undefined;
}

const PLAIN_NAME = /^[^/]/;

function noteAnchors(resource: Resource, value: JsonObject, visit: Visit): void {
  const { dialect } = resource;
  if (isHidden(value, dialect)) return;
  if (dialect.refHidesSiblings) {
    const fragment = idOf(value, dialect)?.fragment;
    if (fragment !== undefined && PLAIN_NAME.test(fragment)) {
      note(resource.anchors, fragment, value, placeOfVisit(visit));
    }
    return;
  }
  for (const keyword of ['$anchor', '$dynamicAnchor']) {
    const name = dialect.keywords.has(keyword) ? textMember(value, keyword) : undefined;
    if (name === undefined || name === '') continue;
    const place = placeOfVisit(visit);
    note(resource.anchors, name, value, place);
    if (keyword === '$dynamicAnchor') note(resource.dynamicAnchors, name, value, place);
  }
  if (dialect.keywords.has('$recursiveAnchor') && value === resource.root) {
    const flag = value.members.get('$recursiveAnchor');
    if (flag?.kind === 'boolean' && flag.value)
      note(resource.dynamicAnchors, RECURSIVE, value, placeOfVisit(visit));
  }
}

function note(anchors: Map<string, Anchor>, name: string, value: JsonValue, place: Place | null): void {
  const known = anchors.get(name);
  const isAmbiguous = known !== undefined && known.value !== value;
  anchors.set(name, {
    value: known?.value ?? value,
    place: known === undefined ? place : known.place,
    isAmbiguous,
  });
}
