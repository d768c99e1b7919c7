// What an audit has found, as JSON: schemas/reach-report.schema.json describes it.
import type { CandidateCounts } from '../candidates.js';
import type { LeastLength } from '../find.js';
import type { Witness } from '../findings.js';
import type { Setting } from '../fingerprint.js';
import type { NumericReport } from '../judge.js';
import type { KEpsilonPoint } from '../k-epsilon.js';
import type { ReachLabel } from '../labels.js';
import type { Outcome } from '../outcome.js';
import type { AuditDefinition } from './audit-definition.js';

/** What is known of a value of a field. */
export interface TargetFinding {
  /** `template/field=value`. */
  readonly id: string;
  readonly target: Outcome;
  readonly value?: unknown;
  readonly label: ReachLabel;
  /** Symbols: of the witness, or at most of the texts that the label speaks of; null for `masked-out`. */
  readonly k: number | null;
  readonly least: LeastLength;
  readonly witness: Witness | null;
  /** A shortest text without the value in it, where the other one has it. */
  readonly plainWitness: Witness | null;
  /** The part of the work that found the witness; null where there is none. */
  readonly method: string | null;
  /** Texts of the full reading that gave the value, by their length. */
  readonly texts: readonly { readonly length: number; readonly texts: number; readonly plainTexts: number }[];
  /** Why it is no more than that, where more could be expected. */
  readonly reason?: string | undefined;
}

/** How many symbols it takes to change the field. */
export interface FlipFinding {
  readonly label: ReachLabel;
  readonly k: number | null;
  readonly least: LeastLength;
  /** What it becomes. */
  readonly outcome: Outcome | null;
  readonly witness: Witness | null;
  readonly reason?: string | undefined;
}

/** How much a symbol does, over all texts that were read and have it. */
export interface SymbolFinding {
  readonly symbol: string;
  readonly texts: number;
  /** Of those, the ones that change the field. */
  readonly flips: number;
  /** How far the nearest of them is beyond the change, in logits; below 0: short of it. */
  readonly nearest: number;
}

/** The search beyond what was read in full. */
export interface SearchFinding {
  readonly maxK: number;
  readonly budget: number;
  readonly evaluations: number;
  readonly counts: CandidateCounts;
  readonly numeric: NumericReport;
  readonly contradicted: number;
  /** Whether it ended by itself, and not because the time ran out. */
  readonly finished: boolean;
}

/** A field of the answer to one template. */
export interface CaseReport {
  readonly id: string;
  readonly template: string;
  readonly field: string | null;
  /** What the numbers are true of; null where nothing was read. */
  readonly setting: Setting | null;
  readonly baseline: Outcome | null;
  /** Every text of at most so many symbols was to be read. */
  readonly certifyK: number;
  readonly maxK: number;
  readonly forbidTarget: boolean;
  /** Texts of at most `certifyK` symbols, and whether all were looked at. */
  readonly total: number;
  readonly complete: boolean;
  readonly counts: CandidateCounts;
  readonly numeric: NumericReport;
  readonly flip: FlipFinding;
  readonly targets: readonly TargetFinding[];
  /** Other outcomes that were seen: `absent`, `undecided`, values that nobody asked for. */
  readonly others: readonly Outcome[];
  /** null: none was wanted, or nothing was left to find. */
  readonly search: SearchFinding | null;
  /** The symbols that do the most. Empty where the distance was not measured. */
  readonly symbols: readonly SymbolFinding[];
}

export type Verdict = 'holds' | 'violated' | 'inconclusive';

/** What came of a rule in a case; `case` is null for a rule that speaks of all of them together. */
export interface RuleResult {
  readonly case: string | null;
  readonly verdict: Verdict;
  readonly message: string;
}

/** What came of a rule. */
export interface RuleReport {
  readonly id: string;
  readonly verdict: Verdict;
  readonly results: readonly RuleResult[];
}

/** The values other than the baselines, and with how many symbols they are reached. */
export interface AuditCurve {
  readonly values: number;
  readonly points: readonly KEpsilonPoint[];
  readonly labels: Readonly<Record<string, number>>;
}

/** What an audit has found. */
export interface AuditReport {
  readonly kind: 'reach-audit';
  readonly format: 1;
  /** The audit itself, so that a report can be verified and explained alone. */
  readonly definition: AuditDefinition;
  /** Whether everything that the audit asks for was done. */
  readonly complete: boolean;
  /** null: the audit has no policy. */
  readonly verdict: Verdict | null;
  readonly policy: readonly RuleReport[];
  readonly cases: readonly CaseReport[];
  readonly curve: AuditCurve;
}
