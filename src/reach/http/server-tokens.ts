// The tokens of an answer as a server tells of them, with others that it might have written in their place: `logprobs` of
// `/chat/completions` and of `/completions`. Texts are bytes here, one to a character, since a token may end within a character.

/** A token, and others with the logarithms of their probabilities. */
export interface ServerToken {
  readonly text: string;
  readonly logProbability: number;
  readonly others: readonly TokenOption[];
}

export type TokenOption = readonly [text: string, logProbability: number];

// Others of one token that are looked at.
const MOST_OPTIONS = 20;

/** The tokens of a choice; empty where the server tells none. */
export function serverTokens(choice: unknown): ServerToken[] {
  const told = member(choice, 'logprobs');
  const content = member(told, 'content');
  if (Array.isArray(content)) return allOf(content.map(chatToken));
  const tokens = member(told, 'tokens');
  const own = member(told, 'token_logprobs');
  const top = member(told, 'top_logprobs');
  if (!Array.isArray(tokens) || !Array.isArray(own)) return [];
  return allOf(
    tokens.map((text: unknown, at): ServerToken | undefined => {
      const others = Array.isArray(top) ? (top[at] as unknown) : undefined;
      const options = typeof others === 'object' && others !== null ? Object.entries(others) : [];
      return tokenOf(
        textOf(text),
        own[at],
        options.map(([name, value]) => [textOf(name), value]),
      );
    }),
  );
}

/** The bytes of a text in UTF-8, one to a character. */
export function bytesText(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

function chatToken(told: unknown): ServerToken | undefined {
  const top = member(told, 'top_logprobs');
  const others = Array.isArray(top) ? top : [];
  return tokenOf(
    chatText(told),
    member(told, 'logprob'),
    others.map((other: unknown) => [chatText(other), member(other, 'logprob')]),
  );
}

/** Its bytes, where they are told: the text of a part of a character is none. */
function chatText(told: unknown): string | undefined {
  const bytes = member(told, 'bytes');
  const isBytes =
    Array.isArray(bytes) && bytes.every((byte) => Number.isInteger(byte) && byte >= 0 && byte < 256);
  return isBytes ? Buffer.from(bytes as number[]).toString('latin1') : textOf(member(told, 'token'));
}

function tokenOf(
  text: string | undefined,
  logProbability: unknown,
  others: readonly (readonly [string | undefined, unknown])[],
): ServerToken | undefined {
  if (text === undefined || typeof logProbability !== 'number') return undefined;
  const options = others
    .slice(0, MOST_OPTIONS)
    .filter((option): option is TokenOption => option[0] !== undefined && typeof option[1] === 'number')
    .filter(([other]) => other !== text);
  return { text, logProbability, others: options };
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? bytesText(value) : undefined;
}

/** Where one is not known, nothing is known of where the others stand. */
function allOf(tokens: (ServerToken | undefined)[]): ServerToken[] {
  return tokens.every((token) => token !== undefined) ? tokens : [];
}

function member(value: unknown, name: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, name)) return undefined;
  return (value as Record<string, unknown>)[name];
}
