/** The words of the flat program buffer, as docs/program.md defines them. */

export const NONE = 0xffffffff;
/** Lengths and counts above this are stored as this. */
export const MAX_COUNT = 0xfffffffe;
export const PROGRAM_MAGIC = 0x4b534d47;
export const PROGRAM_VERSION = 4;
/** The words of white space, by number; an indent and a bound have theirs in the word behind, gaps at the end. */
export const WHITESPACE_WORDS = ['any', 'compact', 'spaced', 'indent', 'inside', 'atMost', 'gaps'] as const;
/** The words of spelling, by number; escapes have theirs at the end. */
export const SPELLING_WORDS = ['any', 'canonical', 'escapes'] as const;

/** Bits of the escapes that a style allows: those of the letters of {@link ESCAPE_LETTERS}, and these. */
export const EscapeBits = { hexOfControls: 256, hexOfAll: 512, most: 1023 } as const;
/** What may stand behind a backslash, by number of the bit; `u` has bits of its own. */
export const ESCAPE_LETTERS = '"\\/bfnrt';

export const ExprOp = {
  EMPTY: 0,
  EPSILON: 1,
  SET: 2,
  LITERAL: 3,
  CONCAT: 4,
  UNION: 5,
  INTERSECT: 6,
  COMPLEMENT: 7,
  REPEAT: 8,
  PUNYCODE: 9,
  BYTES: 10,
} as const;

export const RecordTag = {
  types: 1,
  scalars: 2,
  number: 3,
  string: 4,
  array: 5,
  object: 6,
  allOf: 7,
  anyOf: 8,
  oneOf: 9,
  not: 10,
  contains: 11,
} as const;

/** Bits of a `types` record. */
export const TypeBits = {
  null: 1,
  boolean: 2,
  number: 4,
  string: 8,
  array: 16,
  object: 32,
  integer: 64,
  /** Draft 4: a number written without fraction part and exponent part. */
  plainInteger: 128,
} as const;

/** Bits of a `scalars` record. */
export const ScalarBits = { null: 1, true: 2, false: 4 } as const;

/** A range of Unicode code points, both ends included. */
export type CharRange = readonly [lo: number, hi: number];

/**
 * One record of a schema node. Names and decimals are string indices, `pattern` and `strings` are expressions,
 * everything else that refers to a schema is a node.
 */
export type SchemaRecord =
  | { readonly tag: 'types'; readonly bits: number }
  | {
      readonly tag: 'scalars';
      readonly bits: number;
      readonly strings?: number | undefined;
      readonly numbers?: readonly number[] | undefined;
    }
  | {
      readonly tag: 'number';
      readonly minimum?: number | undefined;
      readonly exclusiveMinimum?: number | undefined;
      readonly maximum?: number | undefined;
      readonly exclusiveMaximum?: number | undefined;
      /** A decimal above 0. */
      readonly multipleOf?: number | undefined;
    }
  | {
      readonly tag: 'string';
      readonly minLength?: number | undefined;
      readonly maxLength?: number | undefined;
      readonly pattern?: number | undefined;
    }
  | {
      readonly tag: 'array';
      readonly minItems?: number | undefined;
      readonly maxItems?: number | undefined;
      readonly items?: number | undefined;
      readonly uniqueItems?: boolean | undefined;
      readonly prefixItems?: readonly number[] | undefined;
    }
  | {
      readonly tag: 'object';
      readonly additional?: number | undefined;
      /** `additionalProperties` was written as an object schema. */
      readonly additionalIsSchema?: boolean | undefined;
      readonly minProperties?: number | undefined;
      readonly maxProperties?: number | undefined;
      /** The node that every name satisfies as a string value. */
      readonly names?: number | undefined;
      readonly properties?: readonly (readonly [name: number, node: number])[] | undefined;
      /** Expressions of names, in search form. */
      readonly patterns?: readonly (readonly [expr: number, node: number])[] | undefined;
      readonly required?: readonly number[] | undefined;
    }
  | { readonly tag: 'allOf'; readonly nodes: readonly number[] }
  | { readonly tag: 'anyOf'; readonly nodes: readonly number[] }
  | { readonly tag: 'oneOf'; readonly nodes: readonly number[] }
  | { readonly tag: 'not'; readonly node: number }
  | {
      readonly tag: 'contains';
      readonly node: number;
      readonly minimum?: number | undefined;
      readonly maximum?: number | undefined;
    };

/** The style words of a schema root. Absent means the exact language: any white space, order and spelling. */
export interface SchemaStyle {
  readonly whitespace?:
    | 'any'
    | 'inside'
    | 'compact'
    | 'spaced'
    | { readonly indent: number }
    | { readonly atMost: number }
    /** Texts of expressions: at brackets, between items and members, between a name and its value. */
    | { readonly pad: number; readonly item: number; readonly key: number }
    | undefined;
  readonly keyOrder?: 'any' | 'schema' | undefined;
  /** `escapes`: bits, {@link EscapeBits}. */
  readonly spelling?: 'any' | 'canonical' | { readonly escapes: number } | undefined;
  readonly undeclared?: 'schema' | 'forbid' | undefined;
}

/** One symbol of a rule's alternative. */
export type ProgramSymbol =
  | { readonly kind: 'terminal'; readonly expr: number }
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'schema'; readonly root: number }
  /** One token of a set. */
  | { readonly kind: 'tokens'; readonly set: number }
  /** A text of the expression that at most so many tokens write; docs/program.md. */
  | { readonly kind: 'limited'; readonly expr: number; readonly maxTokens: number }
  /** A text of the rule; once at most so many tokens (1 or more) wrote of it, its shortest ending; docs/program.md. */
  | { readonly kind: 'bounded'; readonly rule: number; readonly maxTokens: number }
  /** A text of the expression, or of the names that the host gives for this slot while it is written; `name` is a string. */
  | { readonly kind: 'slot'; readonly expr: number; readonly name: number };

/** A symbol that is read without a rule. */
export type LeafSymbol = Exclude<ProgramSymbol, { kind: 'rule' | 'bounded' }>;

export const SymbolKind = {
  terminal: 0,
  rule: 1,
  schema: 2,
  tokens: 3,
  limited: 4,
  slot: 5,
  bounded: 6,
} as const;

/** Tokens by id, and special ones by name. */
export interface TokenSet {
  /** The set is every token but these, and but the stop tokens of the vocabulary. */
  readonly excluded: boolean;
  /** Sorted, disjoint, not adjacent. */
  readonly ids: readonly IdRange[];
  /** String indices, ascending. */
  readonly names: readonly number[];
}

/** A range of token ids, both ends included. */
export type IdRange = readonly [lo: number, hi: number];

/** Bounds of the work that a front end may do for one grammar. */
export interface GrammarLimits {
  /** Milliseconds for reading and lowering the source. Running out is `DEADLINE`. Default: no limit. */
  readonly timeoutMs?: number | undefined;
  /** Bytes that the lowered grammar may take. Running out is `MEMORY`. Default: 1 GiB. */
  readonly memoryBytes?: number | undefined;
  /** Expressions, rules and schema nodes together. Running out is `MEMORY`. Default: no limit. */
  readonly nodes?: number | undefined;
}
