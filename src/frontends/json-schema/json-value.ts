/**
 * A JSON value as it was written: numbers keep their text, members keep their order (integer-like names too), and
 * `__proto__` is a name like any other. Equal JavaScript objects may share one value, so it is a directed acyclic graph.
 */
export type JsonValue = JsonScalar | JsonArray | JsonObject;
export type JsonScalar = JsonNull | JsonBoolean | JsonNumber | JsonString;

export interface JsonNull {
  readonly kind: 'null';
}
export interface JsonBoolean {
  readonly kind: 'boolean';
  readonly value: boolean;
}
export interface JsonNumber {
  readonly kind: 'number';
  /** The number as JSON spells it. */
  readonly text: string;
}
export interface JsonString {
  readonly kind: 'string';
  /** Decoded content; may hold lone surrogates, which a `\u` escape can write. */
  readonly value: string;
}
export interface JsonArray {
  readonly kind: 'array';
  readonly items: JsonValue[];
}
export interface JsonObject {
  readonly kind: 'object';
  readonly members: Map<string, JsonValue>;
}

/** `a string`, `an array`, … for messages. */
export function describeKind(value: JsonValue): string {
  if (value.kind === 'null') return 'null';
  return value.kind === 'array' || value.kind === 'object' ? `an ${value.kind}` : `a ${value.kind}`;
}

// What a value takes in memory, roughly, in words of four bytes.
const SCALAR_WORDS = 16;
export const CONTAINER_WORDS = 80;

/** An estimate of a scalar's size in words of four bytes, for limits. */
export function wordsOf(value: JsonScalar): number {
  if (value.kind === 'string') return SCALAR_WORDS + (value.value.length >> 1);
  return value.kind === 'number' ? SCALAR_WORDS + (value.text.length >> 2) : SCALAR_WORDS;
}
