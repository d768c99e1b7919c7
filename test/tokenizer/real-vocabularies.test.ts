import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import * as cl100k from 'gpt-tokenizer/encoding/cl100k_base';
import * as o200k from 'gpt-tokenizer/encoding/o200k_base';
import * as r50k from 'gpt-tokenizer/encoding/r50k_base';
import t from 'tap';
import { vocabularyFromTokenizerJson } from '../../src/tokenizer/tokenizer-json.js';
import type { VocabularyData } from '../../src/tokenizer/vocabulary-data.js';
import { vocabularyFromDirectory } from '../../src/tokenizer/vocabulary-directory.js';
import { addedToken, gpt2Alphabet, texts } from '../support/tokenizer-files.js';

const dataFolder = join(dirname(createRequire(import.meta.url).resolve('gpt-tokenizer')), '..', 'data');

function joined(data: VocabularyData, ids: readonly number[]): string {
  return Buffer.concat(ids.map((id) => data.tokens[id] ?? new Uint8Array())).toString();
}

/** The lines of a .tiktoken file: base64 of the bytes, and the id. */
function readTiktoken(name: string): Map<number, Buffer> {
  const lines = readFileSync(join(dataFolder, `${name}.tiktoken`), 'latin1')
    .trim()
    .split('\n');
  return new Map(
    lines.map((line) => {
      const [bytes = '', id = ''] = line.split(' ');
      return [Number(id), Buffer.from(bytes, 'base64')];
    }),
  );
}

const encodings = { r50k_base: r50k, cl100k_base: cl100k, o200k_base: o200k };

for (const [name, encoding] of Object.entries(encodings)) {
  t.test(`${name}, written as a tokenizer.json`, async (t) => {
    const tokens = readTiktoken(name);
    const alphabet = gpt2Alphabet();
    const vocab = Object.fromEntries(
      [...tokens].map(([id, bytes]) => [Array.from(bytes, (byte) => alphabet[byte]).join(''), id]),
    );
    const end = [...tokens.keys()].reduce((a, b) => Math.max(a, b)) + 1;
    const data = vocabularyFromTokenizerJson({
      model: { type: 'BPE', vocab, merges: [] },
      decoder: { type: 'ByteLevel' },
      added_tokens: [addedToken(end, '<|endoftext|>', true)],
    });
    const wrong = [...tokens].filter(([id, bytes]) => !bytes.equals(data.tokens[id] ?? new Uint8Array()));
    t.strictSame(wrong, [], 'every token has its bytes');
    t.strictSame(data.stopTokens, [end]);
    for (const text of texts) t.equal(joined(data, encoding.encode(text)), text);
  });
}

const smol = process.env.GRAMMASK_SMOLLM2;

t.test(
  'SmolLM2-135M-Instruct',
  { skip: smol === undefined || !existsSync(smol) ? 'GRAMMASK_SMOLLM2 does not name its folder' : false },
  async (t) => {
    const folder = smol ?? '';
    const data = await vocabularyFromDirectory(folder);
    t.equal(data.tokens.length, 49_152);
    t.equal(data.logitsSize, 49_152);
    t.strictSame(data.stopTokens, [2]);
    t.equal(data.specialTokens.length, 17);
    const read = (name: string): object => JSON.parse(readFileSync(join(folder, name), 'utf8')) as object;
    const tokenizer = new Tokenizer(read('tokenizer.json'), read('tokenizer_config.json'));
    for (const text of texts) {
      t.equal(joined(data, tokenizer.encode(text, { add_special_tokens: false }).ids), text);
    }
  },
);
