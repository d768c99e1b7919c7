import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readFileSync, statSync } from 'node:fs';
import { dirname, extname, join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import t from 'tap';
import { sweep } from '../../src/reach/index.js';
import { killedSweep } from './killed-sweep.js';
import { loadTickets } from './tickets.js';

t.setTimeout(120_000);

// Beside this file as it runs, which may be JavaScript that was made of it.
const [, self = ''] = process.argv;
const program = join(dirname(self), `killed-sweep${extname(self)}`);

/** Runs the sweep until its journal has so many bytes, then kills it, wherever it is. */
async function runUntil(journal: string, bytes: number): Promise<NodeJS.Signals | null> {
  const child: ChildProcess = spawn(process.execPath, [...process.execArgv, program, journal], {
    stdio: 'ignore',
  });
  const ended = new Promise<NodeJS.Signals | null>((resolve) => {
    child.once('exit', (_, signal) => resolve(signal));
  });
  const isRunning = (): boolean => child.exitCode === null && child.signalCode === null;
  while (isRunning() && (!existsSync(journal) || statSync(journal).size < bytes)) await setTimeout(1);
  child.kill('SIGKILL');
  return ended;
}

t.test('a process that is killed while it sweeps: each chunk counts once', async (t) => {
  const folder = t.testdir();
  await using model = await loadTickets();
  const whole = join(folder, 'whole.jsonl');
  const wanted = await sweep({ model, ...killedSweep, journal: whole });
  const { size } = statSync(whole);

  // One journal, whose process is killed again and again, and goes on each time.
  const journal = join(folder, 'killed.jsonl');
  const signals: (NodeJS.Signals | null)[] = [];
  for (const share of [0.02, 0.4, 0.75]) {
    signals.push(await runUntil(journal, Math.ceil(share * size)));
    const lines = readFileSync(journal, 'utf8').split('\n').slice(0, -1);
    const chunks = lines.slice(1).map((line) => (JSON.parse(line) as { chunk: number }).chunk);
    t.equal(new Set(chunks).size, chunks.length, `no chunk twice at ${share}`);
  }
  t.ok(signals.includes('SIGKILL'), 'it was killed while it ran');
  t.same(await sweep({ model, ...killedSweep, journal }), wanted, 'as if nothing had happened');
  t.same(readFileSync(journal), readFileSync(whole), 'to the byte');
});
