import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import t from 'tap';
import { createChecker, createValidator, holeAt, type Patch, parseRange } from '../../src/repair/index.js';
import { proposeRanked } from '../../src/repair/propose.js';
import { compareReports } from '../../src/repair/validate/compare.js';
import { countsOf, runTests } from '../../src/repair/validate/test-run.js';
import { createWorkspace } from '../../src/repair/validate/workspace.js';
import { typescriptArguments } from '../support/typescript-arguments.js';

const tsconfig =
  '{"compilerOptions":{"strict":true,"target":"es2022","lib":["es5"],"module":"esnext","moduleResolution":"bundler","types":[]}}';
const main = "import { add } from './add';\nexport const three: number = add(1, 2);\n";
const add = 'export function add(a: number, b: number): number {\n  return a + b;\n}\n';

// Checks take their time where the machine has much else to do.
t.setTimeout(240_000);

t.test('a project is clean, has errors, or is unknown, always with the hash of the text', async (t) => {
  const project = t.testdir({ 'tsconfig.json': tsconfig, 'main.ts': main, 'add.ts': add });
  const checker = createChecker({ project });
  t.teardown(() => checker.dispose());
  const clean = await checker.check('add.ts', add);
  t.match(clean, { status: 'clean', diagnostics: [], hash: /^[0-9a-f]{64}$/, checker: /^typescript 5\./ });
  const changed = add.replace('a: number', 'a: string').replace('a + b', 'a.length + b');
  const errors = await checker.check('add.ts', changed, { refresh: false });
  t.match(errors, { status: 'errors', diagnostics: [{ file: 'main.ts', code: 2345, severity: 'error' }] });
  t.same(errors.diagnostics[0]?.range?.startPosition, { line: 2, column: 34 });
  t.not(errors.hash, clean.hash);
  const broken = await checker.check('add.ts', 'export function add(');
  t.equal(broken.status, 'errors');
  t.equal((await checker.check('add.ts', add, { refresh: false })).status, 'clean', 'nothing is left behind');
  t.match(await checker.check('add.ts', changed, { timeoutMs: 0 }), {
    status: 'unknown',
    reason: 'timeout',
  });
  t.match(await checker.check('add.ts', changed, { signal: AbortSignal.abort() }), {
    status: 'unknown',
    reason: 'aborted',
  });

  t.equal(
    (await checker.check('new/file.ts', "export { add } from '../add';")).status,
    'clean',
    'a file to come',
  );
  writeFileSync(join(project, 'main.ts'), main.replace('1, 2', "'1', 2"));
  t.equal((await checker.check('add.ts', add)).status, 'errors', 'the disk is looked at');
  writeFileSync(join(project, 'main.ts'), `${main}import { z } from './later';\nexport { z };\n`);
  t.equal((await checker.check('add.ts', add)).status, 'errors', 'not there yet');
  writeFileSync(join(project, 'later.ts'), 'export const z = 1;\n');
  t.equal((await checker.check('add.ts', add)).status, 'clean', 'a new file is found');
  t.equal(readFileSync(join(project, 'add.ts'), 'utf8'), add, 'nothing was written');

  const before = await checker.check('add.ts', add);
  const after = await checker.check('add.ts', add.replace('+ b', '+ c'));
  const inside = { start: add.indexOf('return'), end: add.indexOf(';') };
  t.match(compareReports(before, after, 'add.ts', inside), {
    compiles: false,
    introduced: [{ code: 2304 }],
  });
  t.match(compareReports(after, before, 'add.ts', inside), { compiles: true, resolved: [{ code: 2304 }] });
  t.equal(compareReports(before, { ...after, status: 'unknown' }, 'add.ts', inside).compiles, null);
  await t.rejects(checker.check('../outside.ts', ''), { code: 'ARGUMENT' });
});

t.test('no tsconfig, a wrong one, and a project that does not parse', async (t) => {
  const project = t.testdir({
    'a.ts': 'let a = ;\n',
    'b.ts': "import './a';\nexport const x: number = 'a';\n",
  });
  const checker = createChecker({ project });
  t.teardown(() => checker.dispose());
  const report = await checker.check('b.ts', readFileSync(join(project, 'b.ts'), 'utf8'));
  t.same(
    report.diagnostics.map(({ file, code }) => [file, code]),
    [
      ['a.ts', 1109],
      ['b.ts', 2322],
    ],
  );
  writeFileSync(join(project, 'tsconfig.json'), '{"compilerOptions":{"target":"es1"}}');
  await t.rejects(checker.check('b.ts', ''), { code: 'ARGUMENT', location: { path: /tsconfig\.json$/ } });
});

t.test('a test command sees the changed text, in a copy, and what it deletes is its own', async (t) => {
  const outside = t.testdir({ 'kept.txt': 'kept', tmp: {} });
  const project = join(outside, 'project');
  const { TMPDIR } = process.env;
  process.env.TMPDIR = join(outside, 'tmp');
  t.teardown(() => {
    if (TMPDIR === undefined) delete process.env.TMPDIR;
    else process.env.TMPDIR = TMPDIR;
  });
  mkdirSync(join(project, 'node_modules', 'dep'), { recursive: true });
  writeFileSync(join(project, 'node_modules', 'dep', 'index.js'), 'module.exports = 7;');
  mkdirSync(join(project, '.git'));
  writeFileSync(join(project, 'a.txt'), 'old');
  symlinkSync('..', join(project, 'up'));
  // Copies must not be copied.
  symlinkSync('../tmp', join(project, 'tmp'));
  symlinkSync('a.txt', join(project, 'same.txt'));
  symlinkSync('nowhere', join(project, 'dangling'));
  symlinkSync(join(outside, 'kept.txt'), join(project, 'out.txt'));
  const script = `
    const fs = require('node:fs');
    const seen = [fs.readFileSync('same.txt', 'utf8'), require('dep'), fs.existsSync('.git'), process.env.HOME, process.env.SECRET];
    console.log(JSON.stringify(seen));
    fs.writeFileSync('out.txt', 'lost');
    fs.rmSync('node_modules/dep', { recursive: true, force: true });
    for (const name of fs.readdirSync('.')) fs.rmSync(name, { recursive: true, force: true });
  `;
  process.env.SECRET = 'secret';
  const workspace = await createWorkspace({ project });
  const changes = new Map([['a.txt', 'new']]);
  for (let round = 0; round < 2; round++) {
    const report = await runTests(workspace, changes, { command: [process.execPath, '-e', script] });
    t.match(report, { status: 'passed', exitCode: 0 }, report.output);
    const [text, dep, git, home, secret] = JSON.parse(report.output.split('\n')[0] ?? '');
    t.same([text, dep, git, secret], ['new', 7, false, null], 'round after round');
    t.not(home, process.env.HOME);
  }
  await workspace.dispose();
  t.same(readdirSync(join(outside, 'tmp')), [], 'the copies are gone');
  t.equal(readFileSync(join(project, 'a.txt'), 'utf8'), 'old');
  t.equal(
    readFileSync(join(outside, 'kept.txt'), 'utf8'),
    'kept',
    'a link out of the project was no way out',
  );
  t.ok(existsSync(join(project, 'node_modules', 'dep', 'index.js')));
  await t.rejects(createWorkspace({ project: join(project, 'a.txt') }), { code: 'ARGUMENT' });
});

t.test('packages of a workspace are those of the copy, what other links name is copied', async (t) => {
  const places = t.testdir({
    far: { 'index.js': 'module.exports = "far";', 'package.json': '{}' },
    project: {
      packages: {
        price: { 'index.js': 'module.exports = "old";', 'tool.js': 'console.log(require("./index.js"));' },
      },
      node_modules: { '@shop': {}, '.bin': {}, dep: { 'index.js': 'module.exports = "dep";' } },
    },
  });
  const project = join(places, 'project');
  const modules = join(project, 'node_modules');
  symlinkSync('../../packages/price', join(modules, '@shop', 'price'));
  symlinkSync('../@shop/price/tool.js', join(modules, '.bin', 'tool'));
  symlinkSync('dep', join(modules, 'alias'));
  symlinkSync('../../far', join(modules, 'far'));
  symlinkSync('..', join(modules, 'shop'));
  const script = `
    const fs = require('node:fs');
    const names = ['@shop/price', 'shop/packages/price', 'dep', 'alias', 'far'];
    const tool = require('node:child_process').execFileSync(process.execPath, ['node_modules/.bin/tool']);
    console.log(JSON.stringify([...names.map((name) => require(name)), String(tool).trim()]));
    fs.writeFileSync(require.resolve('@shop/price'), 'lost');
    if (process.argv[1] === 'link') process.exit();
    for (const name of ['dep', 'far']) fs.writeFileSync(require.resolve(name), 'module.exports = "lost";');
    fs.rmSync('node_modules/dep', { recursive: true });
  `;
  const changes = new Map([['packages/price/index.js', 'module.exports = "new";']]);
  for (const how of ['shared', 'fresh', 'link'] as const) {
    const workspace = await createWorkspace({ project, modules: how });
    const report = await runTests(workspace, changes, { command: [process.execPath, '-e', script, how] });
    t.same(JSON.parse(report.output), ['new', 'new', 'dep', 'dep', 'far', 'new'], how);
    t.equal(report.status, 'passed', report.output);
    await workspace.dispose();
  }
  const text = (path: string): string => readFileSync(join(places, path, 'index.js'), 'utf8');
  t.match(
    [text('project/packages/price'), text('project/node_modules/dep'), text('far')],
    [/old/, /dep/, /far/],
  );

  const small = await createWorkspace({ project, limits: { bytes: 1e6, files: 1 } });
  await t.rejects(small.checkout(changes), {
    code: 'MEMORY',
    message: /more than 1 files/,
    hint: /leaveOut, limits, modules/,
  });
  await small.dispose();
});

t.test('a command that hangs is ended with all that it started', async (t) => {
  const project = t.testdir({ 'a.txt': '' });
  const workspace = await createWorkspace({ project });
  t.teardown(() => workspace.dispose());
  const hangs = `
    const { spawn } = require('node:child_process');
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { stdio: 'inherit' });
    console.log(child.pid);
    process.on('SIGTERM', () => {});
    setInterval(() => {}, 1000);
  `;
  const report = await runTests(workspace, new Map(), {
    command: [process.execPath, '-e', hangs],
    timeoutMs: 3000,
  });
  t.match(report, { status: 'timeout', exitCode: null, signal: 'SIGKILL' });
  t.ok(await isGone(Number(report.output)), 'its child is gone, too');

  const leaves = hangs.replace('setInterval(() => {}, 1000);\n  ', 'process.exit(3);');
  const left = await runTests(workspace, new Map(), { command: [process.execPath, '-e', leaves] });
  t.match(left, { status: 'failed', exitCode: 3 });
  t.ok(await isGone(Number(left.output)), 'one that is left behind does not stay');

  const none = await runTests(workspace, new Map(), { command: ['no-such-program-here'] });
  t.match(none, { status: 'error', output: /ENOENT/ });
  const words = ['-e', "process.stdout.write('x'.repeat(200000) + 'end')"];
  const long = await runTests(workspace, new Map(), {
    command: [process.execPath, ...words],
    maxOutput: 1200,
  });
  t.ok(long.output.length < 1400 && long.output.endsWith('end') && long.output.includes('left out'));
  const shell = await runTests(workspace, new Map(), {
    command: [process.execPath, '-p', '1', '&&', '$HOME'],
  });
  t.equal(shell.output.trim(), '1', 'no shell reads it');
  await t.rejects(runTests(workspace, new Map(), { command: [] }), { code: 'ARGUMENT' });
  const signal = AbortSignal.abort();
  await t.rejects(runTests(workspace, new Map(), { command: ['x'] }, signal), { code: 'ABORTED' });
});

t.test('what a killed process leaves behind is ended and removed', async (t) => {
  const places = t.testdir({ project: { 'a.txt': '' }, tmp: {} });
  const project = join(places, 'project');
  const script = `
    const { createWorkspace } = await import(${JSON.stringify(new URL('../../src/repair/validate/workspace.js', import.meta.url).href)});
    const { runTests } = await import(${JSON.stringify(new URL('../../src/repair/validate/test-run.js', import.meta.url).href)});
    const workspace = await createWorkspace({ project: ${JSON.stringify(project)} });
    const tells = "require('node:fs').writeFileSync(process.argv[1], String(process.pid)); setInterval(() => {}, 1000)";
    const done = await runTests(workspace, new Map(), { command: [process.execPath, '-e', '1'] });
    console.log(done.status);
    await runTests(workspace, new Map(), { command: [process.execPath, '-e', tells, ${JSON.stringify(join(places, 'pid'))}] });
  `;
  for (const signal of ['SIGKILL', 'SIGTERM'] as const) {
    const child = spawn(process.execPath, [...typescriptArguments, '--input-type=module', '-e', script], {
      env: {
        ...process.env,
        TMPDIR: join(places, 'tmp'),
        TMP: join(places, 'tmp'),
        TEMP: join(places, 'tmp'),
      },
      stdio: ['ignore', 'pipe', 'inherit'],
    });
    t.equal(String((await once(child.stdout, 'data'))[0]).trim(), 'passed');
    const pid = await pidIn(join(places, 'pid'));
    child.kill(signal);
    await once(child, 'exit');
    t.ok(await isGone(pid), `${signal}: its command is ended`);
    for (let i = 0; i < 50 && readdirSync(join(places, 'tmp')).length > 0; i++) await wait(100);
    t.same(readdirSync(join(places, 'tmp')), [], `${signal}: its copies are removed`);
    rmSync(join(places, 'pid'));
  }
});

/** The number that another process writes there. */
async function pidIn(path: string): Promise<number> {
  while (!existsSync(path) || readFileSync(path, 'utf8') === '') await wait(50);
  return Number(readFileSync(path, 'utf8'));
}

async function isGone(pid: number): Promise<boolean> {
  for (let i = 0; i < 50; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    // Killed and not yet buried.
    const state = existsSync(`/proc/${pid}/stat`) ? readFileSync(`/proc/${pid}/stat`, 'utf8') : ') Z';
    if (state.includes(') Z')) return true;
    await wait(100);
  }
  return false;
}

t.test('how runners sum up', async (t) => {
  t.same(countsOf('# tests 3\n# pass 2\n# fail 1\n'), { passed: 2, failed: 1 });
  t.same(countsOf('Tests:       1 failed, 4 passed, 5 total'), { passed: 4, failed: 1 });
  t.same(countsOf(' Tests  7 passed (7)'), { passed: 7, failed: 0 });
  t.same(countsOf('  3 passing (4ms)\n  1 failing'), { passed: 3, failed: 1 });
  t.same(countsOf('all is well'), { passed: null, failed: null });
});

t.test('patches: unchanged, errors, compiles, fails the tests, plausible', async (t) => {
  const test =
    "const { readFileSync } = require('node:fs');\nprocess.exit(readFileSync('add.ts', 'utf8').includes('a + b') ? 0 : 1);\n";
  const wrong = add.replace('a + b', 'a - b');
  const project = t.testdir({
    'tsconfig.json': tsconfig,
    'main.ts': main,
    'add.ts': wrong,
    'test.cjs': test,
  });
  const command = [process.execPath, 'test.cjs'];
  const validator = createValidator({ project, test: { command } });
  t.teardown(() => validator.dispose());
  const hole = holeAt('add.ts', wrong, parseRange('2'));
  const origin = { kind: 'given', detail: 'test' } as const;
  const judge = (text: string, options = {}): Promise<Patch> =>
    validator.validate(hole, text, { origin }, options);
  const statuses = [];
  for (const text of ['return a - b;', 'return a + c;', 'return a * b;', 'return a + b;']) {
    statuses.push((await judge(text)).status);
  }
  t.same(statuses, ['unchanged', 'errors', 'fails_tests', 'plausible']);
  const patch = await judge('return b;', { test: false });
  t.match(patch, {
    status: 'compiles',
    id: /^[0-9a-f]{16}$/,
    baseHash: hole.hash,
    tests: null,
    text: 'return b;',
  });
  t.match(
    patch.diff,
    /^--- a\/add\.ts\n\+\+\+ b\/add\.ts\n@@ -1,3 \+1,3 @@\n.*\n- {2}return a - b;\n\+ {2}return b;\n/,
  );
  t.match(await judge('return 1;', { signal: AbortSignal.abort() }), { status: 'unknown' });

  const found: Patch[] = [];
  const propose = proposeRanked({ validator, hasTests: true });
  for await (const each of propose({ hole, limit: 1, budgetMs: 60_000, test: true })) found.push(each);
  t.match(found.at(-1), {
    status: 'plausible',
    text: 'return a + b;',
    origin: { kind: 'ranked', detail: 'operator' },
  });
  const byLength = async (_: unknown, texts: readonly string[]) => texts.map((text) => -text.length);
  const scored = proposeRanked({ validator, hasTests: false, score: byLength });
  let previous = 0;
  for await (const { text } of scored({ hole, limit: 1, budgetMs: 60_000, test: false })) {
    t.ok(text.length >= previous, 'in the order of the score');
    previous = text.length;
  }
  t.equal(readFileSync(join(project, 'add.ts'), 'utf8'), wrong, 'nothing was written');
});

t.test('a validator that is disposed ends the command that runs, and leaves nothing', async (t) => {
  const project = t.testdir({ 'tsconfig.json': tsconfig, 'add.ts': add });
  const marker = join(t.testdirName, 'started');
  const script = `require('node:fs').writeFileSync(${JSON.stringify(marker)}, process.cwd()); setInterval(() => {}, 1000)`;
  const validator = createValidator({ project, test: { command: [process.execPath, '-e', script] } });
  const hole = holeAt('add.ts', add, parseRange('2'));
  const patch = validator.validate(hole, 'return b;', { origin: { kind: 'given', detail: 'test' } });
  while (!existsSync(marker)) await new Promise((resolve) => setTimeout(resolve, 50));
  await validator.dispose();
  t.match(await patch, { status: 'unknown', tests: { status: 'aborted' } });

  const late = createValidator({ project, test: { command: [process.execPath, '-e', ''] } });
  const cut = await late.baseline('add.ts', add, { signal: AbortSignal.abort() });
  t.match(cut.tests, { status: 'aborted', output: '' }, 'so is one whose project is still copied');
  await late.dispose();
  t.notOk(existsSync(readFileSync(marker, 'utf8')));
});
