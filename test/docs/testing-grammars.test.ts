import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { noCli } from '../cli/run-cli.js';

/** The files and runs of docs/testing-grammars.md: each run prints what stands there, but for its times. */

const root = fileURLToPath(new URL('../../', import.meta.url));
const page = readFileSync(join(root, 'docs', 'testing-grammars.md'), 'utf8');
const blocks = page.matchAll(/<!-- (file|run): (.+) -->\n```\w+\n([\s\S]*?)```\n/g);

function withoutTimes(text: string): string {
  return text.replace(/[\d.]+ ms/g, '- ms');
}

t.test('docs/testing-grammars.md', { skip: noCli }, async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'grammask-docs-'));
  t.teardown(() => rmSync(folder, { recursive: true, force: true }));
  let runs = 0;
  for (const [, kind, what = '', content = ''] of blocks) {
    if (kind === 'file') {
      const path = join(folder, what);
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, content);
      continue;
    }
    const [, ...args] = what.split(' ');
    const main = join(root, 'dist', 'cli', 'main.js');
    const out = await new Promise<string>((done) => {
      execFile(process.execPath, [main, ...args], { cwd: folder }, (_, stdout, stderr) =>
        done(stdout + stderr),
      );
    });
    t.equal(withoutTimes(out), withoutTimes(content), what);
    runs += 1;
  }
  t.equal(runs, 3);
});

t.test('the picture is there', async (t) => {
  t.ok(existsSync(join(root, 'docs', 'test-run.svg')));
});
