import { GrammaskError } from '../errors.js';

/** What the engine needs to know of a tokenizer: plain data, checked. */
export interface VocabularyData {
  /** The bytes that each id adds in the middle of a text; `null` where the id has no token. */
  tokens: (Uint8Array | null)[];
  /** Ids that stand for no text, ascending. */
  specialTokens: number[];
  /** The name of each special token (`<|im_end|>`), in the order of `specialTokens`. */
  specialNames: string[];
  /** Ids that end a text, ascending. They may be special too. */
  stopTokens: number[];
  /** Width of the model's logits, at least the number of tokens. */
  logitsSize: number;
}

/** What `vocabularyFromTokens` takes beside the tokens. */
export interface RawVocabularyOptions {
  /** Ids that end a text. */
  stopTokens: readonly number[];
  /** Ids that stand for no text. Default: none. */
  specialTokens?: readonly number[] | undefined;
  /** Width of the model's logits. Default: the number of tokens. */
  logitsSize?: number | undefined;
}

/** The largest number of tokens, and the largest width of logits. */
export const maxVocabularySize = 2_000_000;

const encoder = new TextEncoder();
const lenientDecoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The UTF-8 bytes of a token's text. Throws `VOCABULARY` for an ill-formed UTF-16 string, which has none. */
export function textToBytes(text: string, token: number): Uint8Array {
  if (/\p{Surrogate}/u.test(text)) {
    throw new GrammaskError('VOCABULARY', `the text of token ${token} holds half of a surrogate pair`, {
      hint: 'pass the bytes of a token that is no complete text as a Uint8Array',
      location: { token },
    });
  }
  return encoder.encode(text);
}

/** Token ids given by the caller, ascending and each once. Throws `ARGUMENT`, or `VOCABULARY` for one that does not exist. */
export function checkTokenIds(name: string, ids: unknown, count: number): number[] {
  if (!Array.isArray(ids) && !ArrayBuffer.isView(ids)) {
    throw new GrammaskError('ARGUMENT', `expected a list of token ids as \`${name}\`, got ${describe(ids)}`);
  }
  const unique = new Set<number>();
  for (const id of Array.from(ids as unknown as ArrayLike<unknown>)) {
    if (typeof id !== 'number' || !Number.isInteger(id)) {
      throw new GrammaskError('ARGUMENT', `expected token ids in \`${name}\`, got ${describe(id)}`);
    }
    if (id < 0 || id >= count) {
      throw new GrammaskError('VOCABULARY', `\`${name}\` holds ${id}, but there are ${count} tokens`, {
        location: { token: id },
      });
    }
    unique.add(id);
  }
  return [...unique].sort((a, b) => a - b);
}

/**
 * A vocabulary from raw tokens: bytes, or text whose UTF-8 bytes count, or `null` for an id without a token.
 * Throws `ARGUMENT`, or `VOCABULARY` for unusable tokens and for a stop or special id that does not exist.
 */
export function vocabularyFromTokens(
  tokens: readonly (Uint8Array | string | null)[],
  options: RawVocabularyOptions,
): VocabularyData {
  if (!Array.isArray(tokens)) {
    throw new GrammaskError('ARGUMENT', `expected an array of tokens, got ${describe(tokens)}`);
  }
  if (typeof options !== 'object' || options === null) {
    throw new GrammaskError('ARGUMENT', `expected an object of options, got ${describe(options)}`, {
      hint: 'pass at least `{ stopTokens: [...] }`',
    });
  }
  const count = tokens.length;
  checkTokenCount(count);
  const bytes: (Uint8Array | null)[] = new Array(count);
  for (let id = 0; id < count; id++) bytes[id] = rawToken(tokens[id], id);
  const specialTokens = checkTokenIds('specialTokens', options.specialTokens ?? [], count);
  const stopTokens = checkTokenIds('stopTokens', options.stopTokens, count);
  const logitsSize = options.logitsSize ?? count;
  if (!Number.isInteger(logitsSize) || logitsSize < count || logitsSize > maxVocabularySize) {
    throw new GrammaskError(
      'ARGUMENT',
      `expected a \`logitsSize\` from ${count}, the number of tokens, to ${maxVocabularySize}, got ${describe(logitsSize)}`,
      { hint: "`logitsSize` is the width of the model's output" },
    );
  }
  const specialNames = specialTokens.map((id) => lenientDecoder.decode(bytes[id] ?? new Uint8Array()));
  return { tokens: bytes, specialTokens, specialNames, stopTokens, logitsSize };
}

/** Throws `VOCABULARY` for no token or too many. */
export function checkTokenCount(count: number): void {
  if (count === 0) throw new GrammaskError('VOCABULARY', 'the vocabulary has no token');
  if (count > maxVocabularySize) {
    throw new GrammaskError(
      'VOCABULARY',
      `the vocabulary has ${count} tokens, more than ${maxVocabularySize}`,
    );
  }
}

function rawToken(token: unknown, id: number): Uint8Array | null {
  if (token === null) return null;
  if (typeof token === 'string') return textToBytes(token, id);
  if (token instanceof Uint8Array) return token;
  throw new GrammaskError(
    'ARGUMENT',
    `expected a Uint8Array, a string or null as token ${id}, got ${describe(token)}`,
    {
      location: { token: id },
    },
  );
}

/** A value in a few words, for a message. */
export function describe(value: unknown): string {
  if (value === null || value === undefined) return String(value);
  if (typeof value === 'number') return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'an array';
  return `a value of type ${typeof value}`;
}
