// `grammask reach find`, `flip` and `verify` of a server: its options, and its reports for people.
import type { Command } from 'commander';
import { GrammaskError } from '../errors.js';
import { outcomeText } from '../reach/audit/outcome-words.js';
import { countOf } from '../reach/audit/symbol-words.js';
import type {
  HttpFindReport,
  HttpFlipReport,
  HttpSearchReport,
  HttpWitness,
} from '../reach/http/http-reports.js';
import { type HttpTarget, httpTarget } from '../reach/http/http-target.js';
import { labelWords, witnessWords } from '../reach/report/explain-words.js';
import { numberOption, readTextFile, wordOption } from './inputs.js';
import type { Colors } from './output.js';
import { durationOption } from './reach-flags.js';

export interface ServerFlags {
  url?: string;
  serverModel?: string;
  apiKeyEnv?: string;
  apiKeyHeader?: string;
  allowPlainHttp?: boolean;
  concurrency?: number;
  rate?: number;
  timeout?: number;
  retries?: number;
  replays?: number;
  responseFormat?: 'json_schema' | 'json_object';
  maxTokensName?: 'max_tokens' | 'max_completion_tokens';
  topLogprobs?: number;
  body?: string;
}

const serverOptions = [
  ...['serverModel', 'apiKeyEnv', 'apiKeyHeader', 'allowPlainHttp', 'concurrency', 'rate', 'timeout'],
  ...['retries', 'replays', 'responseFormat', 'maxTokensName', 'topLogprobs', 'body'],
] as const satisfies readonly (keyof ServerFlags)[];

// They speak of a model in this process.
const modelOptions = [
  ...['model', 'dtype', 'device', 'threads', 'certifyK', 'tolerance', 'batch', 'tokens'],
  ...['grammar', 'regex', 'choices', 'draft', 'formats'],
];

/** Options of a server that is asked in place of a model. */
export function addServerFlags(command: Command): Command {
  return command
    .option('--url <address>', 'ask a server that speaks OpenAI’s protocol, as http://127.0.0.1:8000/v1')
    .option('--server-model <name>', 'with --url: what the server calls the model')
    .option('--api-key-env <name>', 'with --url: the environment variable that holds the key')
    .option('--api-key-header <name>', 'with --url: the header that carries it (default: authorization)')
    .option('--allow-plain-http', 'with --url: the key may go through http to another host')
    .option('--concurrency <n>', 'with --url: requests at a time (default: 4)', numberOption('--concurrency'))
    .option('--rate <n>', 'with --url: requests in a second at most', numberOption('--rate'))
    .option('--timeout <time>', 'with --url: for one answer (default: 60s)', durationOption('--timeout'))
    .option('--retries <n>', 'with --url: for a request that failed (default: 4)', numberOption('--retries'))
    .option(
      '--replays <n>',
      'with --url: so often a witness must give the same (default: 3)',
      numberOption('--replays'),
    )
    .option(
      '--response-format <form>',
      'with --url: json_schema sends the schema, json_object asks for any JSON',
      wordOption('--response-format', ['json_schema', 'json_object'] as const),
    )
    .option(
      '--max-tokens-name <name>',
      'with --url: max_tokens (default) or max_completion_tokens',
      wordOption('--max-tokens-name', ['max_tokens', 'max_completion_tokens'] as const),
    )
    .option(
      '--top-logprobs <n>',
      'with --url: ask for the n likeliest tokens (1 to 20), which order the search where the server tells them',
      numberOption('--top-logprobs'),
    )
    .option('--body <file>', 'with --url: more members of each request, as JSON');
}

const optionOf = (name: string): string => `--${name.replace(/[A-Z]/g, (char) => `-${char.toLowerCase()}`)}`;

/**
 * The server that the options name; undefined where they name none.
 *
 * @throws GrammaskError `ARGUMENT` for options of a model beside it, and of a server without it
 */
export function serverOf(flags: ServerFlags): HttpTarget | undefined {
  const given = (names: readonly string[]): string | undefined =>
    names.find((name) => (flags as Readonly<Record<string, unknown>>)[name] !== undefined);
  if (flags.url === undefined) {
    const stray = given(serverOptions);
    if (stray === undefined) return undefined;
    throw new GrammaskError('ARGUMENT', `${optionOf(stray)} goes with --url`, {
      hint: '--url names the server; without it a model of this machine is asked',
    });
  }
  const stray = given(modelOptions);
  if (stray !== undefined) {
    throw new GrammaskError('ARGUMENT', `${optionOf(stray)} means nothing of a server`, {
      hint: 'it is for a model of this machine, without --url',
    });
  }
  if (flags.serverModel === undefined) {
    throw new GrammaskError('ARGUMENT', '--url needs --server-model', {
      hint: 'what the server calls the model; many list their names at /models',
    });
  }
  const { url, serverModel, rate, timeout, body, ...rest } = flags;
  const own = Object.fromEntries(
    Object.entries(rest).filter(([name]) => serverOptions.includes(name as never)),
  );
  return httpTarget({
    ...own,
    ...{ url, model: serverModel, requestsPerSecond: rate, timeoutMs: timeout },
    ...(body === undefined ? {} : { body: readBody(body) }),
  });
}

function readBody(path: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(readTextFile(path)) as Record<string, unknown>;
  } catch (cause) {
    if (GrammaskError.isInstance(cause)) throw cause;
    throw new GrammaskError('ARGUMENT', `the file of --body is not JSON: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
}

export function serverFindWords(report: HttpFindReport, colors: Colors): string[] {
  return [
    ...report.targets.flatMap(({ target, label, witness, unsteady, method, shareBound }) => [
      `${outcomeText(target)}: ${label === 'exact-reachable' ? colors.yellow(label) : label}`,
      `  ${serverLabelWords[label]}${shareBound === undefined ? '' : ` At most the share ${shareBound.toPrecision(2)} of them does it.`}`,
      ...(witness === null ? [] : [`  a text: ${replayed(witness)}, found by ${method}`]),
      ...(unsteady === null ? [] : [`  not each time: ${replayed(unsteady)}`]),
    ]),
    '',
    ...askedLines(report, colors),
  ];
}

export function serverFlipWords(report: HttpFlipReport, colors: Colors): string[] {
  const { baseline, outcome, label, witness, unsteady, method } = report;
  return [
    `the empty text gives ${outcomeText(baseline)}`,
    `${label}: ${serverLabelWords[label]}`,
    ...(witness === null
      ? []
      : [colors.yellow(`${outcomeText(outcome)} with ${replayed(witness)}`), `found by ${method}`]),
    ...(unsteady === null
      ? []
      : [`not each time: ${outcomeText(unsteady.outcome)} with ${replayed(unsteady)}`]),
    '',
    ...askedLines(report, colors),
  ];
}

const serverLabelWords = {
  ...labelWords,
  'exact-reachable': 'A text gives it, and gave it again each time that it was asked.',
};

function replayed(witness: HttpWitness): string {
  const { agreed, of } = witness.replays;
  return `${witnessWords(witness)} (${agreed} of ${of} times)`;
}

function askedLines({ evaluations, server }: HttpSearchReport, colors: Colors): string[] {
  const { requests, retries, failed, undecided, lastFailure, scored } = server;
  const again = retries === 0 ? '' : `, of them ${retries} because one had failed`;
  return [
    `${countOf(evaluations, 'text')} answered, ${countOf(requests, 'request')}${again}`,
    ...(failed === 0
      ? []
      : [
          colors.yellow(`${countOf(failed, 'text')} not answered: nothing is known of them (${lastFailure})`),
        ]),
    ...(undecided === 0 ? [] : [colors.yellow(`${countOf(undecided, 'answer')} could not be read`)]),
    ...(scored === undefined
      ? []
      : [`${countOf(scored, 'answer')} came with probabilities of tokens, which order the search`]),
    colors.dim(
      'Nothing is certified of a server: what it runs, and whether it answers so tomorrow, is not known.',
    ),
  ];
}
