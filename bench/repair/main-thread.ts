// What the main thread does without a pause, apart from what else the machine is at.
import { closeSync, openSync, readSync } from 'node:fs';
import { tenths } from './records.js';

/** Milliseconds of processor time between two rounds of timers: nothing else could run on the main thread meanwhile. */
export interface Stretches {
  readonly p99: number;
  readonly max: number;
  /** Those above 20 ms. */
  readonly long: number;
}

const EVERY = 2;
const LONG = 20;

/**
 * Measures while something runs. A timer that is late on a busy machine says little; the kernel counts the time for which the thread has run itself.
 *
 * @returns what ends it; undefined where the system does not count that (Linux does)
 */
export function watchMainThread(): () => Stretches | undefined {
  // The first thread of a process has its number.
  const read = openCounter(`/proc/self/task/${process.pid}/schedstat`);
  if (read === undefined) return () => undefined;
  const stretches: number[] = [];
  let last = read();
  const timer = setInterval(() => {
    const now = read();
    stretches.push(now - last);
    last = now;
  }, EVERY);
  let isOver = false;
  return () => {
    if (isOver) return undefined;
    isOver = true;
    clearInterval(timer);
    read.close();
    stretches.sort((a, b) => a - b);
    return {
      p99: tenths(stretches[Math.floor(0.99 * stretches.length)] ?? 0),
      max: tenths(stretches.at(-1) ?? 0),
      long: stretches.filter((ms) => ms > LONG).length,
    };
  };
}

/** Reads the first number of a file of the kernel, nanoseconds, as milliseconds. */
function openCounter(path: string): ((() => number) & { close(): void }) | undefined {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch {
    return undefined;
  }
  const bytes = Buffer.alloc(64);
  const read = (): number =>
    Number.parseInt(bytes.toString('latin1', 0, readSync(file, bytes, 0, 64, 0)), 10) / 1e6;
  return Object.assign(read, { close: () => closeSync(file) });
}
