import { GrammaskError } from '../errors.js';
import { isJsonObject, type JsonObject, member, parseJson, stringMember } from './json-value.js';
import { wellKnownStopNames } from './stop-tokens.js';
import { type TokenDecoder, tokenDecoder } from './token-bytes.js';
import {
  checkTokenCount,
  checkTokenIds,
  describe,
  maxVocabularySize,
  type VocabularyData,
} from './vocabulary-data.js';

/** What `vocabularyFromTokenizerJson` takes beside the file. */
export interface TokenizerJsonOptions {
  /** Ids that end a text. Default: the special tokens of well-known names (`wellKnownStopNames`). */
  stopTokens?: readonly number[] | undefined;
}

/** A tokenizer.json that was read: the vocabulary but for its stop tokens. */
export interface TokenizerFile {
  tokens: (Uint8Array | null)[];
  /** Name of each special token by its id. */
  special: Map<number, string>;
  /** The id of an added token, or of a token of the model, by its spelling in the file. */
  find(spelling: string): number | undefined;
}

/**
 * A vocabulary from the content of a Hugging Face tokenizer.json, as an object or as text. Byte-level BPE, and BPE or
 * Unigram with metaspace or byte fallback. Throws `VOCABULARY` for text that is no JSON, a foreign or contradictory
 * file, a tokenizer whose tokens have no bytes of their own (WordPiece), or where no stop token is known.
 */
export function vocabularyFromTokenizerJson(
  json: object | string,
  options: TokenizerJsonOptions = {},
): VocabularyData {
  const file = readTokenizerJson(typeof json === 'string' ? parseJson(json, 'tokenizer.json') : json);
  const stopTokens =
    options.stopTokens === undefined
      ? wellKnownStops(file)
      : checkTokenIds('stopTokens', options.stopTokens, file.tokens.length);
  if (stopTokens.length === 0 && options.stopTokens === undefined) throw noStopToken();
  return vocabularyData(file, stopTokens, file.tokens.length);
}

export function vocabularyData(
  file: TokenizerFile,
  stopTokens: Iterable<number>,
  logitsSize: number,
): VocabularyData {
  const specialTokens = [...file.special.keys()].sort((a, b) => a - b);
  return {
    tokens: file.tokens,
    specialTokens,
    specialNames: specialTokens.map((id) => file.special.get(id) ?? ''),
    stopTokens: [...new Set(stopTokens)].sort((a, b) => a - b),
    logitsSize,
  };
}

/** Ids of the special tokens that have a well-known name. */
export function wellKnownStops(file: TokenizerFile): number[] {
  const names = new Set(wellKnownStopNames);
  return [...file.special].filter(([, name]) => names.has(name)).map(([id]) => id);
}

export function noStopToken(path?: string): GrammaskError {
  return new GrammaskError('VOCABULARY', 'no special token has the name of a known stop token', {
    hint: 'pass the ids that end a text as `stopTokens`',
    location: path === undefined ? undefined : { path },
  });
}

/** Reads the parsed content of a tokenizer.json. Throws `VOCABULARY`. */
export function readTokenizerJson(json: unknown): TokenizerFile {
  const model = member(json, 'model');
  if (!isJsonObject(json) || !isJsonObject(model)) throw foreign(json);
  const type = modelType(model);
  refuseModel(model, type);
  const spellings = type === 'Unigram' ? unigramSpellings(model) : bpeSpellings(model);
  const added = readAddedTokens(json);
  const decoder = tokenDecoder(json);

  let count = spellings.length;
  for (const { id } of added) count = Math.max(count, id + 1);
  checkTokenCount(count);
  const tokens: (Uint8Array | null)[] = new Array<Uint8Array | null>(count).fill(null);
  const special = new Map<number, string>();
  decodeModelTokens(spellings, decoder, tokens);
  const unknown = unknownToken(model, type, spellings);
  if (unknown !== undefined) special.set(unknown, spellings[unknown] ?? '');
  for (const { id, content, isSpecial } of added) {
    tokens[id] = isSpecial ? new TextEncoder().encode(content) : decoder.added(content, id);
    if (isSpecial) special.set(id, content);
    else special.delete(id);
  }
  const find = (spelling: string): number | undefined => {
    const found = added.find(({ content }) => content === spelling);
    if (found !== undefined) return found.id;
    const id = spellings.indexOf(spelling);
    return id < 0 ? undefined : id;
  };
  return { tokens, special, find };
}

type ModelType = 'BPE' | 'Unigram';

function modelType(model: JsonObject): ModelType {
  const type = stringMember(model, 'type');
  // Files of the first versions name no type.
  const guess = Array.isArray(member(model, 'vocab')) ? 'Unigram' : 'BPE';
  if (type === undefined && (guess === 'Unigram' || Array.isArray(member(model, 'merges')))) return guess;
  if (type === 'BPE' || type === 'Unigram') return type;
  if (type === 'WordPiece' || type === 'WordLevel') {
    throw new GrammaskError(
      'VOCABULARY',
      `a ${type} tokenizer cannot be used: its tokens do not hold the spaces between words, so they have no bytes of their own`,
      { hint: 'choose a model with a byte-level or byte-fallback tokenizer; text generators have one' },
    );
  }
  throw new GrammaskError(
    'VOCABULARY',
    type === undefined
      ? "the tokenizer's model has no type"
      : `the tokenizer's model ${describe(type)} is not known`,
    { hint: 'BPE and Unigram are supported' },
  );
}

function refuseModel(model: JsonObject, type: ModelType): void {
  if (type !== 'BPE') return;
  for (const affix of ['continuing_subword_prefix', 'end_of_word_suffix']) {
    const value = member(model, affix);
    if (typeof value === 'string' && value !== '') {
      throw new GrammaskError(
        'VOCABULARY',
        `the tokenizer marks parts of words (${affix} ${describe(value)}), so its tokens have no bytes of their own`,
        { hint: 'choose a model with a byte-level or byte-fallback tokenizer' },
      );
    }
  }
}

function bpeSpellings(model: JsonObject): (string | undefined)[] {
  const vocab = member(model, 'vocab');
  if (!isJsonObject(vocab)) {
    throw new GrammaskError('VOCABULARY', 'the vocabulary of a BPE tokenizer must be an object', {
      hint: damaged,
    });
  }
  const spellings: (string | undefined)[] = [];
  // A third of the time that entries take.
  for (const spelling of Object.keys(vocab)) {
    const id = vocab[spelling];
    checkId(id, spelling);
    while (spellings.length <= id) spellings.push(undefined);
    const other = spellings[id];
    if (other !== undefined) {
      throw new GrammaskError(
        'VOCABULARY',
        `two tokens have the id ${id}: ${describe(other)} and ${describe(spelling)}`,
        { hint: damaged, location: { token: id } },
      );
    }
    spellings[id] = spelling;
  }
  return spellings;
}

function unigramSpellings(model: JsonObject): string[] {
  const vocab = member(model, 'vocab');
  if (!Array.isArray(vocab)) {
    throw new GrammaskError('VOCABULARY', 'the vocabulary of a Unigram tokenizer must be an array', {
      hint: damaged,
    });
  }
  checkTokenCount(Math.max(vocab.length, 1));
  return Array.from(vocab, (entry: unknown, id) => {
    const spelling: unknown = Array.isArray(entry) ? entry[0] : undefined;
    if (typeof spelling === 'string') return spelling;
    throw new GrammaskError('VOCABULARY', `token ${id} is not a pair of a text and a score`, {
      hint: damaged,
      location: { token: id },
    });
  });
}

interface AddedToken {
  id: number;
  content: string;
  isSpecial: boolean;
}

function readAddedTokens(tokenizer: JsonObject): AddedToken[] {
  const list = member(tokenizer, 'added_tokens') ?? [];
  if (!Array.isArray(list)) {
    throw new GrammaskError('VOCABULARY', '`added_tokens` must be an array', { hint: damaged });
  }
  return Array.from(list, (entry: unknown) => {
    const content = stringMember(entry, 'content');
    if (content === undefined) {
      throw new GrammaskError('VOCABULARY', 'an added token has no content', { hint: damaged });
    }
    const id = member(entry, 'id');
    checkId(id, content);
    return { id, content, isSpecial: member(entry, 'special') === true };
  });
}

function decodeModelTokens(
  spellings: readonly (string | undefined)[],
  decoder: TokenDecoder,
  tokens: (Uint8Array | null)[],
): void {
  for (let id = 0; id < spellings.length; id++) {
    const spelling = spellings[id];
    if (spelling !== undefined) tokens[id] = decoder.model(spelling, id);
  }
}

/** The id that stands for what the tokenizer cannot spell: it has no text. */
function unknownToken(
  model: JsonObject,
  type: ModelType,
  spellings: readonly (string | undefined)[],
): number | undefined {
  if (type === 'Unigram') {
    const id = member(model, 'unk_id');
    return typeof id === 'number' && spellings[id] !== undefined ? id : undefined;
  }
  const name = stringMember(model, 'unk_token');
  const id = name === undefined ? -1 : spellings.indexOf(name);
  return id < 0 ? undefined : id;
}

function checkId(id: unknown, spelling: string): asserts id is number {
  if (typeof id === 'number' && Number.isInteger(id) && id >= 0 && id < maxVocabularySize) return;
  throw new GrammaskError(
    'VOCABULARY',
    `the token ${describe(spelling)} has the id ${describe(id)}, which is no number from 0 to ${maxVocabularySize - 1}`,
    { hint: damaged },
  );
}

const damaged = 'the file is damaged or not a Hugging Face tokenizer.json: fetch it again';

function foreign(json: unknown): GrammaskError {
  const looksLikeConfig = member(json, 'tokenizer_class') !== undefined;
  return new GrammaskError(
    'VOCABULARY',
    'this is not a Hugging Face tokenizer.json: it has no member `model`',
    {
      hint: looksLikeConfig
        ? 'this looks like tokenizer_config.json: pass tokenizer.json, which lies beside it'
        : 'pass the tokenizer.json of the model; for other formats pass the tokens themselves (Vocabulary.fromTokens)',
    },
  );
}
