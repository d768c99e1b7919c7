// What every fuzz target shares: the options, the clock, and the report of a finding.
//
//   node --import ./scripts/typescript-loader.mjs test/fuzz/NAME.fuzz.ts --seconds N [--seed S]
//
// Case i has the seed S + i. A finding prints its own seed: with `--seconds 0 --seed THAT` it runs alone.
import { writeSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Worker } from 'node:worker_threads';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';

/** A finding: what is wrong, and the input that shows it. */
export class Finding extends Error {
  readonly input: string;
  constructor(message: string, input: string, cause?: unknown) {
    super(message, { cause });
    this.input = input;
  }
}

/** So long may one case take, whatever the input: limits inside are far below. */
const caseSeconds = 120;

/**
 * Runs cases until the time is over; the process ends with 1 at the first finding, with 0 without one.
 *
 * @param oneCase runs a case; throws a `Finding`, or anything else, where something is wrong; returns what to count
 */
export function runFuzz(name: string, oneCase: (random: SeededRandom) => string): void {
  const { values } = parseArgs({
    options: { seconds: { type: 'string', default: '60' }, seed: { type: 'string' } },
  });
  const seconds = Number(values.seconds);
  const seed = Number(values.seed ?? Date.now() % 1_000_000_000);
  if (!(seconds >= 0) || !Number.isSafeInteger(seed)) throw new Error('--seconds N and --seed S are numbers');

  const clock = startWatchdog(name);
  const started = performance.now();
  const counts = new Map<string, number>();
  let cases = 0;
  do {
    Atomics.store(clock, 0, seed + cases);
    Atomics.store(clock, 1, Math.round(Date.now() / 1000) % 2 ** 30);
    try {
      const outcome = oneCase(seededRandom(seed + cases));
      counts.set(outcome, (counts.get(outcome) ?? 0) + 1);
    } catch (error) {
      report(name, seed + cases, error);
      process.exit(1);
    }
    cases += 1;
  } while (performance.now() - started < seconds * 1000);
  const shown = Array.from(counts, ([outcome, count]) => `${count} ${outcome}`).join(', ');
  console.log(
    `${name}: ${cases} cases in ${Math.round((performance.now() - started) / 1000)} s, no finding (seed ${seed}: ${shown})`,
  );
  process.exit(0);
}

function report(name: string, seed: number, error: unknown): void {
  const input = error instanceof Finding ? `\n${error.input.slice(0, 4000)}` : '';
  const text = error instanceof Error ? (error.stack ?? String(error)) : String(error);
  console.log(`${name}: FINDING at --seconds 0 --seed ${seed}\n${text}${input}`);
  if (error instanceof Finding && error.cause !== undefined) console.log(error.cause);
}

/** A case that never ends cannot report itself: another thread ends the process then. */
function startWatchdog(name: string): Int32Array {
  const clock = new Int32Array(new SharedArrayBuffer(8));
  const watch = `
    const { workerData } = require('node:worker_threads');
    const { writeSync } = require('node:fs');
    const { clock, name, limit } = workerData;
    setInterval(() => {
      const started = Atomics.load(clock, 1);
      if (started === 0 || Math.round(Date.now() / 1000) % 2 ** 30 - started < limit) return;
      writeSync(1, name + ': FINDING at --seconds 0 --seed ' + Atomics.load(clock, 0) + ': over ' + limit + ' s\\n');
      process.kill(process.pid, 'SIGKILL');
    }, 1000);`;
  const worker = new Worker(watch, { eval: true, workerData: { clock, name, limit: caseSeconds } });
  worker.on('error', (error) => writeSync(2, `${name}: the watchdog failed: ${String(error)}\n`));
  worker.unref();
  return clock;
}
