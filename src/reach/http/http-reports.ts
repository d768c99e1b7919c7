// What is told of a server. Nothing here is a certificate: what it runs, and whether it answers so tomorrow, is not known.
import type { LeastLength } from '../find.js';
import type { Witness } from '../findings.js';
import { type ReachLabel, shareBound } from '../labels.js';
import { type Outcome, valueOfOutcome } from '../outcome.js';
import type { VerifiedWitness, VerifyReport } from '../verify.js';
import type { ServerReport } from './asker.js';
import type { HttpHit } from './http-hits.js';
import type { HttpSearchResult } from './http-search.js';
import type { HttpSetting } from './http-system.js';

/** What can be said of a server. */
export type HttpLabel = Extract<ReachLabel, 'exact-reachable' | 'searched-unreached' | 'statistical'>;

/** A text that a server was asked, and how often it gave the same again. */
export interface HttpWitness extends Witness {
  readonly replays: { readonly agreed: number; readonly of: number };
}

/** What a search found for a target. */
export interface HttpFoundTarget {
  readonly target: Outcome;
  readonly value?: unknown;
  /** `exact-reachable`: a text gave it, and gave it again each of `replays` times. */
  readonly label: HttpLabel;
  /** Symbols: of the witness, or at most of the texts that the label speaks of. */
  readonly k: number;
  /** `lower` is 0: that a server did not say it proves nothing of what it will say. */
  readonly least: LeastLength;
  readonly witness: HttpWitness | null;
  /** A text that gave it, and not each time: of a server that does not always say the same. */
  readonly unsteady: HttpWitness | null;
  /** Texts that had been asked when it was found. */
  readonly evaluations: number | null;
  readonly method: string | null;
  readonly shareBound?: number | undefined;
}

/** What a search's report is bound to. */
export interface HttpSearchSetting {
  readonly system: HttpSetting;
  readonly maxK: number;
  readonly budget: number;
  readonly budgetMs: number | null;
  readonly seeds: readonly string[];
  readonly forbidTarget: boolean;
  readonly method: string;
  readonly seed: number;
}

/** What every search of a server tells. */
export interface HttpSearchReport {
  readonly format: 1;
  readonly setting: HttpSearchSetting;
  /** Texts that were answered. */
  readonly evaluations: number;
  /** Texts that were left out, as not in the control. */
  readonly excluded: number;
  /** Every text of at most so many symbols was asked once and answered; −1: not even the empty one. No certificate. */
  readonly readInFull: number;
  readonly server: ServerReport;
}

/** What `find` tells of a server. */
export interface HttpFindReport extends HttpSearchReport {
  readonly kind: 'http-find';
  readonly targets: readonly HttpFoundTarget[];
}

/** What `flip` tells of a server. */
export interface HttpFlipReport extends HttpSearchReport {
  readonly kind: 'http-flip';
  readonly baseline: Outcome;
  /** How often the empty text gave it; null where the baseline was given. */
  readonly baselineReplays: { readonly agreed: number; readonly of: number } | null;
  /** null: any other value. */
  readonly target: Outcome | null;
  readonly outcome: Outcome | null;
  readonly value?: unknown;
  readonly label: HttpLabel;
  readonly k: number;
  readonly least: LeastLength;
  readonly witness: HttpWitness | null;
  /** As of a target. */
  readonly unsteady: (HttpWitness & { readonly outcome: Outcome }) | null;
  readonly method: string | null;
}

/** What came of a witness of a server. */
export interface HttpVerifiedWitness extends VerifiedWitness {
  readonly replays: { readonly agreed: number; readonly of: number };
}

/** What came of a report of a server. */
export interface HttpVerifyReport extends VerifyReport {
  readonly witnesses: readonly HttpVerifiedWitness[];
  readonly server: ServerReport;
}

export function witnessOf({ text, length, copiesTarget, replays }: HttpHit): HttpWitness {
  return { text, length, margin: null, copiesTarget, replays };
}

export function leastOf(hit: HttpHit | undefined): LeastLength {
  const upper = hit?.length ?? null;
  return { lower: 0, upper, exact: upper === 0 };
}

/** What is said of a goal that was not reached. */
export function labelOfNone(
  { evaluations }: HttpSearchResult,
  { failed, undecided }: ServerReport,
  method: string,
): { label: HttpLabel; shareBound?: number } {
  // A text that was not answered, or not so that its outcome could be read, may have given it.
  if (method !== 'random' || failed > 0 || undecided > 0 || evaluations === 0) {
    return { label: 'searched-unreached' };
  }
  return { label: 'statistical', shareBound: shareBound(evaluations) };
}

export function foundTarget(
  target: Outcome,
  goal: number,
  result: HttpSearchResult,
  server: ServerReport,
  { maxK, method }: Pick<HttpSearchSetting, 'maxK' | 'method'>,
): HttpFoundTarget {
  const hit = result.hits.get(goal);
  const unsteady = result.unsteady.get(goal);
  const named = { target, value: valueOfOutcome(target), least: leastOf(hit) };
  if (hit !== undefined) {
    const { length, evaluations, method: found } = hit;
    return {
      ...named,
      ...{ label: 'exact-reachable', k: length, witness: witnessOf(hit), unsteady: null },
      ...{ evaluations, method: found },
    };
  }
  // It was seen, if not each time: no share of texts is bounded by that.
  const said =
    unsteady === undefined ? labelOfNone(result, server, method) : { label: 'searched-unreached' as const };
  return {
    ...{ ...named, ...said, k: maxK, witness: null },
    unsteady: unsteady === undefined ? null : witnessOf(unsteady),
    ...{ evaluations: null, method: null },
  };
}
