import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t, { type Test } from 'tap';
import { GrammaskError } from '../../src/errors.js';
import { vocabularyFromDirectory } from '../../src/tokenizer/vocabulary-directory.js';
import { addedToken, byteLevelFile, type Json } from '../support/tokenizer-files.js';

function folder(t: Test, files: Record<string, Json | string>): string {
  const path = t.testdir({});
  for (const [name, content] of Object.entries(files)) {
    writeFileSync(join(path, name), typeof content === 'string' ? content : JSON.stringify(content));
  }
  return path;
}

async function failure(path: unknown): Promise<GrammaskError> {
  try {
    await vocabularyFromDirectory(path as string);
  } catch (error) {
    if (error instanceof GrammaskError) return error;
    throw error;
  }
  throw new Error('no error was thrown');
}

const tokenizer = byteLevelFile(); // 262 <|endoftext|>, 263 ordinary, 264 <|im_end|>

t.test('stop tokens come from both configurations, the width from config.json', async (t) => {
  const path = folder(t, {
    'tokenizer.json': tokenizer,
    'tokenizer_config.json': { eos_token: { content: '<|im_end|>' } },
    'generation_config.json': { eos_token_id: [262, 7] },
    'config.json': { vocab_size: 512, eos_token_id: 3 },
  });
  const data = await vocabularyFromDirectory(path);
  t.strictSame(data.stopTokens, [7, 262, 264]);
  t.strictSame(data.specialTokens, [262, 264]);
  t.equal(data.logitsSize, 512);
  t.equal(data.tokens.length, 265);
});

t.test('a single number, a plain name, and what is used when they are missing', async (t) => {
  const stops = async (files: Record<string, Json>): Promise<number[]> =>
    (await vocabularyFromDirectory(folder(t, { 'tokenizer.json': tokenizer, ...files }))).stopTokens;
  t.strictSame(await stops({ 'generation_config.json': { eos_token_id: 262 } }), [262]);
  t.strictSame(await stops({ 'tokenizer_config.json': { eos_token: '<|im_end|>' } }), [264]);
  t.strictSame(
    await stops({ 'tokenizer_config.json': { eos_token: null }, 'config.json': { eos_token_id: 9 } }),
    [9],
  );
  t.strictSame(await stops({}), [262, 264]);
});

t.test('the width of a multimodal configuration', async (t) => {
  const path = folder(t, {
    'tokenizer.json': tokenizer,
    'config.json': { text_config: { vocab_size: 300 } },
  });
  t.equal((await vocabularyFromDirectory(path)).logitsSize, 300);
});

t.test('special tokens beyond the logits are dropped, ordinary ones are a contradiction', async (t) => {
  const files = { 'tokenizer.json': tokenizer, 'generation_config.json': { eos_token_id: 262 } };
  const data = await vocabularyFromDirectory(folder(t, { ...files, 'config.json': { vocab_size: 264 } }));
  t.equal(data.tokens.length, 264);
  t.strictSame(data.specialTokens, [262]);
  const path = folder(t, { ...files, 'config.json': { vocab_size: 263 } });
  const error = await failure(path);
  t.equal(error.code, 'VOCABULARY');
  t.match(error.message, /263 logits.*token 263/);
  t.strictSame(error.location, { path: join(path, 'config.json') });
});

t.test('a path that is no folder', async (t) => {
  const path = folder(t, { 'tokenizer.json': tokenizer });
  const file = join(path, 'tokenizer.json');
  for (const wrong of [file, join(path, 'nowhere'), '', 'a\0b']) {
    const error = await failure(wrong);
    t.equal(error.code, 'MODEL');
    t.strictSame(error.location, { path: wrong });
    t.ok(error.hint);
  }
  t.equal((await failure(7)).code, 'ARGUMENT');
});

t.test('missing, cut off and contradictory files are named', async (t) => {
  const cases: [Record<string, Json | string>, string][] = [
    [{}, 'tokenizer.json'],
    [{ 'tokenizer.json': '{"model": {' }, 'tokenizer.json'],
    [{ 'tokenizer.json': '' }, 'tokenizer.json'],
    [{ 'tokenizer.json': { tokenizer_class: 'X' } }, 'tokenizer.json'],
    [
      { 'tokenizer.json': { ...tokenizer, added_tokens: [addedToken(262, '<|x|>', true)] } },
      'tokenizer.json',
    ],
    [{ 'tokenizer.json': tokenizer, 'tokenizer_config.json': '[' }, 'tokenizer_config.json'],
    [
      { 'tokenizer.json': tokenizer, 'tokenizer_config.json': { eos_token: '<eos>' } },
      'tokenizer_config.json',
    ],
    [
      { 'tokenizer.json': tokenizer, 'generation_config.json': { eos_token_id: ['2'] } },
      'generation_config.json',
    ],
    [{ 'tokenizer.json': tokenizer, 'generation_config.json': { eos_token_id: 265 } }, ''],
    [{ 'tokenizer.json': tokenizer, 'config.json': { vocab_size: '9' } }, 'config.json'],
  ];
  for (const [files, name] of cases) {
    const path = folder(t, files);
    const error = await failure(path);
    t.equal(error.code, 'VOCABULARY', error.message);
    t.strictSame(error.location, { path: name === '' ? path : join(path, name) });
  }
});

t.test('a file that is no UTF-8 is refused', async (t) => {
  const path = folder(t, {});
  writeFileSync(join(path, 'tokenizer.json'), Buffer.from([0x22, 0xff, 0x22]));
  t.equal((await failure(path)).code, 'VOCABULARY');
});
