/** What went wrong, for a program to branch on. */
export type ErrorCode =
  /** A bad argument: wrong type, out of its range, a mask that is too short. */
  | 'ARGUMENT'
  /** Text that is no JSON, pattern or grammar. */
  | 'SYNTAX'
  /** A JSON Schema that is not one, or a `$ref` cycle that consumes nothing. */
  | 'SCHEMA'
  /** A construct or option that is understood and cannot be enforced. */
  | 'UNSUPPORTED'
  /** No text at all is in the language. */
  | 'UNSATISFIABLE'
  /** The style leaves no text of a language that has some. */
  | 'STYLE_EMPTY'
  /** A tokenizer that is foreign, truncated or contradicts itself. */
  | 'VOCABULARY'
  /** Bytes that the language needs cannot be spelled by any token. */
  | 'VOCABULARY_INCOMPLETE'
  /** A token id outside the vocabulary. */
  | 'TOKEN_RANGE'
  /** Calls in an order that makes no sense. */
  | 'STATE'
  /** Use after `dispose()`. */
  | 'DISPOSED'
  /** A change while a pending mask still reads the object. */
  | 'BUSY'
  /** The time limit ran out; the object stays usable. */
  | 'DEADLINE'
  /** The memory limit ran out; the object stays usable. */
  | 'MEMORY'
  /** The caller's signal was aborted. */
  | 'ABORTED'
  /** Logits that hold NaN, or nothing but −∞. */
  | 'LOGITS'
  /** `maxTokens` is less than the shortest valid text needs. */
  | 'BUDGET_TOO_SMALL'
  /** Nothing can follow the text so far. */
  | 'DEAD_END'
  /** The finished value fails a check of a schema library that JSON Schema cannot say. */
  | 'INVALID'
  /** The second opinion that was asked for finds a finished value wrong. */
  | 'VERIFY'
  /** A completion engine: its thread, or the server that it talks to. */
  | 'ENGINE'
  /** A model folder, its weights or its run. */
  | 'MODEL';

/** Where it went wrong: in a text, a schema (of a file, where one is known), at a token or in a file. Lines and columns count from 1. */
export type ErrorLocation =
  | { line: number; column: number; excerpt: string; path?: string }
  | { pointer: string; keyword: string; path?: string }
  | { token: number }
  | { path: string };

/** What a `GrammaskError` carries beside its code and message. */
export interface GrammaskErrorOptions {
  /** What to do about it, in one sentence. */
  hint?: string | undefined;
  location?: ErrorLocation | undefined;
  cause?: unknown;
}

// In the registry of the process, so that two copies of the package know each other's errors.
const marker = Symbol.for('grammask.error');

/**
 * The one error class of grammask: `code` says what, `location` where, `hint` what to do.
 * `GrammaskError.isInstance(error)` also holds for errors of another copy of the package.
 */
export class GrammaskError extends Error {
  static {
    Object.defineProperty(GrammaskError.prototype, 'name', { value: 'GrammaskError', configurable: true });
    Object.defineProperty(GrammaskError.prototype, marker, { value: true });
  }

  readonly code: ErrorCode;
  // Declared only: a field would be an own property even where it is absent.
  declare readonly hint?: string;
  declare readonly location?: ErrorLocation;

  constructor(code: ErrorCode, message: string, options: GrammaskErrorOptions = {}) {
    super(message, 'cause' in options ? { cause: options.cause } : undefined);
    this.code = code;
    if (options.hint !== undefined) this.hint = options.hint;
    if (options.location !== undefined) this.location = options.location;
  }

  /** Whether a value is an error of grammask, from whichever copy of the package. */
  static isInstance(value: unknown): value is GrammaskError {
    return typeof value === 'object' && value !== null && marker in value;
  }

  /** Code and message, then the place, then the hint, a line each. */
  override toString(): string {
    const lines = [`${this.name} ${this.code}: ${this.message}`];
    if (this.location !== undefined) lines.push(...describeLocation(this.location));
    if (this.hint !== undefined) lines.push(`  hint: ${this.hint}`);
    return lines.join('\n');
  }
}

const inFile = ({ path }: { path?: string }): string => (path === undefined ? '' : `${path}, `);

function describeLocation(location: ErrorLocation): string[] {
  if ('line' in location) {
    const lines = [`  at ${inFile(location)}line ${location.line}, column ${location.column}`];
    if (location.excerpt !== '') lines.push(...location.excerpt.split('\n').map((line) => `    ${line}`));
    return lines;
  }
  if ('pointer' in location) {
    const pointer = location.pointer === '' ? 'the root of the schema' : location.pointer;
    const place = location.keyword === '' ? pointer : `${pointer}, keyword ${location.keyword}`;
    return [`  at ${inFile(location)}${place}`];
  }
  if ('token' in location) return [`  at token ${location.token}`];
  return [`  at ${location.path}`];
}
