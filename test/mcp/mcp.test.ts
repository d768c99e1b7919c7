import { mkdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Client } from '@modelcontextprotocol/sdk/client/index.js';
import { StdioClientTransport } from '@modelcontextprotocol/sdk/client/stdio.js';
import { InMemoryTransport } from '@modelcontextprotocol/sdk/inMemory.js';
import tap, { type Test } from 'tap';
import { createProjectRoot } from '../../src/mcp/project-root.js';
import { createMcpServer, loadMcpSdk } from '../../src/mcp/server.js';
import { createTools } from '../../src/mcp/tools.js';
import type { NameSource } from '../../src/repair/candidates/names.js';
import { createValidator, unifiedDiff } from '../../src/repair/index.js';

const root = fileURLToPath(new URL('../..', import.meta.url));
const loader = new URL('../../scripts/typescript-loader.mjs', import.meta.url).href;
const tsconfig = '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es5"],"types":[]}}';
const right = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';
const wrong = right.replace('a + b', 'a + c');
const minus = right.replace('a + b', 'a - b');
const test =
  "const text = require('node:fs').readFileSync('add.ts', 'utf8');\nprocess.exit(text.includes('a + b') ? 0 : 1);\n";

// Checks take their time where the machine has much else to do.
tap.setTimeout(240_000);

function projectOf(t: Test): string {
  const folder = t.testdir({ 'outside.ts': 'export const secret = 1;\n', project: {} });
  const project = join(folder, 'project');
  for (const [name, text] of Object.entries({
    'tsconfig.json': tsconfig,
    'add.ts': wrong,
    'test.cjs': test,
  })) {
    writeFileSync(join(project, name), text);
  }
  mkdirSync(join(project, 'sub'));
  symlinkSync(join(folder, 'outside.ts'), join(project, 'sub', 'link.ts'));
  symlinkSync(folder, join(project, 'up'));
  return project;
}

type Result = { [key: string]: unknown };

async function call(
  t: Test,
  client: Client,
  name: string,
  input: Result,
): Promise<Result & { isError: boolean }> {
  const { structuredContent, isError, content } = await client.callTool(
    { name, arguments: input },
    undefined,
    {
      timeout: 200_000,
    },
  );
  const [text] = content as { text: string }[];
  t.same(JSON.parse(text?.text ?? ''), structuredContent, 'the same for models and for programs');
  return { ...(structuredContent as Result), isError: isError === true };
}

tap.test('the command, with the official client', async (t) => {
  const project = projectOf(t);
  const command = `"${process.execPath}" test.cjs`;
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--import', loader, join(root, 'src/cli/main.ts'), 'mcp', '--project', project, '--test', command],
    stderr: 'pipe',
  });
  let words = '';
  transport.stderr?.on('data', (chunk) => {
    words += chunk;
  });
  const client = new Client({ name: 'test', version: '1' });
  await client.connect(transport, { timeout: 200_000 });
  const { tools } = await client.listTools();
  t.same(
    tools.map(({ name }) => name),
    ['check_edit', 'complete_at', 'propose_patches', 'validate_patch'],
  );

  const edit = await call(t, client, 'check_edit', { file: 'add.ts', content: right });
  t.match(edit, { status: 'clean', file: 'add.ts', before: { status: 'errors', total: 1 }, introduced: [] });
  t.match(edit.resolved, [{ code: 2304, file: 'add.ts' }]);
  const bad = await call(t, client, 'check_edit', {
    file: 'add.ts',
    content: 'export const add: string = 1;',
  });
  t.match(bad, { status: 'errors', after: { status: 'errors' }, introduced: [{ code: 2322 }] });
  t.not(bad.hash, edit.hash);

  const diff = unifiedDiff('add.ts', wrong, right);
  t.match(await call(t, client, 'validate_patch', { file: 'add.ts', content: wrong, diff }), {
    status: 'plausible',
    diff,
    tests: { status: 'passed' },
  });
  const other = unifiedDiff('add.ts', wrong, minus);
  t.match(await call(t, client, 'validate_patch', { file: 'add.ts', content: wrong, diff: other }), {
    status: 'fails_tests',
    after: { status: 'clean' },
  });
  const asked = { file: 'add.ts', content: minus, range: '2', limit: 1, budget_ms: 150_000 };
  const proposed = await call(t, client, 'propose_patches', asked);
  t.match(proposed, { patches: [{ status: 'plausible', text: 'return a + b;' }] });
  const misnamed = { ...asked, content: right.replace('a + b', 'a + bb'), range: undefined };
  t.match(
    await call(t, client, 'propose_patches', misnamed),
    { patches: [{ status: 'plausible', text: 'return a + b;', origin: { kind: 'ranked', detail: 'name' } }] },
    'other names come from the compiler',
  );

  const use = "import { add } from './add';\nadd(1, 2).toF";
  const place = { file: 'use.ts', content: use, line: 2, column: 14 };
  t.match(await call(t, client, 'complete_at', place), {
    names: ['toFixed'],
    status: 'known',
    complete: true,
  });
  writeFileSync(join(project, 'add.ts'), wrong.replace('): number', '): string'));
  t.match(
    await call(t, client, 'complete_at', place),
    { names: [], status: 'known', complete: true },
    'another file has changed',
  );
  writeFileSync(join(project, 'add.ts'), wrong);
  t.equal(readFileSync(join(project, 'add.ts'), 'utf8'), wrong, 'nothing was written');
  await client.close();
  t.equal(words, '');
});

tap.test('what a call may not do, and tools that need a completion engine', async (t) => {
  const project = projectOf(t);
  const validator = createValidator({ project });
  const names: NameSource = {
    async complete({ slot, text, offset }) {
      if (text.includes('// unknown')) return null;
      t.match(text.slice(0, offset), slot === 'member' ? /\.$/ : /[^.\w]$/);
      return {
        names: slot === 'member' ? ['toFixed', 'toString', 'valueOf'] : ['a', 'add', 'b'],
        complete: true,
      };
    },
  };
  const tools = createTools({
    root: await createProjectRoot(project),
    validator,
    hasTests: false,
    engine: names,
  });
  const server = createMcpServer(await loadMcpSdk(), tools, '1');
  const client = new Client({ name: 'test', version: '1' });
  const [ours, theirs] = InMemoryTransport.createLinkedPair();
  await Promise.all([server.connect(ours), client.connect(theirs)]);
  t.teardown(async () => {
    await client.close();
    await validator.dispose();
  });
  t.same(
    (await client.listTools()).tools.map(({ name }) => name),
    ['check_edit', 'complete_at', 'validate_patch'],
    'without somebody who proposes, propose_patches is absent',
  );

  const content = 'const x = 1;\nx.toS';
  const place = { file: 'new.ts', content, line: 2 };
  t.match(await call(t, client, 'complete_at', { ...place, column: 6 }), {
    slot: 'member',
    typed: 'toS',
    names: ['toString'],
    total: 1,
    status: 'known',
    complete: true,
  });
  t.match(await call(t, client, 'complete_at', { ...place, column: 1 }), {
    slot: 'value',
    names: ['a', 'add', 'b'],
  });
  const unknown = { ...place, content: `${content}// unknown`, column: 3 };
  t.match(await call(t, client, 'complete_at', unknown), { status: 'unknown', complete: false, names: [] });

  const outside = [
    '../outside.ts',
    '/etc/passwd',
    join(project, '..', 'outside.ts'),
    'sub/link.ts',
    'up/outside.ts',
    'up/project/../outside.ts',
    'up/new.ts',
    '.',
    '',
    'a\0.ts',
    'notes.txt',
    'tsconfig.json',
  ];
  for (const file of outside) {
    const { isError, error } = await call(t, client, 'check_edit', { file, content: '' });
    t.ok(isError, file);
    t.match(error, { code: 'ARGUMENT', hint: String });
  }
  for (const input of [
    {},
    { file: 'add.ts' },
    { file: 1, content: '' },
    { file: 'add.ts', content: '', command: 'rm' },
    { file: 'add.ts', content: '\ud800' },
  ]) {
    t.match(await call(t, client, 'check_edit', input), { isError: true, error: { code: 'ARGUMENT' } });
  }
  // Line ends that change are a change.
  const ended = right.replace('{\n', '{\r\n');
  const lineEnd = { file: 'add.ts', content: right, diff: unifiedDiff('add.ts', right, ended) };
  t.match(await call(t, client, 'validate_patch', lineEnd), { status: 'compiles', diff: lineEnd.diff });
  const appended = `${right}export const one = add(1, 0);\n`;
  const more = { file: 'add.ts', content: right, diff: unifiedDiff('add.ts', right, appended) };
  t.match(await call(t, client, 'validate_patch', more), {
    status: 'compiles',
    text: 'export const one = add(1, 0);\n',
  });
  t.match(await call(t, client, 'validate_patch', { file: 'add.ts', content: right, after: right }), {
    status: 'unchanged',
  });
  const after = { file: 'add.ts', content: wrong, after: right };
  t.match(await call(t, client, 'validate_patch', after), { status: 'compiles', text: '  return a + b;' });
  for (const input of [
    { file: 'add.ts', content: right },
    { ...after, diff: lineEnd.diff },
  ]) {
    t.match(await call(t, client, 'validate_patch', input), { isError: true, error: { code: 'ARGUMENT' } });
  }
  const misfit = { file: 'add.ts', content: right, diff: unifiedDiff('add.ts', 'x\n', 'y\n') };
  t.match(await call(t, client, 'validate_patch', misfit), { isError: true, error: { code: 'ARGUMENT' } });
  await t.rejects(client.callTool({ name: 'no_such_tool' }), { code: -32602 });

  // What is on the disk does not matter for a text that is passed, and other files are looked at anew in each call.
  const use = "import { add } from './add';\nexport const n: number = add(1, 2);\n";
  writeFileSync(join(project, 'add.ts'), right);
  t.match(await call(t, client, 'check_edit', { file: 'use.ts', content: use }), {
    status: 'clean',
    before: null,
  });
  writeFileSync(join(project, 'add.ts'), right.replace('a: number', 'a: string'));
  t.match(await call(t, client, 'check_edit', { file: 'use.ts', content: use }), { status: 'errors' });
});

tap.test('the package of the protocol is missing', async (t) => {
  await t.rejects(
    loadMcpSdk(() => Promise.reject(new Error('Cannot find package'))),
    { code: 'ARGUMENT', hint: /npm install @modelcontextprotocol\/sdk/ },
  );
  await t.rejects(createProjectRoot(join(root, 'no-such-folder')), { code: 'ARGUMENT' });
});
