// A sweep is done in chunks, each by itself: what they found, and how that is added up.
import { expected } from '../engine/arguments.js';
import { addCounts, type CandidateCounts, noCounts } from './candidates.js';
import { addFindings, type Findings, type FindingsJson } from './findings.js';
import type { Setting } from './fingerprint.js';
import { emptyReport, joinReports, type NumericReport } from './judge.js';
import type { Outcome } from './outcome.js';
import type { ScoreRows } from './score-table.js';

/** One of several parts of the work, from 1. */
export interface Shard {
  readonly index: number;
  readonly of: number;
}

/** What a journal's first line tells. */
export interface SweepSetting {
  readonly kind: 'sweep';
  readonly system: Setting;
  readonly k: number;
  readonly chunk: number;
  /** Outcomes whose scores are kept; null: none. */
  readonly scored: readonly Outcome[] | null;
}

/** A line of a journal. */
export interface SweepChunk {
  readonly chunk: number;
  readonly counts: CandidateCounts;
  readonly findings: FindingsJson;
  readonly numeric: NumericReport;
  readonly scores?: ScoreRows | undefined;
}

/** The chunks of a part: neighbours, which share the most. */
export function shardOf(shard: Shard | undefined, chunks: number): [number, number] {
  if (shard === undefined) return [0, chunks];
  const { index, of } = shard;
  if (!Number.isSafeInteger(of) || !Number.isSafeInteger(index) || of < 1 || index < 1 || index > of) {
    throw expected('{ index, of } with 1 ≤ index ≤ of', 'shard', shard);
  }
  return [Math.floor(((index - 1) * chunks) / of), Math.floor((index * chunks) / of)];
}

/** The findings of chunks, each once. */
export function totalOf(
  chunks: Iterable<SweepChunk>,
  tolerance: number,
): { counts: CandidateCounts; findings: Findings; numeric: NumericReport } {
  const counts = noCounts();
  const findings: Findings = new Map();
  let numeric = emptyReport(tolerance);
  for (const chunk of chunks) {
    addCounts(counts, chunk.counts);
    addFindings(findings, chunk.findings);
    numeric = joinReports(numeric, chunk.numeric);
  }
  return { counts, findings, numeric };
}
