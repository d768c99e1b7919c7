// Real vocabularies of more than 100,000 tokens, with their own way to split a text.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Vocabulary } from '../../src/index.js';
import type { VocabularyName } from './task.js';

export interface RealVocabulary {
  readonly engine: Vocabulary;
  /** The bytes of each token id; null for an id without a token, and for the stop token. */
  readonly tokens: readonly (Uint8Array | null)[];
  readonly stopToken: number;
  /** The tokenizer's own tokens of a text; names of special tokens in it are text like any other. */
  encode(text: string): number[];
}

export async function realVocabulary(name: VocabularyName): Promise<RealVocabulary> {
  const { encode } =
    name === 'cl100k_base'
      ? await import('gpt-tokenizer/encoding/cl100k_base')
      : await import('gpt-tokenizer/encoding/o200k_base');
  const tokens = readTokens(name);
  const stopToken = tokens.length;
  tokens.push(null);
  const options = { disallowedSpecial: new Set<string>() };
  return {
    engine: Vocabulary.fromTokens(tokens, { stopTokens: [stopToken] }),
    tokens,
    stopToken,
    encode: (text) => encode(text, options),
  };
}

function readTokens(name: VocabularyName): (Uint8Array | null)[] {
  const folder = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer')), '..', 'data');
  const tokens: (Uint8Array | null)[] = [];
  for (const line of readFileSync(join(folder, `${name}.tiktoken`), 'latin1')
    .trim()
    .split('\n')) {
    const [bytes = '', id = ''] = line.split(' ');
    tokens[Number(id)] = Buffer.from(bytes, 'base64');
  }
  return Array.from(tokens, (bytes) => bytes ?? null);
}
