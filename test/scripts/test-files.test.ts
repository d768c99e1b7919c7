import { once } from 'node:events';
import { join } from 'node:path';
import type { PassThrough } from 'node:stream';
import t from 'tap';

/** The runner of the tests: what became of files of every kind. */

interface Reporter extends PassThrough {
  readonly counts: { passed: number; failed: number; skipped: number; files: number };
}
type RunTestFiles = (
  files: readonly string[],
  options: { scriptOf: (file: string) => string; output: NodeJS.WritableStream },
) => Promise<boolean>;

const script = (name: string): string => new URL(`../../scripts/${name}`, import.meta.url).href;
const { runTestFiles } = (await import(script('test-files.mjs'))) as { runTestFiles: RunTestFiles };
const { createReporter } = (await import(script('reporter.mjs'))) as { createReporter: () => Reporter };

/** Runs files of these contents, each a module that has `t`. */
async function run(folder: string, names: readonly string[]) {
  const reporter = createReporter();
  let text = '';
  reporter.on('data', (chunk) => {
    text += chunk;
  });
  const ended = once(reporter, 'end');
  const ok = await runTestFiles(names, { scriptOf: (name) => join(folder, name), output: reporter });
  await ended;
  return { ok, text, counts: reporter.counts };
}

const head = "import t from 'tap';\n";

t.test('files that pass, fail, break off, hold nothing, hang: each is told of', async (t) => {
  const folder = t.testdir({
    'good.mjs': `${head}t.test('a', async (t) => { t.ok(1); t.ok(2); });\nt.test('b', async (t) => t.ok(3));`,
    'bad.mjs': `${head}t.test('wrong', async (t) => { t.equal(1, 2, 'one is two'); });\nt.pass('right');`,
    'broken.mjs': `${head}t.pass('before');\nsetTimeout(() => process.exit(3));\nawait new Promise(() => {});`,
    'none.mjs': head,
    'busy.mjs': `${head}t.setTimeout(2000);
t.test('outer', (t) => t.test('inner', async (t) => {
  t.ok(true);
  await new Promise((resolve) => setTimeout(resolve, 200));
  for (;;);
}));`,
  });
  const good = await run(folder, ['good.mjs']);
  t.match(good, { ok: true, text: /^ok {4}good\.mjs {2}2 passed {2}\d+\.\d s\n$/ });
  t.same(good.counts, { passed: 2, failed: 0, skipped: 0, files: 1 });

  const { ok, text, counts } = await run(folder, ['bad.mjs', 'broken.mjs', 'none.mjs', 'busy.mjs']);
  t.equal(ok, false);
  t.match(text, /FAIL {2}bad\.mjs {2}1 passed, 1 failed.*\n {6}wrong > one is two\n {8}at .*bad\.mjs:2:/);
  t.match(text, /FAIL {2}broken\.mjs .*\n(.*\n)*? {8}exitCode: 3\n/);
  t.match(text, /FAIL {2}none\.mjs {2}0 passed, 1 failed.*\n {6}none\.mjs: holds no test\n/);
  t.match(text, /FAIL {2}busy\.mjs .*\n(.*\n)*? {8}expired: after 2 s\n {8}running: outer > inner/);
  t.equal(counts.files, 4);
});
