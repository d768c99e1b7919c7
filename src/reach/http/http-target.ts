// A server that speaks OpenAI's protocol, as something to be asked: where it is, how it is asked, and how often.
import { checkOptions, describe, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';

/** The options of `httpTarget`. */
export interface HttpTargetOptions {
  /** Where its paths begin, as in `http://127.0.0.1:8000/v1`. Without a user, a query or a fragment. */
  url: string;
  /** What the server calls the model. */
  model: string;
  /** The environment variable that holds the key. The key itself stands nowhere else, and in no report. Default: no key. */
  apiKeyEnv?: string | undefined;
  /** The header that carries the key, as it is. Default: `authorization`, as a bearer token. */
  apiKeyHeader?: string | undefined;
  /** Whether a key may go through http to a host that is not this machine, where others can read it. Default false. */
  allowPlainHttp?: boolean | undefined;
  /** Requests at a time. Default 4. */
  concurrency?: number | undefined;
  /** Requests that begin in a second, at most. Default: no bound. */
  requestsPerSecond?: number | undefined;
  /** Milliseconds from the sending of a request to the last byte of its answer. Default 60,000. */
  timeoutMs?: number | undefined;
  /** How often a request is sent again that was answered with 408, 425, 429 or 5xx, with no answer, or with garbage. Default 4. */
  retries?: number | undefined;
  /** Milliseconds before the first of those; twice as many before each next one. `Retry-After` goes before. Default 500. */
  backoffMs?: number | undefined;
  /** Milliseconds that one wait takes, at most; a server that asks for more has failed. Default 60,000. */
  maxWaitMs?: number | undefined;
  /** Bytes of an answer. A longer one is given up. Default 1 MiB. */
  maxBytes?: number | undefined;
  /**
   * `'json_schema'`: the schema is sent as `response_format`, strict; `'json_object'`: any JSON object is asked for. Default:
   * nothing is said of the form.
   */
  responseFormat?: 'json_schema' | 'json_object' | undefined;
  /** What the server calls the limit of tokens. Default `'max_tokens'`. */
  maxTokensName?: 'max_tokens' | 'max_completion_tokens' | undefined;
  /** The seed that is sent. Default 0. */
  seed?: number | undefined;
  /**
   * Of each token of an answer so many others are asked for, with their probabilities (`logprobs`, `top_logprobs`), 1 to 20. Where
   * the server tells them, they order the search. Default: none are asked for.
   */
  topLogprobs?: number | undefined;
  /** How often a text that gives a target is asked again. It counts if all of them agree. Default 3. */
  replays?: number | undefined;
  /** More members of the request, for what a server has of its own. */
  body?: Readonly<Record<string, unknown>> | undefined;
}

/** A server for `find`, `flip` and `verify`. Nothing is sent before one of them is called. */
export interface HttpTarget {
  readonly url: string;
  readonly model: string;
}

/** What `httpTarget` made of its options. */
export interface HttpTargetSettings {
  readonly url: string;
  readonly model: string;
  readonly apiKeyEnv: string | undefined;
  readonly apiKeyHeader: string | undefined;
  readonly concurrency: number;
  readonly requestsPerSecond: number;
  readonly timeoutMs: number;
  readonly retries: number;
  readonly backoffMs: number;
  readonly maxWaitMs: number;
  readonly maxBytes: number;
  readonly responseFormat: 'json_schema' | 'json_object' | undefined;
  readonly maxTokensName: string;
  readonly seed: number;
  /** 0: none. */
  readonly topLogprobs: number;
  readonly replays: number;
  readonly body: Readonly<Record<string, unknown>>;
}

const names = [
  ...['url', 'model', 'apiKeyEnv', 'apiKeyHeader', 'allowPlainHttp', 'concurrency', 'requestsPerSecond'],
  ...['timeoutMs', 'retries', 'backoffMs', 'maxWaitMs', 'maxBytes', 'responseFormat', 'maxTokensName'],
  ...['seed', 'topLogprobs', 'replays', 'body'],
];

// What a request says by itself, so that `body` cannot say otherwise.
const ownMembers = [
  ...['model', 'messages', 'prompt', 'stream', 'temperature', 'seed', 'n', 'response_format'],
  ...['max_tokens', 'max_completion_tokens', '__proto__'],
];

// Headers that the request is made with.
const ownHeaders = ['content-type', 'content-length', 'accept', 'host', 'connection', 'transfer-encoding'];

const settingsOf = new WeakMap<HttpTarget, HttpTargetSettings>();

/**
 * A server that speaks OpenAI's protocol (`/chat/completions` for messages, `/completions` for a text), to be asked by `find`,
 * `flip` and `verify` in place of a model.
 *
 * @throws GrammaskError `ARGUMENT`
 */
export function httpTarget(options: HttpTargetOptions): HttpTarget {
  if (typeof options !== 'object' || options === null) throw expected('an object', 'options', options);
  checkOptions(options, names);
  const url = readUrl(options.url);
  const { model, apiKeyEnv, allowPlainHttp = false, responseFormat, maxTokensName = 'max_tokens' } = options;
  const { body = {}, seed = 0 } = options;
  if (typeof model !== 'string' || model === '') throw expected('the name of a model', 'model', model);
  if (apiKeyEnv !== undefined && !(typeof apiKeyEnv === 'string' && /^[A-Za-z_]\w*$/.test(apiKeyEnv))) {
    // What was given may be the key itself, which is not to be told.
    throw new GrammaskError('ARGUMENT', '`apiKeyEnv` is not the name of an environment variable', {
      hint: 'put the key into a variable, and name that',
    });
  }
  const apiKeyHeader = readHeader(options.apiKeyHeader);
  if (typeof allowPlainHttp !== 'boolean') throw expected('true or false', 'allowPlainHttp', allowPlainHttp);
  if (apiKeyEnv !== undefined && url.protocol === 'http:' && !isLoopback(url.hostname) && !allowPlainHttp) {
    throw new GrammaskError('ARGUMENT', `the key would go to ${url.host} where others can read it`, {
      hint: 'use https, or say allowPlainHttp: true if the network between is yours',
    });
  }
  if (responseFormat !== undefined && !['json_schema', 'json_object'].includes(responseFormat)) {
    throw expected("'json_schema' or 'json_object'", 'responseFormat', responseFormat);
  }
  if (!['max_tokens', 'max_completion_tokens'].includes(maxTokensName)) {
    throw expected("'max_tokens' or 'max_completion_tokens'", 'maxTokensName', maxTokensName);
  }
  if (!Number.isSafeInteger(seed)) throw expected('a whole number', 'seed', seed);
  const settings: HttpTargetSettings = {
    url: url.href.replace(/\/+$/, ''),
    ...{ model, apiKeyEnv, apiKeyHeader, responseFormat, maxTokensName, seed },
    concurrency: within(options.concurrency, 'concurrency', 4, 1, 256),
    requestsPerSecond: rate(options.requestsPerSecond),
    timeoutMs: within(options.timeoutMs, 'timeoutMs', 60_000, 1, 3_600_000),
    retries: within(options.retries, 'retries', 4, 0, 100),
    backoffMs: within(options.backoffMs, 'backoffMs', 500, 0, 3_600_000),
    maxWaitMs: within(options.maxWaitMs, 'maxWaitMs', 60_000, 0, 3_600_000),
    maxBytes: within(options.maxBytes, 'maxBytes', 1 << 20, 1, 1 << 28),
    replays: within(options.replays, 'replays', 3, 1, 1000),
    topLogprobs: within(options.topLogprobs, 'topLogprobs', 0, 0, 20),
    body: readBody(body),
  };
  const target: HttpTarget = Object.freeze({ url: settings.url, model });
  settingsOf.set(target, settings);
  return target;
}

/** Whether `httpTarget` made it. */
export function isHttpTarget(value: unknown): value is HttpTarget {
  return typeof value === 'object' && value !== null && settingsOf.has(value as HttpTarget);
}

export function settingsOfTarget(target: HttpTarget): HttpTargetSettings {
  return settingsOf.get(target) as HttpTargetSettings;
}

function readUrl(text: unknown): URL {
  const url = typeof text === 'string' && URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || (url.protocol !== 'http:' && url.protocol !== 'https:')) {
    throw expected('an address that begins with http:// or https://', 'url', text);
  }
  if (url.username === '' && url.password === '' && url.search === '' && url.hash === '') return url;
  // Reports name the address, so that nothing secret may be in it; nor is it told here.
  throw new GrammaskError('ARGUMENT', '`url` has a user, a query or a fragment', {
    hint: 'leave them out; a key goes into an environment variable that `apiKeyEnv` names',
  });
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '[::1]' || /^127(?:\.\d+){3}$/.test(host);
}

function readHeader(header: unknown): string | undefined {
  if (header === undefined) return undefined;
  if (typeof header === 'string' && /^[A-Za-z][A-Za-z0-9-]{0,63}$/.test(header)) {
    const name = header.toLowerCase();
    if (!ownHeaders.includes(name)) return name;
  }
  throw expected('the name of a header', 'apiKeyHeader', header);
}

function readBody(body: unknown): Readonly<Record<string, unknown>> {
  if (typeof body !== 'object' || body === null || Array.isArray(body))
    throw expected('an object', 'body', body);
  for (const name of Object.keys(body)) {
    if (!ownMembers.includes(name)) continue;
    throw new GrammaskError('ARGUMENT', `\`body\` has the member ${name}, which the request says by itself`);
  }
  try {
    return JSON.parse(JSON.stringify(body)) as Record<string, unknown>;
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', '`body` cannot be written as JSON', { cause });
  }
}

function rate(value: unknown): number {
  if (value === undefined) return Number.POSITIVE_INFINITY;
  if (typeof value === 'number' && value > 0) return value;
  throw expected('a number above 0', 'requestsPerSecond', value);
}

function within(value: unknown, name: string, absent: number, least: number, most: number): number {
  if (value === undefined) return absent;
  if (Number.isInteger(value) && (value as number) >= least && (value as number) <= most)
    return value as number;
  throw new GrammaskError(
    'ARGUMENT',
    `expected a whole number from ${least} to ${most} for \`${name}\` but received ${describe(value)}`,
  );
}
