import { cpSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { loadModel } from '../../src/index.js';
import { createPromptEncoder } from '../../src/model/prompt-encoder.js';
import { loadTiny, tinyFolder } from './tiny-model.js';

t.test('tells its stages and what it loaded', async (t) => {
  const stages: string[] = [];
  const model = await loadTiny({ onProgress: ({ stage }) => stages.push(stage) });
  t.same(stages, ['folder', 'vocabulary', 'weights', 'ready']);
  t.match(model.info, { path: tinyFolder, dtype: 'fp32', device: 'cpu', threads: 1, contextLength: 400 });
  t.same(model.info.chatTemplate, { readsSchema: true });
  t.same([...model.vocabulary.stopTokens], [256]);
  await model.dispose();
  await model.dispose();
  await t.rejects(model.generate({ prompt: 'a' }), { code: 'DISPOSED' });
});

t.test('generations under way end with DISPOSED', async (t) => {
  const model = await loadTiny();
  const running = model.generate({ prompt: 'a', maxTokens: 390 });
  await new Promise((resolve) => setTimeout(resolve, 5));
  await Promise.all([t.rejects(running, { code: 'DISPOSED' }), model.dispose()]);
});

t.test('weights that do not fit the tokenizer are MODEL', async (t) => {
  await t.rejects(loadTiny({ dtype: 'int8' }), {
    code: 'MODEL',
    message: /100 logits for 258 tokens/,
    location: { path: join(tinyFolder, 'onnx', 'model_int8.onnx') },
  });
});

t.test('damaged folders', async (t) => {
  await t.rejects(loadModel(join(tinyFolder, 'nowhere')), { code: 'MODEL' });
  const copy = join(t.testdir(), 'copy');
  cpSync(tinyFolder, copy, { recursive: true });
  writeFileSync(join(copy, 'tokenizer_config.json'), '{"chat_template": "{% for"}');
  await t.rejects(loadModel(copy), { code: 'MODEL', message: /chat template/ });
  writeFileSync(join(copy, 'tokenizer.json'), '{"model": {');
  await t.rejects(loadModel(copy), { code: 'VOCABULARY' });
  rmSync(join(copy, 'tokenizer.json'));
  await t.rejects(loadModel(copy), { code: 'VOCABULARY' });
  mkdirSync(join(copy, 'empty'));
  await t.rejects(loadModel(join(copy, 'empty')), { code: 'MODEL', message: /no weights/ });
});

t.test('bad options are ARGUMENT', async (t) => {
  const bad = [{ dtype: 'fp3' }, { threads: 0 }, { device: '' }, { onProgress: 1 }, { colour: 'red' }];
  for (const options of bad) await t.rejects(loadModel(tinyFolder, options as object), { code: 'ARGUMENT' });
  await t.rejects(loadModel(7 as unknown as string), { code: 'ARGUMENT' });
});

t.test('the chat template sees messages, schema and named tokens', async (t) => {
  const encoder = await createPromptEncoder(tinyFolder);
  const text = (tokens: Int32Array): string =>
    Buffer.from(tokens.filter((id) => id < 256)).toString() + (tokens.includes(257) ? '<|mark|>' : '');
  const messages = [{ role: 'user', content: 'é' }];
  t.equal(text(encoder.encode({ messages })), 'user: é\n-<|mark|>');
  t.equal(
    text(encoder.encode({ messages, schemaText: '{"type":"string"}' })),
    'user: é\n{"type": "string"}<|mark|>',
  );
  t.equal(text(encoder.encode({ prompt: 'as it is' })), 'as it is');
});

t.test(
  'chat_template.jinja counts where tokenizer_config.json has none; without any, messages are MODEL',
  async (t) => {
    const copy = join(t.testdir(), 'copy');
    cpSync(tinyFolder, copy, { recursive: true });
    writeFileSync(join(copy, 'tokenizer_config.json'), '{"eos_token": "<|end|>"}');
    const none = await createPromptEncoder(copy);
    t.equal(none.chatTemplate, null);
    t.throws(() => none.encode({ messages: [{ role: 'user', content: 'a' }] }), {
      code: 'MODEL',
      hint: /prompt/,
    });
    writeFileSync(join(copy, 'chat_template.jinja'), '{{ eos_token }}{{ raise_exception("no") }}');
    const failing = await createPromptEncoder(copy);
    t.same(failing.chatTemplate, { readsSchema: false });
    t.throws(() => failing.encode({ messages: [{ role: 'user', content: 'a' }] }), {
      code: 'MODEL',
      message: /no/,
    });
  },
);
