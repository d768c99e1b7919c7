import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import t from 'tap';
import { engine } from '../../src/engine/binding.js';
import { nativeVocabulary } from '../../src/engine/vocabulary.js';
import { GrammaskError, type LoadProgress, loadModel, Vocabulary } from '../../src/index.js';
import { createPromptEncoder, type PromptEncoder } from '../../src/model/prompt-encoder.js';
import { readTokenizerFiles } from '../../src/tokenizer/tokenizer-files.js';
import { typescriptArguments } from '../support/typescript-arguments.js';
import { loadTiny, tinyFolder } from './tiny-model.js';

const encoderOf = async (folder: string): Promise<PromptEncoder> =>
  createPromptEncoder(await readTokenizerFiles(folder));

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

t.test('the runtime sends and keeps nothing of its own', async (t) => {
  const script = `
    const { loadModel } = await import(${JSON.stringify(new URL('../../src/index.js', import.meta.url).href)});
    const model = await loadModel(${JSON.stringify(tinyFolder)});
    await model.dispose();
    console.log(process.env.ORT_DISABLE_TELEMETRY);
  `;
  const folder = t.testdir({ 'load.mjs': script, own: {} });
  const place = join(folder, 'own');
  // A runtime that believes itself in tests sends nothing anyway.
  const { CI, ORT_DISABLE_TELEMETRY, ORT_RUNNING_UNIT_TESTS, ...others } = process.env;
  const env = { ...others, HOME: place, XDG_CACHE_HOME: place, TMPDIR: place, TMP: place, TEMP: place };
  const run = (more: NodeJS.ProcessEnv): string =>
    execFileSync(process.execPath, [...typescriptArguments, join(folder, 'load.mjs')], {
      env: { ...env, ...more },
      encoding: 'utf8',
    });
  t.equal(run({}), '1\n');
  t.same(readdirSync(place), [], 'no log and no device number');
  t.equal(run({ ORT_DISABLE_TELEMETRY: 'true' }), 'true\n', 'what is set stays');
});

t.test('tokenizer.json is read in the thread of the model, its trie built on a native one', async (t) => {
  const json = readFileSync(join(tinyFolder, 'tokenizer.json'), 'utf8');
  const here = await Vocabulary.fromDirectory(tinyFolder);
  const binding = engine();
  const { Vocabulary: built } = binding;
  t.teardown(() => {
    binding.Vocabulary = built;
  });
  binding.Vocabulary = class {
    constructor() {
      throw new Error('the vocabulary was built on this thread');
    }
  } as unknown as typeof built;
  const parsed = t.capture(JSON, 'parse', JSON.parse);
  const model = await loadTiny();
  const texts = parsed().map(({ args }) => args[0]);
  t.ok(texts.includes(readFileSync(join(tinyFolder, 'config.json'), 'utf8')), 'parsed on this thread');
  t.notOk(texts.includes(json), 'not parsed on this thread');
  t.equal(nativeVocabulary(model.vocabulary).fingerprint, nativeVocabulary(here).fingerprint);
  await model.dispose();
});

t.test('where loading fails, the thread ends', async (t) => {
  for (const stage of ['vocabulary', 'weights', 'ready']) {
    const onProgress = (progress: LoadProgress): void => {
      if (progress.stage === stage) throw new RangeError(stage);
    };
    await t.rejects(loadTiny({ onProgress }), new RangeError(stage));
  }
  const copy = join(t.testdir(), 'copy');
  cpSync(tinyFolder, copy, { recursive: true });
  const specialOnly = {
    model: { type: 'BPE', vocab: {}, merges: [] },
    decoder: { type: 'ByteLevel' },
    added_tokens: [{ id: 0, content: '<|end|>', special: true }],
  };
  writeFileSync(join(copy, 'tokenizer.json'), JSON.stringify(specialOnly));
  for (const name of ['config.json', 'generation_config.json']) writeFileSync(join(copy, name), '{}');
  const refused = { code: 'VOCABULARY', message: /no token with text/ };
  await t.rejects(Vocabulary.fromDirectory(copy), refused, 'the trie is refused');
  await t.rejects(loadModel(copy, { threads: 1 }), refused);
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
  const location = { path: join(copy, 'tokenizer.json') };
  const whole = readFileSync(location.path, 'utf8');
  for (const text of [whole.slice(0, whole.length / 2), '{"model": {}}', undefined]) {
    if (text === undefined) rmSync(location.path);
    else writeFileSync(location.path, text);
    const here = await Vocabulary.fromDirectory(copy).catch((error: GrammaskError) => error);
    if (!GrammaskError.isInstance(here)) throw new Error('it must be refused');
    const { code, message, hint } = here;
    t.equal(code, 'VOCABULARY');
    await t.rejects(
      loadModel(copy),
      { code, message, hint, location, cause: here.cause },
      String(text).slice(0, 20),
    );
  }
  mkdirSync(join(copy, 'empty'));
  await t.rejects(loadModel(join(copy, 'empty')), { code: 'MODEL', message: /no weights/ });
});

t.test('bad options are ARGUMENT', async (t) => {
  const bad = [{ dtype: 'fp3' }, { threads: 0 }, { device: '' }, { onProgress: 1 }, { colour: 'red' }];
  for (const options of bad) await t.rejects(loadModel(tinyFolder, options as object), { code: 'ARGUMENT' });
  await t.rejects(loadModel(7 as unknown as string), { code: 'ARGUMENT' });
});

t.test('the chat template sees messages, schema and named tokens', async (t) => {
  const encoder = await encoderOf(tinyFolder);
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
    const none = await encoderOf(copy);
    t.equal(none.chatTemplate, null);
    t.throws(() => none.encode({ messages: [{ role: 'user', content: 'a' }] }), {
      code: 'MODEL',
      hint: /prompt/,
    });
    writeFileSync(join(copy, 'chat_template.jinja'), '{{ eos_token }}{{ raise_exception("no") }}');
    const failing = await encoderOf(copy);
    t.same(failing.chatTemplate, { readsSchema: false });
    t.throws(() => failing.encode({ messages: [{ role: 'user', content: 'a' }] }), {
      code: 'MODEL',
      message: /no/,
    });
  },
);
