import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import type { IssueSink } from './issue-sink.js';
import type { JsonObject, JsonValue } from './json-value.js';
import type { Place } from './place.js';

/** An edge from a schema to one that the same value must satisfy: `$ref`, `allOf`, `anyOf`. */
export interface InPlaceEdge {
  to: number;
  keyword: string;
}

/** What the lowering of one document shares. */
export interface Lowering {
  builder: ProgramBuilder;
  issues: IssueSink;
  readonly formats: 'assert' | 'annotate';
  readonly root: JsonValue;
  /** The root's `$id` without fragment, if it has one. */
  readonly rootId: string | null;
  readonly patterns: Map<string, number>;
  /** The node of a schema, which is lowered later if it was not met before. */
  node(schema: JsonValue, place: Place | null): number;
  /** An edge for the search for cycles. */
  inPlace(schema: SchemaObject, edge: InPlaceEdge): void;
  /** A definition, to be checked even if nothing refers to it. */
  define(schema: JsonValue, place: Place): void;
}

/** A schema object while it is lowered. */
export interface SchemaObject {
  readonly id: number;
  readonly members: JsonObject['members'];
  readonly place: Place | null;
  /** Bits of its own `type`; all of them where it is absent. */
  readonly types: number;
}

/** Lowers one keyword; undefined where it adds no record. */
export type KeywordLowering = (
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
) => SchemaRecord | undefined;

export function isSchema(value: JsonValue): boolean {
  return value.kind === 'object' || value.kind === 'boolean';
}

/** Reports a malformed value; gives undefined, so that callers can return it. */
export function malformed(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  message: string,
  hint?: string,
): undefined {
  lowering.issues.error('SCHEMA', {
    place: schema.place,
    keyword,
    message: `\`${keyword}\` ${message}`,
    hint,
  });
  return undefined;
}

const SURROGATE = /\p{Surrogate}/u;

/** Whether a text is well-formed Unicode; reports it if not, since no JSON text in UTF-8 can contain it. */
export function checkText(lowering: Lowering, schema: SchemaObject, keyword: string, text: string): boolean {
  if (!SURROGATE.test(text)) return true;
  const shown = JSON.stringify(text.slice(0, 60));
  malformed(
    lowering,
    schema,
    keyword,
    `has the text ${shown}, which holds half of a surrogate pair: no JSON text in UTF-8 can contain it`,
    'write both halves of the pair, or remove the text',
  );
  return false;
}
