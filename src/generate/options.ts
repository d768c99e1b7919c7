import { describe, expected, illFormedAt } from '../engine/arguments.js';
import { Grammar } from '../engine/grammar.js';
import { GrammaskError } from '../errors.js';
import { generationStyle } from '../frontends/json-schema/style.js';
import type { JsonStyle } from '../frontends/json-schema/types.js';
import type { ChatMessage, PromptSource } from '../model/protocol.js';

/** What to generate. Exactly one of `prompt` and `messages`; at most one of `schema`, `grammar`, `regex`, `choices`. */
export interface GenerateOptions {
  /** The text as the model reads it, without its chat template. */
  prompt?: string | undefined;
  /** A conversation; it goes through the model's chat template, which also sees `schema`. */
  messages?: readonly ChatMessage[] | undefined;
  /** A JSON Schema (draft 2020-12), as an object, a boolean or JSON text: the answer is JSON that it validates. */
  schema?: object | boolean | string | undefined;
  /** The answer is a text of this language. */
  grammar?: Grammar | undefined;
  /** The whole answer matches this pattern. */
  regex?: string | RegExp | undefined;
  /** The answer is one of these texts. */
  choices?: readonly string[] | undefined;
  /** Which texts of the schema's language are used. What it leaves out is as in `generationStyle`. Only with `schema`. */
  style?: JsonStyle | undefined;
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
  /** The answer ends before the first of these texts. Not with a constraint. */
  stop?: string | readonly string[] | undefined;
  /** Ends the generation with `ABORTED`; the model stays usable. */
  signal?: AbortSignal | undefined;
  /**
   * What happens when `maxTokens` is reached. `'close'` (default with a constraint): the answer is brought to a valid end
   * within the limit, or `BUDGET_TOO_SMALL` before the first token. `'error'`: `BUDGET_TOO_SMALL` at the limit.
   * `'partial'` (default without one): what is there, with `finishReason: 'length'`.
   */
  onLimit?: 'close' | 'error' | 'partial' | undefined;
}

/** Options that were checked, with their defaults. */
export interface GenerateRequest {
  source: PromptSource;
  constraint: Constraint | undefined;
  maxTokens: number;
  sampling: { temperature: number; topP: number; topK: number; minP: number };
  seed: number | undefined;
  stop: readonly string[];
  signal: AbortSignal | undefined;
  onLimit: 'close' | 'error' | 'partial';
}

/** The language of the answer, and what its value is. */
export interface Constraint {
  kind: 'schema' | 'grammar' | 'regex' | 'choices';
  makeGrammar(): Grammar;
}

const constraintNames = ['schema', 'grammar', 'regex', 'choices'] as const;
const known: ReadonlySet<string> = new Set([
  'prompt',
  'messages',
  ...constraintNames,
  'style',
  'maxTokens',
  'temperature',
  'topP',
  'topK',
  'minP',
  'seed',
  'stop',
  'signal',
  'onLimit',
]);

/** @throws GrammaskError `ARGUMENT` for a bad option, `UNSUPPORTED` for one that is not known */
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
    source: readSource(options),
    constraint,
    maxTokens: number(options, 'maxTokens', 512, 'a whole number of at least 1', (n) => isWhole(n, 1)),
    sampling: readSampling(options),
    seed: readSeed(options.seed),
    stop,
    signal: readSignal(options.signal),
    onLimit: readOnLimit(options.onLimit, constraint),
  };
}

function readSource({ prompt, messages, schema }: GenerateOptions): PromptSource {
  if ((prompt === undefined) === (messages === undefined)) {
    throw new GrammaskError('ARGUMENT', 'expected either `prompt` or `messages`', {
      hint: 'messages: [{ role: "user", content: "…" }] goes through the chat template of the model',
    });
  }
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
function schemaText(schema: GenerateOptions['schema']): string | undefined {
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

function readConstraint(options: GenerateOptions): Constraint | undefined {
  const given = constraintNames.filter((name) => options[name] !== undefined);
  if (given.length > 1) {
    throw new GrammaskError(
      'ARGUMENT',
      `expected at most one constraint but received ${given.join(' and ')}`,
      {
        hint: `give one of ${constraintNames.join(', ')}`,
      },
    );
  }
  const { schema, grammar, regex, choices, style } = options;
  const kind = given[0];
  if (style !== undefined && kind !== 'schema') {
    throw new GrammaskError('ARGUMENT', '`style` goes with `schema` only');
  }
  switch (kind) {
    case undefined:
      return undefined;
    case 'schema':
      checkSchema(schema);
      return { kind, makeGrammar: () => Grammar.jsonSchema(schema as object, { style: fullStyle(style) }) };
    case 'grammar':
      if (!(grammar instanceof Grammar)) {
        throw new GrammaskError(
          'ARGUMENT',
          `expected a Grammar for \`grammar\` but received ${describe(grammar)}`,
          {
            hint: 'make one, for example with Grammar.ebnf(text)',
          },
        );
      }
      return { kind, makeGrammar: () => grammar };
    case 'regex':
      return { kind, makeGrammar: () => Grammar.regex(regex as string | RegExp) };
    default:
      return { kind: 'choices', makeGrammar: () => Grammar.choice(choices as readonly string[]) };
  }
}

function fullStyle(style: JsonStyle | undefined): JsonStyle {
  if (typeof style !== 'object' || style === null) return style ?? generationStyle;
  const given = Object.entries(style).filter(([, value]) => value !== undefined);
  return { ...generationStyle, ...Object.fromEntries(given) };
}

function checkSchema(schema: unknown): void {
  const isObject = (typeof schema === 'object' && schema !== null) || typeof schema === 'function';
  if (!isObject || !('~standard' in (schema as object))) return;
  throw new GrammaskError('UNSUPPORTED', 'schemas of validation libraries are not supported', {
    hint: 'pass the JSON Schema that the library makes of it, for example z.toJSONSchema(schema)',
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
  name: 'maxTokens' | 'temperature' | 'topP' | 'topK' | 'minP',
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

function readSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined || signal instanceof AbortSignal) return signal;
  throw expected('an AbortSignal', 'signal', signal);
}

function readOnLimit(value: unknown, constraint: Constraint | undefined): GenerateRequest['onLimit'] {
  if (value === undefined) return constraint === undefined ? 'partial' : 'close';
  if (value !== 'close' && value !== 'error' && value !== 'partial') {
    throw expected("'close', 'error' or 'partial'", 'onLimit', value);
  }
  if (value === 'close' && constraint === undefined) {
    throw new GrammaskError('ARGUMENT', "onLimit: 'close' needs a constraint", {
      hint: 'without one there is no valid end to bring the answer to',
    });
  }
  return value;
}
