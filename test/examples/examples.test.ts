import { execFile } from 'node:child_process';
import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import t from 'tap';

/** The programs of examples/, each run as its first lines say, with the embedded model. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const run = promisify(execFile);
const files = readdirSync(join(root, 'examples')).filter((name) => name.endsWith('.mjs'));

const weights = join(root, 'models', 'json', 'onnx', 'model.onnx');
const skip = !existsSync(weights)
  ? 'the weights of the embedded model are not in models/json/onnx'
  : existsSync(join(root, 'dist', 'index.js'))
    ? false
    : 'dist/ is not built: run npm run build:ts';

const outputs: Readonly<Record<string, RegExp>> = {
  'agent-loop.mjs':
    /edit of cart\.ts: fails_tests\n {2}mended: for \(let i = 0; i < prices\.length; i\+\+\) \{\n[\s\S]*i < prices/,
  'order-with-zod.mjs':
    /customer: '.*',\n {2}pages: \d+,\n {2}urgent: (true|false),\n {2}size: 'A[345]',\n {2}received: 2026-\d\d-\d\dT/,
};

t.strictSame(files.sort(), Object.keys(outputs).sort(), 'every example has its output here');

for (const [file, output] of Object.entries(outputs)) {
  t.test(file, { skip }, async (t) => {
    const { stdout } = await run(process.execPath, [join('examples', file)], { cwd: root, timeout: 60_000 });
    t.match(stdout, output);
  });
}
