import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { GrammaskError } from '../errors.js';
import { parseJson } from './json-value.js';
import { describe } from './vocabulary-data.js';

/** The files of a model's folder that tell of its tokens, parsed. */
export interface TokenizerFiles {
  directory: string;
  tokenizer: unknown;
  /** These three: `undefined` where there is no such file. */
  tokenizerConfig: unknown;
  generationConfig: unknown;
  config: unknown;
}

/** Reads them. Throws `MODEL` where the path is no folder, `VOCABULARY` for a file that is missing or damaged. */
export async function readTokenizerFiles(directory: string): Promise<TokenizerFiles> {
  await checkDirectory(directory);
  const tokenizer = await readJson(directory, 'tokenizer.json');
  if (tokenizer === undefined) {
    throw new GrammaskError('VOCABULARY', 'the folder has no tokenizer.json', {
      hint: 'a model folder in the Hugging Face layout has tokenizer.json beside config.json',
      location: { path: join(directory, 'tokenizer.json') },
    });
  }
  const [tokenizerConfig, generationConfig, config] = await Promise.all([
    readJson(directory, 'tokenizer_config.json'),
    readJson(directory, 'generation_config.json'),
    readJson(directory, 'config.json'),
  ]);
  return { directory, tokenizer, tokenizerConfig, generationConfig, config };
}

async function checkDirectory(directory: unknown): Promise<void> {
  if (typeof directory !== 'string') {
    throw new GrammaskError('ARGUMENT', `expected the path of a folder, got ${describe(directory)}`);
  }
  const hint = 'pass the folder of a model, the one that holds tokenizer.json';
  let isDirectory: boolean;
  try {
    isDirectory = (await stat(directory)).isDirectory();
  } catch (cause) {
    throw new GrammaskError('MODEL', `the folder cannot be read: ${(cause as Error).message}`, {
      hint,
      location: { path: directory },
      cause,
    });
  }
  if (!isDirectory) {
    throw new GrammaskError('MODEL', 'the path is not a folder', { hint, location: { path: directory } });
  }
}

/** The parsed file, `undefined` where there is none. */
async function readJson(directory: string, name: string): Promise<unknown> {
  const path = join(directory, name);
  let text: string;
  try {
    // Fatal, because a replaced byte would quietly become another token.
    text = new TextDecoder('utf-8', { fatal: true }).decode(await readFile(path));
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw new GrammaskError('VOCABULARY', `${name} cannot be read: ${(cause as Error).message}`, {
      location: { path },
      cause,
    });
  }
  return parseJson(text, name, path);
}
