import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import type { Dialect, Draft } from './drafts.js';
import type { IssueSink } from './issue-sink.js';
import type { JsonObject, JsonValue } from './json-value.js';
import type { Logic } from './logic.js';
import type { Place } from './place.js';
import type { Registry } from './registry.js';
import type { Scope, Scopes } from './scopes.js';

/** An edge from a schema to one that the same value is held against: `$ref`, `allOf`, `anyOf`, `not` and so on. */
export interface InPlaceEdge {
  readonly to: SchemaNode;
  readonly keyword: string;
  /**
   * What must hold, beside the schema with the edge, so that the value satisfies the schema at its end: a program node, of
   * all values where that is nothing. Undefined for `not`, behind which nothing counts as evaluated.
   */
  readonly condition: number | undefined;
}

/** Which members the keywords of one schema evaluate. */
export interface NameEvaluator {
  readonly names: readonly string[];
  readonly patterns: readonly number[];
  /** `additionalProperties` takes the rest. */
  readonly all: boolean;
}

/** Which items the keywords of one schema evaluate. */
export interface ItemEvaluator {
  /** How many of the first items; infinity for all. */
  readonly prefix: number;
  /** The node of `contains`, where its matches count. */
  readonly contains: number | undefined;
}

/** A schema in a scope, and what its lowering found. */
export interface SchemaNode {
  /** The node of the program. */
  readonly id: number;
  readonly value: JsonValue;
  readonly place: Place | null;
  readonly scope: Scope;
  records: SchemaRecord[];
  edges: InPlaceEdge[];
  names?: NameEvaluator;
  items?: ItemEvaluator;
  unevaluatedProperties?: SchemaNode;
  unevaluatedItems?: SchemaNode;
}

/** A reference's goal. */
export interface Target {
  readonly value: JsonValue;
  readonly place: Place | null;
  readonly scope: Scope;
}

/** What the lowering of one document shares. */
export interface Lowering {
  builder: ProgramBuilder;
  issues: IssueSink;
  logic: Logic;
  readonly formats: 'assert' | 'annotate';
  readonly registry: Registry;
  readonly scopes: Scopes;
  readonly patterns: Map<string, number>;
  /** The digits of the different values of `multipleOf`, and how many there are. */
  steps: { readonly seen: Set<string>; digits: number };
  /** The node of a schema below another one, in the same scope unless it has an identifier. It is lowered later. */
  child(schema: SchemaObject, value: JsonValue, place: Place): SchemaNode;
  target(target: Target): SchemaNode;
  /** A definition, to be checked even if nothing refers to it. */
  define(schema: SchemaObject, value: JsonValue, place: Place): void;
  /** A schema to come back to when all others are lowered. */
  later(node: SchemaNode): void;
}

/** A schema object while it is lowered. */
export interface SchemaObject {
  readonly node: SchemaNode;
  readonly members: JsonObject['members'];
  readonly place: Place | null;
  readonly dialect: Dialect;
  readonly draft: Draft;
  /** Bits of its own `type`; all of them where it is absent. */
  readonly types: number;
}

/** The value of a keyword that is in force. */
export function valueAt(
  schema: Pick<SchemaObject, 'members' | 'dialect'>,
  keyword: string,
): JsonValue | undefined {
  // Most keywords are absent.
  const value = schema.members.get(keyword);
  return value !== undefined && schema.dialect.keywords.has(keyword) ? value : undefined;
}

/** Lowers one keyword; undefined where it adds no record. */
export type KeywordLowering = (
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
) => SchemaRecord | readonly SchemaRecord[] | undefined;

export function isSchema(value: JsonValue): boolean {
  return value.kind === 'object' || value.kind === 'boolean';
}

export function isFalse(value: JsonValue | undefined): boolean {
  return value?.kind === 'boolean' && !value.value;
}

export function isTrue(value: JsonValue | undefined): boolean {
  return value?.kind === 'boolean' && value.value;
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

export function warn(lowering: Lowering, schema: SchemaObject, keyword: string, message: string): void {
  lowering.issues.warning({ place: schema.place, keyword, message });
}

export function inform(lowering: Lowering, schema: SchemaObject, keyword: string, message: string): void {
  lowering.issues.info({ place: schema.place, keyword, message });
}

/** Whether a text is well-formed Unicode; reports it if not, since no JSON text in UTF-8 can contain it. */
export function checkText(lowering: Lowering, schema: SchemaObject, keyword: string, text: string): boolean {
  if (text.isWellFormed()) return true;
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
