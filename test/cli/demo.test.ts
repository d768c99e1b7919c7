import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createJsonLines } from '../../src/cli/json-lines.js';
import { noCli, noModel, runCli } from './run-cli.js';

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

const short = process.env.GRAMMASK_TEST_FULL === '1' ? false : 'runs with GRAMMASK_TEST_FULL=1';
t.test(
  'the demonstration of repair mends all faults',
  { skip: noCli || short, timeout: 300_000 },
  async (t) => {
    const { code, out, err } = await runCli(['repair', 'demo']);
    t.equal(code, 0, err);
    t.match(out, /pruned {2}/, 'a name was kept out');
    t.match(out, /taken {3}.*product\.stock > 0/);
    t.match(out, /taken {3}return this\.total\(\) - discount;/);
    t.match(out, /\n5 of 5 mended in/);
  },
);

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
