import { GrammaskError } from '../errors.js';
import { checkOptions, expected, illFormedAt } from './arguments.js';
import { engine, type NativeTokens, type NativeVocabulary } from './binding.js';
import type { Encode } from './matcher.js';

/** Options of `Vocabulary.fromTokens`. */
export interface VocabularyOptions {
  /** Tokens that end a text. They have no text of their own. */
  stopTokens: readonly number[];
  /** Tokens without text, as `<|im_start|>`; allowed only where a grammar names them (`Grammar.token`). Default: none. */
  specialTokens?: readonly number[] | undefined;
  /** Width of the model's logits. Default: the number of tokens. Ids from there on are never allowed. */
  logitsSize?: number | undefined;
  /** The tokenizer's own tokens of a text, without special ones; used for forced text. */
  encode?: ((text: string) => number[]) | undefined;
}

/** The native side of a vocabulary; for this package only. */
export let nativeVocabulary: (vocabulary: Vocabulary) => NativeVocabulary;

/** The tokens of a model: the bytes of each, the special ones, the ones that end a text. It cannot be changed. */
export class Vocabulary {
  readonly #native: NativeVocabulary;
  readonly #encode: Encode | undefined;
  #stopTokens: readonly number[] | undefined;

  static {
    nativeVocabulary = (vocabulary) => vocabulary.#native;
  }

  private constructor(tokens: NativeTokens, encode: Encode | undefined) {
    this.#native = new (engine().Vocabulary)(tokens);
    this.#encode = encode;
  }

  /**
   * A vocabulary from the bytes of each token id.
   *
   * @param tokens bytes of token 0, 1, …; a string stands for its UTF-8; null is an id without a token
   * @throws GrammaskError `VOCABULARY` for a list that is empty or too long (2,000,000), a stop or special token out of
   *   range, a `logitsSize` below the number of tokens; `ARGUMENT` for another type
   */
  static fromTokens(tokens: readonly (Uint8Array | string | null)[], options: VocabularyOptions): Vocabulary {
    if (!Array.isArray(tokens)) throw expected('an array of tokens', 'tokens', tokens);
    const known = ['stopTokens', 'specialTokens', 'logitsSize', 'encode'];
    const { stopTokens, specialTokens = [], logitsSize = 0, encode } = checkOptions(options, known);
    if (!Array.isArray(stopTokens)) throw expected('an array of token ids', 'stopTokens', stopTokens);
    if (!Array.isArray(specialTokens))
      throw expected('an array of token ids', 'specialTokens', specialTokens);
    if (encode !== undefined && typeof encode !== 'function') throw expected('a function', 'encode', encode);
    const packed = packTokens(tokens);
    const specialNames = specialTokens.map((id: number) => nameOf(tokens[id]));
    return new Vocabulary({ ...packed, stopTokens, specialTokens, specialNames, logitsSize }, encode);
  }

  /** Width of logits, and of masks in bits: a mask has ceil(size / 32) words. */
  get size(): number {
    return this.#native.size;
  }

  /** Number of token ids; at most `size`. */
  get tokenCount(): number {
    return this.#native.tokenCount;
  }

  /** The tokens that end a text. */
  get stopTokens(): readonly number[] {
    this.#stopTokens ??= Object.freeze([...this.#native.stopTokens]);
    return this.#stopTokens;
  }

  /** The tokenizer's own tokens of a text, where it was given. */
  get encode(): ((text: string) => readonly number[]) | undefined {
    return this.#encode;
  }

  /**
   * The bytes of a token; none for an id without a token.
   *
   * @throws GrammaskError `TOKEN_RANGE` for a number that is not from 0 to size − 1
   */
  bytes(token: number): Uint8Array {
    return this.#native.bytes(token);
  }

  /** Whether a token is special: without text, and allowed only where a grammar names it. `TOKEN_RANGE`. */
  isSpecial(token: number): boolean {
    return this.#native.isSpecial(token);
  }

  /** The id of a special token by its name, as `'<|im_end|>'`. */
  specialToken(name: string): number | undefined {
    return this.#native.specialByName(name);
  }
}

const encoder = new TextEncoder();

/** All bytes in one array, as the native engine reads them. */
function packTokens(
  tokens: readonly (Uint8Array | string | null)[],
): Pick<NativeTokens, 'bytes' | 'offsets' | 'holes'> {
  const parts: Uint8Array[] = [];
  const offsets = new Uint32Array(tokens.length + 1);
  const holes = new Uint8Array(tokens.length);
  let length = 0;
  for (let id = 0; id < tokens.length; id++) {
    const token = tokens[id];
    if (token === null) holes[id] = 1;
    else parts.push(tokenBytes(token, id));
    if (token !== null) length += parts.at(-1)?.length ?? 0;
    if (length > 0xffffffff)
      throw new GrammaskError('VOCABULARY', 'the tokens have more than 4 GiB together');
    offsets[id + 1] = length;
  }
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return { bytes, offsets, holes };
}

function tokenBytes(token: unknown, id: number): Uint8Array {
  if (token instanceof Uint8Array) return token;
  if (typeof token !== 'string') throw expected('a string, a Uint8Array or null', `tokens[${id}]`, token);
  if (illFormedAt(token) >= 0) {
    throw new GrammaskError('VOCABULARY', `token ${id} is a string of ill-formed UTF-16`, {
      hint: 'give the bytes of such a token as a Uint8Array',
      location: { token: id },
    });
  }
  return encoder.encode(token);
}

function nameOf(token: Uint8Array | string | null | undefined): string {
  if (token instanceof Uint8Array) return new TextDecoder().decode(token);
  return typeof token === 'string' ? token : '';
}
