import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createJsonLines } from '../../src/cli/json-lines.js';
import { noCli, noModel } from './run-cli.js';

const demo = new URL('../../dist/cli/demo.js', import.meta.url);

t.test('the demonstration shows text, schema, JSON and times', { skip: noCli || noModel }, async (t) => {
  const script = `import(${JSON.stringify(demo.href)}).then(async (m) => { process.exitCode = await m.runDemo([]); })`;
  const child = spawn(process.execPath, ['-e', script], {
    cwd: fileURLToPath(new URL('../..', import.meta.url)),
    env: { ...process.env, NODE_OPTIONS: '' },
  });
  let out = '';
  child.stdout.on('data', (chunk) => {
    out += chunk;
  });
  const code = await new Promise((resolve) => child.once('close', resolve));
  t.equal(code, 0);
  const parts = [
    'Text',
    'coffee machine',
    'Schema',
    '"broken_product"',
    'JSON',
    '"broken_product": "',
    'Check',
    'ajv',
    'Time',
    'mask',
  ];
  let at = 0;
  for (const part of parts) {
    const found = out.indexOf(part, at);
    t.ok(found >= 0, part);
    at = found;
  }
});

t.test('JSON on lines of its own is the same JSON, in whatever pieces it comes', async (t) => {
  const value = { a: [], b: {}, 'c:,"': ['x{"\\', 1, { d: null }], e: true };
  const text = JSON.stringify(value);
  for (const size of [1, 3, 1000]) {
    const lines = createJsonLines('');
    let out = '';
    for (let at = 0; at < text.length; at += size) out += lines(text.slice(at, at + size));
    t.equal(out, JSON.stringify(value, null, 2));
  }
});
