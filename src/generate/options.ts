import { expected, illFormedAt } from '../engine/arguments.js';
import type { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import type { JsonSchemaOptions, JsonStyle } from '../frontends/json-schema/types.js';
import type { ChatMessage, PromptSource } from '../model/protocol.js';
import { type Constraint, constraintNames, readConstraint, schemaOptionNames } from './constraint.js';
import type { DeadTexts } from './dead-texts.js';
import type { OnFinished } from './finished-answer.js';
import type { PrunedName } from './pruned-names.js';
import type { OnSlot, SlotHook } from './slot-asker.js';

/** What the model reads: either a prompt or messages. */
export type PromptOptions =
  | {
      /** The text as the model reads it, without its chat template; or its token ids, all of them, to which none is added. */
      prompt: string | Int32Array;
      messages?: undefined;
    }
  | {
      /** A conversation; it goes through the model's chat template, which also sees `schema`. */
      messages: readonly ChatMessage[];
      prompt?: undefined;
    };

/** What happens at the limit of tokens. */
export type OnLimit = 'close' | 'cut' | 'error' | 'partial';

/** How the answer is drawn, and where it ends. */
export interface DrawOptions<Limit extends OnLimit = OnLimit> {
  /** Most tokens of the answer, the stop token not counted. Default 512; never more than the model's context holds. */
  maxTokens?: number | undefined;
  /** 0 takes the most probable token. Default: 0, or 1 where `topP`, `topK`, `minP` or `seed` is given. */
  temperature?: number | undefined;
  /** Only the most probable tokens that together reach this probability. Default 1. */
  topP?: number | undefined;
  /** Only so many of the most probable tokens. Default 0: all. */
  topK?: number | undefined;
  /** Only tokens at least this probable, as a part of the most probable one's probability. Default 0. */
  minP?: number | undefined;
  /** A whole number: the same seed draws the same answer. Default: a new one each time. */
  seed?: number | undefined;
  /**
   * Which names fill the slots of the grammar: called where a name begins, as `Slot(name, body)` in EBNF says, while the
   * model thinks. No answer holds a name that is not among those given; null says that they are not known, and then the
   * slot's own pattern decides. What it throws ends the generation.
   */
  onSlot?: OnSlot | undefined;
  /**
   * Told of each place where the model's likeliest token, or the one drawn, begins or goes on with a name that `onSlot` did not give.
   * Only with `onSlot`.
   */
  onPruned?: ((pruned: PrunedName) => void) | undefined;
  /** Milliseconds that one answer of `onSlot` may take; later ones count as null. Default 50; `Infinity` waits. */
  slotTimeoutMs?: number | undefined;
  /**
   * How text that must come next is written. `'tokens'` (default): token by token, and drawn where it can be cut into tokens in
   * several ways, so that the distribution is the model's. `'text'`: at once, as the tokens that the tokenizer makes of it: fewer
   * passes of the model.
   */
  forced?: 'tokens' | 'text' | undefined;
  /**
   * Tokens that may be taken back in all, where names, or a state that could not be decided, turn out to lead nowhere. 0: then it is
   * `DEAD_END` at once. Default 1024.
   */
  backtrack?: number | undefined;
  /**
   * Tokens with which the model says that it is done, such as a line break where one line is wanted. Where it would like to write one of
   * them most of all and may write none, because something is still open, the answer goes back to the last place with another way, as from a
   * dead end, instead of running on; 8 times at most. Default: none.
   */
  doneTokens?: readonly number[] | undefined;
  /**
   * What comes of it where the model would write one of `doneTokens` and may not. `'back'` (default): as said there. `'close'`: where the
   * token that the model would draw without the constraint is one of them, what is open is closed with the shortest end, `finishReason`
   * `'closed'`; where none is known, `'back'`.
   */
  whenDone?: 'back' | 'close' | undefined;
  /**
   * Asked of each finished answer before it is given; not in a stream, and only with a constraint. It accepts it with undefined, or says
   * what is wrong: that is not written again, and the generation goes on from further back, as far as 64 tokens. `DEAD_END` where nothing else
   * is left. How often it turns answers down is its own affair: there is no other bound, and an end that `onLimit: 'close'` writes may be one
   * that it knows. What it throws ends the generation.
   */
  onFinished?: OnFinished | undefined;
  /**
   * What no answer may be or begin with, as `createDeadTexts()` holds it. What `onFinished` turns down and what leads nowhere is added, so
   * that it may be shared by the generations of one model and grammar whose names are the same. Default: a new one.
   */
  avoid?: DeadTexts | undefined;
  /**
   * Whether the model remembers the prompt: the next call with the same one, or one that begins alike, does not read it again. Kept are
   * 256 MiB at most, until half a minute has passed without use. Default false.
   */
  keepPrompt?: boolean | undefined;
  /** Tokens that end the answer beside those of the model's vocabulary. Default: none. */
  stopTokens?: readonly number[] | undefined;
  /** Ends the generation with `ABORTED`; the model stays usable. */
  signal?: AbortSignal | undefined;
  /**
   * What happens when `maxTokens` is reached. `'close'` (default with a constraint): the answer is brought to a valid end
   * within the limit, or `BUDGET_TOO_SMALL` before the first token. `'cut'`: it is cut back to where a valid end fits, if one is found
   * within the last 64 tokens, and ended there; else as `'partial'`. `'error'`: `BUDGET_TOO_SMALL` at the limit.
   * `'partial'` (default without one): what is there, with `finishReason: 'length'`.
   */
  onLimit?: Limit | undefined;
}

interface NoConstraint {
  schema?: undefined;
  grammar?: undefined;
  regex?: undefined;
  choices?: undefined;
  style?: undefined;
  draft?: undefined;
  formats?: undefined;
  resolve?: undefined;
  verify?: false | undefined;
  stop?: undefined;
}

/** The answer is JSON of a schema. */
export interface SchemaOptions<Schema = object | boolean | string>
  extends Omit<NoConstraint, 'schema' | 'style' | 'draft' | 'formats' | 'resolve' | 'verify'> {
  /**
   * A JSON Schema, as an object, a boolean or JSON text, or a schema of a library that speaks Standard Schema (zod,
   * valibot, arktype and others): the answer is JSON that it validates. With the latter `value` is what the library makes
   * of that JSON: defaults and transforms apply, and what JSON Schema cannot say is checked (`INVALID`).
   */
  schema: Schema;
  /** Which texts of the schema's language are used. What it leaves out is as in `generationStyle`. */
  style?: JsonStyle | undefined;
  /** As in `Grammar.jsonSchema`: the draft where the schema has no `$schema`. */
  draft?: JsonSchemaOptions['draft'] | undefined;
  /** As in `Grammar.jsonSchema`: whether the formats that the drafts define are enforced. */
  formats?: JsonSchemaOptions['formats'] | undefined;
  /** As in `Grammar.jsonSchema`: the documents of references that lead out of the schema. */
  resolve?: ((uri: string) => unknown) | undefined;
  /**
   * `'ajv'`: a second opinion. ajv, which you install, validates the finished value with the JSON Schema; `VERIFY` where it
   * finds it wrong, and `UNSUPPORTED` before the first token where it cannot read the schema. Default `false`.
   */
  verify?: 'ajv' | false | undefined;
}

/** The answer is one of these texts. */
export interface ChoicesOptions<Choice extends string = string> extends Omit<NoConstraint, 'choices'> {
  /** The answer is one of these texts. */
  choices: readonly Choice[];
}

/** The answer is a text of a language, or any text. */
export type TextOptions =
  | (Omit<NoConstraint, 'grammar'> & {
      /** The answer is a text of this language. */
      grammar: Grammar;
    })
  | (Omit<NoConstraint, 'regex'> & {
      /** The whole answer matches this pattern. */
      regex: string | RegExp;
    })
  | (Omit<NoConstraint, 'stop'> & {
      /** The answer ends before the first of these texts. Not with a constraint. */
      stop?: string | readonly string[] | undefined;
    });

/** What to generate: `prompt` or `messages`, and at most one of `schema`, `grammar`, `regex`, `choices`. */
export type GenerateOptions = DrawOptions & PromptOptions & (SchemaOptions | ChoicesOptions | TextOptions);

/** Options that were checked, with their defaults. */
export interface GenerateRequest {
  source: PromptSource;
  constraint: Constraint | undefined;
  maxTokens: number;
  sampling: { temperature: number; topP: number; topK: number; minP: number };
  seed: number | undefined;
  stop: readonly string[];
  stopTokens: readonly number[];
  signal: AbortSignal | undefined;
  onLimit: OnLimit;
  forced: 'tokens' | 'text';
  keepPrompt: boolean;
  backtrack: number;
  doneTokens: readonly number[];
  whenDone: 'back' | 'close';
  onFinished: OnFinished | undefined;
  avoid: DeadTexts | undefined;
  slots: SlotHook | undefined;
}

const known: ReadonlySet<string> = new Set([
  'prompt',
  'messages',
  ...constraintNames,
  ...schemaOptionNames,
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'minP',
  'seed',
  'stop',
  'stopTokens',
  'signal',
  'onLimit',
  'onSlot',
  'onPruned',
  'slotTimeoutMs',
  'forced',
  'backtrack',
  'keepPrompt',
  'doneTokens',
  'whenDone',
  'onFinished',
  'avoid',
]);

/**
 * @throws GrammaskError `ARGUMENT` for a bad option, `UNSUPPORTED` for one that is not known, and for a schema of a library
 *   that makes no JSON Schema of it
 */
export function readGenerateOptions(options: GenerateOptions): GenerateRequest {
  if (typeof options !== 'object' || options === null) throw expected('an object', 'options', options);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined || known.has(name)) continue;
    throw new GrammaskError('UNSUPPORTED', `the option \`${name}\` is not supported`, {
      hint: `the options are ${[...known].join(', ')}`,
    });
  }
  const constraint = readConstraint(options);
  const stop = readStop(options.stop);
  if (constraint !== undefined && stop.length > 0) {
    throw new GrammaskError('ARGUMENT', `\`stop\` cannot be combined with \`${constraint.kind}\``, {
      hint: 'it would cut the answer where it is not valid; say in the grammar where it ends',
    });
  }
  return {
    source: readSource(options, constraint?.schema?.jsonSchema),
    constraint,
    maxTokens: number(options, 'maxTokens', 512, 'a whole number of at least 1', (n) => isWhole(n, 1)),
    sampling: readSampling(options),
    seed: readSeed(options.seed),
    stop,
    stopTokens: readTokenList(options.stopTokens, 'stopTokens'),
    doneTokens: readTokenList(options.doneTokens, 'doneTokens'),
    whenDone: readWord(options.whenDone, 'whenDone', ['back', 'close']),
    onFinished: readOnFinished(options.onFinished, constraint),
    avoid: readAvoid(options.avoid),
    signal: readSignal(options.signal),
    onLimit: readOnLimit(options.onLimit, constraint),
    forced: readWord(options.forced, 'forced', ['tokens', 'text']),
    keepPrompt: readFlag(options.keepPrompt, 'keepPrompt'),
    backtrack: number(options, 'backtrack', 1024, 'a whole number of at least 0', (n) => isWhole(n, 0)),
    slots: readSlots(options),
  };
}

function readSlots({ onSlot, onPruned, slotTimeoutMs = 50 }: GenerateOptions): SlotHook | undefined {
  if (typeof slotTimeoutMs !== 'number' || !(slotTimeoutMs >= 0)) {
    throw expected('a number of milliseconds', 'slotTimeoutMs', slotTimeoutMs);
  }
  if (onPruned !== undefined && typeof onPruned !== 'function')
    throw expected('a function', 'onPruned', onPruned);
  if (onSlot === undefined) {
    if (onPruned === undefined) return undefined;
    throw new GrammaskError('ARGUMENT', '`onPruned` is given without `onSlot`', {
      hint: 'only where `onSlot` gives names are others ruled out; give both, or leave `onPruned` out',
    });
  }
  if (typeof onSlot !== 'function') throw expected('a function', 'onSlot', onSlot);
  return { onSlot, timeoutMs: slotTimeoutMs, onPruned };
}

function readSource(
  { prompt, messages }: GenerateOptions,
  schema: object | boolean | string | undefined,
): PromptSource {
  if ((prompt === undefined) === (messages === undefined)) {
    throw new GrammaskError('ARGUMENT', 'expected either `prompt` or `messages`', {
      hint: 'messages: [{ role: "user", content: "…" }] goes through the chat template of the model',
    });
  }
  if (prompt instanceof Int32Array) return { tokens: readTokens(prompt) };
  if (prompt !== undefined) return { prompt: wellFormed(prompt, 'prompt') };
  if (!Array.isArray(messages) || messages.length === 0) {
    throw expected('a list of messages, at least one,', 'messages', messages);
  }
  const plain = messages.map((message: unknown, index) => {
    if (typeof message !== 'object' || message === null) {
      throw expected('an object with role and content', `messages[${index}]`, message);
    }
    const { role, content, ...rest } = message as ChatMessage;
    const other = Object.keys(rest)[0];
    if (other !== undefined) {
      throw new GrammaskError('UNSUPPORTED', `messages[${index}].${other} is not supported`, {
        hint: 'a message has role and content, both text',
      });
    }
    return {
      role: wellFormed(role, `messages[${index}].role`),
      content: wellFormed(content, `messages[${index}].content`),
    };
  });
  return { messages: plain, schemaText: schemaText(schema) };
}

/** The schema as it crosses to the model's thread, for the template. */
function schemaText(schema: object | boolean | string | undefined): string | undefined {
  if (schema === undefined || typeof schema === 'string') return schema;
  try {
    return JSON.stringify(schema);
  } catch {
    // The front end says what is wrong with it.
    return undefined;
  }
}

function wellFormed(value: unknown, name: string): string {
  if (typeof value !== 'string') throw expected('a string', name, value);
  if (illFormedAt(value) < 0) return value;
  throw new GrammaskError('ARGUMENT', `\`${name}\` is ill-formed UTF-16`, {
    hint: 'half of a surrogate pair stands alone; text.toWellFormed() replaces it',
  });
}

function readSampling(options: GenerateOptions): GenerateRequest['sampling'] {
  const drawn = [options.topP, options.topK, options.minP, options.seed].some((value) => value !== undefined);
  return {
    temperature: number(options, 'temperature', drawn ? 1 : 0, 'a number of at least 0', (n) => n >= 0),
    topP: number(options, 'topP', 1, 'a number above 0 and at most 1', (n) => n > 0 && n <= 1),
    topK: number(options, 'topK', 0, 'a whole number of at least 0', (n) => isWhole(n, 0)),
    minP: number(options, 'minP', 0, 'a number from 0 to 1', (n) => n >= 0 && n <= 1),
  };
}

function number(
  options: GenerateOptions,
  name: 'maxTokens' | 'temperature' | 'topP' | 'topK' | 'minP' | 'backtrack',
  absent: number,
  what: string,
  isRight: (value: number) => boolean,
): number {
  const value: unknown = options[name];
  if (value === undefined) return absent;
  if (typeof value !== 'number' || !Number.isFinite(value) || !isRight(value))
    throw expected(what, name, value);
  return value;
}

function isWhole(value: number, least: number): boolean {
  return Number.isInteger(value) && value >= least && value <= 0xffffffff;
}

function readSeed(seed: unknown): number | undefined {
  if (seed === undefined || Number.isSafeInteger(seed)) return seed as number | undefined;
  throw expected('a whole number', 'seed', seed);
}

function readStop(stop: unknown): readonly string[] {
  if (stop === undefined) return [];
  const list: readonly unknown[] = Array.isArray(stop) ? stop : [stop];
  return list.map((text) => {
    if (typeof text !== 'string' || text === '') throw expected('a text, or a list of them,', 'stop', text);
    return text;
  });
}

function readTokens(prompt: Int32Array): Int32Array {
  if (prompt.length === 0 || prompt.some((token) => token < 0)) {
    throw expected('token ids, at least one,', 'prompt', prompt);
  }
  return Int32Array.from(prompt);
}

function readTokenList(tokens: unknown, name: string): readonly number[] {
  if (tokens === undefined) return [];
  if (Array.isArray(tokens) && tokens.every((token) => isWhole(token, 0))) return tokens;
  throw expected('a list of token ids', name, tokens);
}

function readSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw expected('an AbortSignal', 'signal', signal);
}

function readFlag(value: unknown, name: string): boolean {
  if (value === undefined || typeof value === 'boolean') return value ?? false;
  throw expected('true or false', name, value);
}

/** One of some words, the first by default. */
function readWord<Word extends string>(
  value: unknown,
  name: string,
  words: readonly [Word, ...(readonly Word[])],
): Word {
  if (value === undefined) return words[0];
  const known = words.find((word) => word === value);
  if (known !== undefined) return known;
  throw expected(words.map((word) => `'${word}'`).join(' or '), name, value);
}

function readOnFinished(
  value: OnFinished | undefined,
  constraint: Constraint | undefined,
): OnFinished | undefined {
  if (value === undefined) return undefined;
  if (typeof value !== 'function') throw expected('a function', 'onFinished', value);
  if (constraint !== undefined) return value;
  throw new GrammaskError('ARGUMENT', '`onFinished` needs a constraint', {
    hint: 'without one nothing is taken back',
  });
}

function readAvoid(value: DeadTexts | undefined): DeadTexts | undefined {
  if (value === undefined || typeof value?.forbid === 'function') return value;
  throw expected('what createDeadTexts() gives', 'avoid', value);
}

function readOnLimit(value: unknown, constraint: Constraint | undefined): OnLimit {
  if (value === undefined) return constraint === undefined ? 'partial' : 'close';
  if (value !== 'close' && value !== 'cut' && value !== 'error' && value !== 'partial') {
    throw expected("'close', 'cut', 'error' or 'partial'", 'onLimit', value);
  }
  if ((value === 'close' || value === 'cut') && constraint === undefined) {
    throw new GrammaskError('ARGUMENT', `onLimit: '${value}' needs a constraint`, {
      hint: 'without one there is no valid end to bring the answer to',
    });
  }
  return value;
}
