// What a server's answer comes to: a text out of the protocol's envelope, then an outcome.
import { canonicalJson } from '../canonical-json.js';
import { ABSENT, fieldProgress, type Outcome, UNDECIDED } from '../outcome.js';
import { type ServerToken, serverTokens } from './server-tokens.js';

/** The text of an answer, and what the server said of itself. */
export interface ServerText {
  readonly text: string;
  /** `'stop'` where it ended by itself; a server may say nothing. */
  readonly finish: string | null;
  readonly model: string | null;
  readonly fingerprint: string | null;
  /** Empty where the server tells none. */
  readonly tokens: readonly ServerToken[];
}

/** How the outcome of a server's answer is read. */
export interface HttpReading {
  /** `'token'`: the text of the first token. */
  readonly kind: 'token' | 'answer' | 'field';
  readonly path: readonly string[];
  /** Tokens that the server is asked for. */
  readonly maxTokens: number;
}

/** undefined where the JSON is no answer of `/chat/completions` or `/completions`. */
export function serverText(json: unknown): ServerText | undefined {
  const choices = member(json, 'choices');
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined;
  const message = member(choice, 'message');
  const content = message === undefined ? member(choice, 'text') : member(message, 'content');
  // A refusal or a call of a tool has no content.
  const isEmpty = content === null && message !== undefined;
  if (typeof content !== 'string' && !isEmpty) return undefined;
  const finish = member(choice, 'finish_reason');
  return {
    text: isEmpty ? '' : (content as string),
    finish: isEmpty ? 'no content' : typeof finish === 'string' ? finish : null,
    model: shortText(member(json, 'model')),
    fingerprint: shortText(member(json, 'system_fingerprint')),
    tokens: serverTokens(choice),
  };
}

/** The outcome; `undecided` where the answer was cut off before it, or is no JSON text, or says two things of the field. */
export function outcomeOfText(
  { text, finish }: Pick<ServerText, 'text' | 'finish'>,
  { kind, path }: HttpReading,
): Outcome {
  if (kind === 'token') return finish === 'no content' ? UNDECIDED : JSON.stringify(text);
  if (kind === 'answer') return finish === 'stop' || finish === null ? JSON.stringify(text) : UNDECIDED;
  try {
    const whole: unknown = JSON.parse(text);
    const progress = fieldProgress(`${text} `, path);
    const seen = valueAt(whole, path);
    // A member that stands twice: readers differ in which one they take.
    const isOne = (progress.at === 'behind') === (seen !== undefined);
    if (!isOne) return UNDECIDED;
    if (progress.at !== 'behind') return ABSENT;
    if (JSON.stringify(JSON.parse(progress.value)) !== JSON.stringify(seen)) return UNDECIDED;
    return canonicalJson(progress.value);
  } catch {
    return UNDECIDED;
  }
}

function valueAt(json: unknown, path: readonly string[]): unknown {
  let at = json;
  for (const name of path) {
    if (Array.isArray(at) && !/^(?:0|[1-9]\d*)$/.test(name)) return undefined;
    at = member(at, name);
  }
  return at;
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}

/** What a server says of itself stands in reports, so that it is cut. */
function shortText(value: unknown): string | null {
  return typeof value === 'string' ? value.slice(0, 200) : null;
}
