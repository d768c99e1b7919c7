import { join } from 'node:path';
import { GrammaskError } from '../errors.js';
import { isJsonObject, member, stringMember } from './json-value.js';
import { readTokenizerFiles, type TokenizerFiles } from './tokenizer-files.js';
import {
  noStopToken,
  readTokenizerJson,
  type TokenizerFile,
  vocabularyData,
  wellKnownStops,
} from './tokenizer-json.js';
import { describe, maxVocabularySize, type VocabularyData } from './vocabulary-data.js';

/**
 * The vocabulary of a model's folder: tokenizer.json, and where they exist tokenizer_config.json and
 * generation_config.json (stop tokens) and config.json (width of the logits). Stop tokens are the union of
 * generation_config's `eos_token_id` and tokenizer_config's `eos_token`; without either, config.json's `eos_token_id`,
 * then the well-known names. Throws `MODEL` where the path is no folder, `VOCABULARY` for its files.
 */
export async function vocabularyFromDirectory(directory: string): Promise<VocabularyData> {
  return vocabularyFromFiles(await readTokenizerFiles(directory));
}

/** As `vocabularyFromDirectory`, of files that were read. */
export function vocabularyFromFiles(files: TokenizerFiles): VocabularyData {
  const { directory, tokenizer, tokenizerConfig, generationConfig, config } = files;
  const tokenizerPath = join(directory, 'tokenizer.json');
  const file = atPath(tokenizerPath, () => readTokenizerJson(tokenizer));

  let stops = [
    ...eosIds(generationConfig, join(directory, 'generation_config.json')),
    ...eosName(tokenizerConfig, file, join(directory, 'tokenizer_config.json')),
  ];
  if (stops.length === 0) stops = eosIds(config, join(directory, 'config.json'));
  if (stops.length === 0) stops = wellKnownStops(file);
  if (stops.length === 0) throw noStopToken(tokenizerPath);

  const logitsSize = fitToLogits(file, config, join(directory, 'config.json'));
  for (const id of stops) {
    if (id < file.tokens.length) continue;
    throw new GrammaskError(
      'VOCABULARY',
      `the stop token ${id} is not in the tokenizer, which has ${file.tokens.length} tokens`,
      {
        hint: 'the files of the folder do not belong together: fetch them again',
        location: { path: directory },
      },
    );
  }
  return vocabularyData(file, stops, logitsSize);
}

function atPath<Value>(path: string, read: () => Value): Value {
  try {
    return read();
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.location !== undefined) throw error;
    throw new GrammaskError(error.code, error.message, { hint: error.hint, location: { path } });
  }
}

/** `eos_token_id`: a number or a list of numbers; `null` and absence mean none. */
function eosIds(config: unknown, path: string): number[] {
  const value = member(config, 'eos_token_id');
  if (value === undefined || value === null) return [];
  return (Array.isArray(value) ? value : [value]).map((id: unknown) => {
    if (typeof id === 'number' && Number.isInteger(id) && id >= 0) return id;
    throw new GrammaskError('VOCABULARY', `expected token ids as \`eos_token_id\`, got ${describe(id)}`, {
      location: { path },
    });
  });
}

/** `eos_token`: a text, or an object with its `content`; `null` and absence mean none. */
function eosName(config: unknown, file: TokenizerFile, path: string): number[] {
  const value = member(config, 'eos_token');
  const name = isJsonObject(value) ? stringMember(value, 'content') : value;
  if (typeof name !== 'string') return [];
  const id = file.find(name);
  if (id !== undefined) return [id];
  throw new GrammaskError('VOCABULARY', `the \`eos_token\` ${describe(name)} is not in tokenizer.json`, {
    hint: 'the files of the folder do not belong together: fetch them again',
    location: { path },
  });
}

/**
 * The width of the logits. Some tokenizers end with special tokens that the model has no logits for (those of images in
 * the text-only sibling of a model): these are dropped. Ordinary tokens beyond the width are a contradiction.
 */
function fitToLogits(file: TokenizerFile, config: unknown, path: string): number {
  const value = member(config, 'vocab_size') ?? member(member(config, 'text_config'), 'vocab_size');
  if (value === undefined || value === null) return file.tokens.length;
  if (typeof value !== 'number' || !Number.isInteger(value) || value < 1 || value > maxVocabularySize) {
    throw new GrammaskError(
      'VOCABULARY',
      `expected a number of tokens as \`vocab_size\`, got ${describe(value)}`,
      {
        location: { path },
      },
    );
  }
  for (let id = value; id < file.tokens.length; id++) {
    if (file.tokens[id] === null || file.special.has(id)) continue;
    throw new GrammaskError(
      'VOCABULARY',
      `the model has ${value} logits, but the tokenizer has text for token ${id}`,
      { hint: 'tokenizer.json and config.json belong to different models', location: { path } },
    );
  }
  for (let id = value; id < file.tokens.length; id++) file.special.delete(id);
  file.tokens.length = Math.min(file.tokens.length, value);
  return value;
}
