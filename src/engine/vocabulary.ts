import { type PackedVocabulary, packVocabulary } from '../tokenizer/packed-vocabulary.js';
import { vocabularyFromTokenizerJson } from '../tokenizer/tokenizer-json.js';
import { type VocabularyData, vocabularyFromTokens } from '../tokenizer/vocabulary-data.js';
import { vocabularyFromDirectory } from '../tokenizer/vocabulary-directory.js';
import { checkOptions, expected, notConstructible } from './arguments.js';
import { engine, type NativeVocabulary } from './binding.js';
import type { Tokenization } from './forced-tokens.js';

/** Options of `Vocabulary.fromTokens`. */
export interface VocabularyOptions {
  /** Tokens that end a text. They have no text of their own. */
  stopTokens: readonly number[];
  /** Tokens without text, as `<|im_start|>`; allowed only where a grammar names them (`Grammar.token`). Default: none. */
  specialTokens?: readonly number[] | undefined;
  /** Width of the model's logits. Default: the number of tokens. Ids from there on are never allowed. */
  logitsSize?: number | undefined;
  /** The tokenizer's own tokens of a text, without special ones; used for forced text. */
  encode?: ((text: string) => readonly number[]) | undefined;
}

/** Options of `Vocabulary.fromTokenizerJson`. */
export type TokenizerVocabularyOptions = Partial<Pick<VocabularyOptions, 'stopTokens' | 'encode'>>;

/** The native side of a vocabulary; for this package only. */
export let nativeVocabulary: (vocabulary: Vocabulary) => NativeVocabulary;

/** The bytes of all tokens as they lie, which nobody may change; for this package only. */
export let packedTokens: (vocabulary: Vocabulary) => PackedTokens;

type PackedTokens = Pick<PackedVocabulary, 'bytes' | 'offsets' | 'specialTokens'>;

let around: (
  native: NativeVocabulary,
  packed: PackedTokens,
  encode: Tokenization['encode'] | undefined,
) => Vocabulary;

/** A vocabulary whose native side is built on a native thread: the event loop stays free. For this package only. */
export async function buildVocabulary(
  packed: PackedVocabulary,
  encode?: Tokenization['encode'],
): Promise<Vocabulary> {
  const native = await new Promise<NativeVocabulary>((resolve, reject) => {
    engine().buildVocabulary(packed, (error, built) => {
      if (built === undefined) reject(error);
      else resolve(built);
    });
  });
  return around(native, packed, encode);
}

/** The tokens of a model: the bytes of each, the special ones, the ones that end a text. It cannot be changed. */
export class Vocabulary {
  readonly #native: NativeVocabulary;
  /** Kept here as well: to ask the native side for each of 100,000 tokens takes a tenth of a second. */
  readonly #packed: PackedTokens;
  readonly #encode: Tokenization['encode'] | undefined;
  #stopTokens: readonly number[] | undefined;

  static {
    nativeVocabulary = (vocabulary) => vocabulary.#native;
    packedTokens = (vocabulary) => vocabulary.#packed;
    around = (native, packed, encode) => new Vocabulary(native, packed, encode);
  }

  private constructor(
    native: NativeVocabulary,
    packed: PackedTokens,
    encode: Tokenization['encode'] | undefined,
  ) {
    if (native === undefined) throw notConstructible('Vocabulary', 'make one with Vocabulary.fromTokens(…)');
    this.#native = native;
    const { bytes, offsets, specialTokens } = packed;
    this.#packed = { bytes, offsets, specialTokens };
    this.#encode = encode;
  }

  /**
   * A vocabulary from the bytes of each token id.
   *
   * @param tokens bytes of token 0, 1, …; a string stands for its UTF-8; null is an id without a token
   * @throws GrammaskError `VOCABULARY` for a list that is empty or too long (2,000,000), and where no token has bytes,
   *   and for a stop or special token out of range; `ARGUMENT` for another type or a `logitsSize` that is too small
   */
  static fromTokens(tokens: readonly (Uint8Array | string | null)[], options: VocabularyOptions): Vocabulary {
    const { encode, ...raw } = checkOptions(options, ['stopTokens', 'specialTokens', 'logitsSize', 'encode']);
    checkEncode(encode);
    return build(vocabularyFromTokens(tokens, raw as VocabularyOptions), encode);
  }

  /**
   * The vocabulary of a Hugging Face tokenizer.json: byte-level BPE, and BPE or Unigram with metaspace or byte fallback.
   *
   * @param json the file's content, as text or as the value of it
   * @param options `stopTokens`: default the special tokens of well-known names, as `<|im_end|>`; `encode`: see
   *   `VocabularyOptions`
   * @throws GrammaskError `VOCABULARY` for a file that is truncated, foreign or contradicts itself, and where no stop
   *   token is known; `ARGUMENT`
   */
  static fromTokenizerJson(json: object | string, options?: TokenizerVocabularyOptions): Vocabulary {
    const { stopTokens, encode } = checkOptions(options, ['stopTokens', 'encode']);
    checkEncode(encode);
    return build(vocabularyFromTokenizerJson(json, { stopTokens }), encode);
  }

  /**
   * The vocabulary of a model's folder: tokenizer.json, and where they exist tokenizer_config.json,
   * generation_config.json (stop tokens) and config.json (width of the logits).
   *
   * @param options `encode`: see `VocabularyOptions`
   * @throws GrammaskError `MODEL` where the path is no folder, `VOCABULARY` for its files, `ARGUMENT`
   */
  static async fromDirectory(path: string, options?: Pick<VocabularyOptions, 'encode'>): Promise<Vocabulary> {
    if (typeof path !== 'string') throw expected('a path', 'path', path);
    const { encode } = checkOptions(options, ['encode']);
    checkEncode(encode);
    return buildVocabulary(packVocabulary(await vocabularyFromDirectory(path)), encode);
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
    const { bytes, offsets } = this.#packed;
    const end = typeof token === 'number' && token >= 0 ? offsets[token + 1] : undefined;
    // The native side knows what is wrong with an id, and those that no token has.
    return end === undefined ? this.#native.bytes(token) : bytes.slice(offsets[token], end);
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

function build(data: VocabularyData, encode: Tokenization['encode'] | undefined): Vocabulary {
  const packed = packVocabulary(data);
  return around(new (engine().Vocabulary)(packed), packed, encode);
}

function checkEncode(encode: unknown): void {
  if (encode !== undefined && typeof encode !== 'function') throw expected('a function', 'encode', encode);
}
