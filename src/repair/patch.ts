import { createHash } from 'node:crypto';
import type { Position } from './source-text.js';

/** One message of a checker. */
export interface Diagnostic {
  /** Path of the file relative to the project, with `/`; empty for messages about the project itself. */
  readonly file: string;
  /** As the checker numbers it: 2304 for TypeScript's TS2304. */
  readonly code: number;
  readonly severity: 'error' | 'warning';
  readonly message: string;
  /** Offsets in UTF-16 units, and the same as line and column from 1; null where the message has no place. */
  readonly range: {
    readonly start: number;
    readonly end: number;
    readonly startPosition: Position;
    readonly endPosition: Position;
  } | null;
}

/**
 * What a checker says of a project with one text in place of one file. `unknown` is not `clean`: the checker was not
 * done, and `reason` says why.
 */
export interface CheckReport {
  readonly status: 'clean' | 'errors' | 'unknown';
  /** sha256 of the content that was checked. */
  readonly hash: string;
  /** Errors of the whole project; empty where unknown. */
  readonly diagnostics: readonly Diagnostic[];
  /** Why the status is unknown: `timeout`, `aborted`, `failed`. */
  readonly reason?: 'timeout' | 'aborted' | 'failed' | undefined;
  /** The words of a failure. */
  readonly message?: string | undefined;
  /** The checker and its version, such as `typescript 5.9.3`. */
  readonly checker: string;
  readonly ms: number;
}

/** A run of the test command. */
export interface TestReport {
  /** `failed`: it ended with another code than 0; `error`: it could not be run at all. */
  readonly status: 'passed' | 'failed' | 'timeout' | 'aborted' | 'error';
  readonly command: readonly string[];
  readonly exitCode: number | null;
  readonly signal: string | null;
  /** Tests that passed and failed, where the output says so in a known form; else null. */
  readonly passed: number | null;
  readonly failed: number | null;
  /** The start and the end of standard output and standard error, one after the other as they came. */
  readonly output: string;
  readonly ms: number;
}

/** What was said of the text before anything was changed. */
export interface Baseline {
  readonly check: CheckReport;
  /** null: there is no test command. */
  readonly tests: TestReport | null;
}

/**
 * What became of a patch.
 *
 * `plausible`: it compiles and the tests pass. `compiles`: no error in what was written, none new in the project; the
 * tests were not asked. `fails_tests`: it compiles, the tests do not pass (see `tests`). `errors`: the checker finds some.
 * `unknown`: the checker or the tests were cut off. `unchanged`: the text that was there. `duplicate`: a text that an earlier patch
 * had. `pruned_dead_end`: nothing could follow. `unfinished`: the tokens ran out. `timeout`: the time did.
 */
export type PatchStatus =
  | 'plausible'
  | 'compiles'
  | 'fails_tests'
  | 'errors'
  | 'unknown'
  | 'unchanged'
  | 'duplicate'
  | 'pruned_dead_end'
  | 'unfinished'
  | 'timeout';

/** Milliseconds that a patch took, by part; zero for a part that was not needed. */
export interface PatchTimes {
  readonly model: number;
  readonly engine: number;
  readonly mask: number;
  readonly check: number;
  readonly tests: number;
  readonly total: number;
}

/** A proposal for a hole, with what is known of it. */
export interface Patch {
  /** The same for the same file, content and new text: 16 hexadecimal digits. */
  readonly id: string;
  readonly file: string;
  /** sha256 of the content that it was made for. */
  readonly baseHash: string;
  /** sha256 of the content after it. */
  readonly hash: string;
  /** Unified diff of the file; empty for a text that changes nothing. */
  readonly diff: string;
  /** The hole in the content that it was made for: UTF-16 offsets, and line and column from 1. */
  readonly range: NonNullable<Diagnostic['range']>;
  /** What stands in the hole now. */
  readonly text: string;
  readonly status: PatchStatus;
  /** How it was made: `sample`, `ranked`, and of which template or change. */
  readonly origin: { readonly kind: 'sample' | 'ranked' | 'given'; readonly detail: string };
  readonly before: CheckReport | null;
  readonly after: CheckReport | null;
  readonly tests: TestReport | null;
  /**
   * Natural logarithm of the probability that the model, without any constraint, gives the tokens of the whole text, as its tokenizer cuts
   * it, and what follows: the token that ends it for models that fill gaps, else the rest of the line and the next one. Samples
   * and small changes can be compared by it. null where no model was asked.
   */
  readonly logprob: number | null;
  /** Type checks on the way: of texts that were left for others. The last one counts where the loop made it. */
  readonly checks: number;
  readonly tokens: number;
  /** Those that had to come: nothing was drawn, and no pass of the model was needed for them alone. */
  readonly forcedTokens: number;
  /** Tokens that were taken back, because names left no way on behind them. */
  readonly takenBack: number;
  readonly forwardPasses: number;
  /** Questions to the completion engine: those that it was asked, those that the cache knew, those it could not answer. */
  readonly engine: { readonly queries: number; readonly cacheHits: number; readonly unknowns: number };
  readonly ms: PatchTimes;
  readonly seed: number | null;
  readonly model: string | null;
  /** Versions of what had a part in it. */
  readonly versions: Readonly<Record<string, string>>;
}

/** A run: what was given and used, and how many patches came out how. */
export interface RepairSummary {
  readonly budget: { readonly samples: number | null; readonly ms: number | null };
  readonly used: { readonly samples: number; readonly ms: number };
  readonly counts: Readonly<Partial<Record<PatchStatus, number>>>;
  /** null: it was not asked (`policy.validate`), or the time ran out before. */
  readonly baseline: Baseline | null;
}

/**
 * Whether something is wrong with a file before the repair: the checker reports an error in it, or the tests do not pass. False: the
 * whole project is free of errors, and its tests pass. null: neither is known.
 */
export function hasFault({ check, tests }: Baseline, file: string): boolean | null {
  const errors = check.diagnostics.filter(({ severity }) => severity === 'error');
  if (errors.some((found) => found.file === file)) return true;
  // Cut off, they have said nothing.
  if (tests === null || tests.status === 'aborted') return null;
  if (tests.status !== 'passed') return true;
  return check.status === 'clean' ? false : null;
}

/**
 * Whether a patch mends something that was wrong: it compiles, and the project has fewer errors than before, or tests pass that did
 * not. A patch of a line that was right may compile as well.
 */
export function mends({ status, before, after, tests }: Patch, baseline: Baseline): boolean {
  if (status !== 'compiles' && status !== 'plausible') return false;
  const errors = (report: CheckReport | null): number =>
    report?.diagnostics.filter(({ severity }) => severity === 'error').length ?? 0;
  if (errors(after) < errors(before)) return true;
  return tests?.status === 'passed' && baseline.tests !== null && baseline.tests.status !== 'passed';
}

/** The id of a patch. */
export function patchId(file: string, baseHash: string, hash: string): string {
  return createHash('sha256').update(`${file}\0${baseHash}\0${hash}`).digest('hex').slice(0, 16);
}

/** Nothing measured, nothing asked: what a patch begins with. */
export const noCosts = {
  logprob: null,
  checks: 0,
  tokens: 0,
  forcedTokens: 0,
  takenBack: 0,
  forwardPasses: 0,
  engine: { queries: 0, cacheHits: 0, unknowns: 0 },
  ms: { model: 0, engine: 0, mask: 0, check: 0, tests: 0, total: 0 },
  seed: null,
  model: null,
} as const satisfies Partial<Patch>;

const order = [
  ...[
    'id',
    'file',
    'status',
    'origin',
    'range',
    'text',
    'diff',
    'baseHash',
    'hash',
    'before',
    'after',
    'tests',
  ],
  ...[
    'logprob',
    'checks',
    'tokens',
    'forcedTokens',
    'takenBack',
    'forwardPasses',
    'engine',
    'ms',
    'seed',
    'model',
    'versions',
  ],
] as (keyof Patch)[];

/** A patch as a JSON object whose members always come in one order. */
export function patchJson(patch: Patch): Record<keyof Patch, unknown> {
  return Object.fromEntries(order.map((key) => [key, patch[key]])) as Record<keyof Patch, unknown>;
}
