import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t, { type Test } from 'tap';
import { balancedHole, type LspEngine, type LspEngineOptions, lspEngine } from '../../../src/repair/index.js';

t.setTimeout(300_000);

const open = (t: Test, options: Partial<LspEngineOptions>): LspEngine => {
  const engine = lspEngine({
    command: [process.execPath, 'server.cjs'],
    languageId: 'x',
    deadlineMs: Infinity,
    ...options,
  });
  t.teardown(() => engine.dispose());
  return engine;
};

t.test('pyright on one logical line of Python', async (t) => {
  const pyright = dirname(createRequire(import.meta.url).resolve('pyright/package.json'));
  const folder = t.testdir({
    'shapes.py': 'class Circle:\n    radius: float = 1.0\n    def area(self) -> float: ...\n',
    'pyrightconfig.json': '{}',
  });
  const engine = open(t, {
    command: [process.execPath, join(pyright, 'langserver.index.js'), '--stdio'],
    languageId: 'python',
    project: folder,
    incomplete: 'trust',
    configuration: {
      python: { analysis: { autoImportCompletions: false, diagnosticMode: 'openFilesOnly' } },
    },
    startTimeoutMs: 120_000,
  });
  const prefix = 'from shapes import Circle\n\ndef total(circles: list[Circle]) -> float:\n    ';
  const suffix = '\n\nprint(total([Circle()]))\n';
  const ask = async (slot: string, written: string) => {
    const { text, offset } = balancedHole(prefix, written, suffix, { language: 'python' });
    return engine.complete({ slot, file: 'main.py', text, offset });
  };
  const members = await ask('member', 'return sum(circle.area() + circle.');
  t.equal(members, null, 'nothing is known of a name that is not there');
  const known = await ask('member', 'return sum(circles[0].');
  t.equal(known?.complete, true);
  t.ok(['area', 'radius', '__class__'].every((name) => known?.names.includes(name)));
  t.notOk(known?.names.includes('diameter'));
  const values = await ask('value', 'return sum(');
  t.ok(['circles', 'total', 'Circle', 'len'].every((name) => values?.names.includes(name)));
  t.notOk(
    values?.names.some((name) => ['nowhere', 'lambda'].includes(name)),
    'no keywords',
  );
  t.same(await ask('member', 'return sum(circles[0].'), known);
  t.match(engine.stats, { queries: 4, cacheHits: 1, failures: 0 });
  t.same(engine.status, { state: 'ready', error: undefined, restarts: 0 });
});

/** A server in a few lines: what it does with a request is the body of `answer(method, params, id)`. */
const serverOf = (body: string, capabilities: object = {}): string => `
const all = ${JSON.stringify({ completionProvider: { triggerCharacters: ['.'] }, textDocumentSync: 2, ...capabilities })};
const texts = new Map(); const log = [];
let buffer = Buffer.alloc(0);
const send = (message) => { const text = JSON.stringify({ jsonrpc: '2.0', ...message });
  process.stdout.write('Content-Length: ' + Buffer.byteLength(text) + '\\r\\n\\r\\n' + text); };
const offsetOf = (text, { line, character }) => text.split('\\n').slice(0, line).join('\\n').length + (line > 0 ? 1 : 0) + character;
function answer(method, params, id) { ${body} }
process.stdin.on('data', (data) => { buffer = Buffer.concat([buffer, data]);
  for (;;) { const end = buffer.indexOf('\\r\\n\\r\\n'); if (end < 0) return;
    const length = Number(/Content-Length: (\\d+)/i.exec(buffer.subarray(0, end))[1]);
    if (buffer.length < end + 4 + length) return;
    const { method, params, id } = JSON.parse(buffer.subarray(end + 4, end + 4 + length));
    buffer = buffer.subarray(end + 4 + length);
    log.push(method);
    if (method === 'exit') process.exit(0);
    if (method === 'textDocument/didOpen') texts.set(params.textDocument.uri, params.textDocument.text);
    if (method === 'textDocument/didChange') { const uri = params.textDocument.uri; for (const { range, text } of params.contentChanges) {
      const old = texts.get(uri);
      texts.set(uri, range ? old.slice(0, offsetOf(old, range.start)) + text + old.slice(offsetOf(old, range.end)) : text); } }
    const result = answer(method, params, id);
    if (result === 'silence') continue;
    if (method === 'initialize' && result === undefined) send({ id, result: { capabilities: all } });
    else if (id !== undefined && method !== undefined) send({ id, result: result ?? null });
  } });
`;

const ask = (engine: LspEngine, text = 'x.', offset = text.length) =>
  engine.complete({ slot: 'member', file: 'a.x', text, offset });

t.test('lists as servers write them', async (t) => {
  const items = (list: string) =>
    `if (method === 'textDocument/completion') { const at = params.position; return ${list}; }`;
  const range = (from: string) => `{ start: { line: at.line, character: ${from} }, end: at }`;
  const rows: [string, string, unknown][] = [
    ['plain', "[{ label: 'b' }, { label: 'a', insertText: 'aa' }]", { names: ['aa', 'b'], complete: true }],
    ['not all', "{ isIncomplete: true, items: [{ label: 'a' }] }", { names: ['a'], complete: false }],
    ['null', 'null', null],
    ['empty', '[]', null],
    ['nonsense', "{ items: 'a', isIncomplete: 7 }", null],
    [
      'nonsense inside',
      "[null, 7, 'a', { label: 1 }, { label: 'a', textEdit: 5 }, { label: 'b' }]",
      { names: ['b'], complete: true },
    ],
    [
      'keywords, snippets, imports',
      "[{ label: 'a', kind: 14 }, { label: 'b', kind: 15 }, { label: 'c', additionalTextEdits: [{}] }, { label: 'd', additionalTextEdits: [] }]",
      { names: ['d'], complete: true },
    ],
    [
      'edits',
      `[{ label: 'x', textEdit: { newText: 'a', range: ${range('at.character')} } }, { label: 'y', textEdit: { newText: 'b()', insert: ${range('at.character')}, replace: ${range('at.character')} } }]`,
      { names: ['a', 'b'], complete: true },
    ],
    [
      'the dot in the edit',
      `[{ label: 'a', filterText: '.a', textEdit: { newText: '.a', range: ${range('at.character - 1')} } }, { label: 'b', textEdit: { newText: '?.b', range: ${range('at.character - 1')} } }]`,
      { names: ['a'], complete: true },
    ],
    [
      'a range for all',
      `{ itemDefaults: { editRange: ${range('at.character - 1')} }, items: [{ label: 'a', textEditText: '.aa' }, { label: 'b' }] }`,
      { names: ['aa'], complete: true },
    ],
  ];
  // One server for all of them: the text says which row it is to answer.
  const bodies = rows.map(
    ([, list], row) => `if (texts.get(params?.textDocument?.uri)?.includes('row ${row};')) ${items(list)}`,
  );
  const project = t.testdir({ 'server.cjs': serverOf(bodies.join('\n')) });
  const engine = open(t, { command: [process.execPath, join(project, 'server.cjs')], project });
  for (const [row, [name, , expected]] of rows.entries())
    t.same(await ask(engine, `é😀 row ${row};\nx.`), expected, name);
  t.equal(await engine.complete({ slot: 'other', file: 'a.x', text: '', offset: 0 }), null);
  const trusting = open(t, {
    command: [process.execPath, join(project, 'server.cjs')],
    project,
    incomplete: 'trust',
  });
  t.same(await ask(trusting, 'row 1;\nx.'), { names: ['a'], complete: true });
});

t.test('the server has the text that is asked about, by whatever it wants to hear of changes', async (t) => {
  const body = `if (method === 'textDocument/completion') {
    const text = texts.get(params.textDocument.uri);
    return [{ label: 'n' + Buffer.from(JSON.stringify([text, offsetOf(text, params.position), params.context])).toString('hex') }]; }`;
  for (const textDocumentSync of [2, { change: 1 }, 0]) {
    const project = t.testdir({ 'server.cjs': serverOf(body, { textDocumentSync }) });
    const engine = open(t, { command: [process.execPath, join(project, 'server.cjs')], project });
    const texts = ['a.', 'a\n.', 'a\r\nb😀.', 'a\r\nb😁.', 'a\nb😁😁.', '', 'x', 'a\n\n\nb.', 'a\n\nb.'];
    for (const text of texts) {
      const answer = await ask(engine, text);
      const seen = JSON.parse(Buffer.from(answer?.names[0]?.slice(1) ?? '', 'hex').toString());
      t.same(seen.slice(0, 2), [text, text.length], JSON.stringify([textDocumentSync, text]));
      const trigger = { triggerKind: 2, triggerCharacter: '.' };
      t.same(seen[2], text.endsWith('.') ? trigger : { triggerKind: 1 });
    }
  }
});

t.test('servers ask for their configuration', async (t) => {
  const body = `if (method === 'initialized') send({ id: 'q', method: 'workspace/configuration', params: { items: [{ section: 'a.b' }, { section: '__proto__.x' }, {}] } });
    if (id === 'q' && method === undefined) { globalThis.got = true; }
    if (method === 'textDocument/completion') return [{ label: 'x' }];`;
  const source = serverOf(body).replace(
    'const { method, params, id } =',
    'const { method, params, id, result: reply } = globalThis.last =',
  );
  const project = t.testdir({
    'server.cjs': source.replace(
      'globalThis.got = true;',
      "require('node:fs').writeFileSync('got.json', JSON.stringify(globalThis.last.result));",
    ),
  });
  const engine = open(t, {
    command: [process.execPath, join(project, 'server.cjs')],
    project,
    configuration: { a: { b: 5 } },
  });
  await ask(engine);
  // The answer to the server may cross with the server's own.
  const got = join(project, 'got.json');
  const read = (): string => (existsSync(got) ? readFileSync(got, 'utf8') : '');
  for (let waits = 0; read() === '' && waits < 1000; waits++) await setTimeout(10);
  t.same(JSON.parse(read()), [5, null, { a: { b: 5 } }]);
});

t.test('servers that are none, fall silent, write garbage or end', async (t) => {
  const servers: Record<string, string> = {
    ends: 'process.stderr.write("no licence\\n"); process.exit(4);',
    garbage: 'process.stdout.write("Hello!\\r\\n\\r\\n"); setInterval(() => {}, 1000);',
    silent: 'process.stdin.resume(); process.on("SIGTERM", () => {}); setInterval(() => {}, 1000);',
    useless: serverOf('', { completionProvider: undefined }),
    quiet: serverOf("if (method === 'textDocument/completion') return 'silence';"),
    crashes: serverOf("if (method === 'textDocument/completion') process.exit(5);"),
  };
  const project = t.testdir(
    Object.fromEntries(Object.entries(servers).map(([name, text]) => [`${name}.cjs`, text])),
  );
  const start = (name: string, options: Partial<LspEngineOptions> = {}) =>
    open(t, { command: [process.execPath, `${name}.cjs`], project, ...options });
  const rows: [LspEngine, RegExp][] = [
    [open(t, { command: [join(project, 'nowhere')], project }), /cannot be started/],
    [start('ends'), /code 4: no licence/],
    [start('garbage'), /no message/],
    [start('silent', { startTimeoutMs: 3000 }), /within 3000 ms/],
    [start('useless'), /no completions/],
  ];
  await Promise.all(
    rows.map(async ([engine, message]) => {
      await t.rejects(engine.ready(), { code: 'ENGINE', message, hint: /./ });
      t.match(engine.status, { state: 'failed', error: { message } });
      t.equal(await ask(engine), null, 'and its answers are unknown');
      await engine.dispose();
      t.equal(engine.status.state, 'disposed');
    }),
  );
  const quiet = start('quiet', { deadlineMs: 50 });
  await quiet.ready();
  t.equal(await ask(quiet), null);
  t.equal(quiet.stats.timeouts, 1);
  await quiet.dispose();
  const crashes = start('crashes');
  t.equal(await ask(crashes), null);
  t.match(crashes.status, { restarts: 1, error: { code: 'ENGINE', message: /code 5/ } });
  await crashes.ready();
  t.equal(await ask(crashes, 'y.'), null);
  t.match(crashes.status, { state: 'failed', restarts: 1 });
  t.throws(() => lspEngine({ command: 'pyright' as never, languageId: 'x' }), { code: 'ARGUMENT' });
});
