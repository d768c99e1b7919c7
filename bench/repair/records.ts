// What the journal of the bench holds: samples as they were drawn, and verdicts by text.
import type { PatchStatus } from '../../src/repair/index.js';
import type { DrawnArm } from './arms.js';
import type { Stretches } from './main-thread.js';
import type { TestOutcome } from './run-tests.js';

/** One text of an arm, with what it cost. Milliseconds, rounded to tenths. */
export interface SampleRecord {
  readonly text: string;
  /** sha256 of the whole file with it. */
  readonly hash: string;
  /** As the repair loop has it; of a text that was judged, `compiles` or `errors`. */
  readonly status: PatchStatus;
  /** From its start to its text: prompt, grammar, model, names. */
  readonly draw: number;
  /** Its type check, where this arm would have made one. A text that was met before in another arm counts as it did then. */
  readonly check: number;
  /** Type checks while it was drawn, of texts that were left. Absent in journals that had none. */
  readonly checks?: number;
  readonly tokens: number;
  /** All tokens that were written, also those that were taken back. Absent in journals that did not count them. */
  readonly drawn?: number;
  /** Steps of the model, the prompt's included. */
  readonly passes: number;
  readonly model: number;
  readonly engine: number;
  readonly mask: number;
  /** Questions to the engine, and those that the memory knew. */
  readonly queries: number;
  readonly hits: number;
  /** Slots that names were asked for, also where it is known without the engine that there is no answer; and those without one. */
  readonly asked: number;
  readonly unknowns: number;
  /** The loop behind the first draw, without type checks; and what of it was neither a step of the model nor a draw: masks and names that it waited for. */
  readonly loop: number;
  readonly wait: number;
  /** Steps of the model behind the prompt. */
  readonly steps: number;
}

/** All texts of an arm for a bug and a seed. */
export interface UnitEntry {
  readonly key: string;
  readonly kind: 'unit';
  readonly arm: DrawnArm;
  readonly bug: string;
  readonly seed: number;
  readonly samples: readonly SampleRecord[];
  /** The first of them drawn again, now that the names are known; of the full arm. */
  readonly warm?: readonly SampleRecord[];
  /** Milliseconds of the engine for each question that no memory knew. */
  readonly lookups: readonly number[];
  /** How late timers were: milliseconds, of the whole process on this machine. */
  readonly late: { readonly p50: number; readonly p99: number; readonly max: number };
  /** Work of the main thread without a pause. Absent where the system does not tell. */
  readonly own?: Stretches;
}

/** What the checker says of a text. */
export interface CheckEntry {
  readonly key: string;
  readonly kind: 'check';
  readonly status: 'clean' | 'errors' | 'unknown';
  /** Codes of all errors of the project. */
  readonly codes: readonly number[];
  readonly ms: number;
}

/** What its tests say. */
export interface TestEntry {
  readonly key: string;
  readonly kind: 'tests';
  readonly status: TestOutcome['status'];
  readonly passed: number;
  readonly total: number;
  readonly ms: number;
}

export type Entry = UnitEntry | CheckEntry | TestEntry;

export const unitKey = (arm: DrawnArm, bug: string, seed: number): string => `unit ${arm} ${bug} ${seed}`;
export const checkKey = (hash: string): string => `check ${hash}`;
export const testsKey = (hash: string): string => `tests ${hash}`;

export const tenths = (ms: number): number => Math.round(ms * 10) / 10;
