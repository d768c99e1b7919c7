import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { readModelFolder } from '../../src/model/model-folder.js';
import { tinyFolder } from './tiny-model.js';

function folderWith(dir: string, files: Record<string, string>): string {
  mkdirSync(join(dir, 'onnx'), { recursive: true });
  for (const [name, text] of Object.entries(files)) writeFileSync(join(dir, name), text);
  return dir;
}

t.test('takes the first dtype that is there, or the one that is asked for', async (t) => {
  const first = await readModelFolder(tinyFolder);
  t.equal(first.dtype, 'fp32');
  t.equal(first.weights, join(tinyFolder, 'onnx', 'model.onnx'));
  t.equal(first.contextLength, 400);
  t.equal((await readModelFolder(tinyFolder, 'fp16')).weights, join(tinyFolder, 'onnx', 'model_fp16.onnx'));
});

t.test('config.json names dtype and file', async (t) => {
  const config = {
    'transformers.js_config': { dtype: { model: 'q4' }, model_file_name: 'text' },
    n_positions: 7,
  };
  const dir = folderWith(t.testdir(), {
    'config.json': JSON.stringify(config),
    'onnx/text.onnx': '',
    'onnx/text_q4.onnx': '',
    'onnx/model_q4.onnx': '',
  });
  t.match(await readModelFolder(dir), {
    dtype: 'q4',
    weights: join(dir, 'onnx', 'text_q4.onnx'),
    contextLength: 7,
  });
});

t.test('finds merged exports, and weights beside the configuration', async (t) => {
  const merged = folderWith(t.testdir({ a: {}, b: {} }), { 'onnx/decoder_model_merged_quantized.onnx': '' });
  t.match(await readModelFolder(merged), { dtype: 'q8' });
  const flat = folderWith(join(t.testdirName, 'a'), { 'model_q4f16.onnx': '' });
  t.match(await readModelFolder(flat), { dtype: 'q4f16', weights: join(flat, 'model_q4f16.onnx') });
});

t.test('MODEL with the path and a way out', async (t) => {
  const empty = folderWith(t.testdir(), {});
  const missing = join(empty, 'nowhere');
  await t.rejects(readModelFolder(missing), { code: 'MODEL', location: { path: missing }, hint: /folder/ });
  await t.rejects(readModelFolder(empty), {
    code: 'MODEL',
    message: /no weights/,
    hint: /onnx\/model\.onnx/,
  });
  await t.rejects(readModelFolder(tinyFolder, 'bnb4'), { code: 'MODEL', hint: /fp32, fp16, q8/ });
  const file = join(empty, 'config.json');
  writeFileSync(file, '{"a":');
  await t.rejects(readModelFolder(file), { code: 'MODEL', message: /no folder/ });
  await t.rejects(readModelFolder(empty), { code: 'MODEL', message: /no JSON/, location: { path: file } });
});
