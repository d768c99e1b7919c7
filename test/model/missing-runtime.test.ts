import { spawn } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, mkdtempSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import t from 'tap';
import { tinyFolder } from './tiny-model.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const skip = existsSync(join(root, 'dist', 'index.js')) ? false : 'dist/ is not built: run npm run build:ts';

t.test('without onnxruntime-node, MODEL tells how to install it; the engine works', { skip }, async (t) => {
  // Outside of the project, so that nothing above it is found.
  const folder = mkdtempSync(join(tmpdir(), 'grammask-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  cpSync(join(root, 'dist'), join(folder, 'dist'), { recursive: true });
  cpSync(join(root, 'package.json'), join(folder, 'package.json'));
  mkdirSync(join(folder, 'node_modules'));
  for (const name of ['@huggingface']) {
    symlinkSync(join(root, 'node_modules', name), join(folder, 'node_modules', name), 'junction');
  }
  const script = `
    const { Grammar, loadModel } = await import(${JSON.stringify(pathToFileURL(join(folder, 'dist', 'index.js')).href)});
    const error = await loadModel(${JSON.stringify(tinyFolder)}).catch((error) => error);
    console.log(JSON.stringify({ code: error.code, message: error.message, hint: error.hint, test: Grammar.regex('a+').test('aa') }));`;
  const env = {
    ...process.env,
    NODE_OPTIONS: '',
    GRAMMASK_NATIVE_PATH: process.env.GRAMMASK_NATIVE_PATH || join(root, 'build', 'Release', 'grammask.node'),
  };
  const child = spawn(process.execPath, ['--input-type=module', '-e', script], { cwd: folder, env });
  let out = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.on('data', (chunk) => {
      out += chunk;
    });
  }
  await new Promise((resolve) => child.once('close', resolve));
  t.match(JSON.parse(out), { code: 'MODEL', hint: /npm install onnxruntime-node.*allowScripts/, test: true });
});
