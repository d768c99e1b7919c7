// The types of `model.generate` and `model.stream`: what the value of an answer is, by its constraint.
import type { SchemaInput, SchemaOutput, StandardSchema } from '../adapters/standard-schema.js';
import type { GenerateResult } from './generate.js';
import type {
  ChoicesOptions,
  DrawOptions,
  GenerateOptions,
  OnLimit,
  PromptOptions,
  SchemaOptions,
  TextOptions,
} from './options.js';
import type { GenerateStream } from './stream.js';

/** An answer may be left unfinished under `onLimit: 'partial'`. */
type Unfinished<Limit extends OnLimit, Value> = 'partial' extends Limit ? Value : never;

/**
 * A value that is being written: strings may be the beginning of the string, members and items may be missing. It is what
 * the schema takes: transforms come at the end.
 */
export type PartialValue<Value> = 0 extends 1 & Value
  ? unknown
  : Value extends string
    ? string
    : Value extends number
      ? number
      : Value extends readonly (infer Item)[]
        ? PartialValue<Item>[]
        : Value extends object
          ? { [Name in keyof Value]?: PartialValue<Value[Name]> }
          : Value;

type Options<Constraint, Limit extends OnLimit = OnLimit> = DrawOptions<Limit> & PromptOptions & Constraint;

/** The call signatures of `model.generate`. */
export interface Generate {
  /** With a schema of zod, valibot, arktype and others, `value` has the type that it puts out. */
  <Schema extends StandardSchema, Limit extends OnLimit = 'close'>(
    options: Options<SchemaOptions<Schema>, Limit>,
  ): Promise<GenerateResult<SchemaOutput<Schema> | Unfinished<Limit, undefined>>>;
  /** With `choices`, `value` is one of them. */
  <Choice extends string, Limit extends OnLimit = 'close'>(
    options: Options<ChoicesOptions<Choice>, Limit>,
  ): Promise<GenerateResult<Choice | Unfinished<Limit, string>>>;
  /** Without a schema, `value` is the text. */
  (options: Options<TextOptions>): Promise<GenerateResult<string>>;
  /** With a JSON Schema, you name the type of `value`. */
  <Value = unknown>(options: GenerateOptions): Promise<GenerateResult<Value>>;
}

/** The call signatures of `model.stream`. */
export interface Stream {
  /** With a schema of zod, valibot, arktype and others, `value` has the type that it puts out. */
  <Schema extends StandardSchema, Limit extends OnLimit = 'close'>(
    options: Options<SchemaOptions<Schema>, Limit>,
  ): GenerateStream<
    SchemaOutput<Schema> | Unfinished<Limit, undefined>,
    PartialValue<SchemaInput<Schema>> | undefined
  >;
  /** With `choices`, `value` is one of them. */
  <Choice extends string, Limit extends OnLimit = 'close'>(
    options: Options<ChoicesOptions<Choice>, Limit>,
  ): GenerateStream<Choice | Unfinished<Limit, string>, string>;
  /** Without a schema, `value` is the text. */
  (options: Options<TextOptions>): GenerateStream<string, string>;
  /** With a JSON Schema, you name the type of `value`. */
  <Value = unknown>(options: GenerateOptions): GenerateStream<Value>;
}
