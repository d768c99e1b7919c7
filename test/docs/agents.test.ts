import { execFile } from 'node:child_process';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import t from 'tap';
import { noCli, runCli } from '../cli/run-cli.js';

/** The program of docs/agents.md, run as it stands, and the options that the page names. */

const page = readFileSync(new URL('../../docs/agents.md', import.meta.url), 'utf8');
const program = /```js\n([\s\S]*?)```/.exec(page)?.[1] ?? '';
const run = promisify(execFile);

t.setTimeout(240_000);

t.test('the program prints the diffs of patches that pass the tests', { skip: noCli }, async (t) => {
  const project = t.testdir({
    'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es5"],"types":[]}}',
    'cart.test.mjs':
      "import { readFileSync } from 'node:fs';\nimport test from 'node:test';\nimport assert from 'node:assert';\ntest('bound', () => assert.match(readFileSync('src/cart.ts', 'utf8'), /i < prices/));\n",
    src: {
      'cart.ts':
        'export function total(prices: number[]): number {\n  let sum = 0;\n  for (let i = 0; i <= prices.length; i++) {\n    sum += prices[i];\n  }\n  return sum;\n}\n',
    },
  });
  // Twice would say no more: the first diff is enough.
  writeFileSync(
    join(project, 'program.mjs'),
    program.replace('console.log(patch.diff);', '{ console.log(patch.diff); break; }'),
  );
  t.not(readFileSync(join(project, 'program.mjs'), 'utf8'), program);
  const { stdout } = await run(process.execPath, ['program.mjs'], { cwd: project, timeout: 200_000 });
  t.match(
    stdout,
    /^--- a\/src\/cart\.ts\n\+\+\+ b\/src\/cart\.ts\n@@ [\s\S]*\n\+ {2}for \(let i = 0; i < prices/,
  );
});

t.test('the command has the options that the page names', { skip: noCli }, async (t) => {
  const { out, code } = await runCli(['mcp', '--help']);
  t.equal(code, 0);
  const named = new Set(
    page.match(/(?<=[` ])--(?:project|tsconfig|test-timeout|check-timeout|modules|test)\b/g),
  );
  t.equal(named.size, 6);
  for (const option of named) t.ok(out.includes(`${option} <`), option);
});
