import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { lowerConst, lowerEnum } from './constants.js';
import { lowerAllOf, lowerAnyOf, lowerArray, lowerObject } from './container-keywords.js';
import {
  idWithoutFragment,
  lowerDefinitions,
  lowerDialect,
  lowerFormat,
  lowerId,
} from './document-keywords.js';
import { type InPlaceNode, reportInPlaceCycles } from './in-place-cycles.js';
import { type IssueSink, unreachedSink } from './issue-sink.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonObject, type JsonValue } from './json-value.js';
import { isSchema, type KeywordLowering, type Lowering, type SchemaObject } from './lowering.js';
import type { Place } from './place.js';
import { lowerRef } from './references.js';
import { lowerRefused, refusedKeywords } from './refused-keywords.js';
import { ALL_TYPES, lowerNumberBounds, lowerStringBounds, lowerType, typeBitsOf } from './scalar-keywords.js';

/** How a keyword is lowered. Keywords of one group share one record, where the first of them stands. */
interface KeywordRule {
  lower: KeywordLowering;
  group?: string;
}

const ignore: KeywordLowering = () => undefined;

const RULES = new Map<string, KeywordRule>();
for (const [lower, ...keywords] of [
  [lowerDialect, '$schema'],
  [lowerId, '$id'],
  [lowerRef, '$ref'],
  [lowerDefinitions, '$defs', 'definitions'],
  [lowerType, 'type'],
  [lowerEnum, 'enum'],
  [lowerConst, 'const'],
  [lowerAllOf, 'allOf'],
  [lowerAnyOf, 'anyOf'],
  [lowerFormat, 'format'],
  [lowerRefused, ...refusedKeywords],
  [ignore, '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  [ignore, 'contentEncoding', 'contentMediaType', 'contentSchema'],
] as [KeywordLowering, ...string[]][]) {
  for (const keyword of keywords) RULES.set(keyword, { lower });
}
for (const [group, lower, ...keywords] of [
  ['number', lowerNumberBounds, 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum'],
  ['string', lowerStringBounds, 'minLength', 'maxLength', 'pattern'],
  ['array', lowerArray, 'items', 'prefixItems', 'minItems', 'maxItems'],
  ['object', lowerObject, 'properties', 'required', 'additionalProperties'],
] as [string, KeywordLowering, ...string[]][]) {
  for (const keyword of keywords) RULES.set(keyword, { lower, group });
}

interface Visit {
  id: number;
  schema: JsonValue;
  place: Place | null;
}

/**
 * Lowers a document into the builder and gives the node of its root. Definitions that nothing refers to are checked
 * with the scratch builder, which is thrown away. Work lists in place of recursion: depth costs memory only.
 */
export function lowerDocument(
  root: JsonValue,
  formats: 'assert' | 'annotate',
  builder: ProgramBuilder,
  scratch: ProgramBuilder,
  issues: IssueSink,
): number | undefined {
  const nodes = new Map<JsonValue, number>();
  const inPlaceNodes = new Map<number, InPlaceNode & { edges: { to: number; keyword: string }[] }>();
  const definitions: { schema: JsonValue; place: Place }[] = [];
  const stack: Visit[] = [];
  const found: Visit[] = [];
  let isReached = true;

  const lowering: Lowering = {
    builder,
    issues,
    formats,
    root,
    rootId: rootIdOf(root),
    patterns: new Map(),
    node(schema, place) {
      let id = nodes.get(schema);
      if (id === undefined) {
        id = lowering.builder.reserveNode();
        nodes.set(schema, id);
        found.push({ id, schema, place });
      }
      return id;
    },
    inPlace(schema, edge) {
      if (!isReached) return;
      const node = inPlaceNodes.get(schema.id);
      if (node === undefined) inPlaceNodes.set(schema.id, { place: schema.place, edges: [edge] });
      else node.edges.push(edge);
    },
    define(schema, place) {
      definitions.push({ schema, place });
    },
  };

  function lowerFound(): void {
    for (;;) {
      // The first one found is lowered first: issues come in the order of the document.
      for (let next = found.pop(); next !== undefined; next = found.pop()) stack.push(next);
      const visit = stack.pop();
      if (visit === undefined) return;
      lowering.builder.setNode(visit.id, lowerSchema(lowering, visit));
    }
  }

  if (!isSchema(root)) {
    issues.error('SCHEMA', {
      place: null,
      keyword: '',
      message: `a schema is an object or a boolean, not ${describeKind(root)}`,
    });
    return undefined;
  }
  const rootNode = lowering.node(root, null);
  lowerFound();
  reportInPlaceCycles(inPlaceNodes, issues);

  isReached = false;
  lowering.builder = scratch;
  lowering.issues = unreachedSink(issues);
  lowering.patterns.clear();
  // Definitions inside of definitions join the list as it is walked.
  for (const { schema, place } of definitions) {
    lowering.node(schema, place);
    lowerFound();
  }
  return rootNode;
}

function lowerSchema(lowering: Lowering, { id, schema: value, place }: Visit): SchemaRecord[] {
  if (value.kind !== 'object') {
    const isTrue = value.kind === 'boolean' && value.value;
    return isTrue ? [] : [{ tag: 'types', bits: 0 }];
  }
  const types = typeBitsOf(value.members.get('type')) ?? ALL_TYPES;
  const schema: SchemaObject = { id, members: value.members, place, types };
  const written = new Set<string>();
  const records: SchemaRecord[] = [];
  for (const [keyword, keywordValue] of value.members) {
    lowering.builder.step();
    const rule = RULES.get(keyword);
    if (rule === undefined) {
      const message = `the keyword ${quoteShort(keyword)} is not known: it is an annotation`;
      lowering.issues.info({ place, keyword, message });
      continue;
    }
    if (rule.group !== undefined) {
      if (written.has(rule.group)) continue;
      written.add(rule.group);
    }
    const record = rule.lower(lowering, schema, keyword, keywordValue);
    if (record !== undefined) records.push(record);
  }
  return records;
}

function rootIdOf(root: JsonValue): string | null {
  const id = (root as Partial<JsonObject>).members?.get('$id');
  return id?.kind === 'string' ? idWithoutFragment(id.value) : null;
}
