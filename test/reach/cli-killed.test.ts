import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import t from 'tap';
import { createRandom } from '../../src/generate/random.js';
import { noCli, runCli } from '../cli/run-cli.js';
import { auditFiles } from './audit-files.js';
import { ticketsFolder } from './tickets.js';

const full = process.env.GRAMMASK_TEST_FULL === '1';

t.setTimeout(600_000);

const main = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));

/** Bytes of the journals. */
async function written(folder: string): Promise<number> {
  const names = await readdir(folder).catch(() => []);
  const sizes = await Promise.all(names.map((name) => stat(join(folder, name)).then(({ size }) => size)));
  return sizes.reduce((sum, size) => sum + size, 0);
}

/** Runs the command line and ends it when so many bytes are written. Whether it was ended before its end. */
async function killed(
  args: readonly string[],
  folder: string,
  bytes: number,
  signal: NodeJS.Signals,
): Promise<string> {
  const child = spawn(process.execPath, [main, ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let errors = '';
  child.stderr.on('data', (chunk) => {
    errors += chunk;
  });
  const ended = new Promise<string>((resolve) => {
    child.once('close', (code, by) => resolve(by ?? `${code} ${errors}`));
  });
  let isOver = false;
  ended.then(() => {
    isOver = true;
  });
  while (!isOver && (await written(folder)) < bytes) await sleep(2);
  child.kill(signal);
  return ended;
}

t.test('an audit that is killed goes on to the same report', { skip: noCli }, async (t) => {
  const folder = t.testdir(auditFiles);
  const at = (name: string): string => join(folder, name);
  const args = ['reach', 'audit', at('desk.yaml'), '--model', ticketsFolder, '--threads', '1'];
  const whole = await runCli([...args, '--journal', at('whole'), '-o', at('whole.json')]);
  t.equal(whole.code, 0);
  const bytes = await written(at('whole'));
  const random = createRandom(8);
  const runs = full ? 12 : 1;
  for (let run = 0; run < runs; run++) {
    const journal = at(`run-${run}`);
    const go = [...args, '--journal', journal, '--resume'];
    let kills = 0;
    for (let from = 0; kills < 3; kills++) {
      from += Math.floor(random() * (bytes - from) * 0.6);
      const how = await killed(go, journal, from + 1, 'SIGKILL');
      if (how !== 'SIGKILL') break;
    }
    t.ok(kills > 0, `killed ${kills} times`);
    const done = await runCli([...go, '-o', at('again.json')]);
    t.equal(done.code, 0, done.err);
    t.equal(readFileSync(at('again.json'), 'utf8'), readFileSync(at('whole.json'), 'utf8'));
    t.equal(done.out, whole.out);
  }

  // Ctrl-C says where what is done stays.
  const stopped = at('stopped');
  const how = await killed([...args, '--journal', stopped], stopped, Math.floor(bytes / 3), 'SIGINT');
  t.match(how, /^130 .*ABORTED: interrupted[\s\S]*--resume goes on/);
  const done = await runCli([...args, '--journal', stopped, '--resume', '-o', at('again.json')]);
  t.equal(done.code, 0);
  t.equal(readFileSync(at('again.json'), 'utf8'), readFileSync(at('whole.json'), 'utf8'));
});
