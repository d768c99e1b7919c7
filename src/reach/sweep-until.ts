import { existsSync } from 'node:fs';
import { GrammaskError } from '../errors.js';
import { mergeSweeps, type SweepOptions, sweep } from './sweep.js';
import type { SweepReport } from './sweep-report.js';

/** The options of a sweep whose journal is kept. */
export type KeptSweep = SweepOptions & { journal: string };

/**
 * A sweep that ends when its time has run out, with the report of what is in the journal then; undefined: nothing is.
 *
 * @param deadline aborted when the time has run out. `signal` of the options still ends it with `ABORTED`
 * @throws GrammaskError as `sweep`
 */
export async function sweepUntil(
  deadline: AbortSignal | undefined,
  options: KeptSweep,
): Promise<SweepReport | undefined> {
  const { signal } = options;
  const signals = [signal, deadline].filter((each) => each !== undefined);
  try {
    return await sweep({ ...options, signal: AbortSignal.any(signals) });
  } catch (error) {
    const isOver = deadline?.aborted === true && signal?.aborted !== true;
    if (!isOver || !GrammaskError.isInstance(error) || error.code !== 'ABORTED') throw error;
  }
  return sweptSoFar(options);
}

/** The report of what is in the journal of a sweep that did not end; undefined: nothing is. */
export async function sweptSoFar({
  shard: _shard,
  onProgress: _onProgress,
  journal,
  ...shared
}: KeptSweep): Promise<SweepReport | undefined> {
  return existsSync(journal) ? mergeSweeps({ ...shared, journals: [journal] }) : undefined;
}

/** A signal that is aborted after a time; undefined: none is wanted. */
export function deadlineAfter(ms: number | undefined): { signal: AbortSignal | undefined; end(): void } {
  if (ms === undefined || !Number.isFinite(ms)) return { signal: undefined, end() {} };
  const controller = new AbortController();
  // Timers count 31 bits of milliseconds.
  const timer = setTimeout(() => controller.abort(), Math.min(ms, 2 ** 31 - 1));
  return { signal: controller.signal, end: () => clearTimeout(timer) };
}
