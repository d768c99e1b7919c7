// An agent that never writes an edit which breaks something: it asks `grammask mcp` before it touches a file, and takes a
// proposal where its own edit is no good. The agent here is a few lines; a language model would stand in its place.
//
//   node examples/agent-loop.mjs
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';

const files = {
  'tsconfig.json': '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es2022"],"types":[]}}',
  'cart.ts': 'export function total(prices: number[]): number {\n  return 0;\n}\n',
  'test.cjs': `
    const { readFileSync } = require('node:fs');
    const body = readFileSync('cart.ts', 'utf8').replace(/export |: number(\\[\\])?/g, '');
    const total = new Function(body + '; return total');
    require('node:assert').equal(total()([3, 4, 5]), 12);
  `,
};
const project = await mkdtemp(join(tmpdir(), 'agent-loop-'));
for (const [name, text] of Object.entries(files)) await writeFile(join(project, name), text);

const cli = join(dirname(fileURLToPath(import.meta.resolve('grammask/package.json'))), 'dist/cli/main.js');
const args = [cli, 'mcp', '--project', project, '--test', `"${process.execPath}" test.cjs`];
const client = new Client({ name: 'agent-loop', version: '1' });
await client.connect(new StdioClientTransport({ command: process.execPath, args }));
const ask = async (name, input) => (await client.callTool({ name, arguments: input })).structuredContent;

/** Checks an edit, mends it where that is needed, and only then writes it. */
async function edit(file, content) {
  const { status, introduced } = await ask('check_edit', { file, content });
  console.log(`edit of ${file}: ${status}`);
  // Errors are mended where the checker reports them; what only the tests find, in the lines of the edit.
  for (const range of introduced.length > 0 ? [undefined] : ['3', '4']) {
    const { patches, counts } = await ask('propose_patches', { file, content, range, limit: 1 });
    console.log(`  tried ${Object.values(counts).reduce((sum, count) => sum + count, 0)} changes`);
    const [best] = patches;
    if (best?.status !== 'plausible') continue;
    const verdict = await ask('validate_patch', { file, content, diff: best.diff });
    console.log(`  ${verdict.status}: ${best.text}`);
    // The texts were passed in the calls, so the hash says what the verdict is about.
    return write(file, content, best);
  }
}

async function write(file, content, { range, text }) {
  await writeFile(join(project, file), content.slice(0, range.start) + text + content.slice(range.end));
}

try {
  await edit(
    'cart.ts',
    [
      'export function total(prices: number[]): number {',
      '  let sum = 0;',
      '  for (let i = 0; i <= prices.length; i++) {',
      '    sum += prices[i]!;',
      '  }',
      '  return sum;',
      '}',
      '',
    ].join('\n'),
  );
  console.log(await readFile(join(project, 'cart.ts'), 'utf8'));
} finally {
  await client.close();
  await rm(project, { recursive: true });
}
