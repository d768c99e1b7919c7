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
const ask = async (name, input) =>
  (await client.callTool({ name, arguments: input }, undefined, { timeout: 180_000 })).structuredContent;

/** Writes an edit only when it is right, or after a small change that makes it so. */
async function edit(file, after, lines) {
  const content = await readFile(join(project, file), 'utf8');
  const { status } = await ask('validate_patch', { file, content, after });
  console.log(`edit of ${file}: ${status}`);
  if (status === 'plausible') return writeFile(join(project, file), after);
  // Without a range, the lines that the checker reports are mended; what only the tests find is looked for in these.
  for (const range of status === 'errors' ? [undefined] : lines) {
    const asked = { file, content: after, range, limit: 1, budget_ms: 60_000 };
    const { patches } = await ask('propose_patches', asked);
    const best = patches.find((patch) => patch.status === 'plausible');
    if (best === undefined) continue;
    console.log(`  mended: ${best.text}`);
    const mended = after.slice(0, best.range.start) + best.text + after.slice(best.range.end);
    return writeFile(join(project, file), mended);
  }
}

try {
  await edit(
    'cart.ts',
    [
      'export function total(prices: number[]): number {',
      '  let sum = 0;',
      '  for (let i = 0; i <= prices.length; i++) {',
      '    sum += prices[i];',
      '  }',
      '  return sum;',
      '}',
      '',
    ].join('\n'),
    ['2', '3', '4'],
  );
  console.log(await readFile(join(project, 'cart.ts'), 'utf8'));
} finally {
  await client.close();
  await rm(project, { recursive: true });
}
