import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import {
  isSchema,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaObject,
  type Target,
} from './lowering.js';
import { type Place, placeBelow } from './place.js';
import type { Registry } from './registry.js';
import { type Anchor, RECURSIVE, type Resource, resourceOf } from './resources.js';
import { decodeFragment, resolveUri, splitFragment } from './uri.js';

export const lowerRef: KeywordLowering = (lowering, schema, keyword, value) => {
  const found = resolve(lowering, schema, keyword, value);
  return found === undefined ? undefined : reference(lowering, schema, keyword, value, found);
};

/** A `$ref`, unless it leads to a dynamic anchor: then to the one of that name that validation entered first. */
export const lowerDynamicRef: KeywordLowering = (lowering, schema, keyword, value) => {
  const found = resolve(lowering, schema, keyword, value);
  if (found === undefined) return undefined;
  const { resource, name } = found;
  const isDynamic = name !== undefined && resource.dynamicAnchors.get(name)?.value === found.value;
  return reference(lowering, schema, keyword, value, isDynamic ? outermost(schema, name, found) : found);
};

export const lowerRecursiveRef: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string' || value.value !== '#') {
    return malformed(
      lowering,
      schema,
      keyword,
      'must be "#", the only value that draft 2019-09 gives a meaning',
    );
  }
  const { resource } = schema.node.scope;
  const found = { value: resource.root, place: resource.place, resource };
  const isDynamic = resource.dynamicAnchors.has(RECURSIVE);
  return reference(lowering, schema, keyword, value, isDynamic ? outermost(schema, RECURSIVE, found) : found);
};

interface Found {
  readonly value: JsonValue;
  readonly place: Place | null;
  readonly resource: Resource;
  /** The plain name that led there. */
  readonly name?: string;
}

function outermost(schema: SchemaObject, name: string, found: Found): Found {
  const resource = schema.node.scope.environment.outermost.get(name);
  const anchor = resource?.dynamicAnchors.get(name);
  return resource === undefined || anchor === undefined ? found : { ...anchor, resource };
}

function reference(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
  found: Found,
): ReturnType<KeywordLowering> {
  if (!isSchema(found.value)) {
    const shown = value.kind === 'string' ? quoteShort(value.value) : 'it';
    const what = describeKind(found.value);
    return malformed(lowering, schema, keyword, `${shown} points at ${what}, not at a schema`);
  }
  const scope = lowering.scopes.enter(schema.node.scope, found.resource);
  const target: Target = { value: found.value, place: found.place, scope };
  const to = lowering.target(target);
  schema.node.edges.push({ to, keyword, condition: lowering.logic.always });
  return { tag: 'allOf', nodes: [to.id] };
}

function resolve(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
): Found | undefined {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  const { resource } = schema.node.scope;
  const found = findReference(lowering.registry, resource, value.value, true);
  if (!('problem' in found)) return found;
  const { code, problem, hint } = found;
  const message = `\`${keyword}\` ${problem}`;
  lowering.issues.error(code, { place: schema.place, keyword, message, hint });
  return undefined;
}

interface NotFound {
  readonly code: 'SCHEMA' | 'UNSUPPORTED' | 'SYNTAX';
  readonly problem: string;
  readonly hint?: string | undefined;
}

/** Where a reference leads from a resource. Further documents are read only if `mayRead`. */
export function findReference(
  registry: Registry,
  from: Resource,
  text: string,
  mayRead: boolean,
): Found | NotFound {
  const { document, fragment } = splitFragment(text);
  let resource = from;
  if (document !== '') {
    const uri = resolveUri(from.uri, document);
    const found = mayRead ? registry.find(uri, from.dialect) : registry.known(uri);
    if (found === undefined) return { code: 'SCHEMA', problem: `${quoteShort(text)} is not known` };
    if (!('root' in found))
      return { code: found.code, problem: `leads nowhere: ${found.message}`, hint: found.hint };
    resource = found;
  }
  if (fragment === undefined || fragment === '') {
    return { value: resource.root, place: resource.place, resource };
  }
  const decoded = decodeFragment(fragment);
  if (decoded === undefined)
    return { code: 'SCHEMA', problem: `${quoteShort(text)} has a wrong percent escape` };
  if (decoded.startsWith('/')) return followPointer(registry, resource, text, decoded);
  const anchor = resource.anchors.get(decoded);
  if (anchor === undefined) return noAnchor(resource, text, decoded);
  if (anchor.isAmbiguous) {
    return { code: 'SCHEMA', problem: `${quoteShort(text)} leads to two schemas: both have that name` };
  }
  return { ...placeOf(anchor), resource: resourceOf(resource, anchor.value), name: decoded };
}

const placeOf = ({ value, place }: Anchor) => ({ value, place });

function noAnchor(resource: Resource, text: string, name: string): NotFound {
  const keyword = resource.dialect.refHidesSiblings ? resource.dialect.idKeyword : '$anchor';
  const hint = `define it with \`${keyword}\`, or refer to the schema by a pointer such as \`#/$defs/NAME\``;
  return {
    code: 'SCHEMA',
    problem: `${quoteShort(text)} points at nothing: no schema is named ${quoteShort(name)}`,
    hint,
  };
}

/** What the value is that a pointer has reached: a schema, a list or map of schemas, or anything else. */
type Level = 'schema' | 'schemas' | 'other';

function followPointer(registry: Registry, start: Resource, text: string, pointer: string): Found | NotFound {
  let { root: value, place } = start;
  let resource = start;
  let level: Level = 'schema';
  for (const escaped of pointer.slice(1).split('/')) {
    if (/~(?![01])/.test(escaped)) {
      return { code: 'SCHEMA', problem: `${quoteShort(text)} has a \`~\` that is not ~0 or ~1` };
    }
    const token = escaped.includes('~') ? escaped.replaceAll('~1', '/').replaceAll('~0', '~') : escaped;
    const next = step(value, token);
    if (next === undefined) {
      const problem = `${quoteShort(text)} points at nothing: there is no ${quoteShort(token)}`;
      return { code: 'SCHEMA', problem, hint: 'define it under `$defs`, and refer to it as `#/$defs/NAME`' };
    }
    level = levelBelow(level, resource, token, next);
    value = next;
    place = placeBelow(place, token);
    if (level === 'schema') resource = resourceOf(resource, value);
  }
  // A schema where no keyword holds one: its identifiers were not looked for yet.
  if (level !== 'schema') {
    registry.scan(resource, value, place);
    resource = resourceOf(resource, value);
  }
  return { value, place, resource };
}

function levelBelow(level: Level, resource: Resource, token: string, value: JsonValue): Level {
  if (level === 'schemas') return 'schema';
  const shape = level === 'schema' ? resource.dialect.keywords.get(token)?.shape : undefined;
  if (shape === undefined) return 'other';
  const isOne = shape === 'schema' || (shape === 'schemaOrList' && value.kind !== 'array');
  return isOne ? 'schema' : 'schemas';
}

function step(value: JsonValue, token: string): JsonValue | undefined {
  if (value.kind === 'object') return value.members.get(token);
  if (value.kind === 'array' && /^(?:0|[1-9][0-9]{0,14})$/.test(token)) return value.items[Number(token)];
  return undefined;
}
