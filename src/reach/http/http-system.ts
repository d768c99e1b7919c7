// A server, a prompt with a slot, the texts that may stand there, and what is read of the answers: ready to be asked.
import { createHash } from 'node:crypto';
import { checkOptions, describe, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { type AbortWatch, watchAbort } from '../../generate/abort.js';
import { readConstraint } from '../../generate/constraint.js';
import type { PromptSource } from '../../model/protocol.js';
import { canonicalOfValue } from '../canonical-json.js';
import { type Control, type ControlOptions, insertedText, readControl } from '../control.js';
import { type ControlSetting, controlSetting, hashOf, packageVersion } from '../fingerprint.js';
import { listedOutcomes } from '../listed-outcomes.js';
import { fieldPath, type Outcome } from '../outcome.js';
import { readTemplate, type Template, type TemplateOptions } from '../template.js';
import type { HttpReading } from './http-answer.js';
import { type HttpTarget, type HttpTargetSettings, isHttpTarget, settingsOfTarget } from './http-target.js';

/** What is looked at: a server, a prompt with a place for a text, the texts that may stand there, and what is read of the answer. */
export interface HttpSystemOptions extends TemplateOptions {
  /** A server of `httpTarget`. Messages go to `/chat/completions`, a text to `/completions`. */
  model: HttpTarget;
  /** Which texts may stand in the slot: of characters, since a server does not tell its tokens. */
  control?: ControlOptions | undefined;
  /** The JSON Schema of the answer. It is sent where the target says so; what the server makes of it is not known. */
  schema?: object | boolean | string | undefined;
  /** The member of the JSON answer that is looked at: its name, or a JSON pointer. */
  field?: string | undefined;
  /** `'answer'` (default without `field`): the whole text; `'token'`: the text of the first token. */
  readout?: 'token' | 'answer' | 'field' | undefined;
  /** Tokens of the answer at most. An answer that was cut off before the field is undecided. Default 256. */
  maxTokens?: number | undefined;
  /** Ends it with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

export const httpSystemOptionNames = [
  ...[
    'model',
    'template',
    'slot',
    'placement',
    'control',
    'schema',
    'field',
    'readout',
    'maxTokens',
    'signal',
  ],
];

/** What a report of a server is bound to. What the server runs is not known: only what it says of itself. */
export interface HttpSetting {
  readonly grammask: string;
  readonly url: string;
  readonly model: string;
  readonly seed: number;
  readonly replays: number;
  /** sha256 of the prompt with its slot. */
  readonly template: string;
  /** sha256 of everything else of the request: form of the answer, limit, members of its own. */
  readonly request: string;
  readonly readout: string;
  readonly control: ControlSetting;
}

export interface HttpSystem {
  readonly target: HttpTargetSettings;
  readonly template: Template;
  readonly control: Control;
  readonly reading: HttpReading;
  readonly setting: HttpSetting;
  readonly watch: AbortWatch;
  readonly signal: AbortSignal | undefined;
  /** The values that the schema lists for the field. */
  readonly values: readonly Outcome[];
  /** What is sent for a text; `asksTokens`: probabilities of tokens are asked for, where the target says so. */
  requestOf(text: string, asksTokens: boolean): { readonly path: string; readonly body: string };
  outcomeOf(target: unknown): Outcome;
}

const languages = ['grammar', 'regex', 'choices'];

/** @throws GrammaskError `ARGUMENT`, `UNSUPPORTED` */
export function openHttpSystem(options: HttpSystemOptions, known: readonly string[]): HttpSystem {
  if (!isHttpTarget(options.model)) throw expected('a server of httpTarget', 'model', options.model);
  const given = Object.entries(options).find(
    ([name, value]) => value !== undefined && languages.includes(name),
  );
  if (given !== undefined) {
    throw new GrammaskError('UNSUPPORTED', `\`${given[0]}\` cannot be asked of a server by its protocol`, {
      hint: 'use `schema` with responseFormat, or what the server has of its own in the `body` of httpTarget',
    });
  }
  checkOptions(options, known);
  const { schema, signal } = options;
  if (signal !== undefined && !(signal instanceof AbortSignal))
    throw expected('an AbortSignal', 'signal', signal);
  const target = settingsOfTarget(options.model);
  const constraint = readConstraint({ schema } as never);
  const jsonSchema = constraint?.schema?.jsonSchema;
  const responseFormat = formatOf(target, jsonSchema);
  const template = readTemplate(options, undefined);
  const control = readControl(options.control, undefined);
  const reading = readReading(options);
  const fixed = {
    model: target.model,
    stream: false,
    temperature: 0,
    seed: target.seed,
    [target.maxTokensName]: reading.maxTokens,
    ...(responseFormat === undefined ? {} : { response_format: responseFormat }),
    ...target.body,
  };
  const { topLogprobs } = target;
  const ofChat = topLogprobs === 0 ? {} : { logprobs: true, top_logprobs: topLogprobs };
  const ofText = topLogprobs === 0 ? {} : { logprobs: topLogprobs };
  const setting: HttpSetting = {
    grammask: packageVersion(),
    ...{ url: target.url, model: target.model, seed: target.seed, replays: target.replays },
    template: hashOf(template.description),
    request: hashOf(JSON.stringify({ ...fixed, ...ofChat })),
    readout: JSON.stringify(reading),
    control: controlSetting(control),
  };
  return {
    ...{ target, template, control, reading, setting, signal },
    values: listedOutcomes(reading, constraint, undefined),
    watch: watchAbort(signal),
    requestOf(text, asksTokens) {
      const source: PromptSource = template.fill(insertedText(control, text));
      const isChat = 'messages' in source;
      const asked = asksTokens ? (isChat ? ofChat : ofText) : {};
      const own = isChat
        ? { messages: source.messages }
        : { prompt: (source as { readonly prompt: string }).prompt };
      return {
        path: isChat ? '/chat/completions' : '/completions',
        body: JSON.stringify({ ...asked, ...fixed, ...own }),
      };
    },
    outcomeOf(wanted) {
      if (reading.kind !== 'field') {
        if (typeof wanted !== 'string') throw expected('the text of an answer', 'target', wanted);
        return JSON.stringify(wanted);
      }
      try {
        return canonicalOfValue(wanted);
      } catch {
        throw expected('a JSON value', 'target', wanted);
      }
    },
  };
}

function formatOf(
  { responseFormat }: HttpTargetSettings,
  schema: object | boolean | string | undefined,
): object | undefined {
  if (responseFormat !== 'json_schema') return responseFormat && { type: responseFormat };
  if (schema === undefined) {
    throw new GrammaskError('ARGUMENT', "responseFormat: 'json_schema' needs the `schema` of the answer");
  }
  const value: unknown = typeof schema === 'string' ? JSON.parse(schema) : schema;
  return { type: 'json_schema', json_schema: { name: 'answer', strict: true, schema: value } };
}

function readReading({ field, readout, maxTokens = 256 }: HttpSystemOptions): HttpReading {
  if (field !== undefined && (typeof field !== 'string' || field === '')) {
    throw expected('the name of a member, or a JSON pointer,', 'field', field);
  }
  const kind = readout ?? (field === undefined ? 'answer' : 'field');
  if (!['token', 'answer', 'field'].includes(kind))
    throw expected("'token', 'answer' or 'field'", 'readout', kind);
  if ((kind === 'field') !== (field !== undefined)) {
    throw new GrammaskError('ARGUMENT', "`field` and readout: 'field' go together");
  }
  if (!Number.isSafeInteger(maxTokens) || maxTokens < 1) {
    throw new GrammaskError(
      'ARGUMENT',
      `expected a whole number of at least 1 for \`maxTokens\` but received ${describe(maxTokens)}`,
    );
  }
  const path = field === undefined ? [] : fieldPath(field);
  return { kind, path, maxTokens: kind === 'token' ? 1 : maxTokens };
}

/** What tells one answer of a server from another, short enough to be kept of each. */
export function digestOf(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16);
}
