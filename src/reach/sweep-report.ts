import type { CandidateCounts } from './candidates.js';
import type { Enumeration } from './enumeration.js';
import type { Findings, LengthFinding, Witness } from './findings.js';
import type { NumericReport } from './judge.js';
import type { ReachLabel } from './labels.js';
import { ABSENT, type Outcome, UNDECIDED, valueOfOutcome } from './outcome.js';
import { readScoreTable, type ScoreTable } from './score-table.js';
import { type SweepChunk, type SweepSetting, totalOf } from './sweep-chunks.js';
import type { System } from './system.js';

/** An outcome that some text gave. */
export interface OutcomeReport {
  /** As JSON text, or `absent` or `undecided`. */
  readonly outcome: Outcome;
  /** The value of the field, the text of the answer, or the id of the token. */
  readonly value?: unknown;
  /** The token's text, where the next token is looked at. */
  readonly tokenText?: string | undefined;
  readonly lengths: readonly ({ readonly length: number } & Readonly<LengthFinding>)[];
  /** A shortest text that gave it again through `generate`, and a shortest one of those without the outcome in them; null where
   * none did, or it was not asked. */
  readonly witness: Witness | null;
  readonly plainWitness: Witness | null;
}

/** What is known of a target. */
export interface TargetReport {
  readonly target: Outcome;
  readonly value?: unknown;
  readonly label: ReachLabel;
  /** The number of symbols that the label speaks of: of the witness, or at most of the texts that were read; null for `masked-out`. */
  readonly k: number | null;
  readonly witness: Witness | null;
  /** Why it is no more than that, where more could be expected. */
  readonly reason?: string | undefined;
}

/** What a sweep has found. */
export interface SweepReport {
  readonly kind: 'sweep';
  readonly format: 1;
  readonly setting: SweepSetting;
  /** Sequences of at most k symbols. */
  readonly total: number;
  readonly chunks: { readonly done: number; readonly of: number };
  /** Whether every sequence was looked at. Without it nothing is certified. */
  readonly complete: boolean;
  readonly counts: CandidateCounts;
  /** The outcome without a text in the slot; null where the empty text is not in the control's language, or was not read yet. */
  readonly baseline: Outcome | null;
  readonly outcomes: readonly OutcomeReport[];
  readonly targets: readonly TargetReport[];
  readonly numeric: NumericReport;
  /** Texts that gave an outcome in a batch, and not through `generate`. Where there is one, nothing is certified. */
  readonly contradicted: number;
  /** Only with `scores: true`; no part of the JSON. */
  readonly table?: ScoreTable | undefined;
}

export interface ReportInput {
  readonly system: System;
  readonly setting: SweepSetting;
  readonly all: Enumeration;
  readonly chunks: ReadonlyMap<number, SweepChunk>;
  readonly targets: readonly Outcome[];
  readonly replays: number;
  readonly forbidTarget: boolean;
}

export async function sweepReport(input: ReportInput): Promise<SweepReport> {
  const { system, setting, all, targets, forbidTarget } = input;
  const chunks = [...input.chunks.values()].sort((a, b) => a.chunk - b.chunk);
  const of = Math.ceil(all.total / setting.chunk);
  const { counts, findings, numeric } = totalOf(chunks, system.tolerance);
  const complete = chunks.length === of && counts.enumerated === all.total;
  const { outcomes, contradicted } = await outcomeReports(findings, input);
  const byOutcome = new Map(outcomes.map((report) => [report.outcome, report]));
  const baseline = outcomes.find(({ lengths }) => lengths[0]?.length === 0)?.outcome ?? null;
  const whyNot = !complete
    ? 'not every text was read'
    : findings.has(UNDECIDED)
      ? 'some answers did not come to the outcome within maxTokens'
      : !numeric.holds
        ? 'the logits of a batch differ by more than half of the tolerance from those of a text alone'
        : contradicted > 0
          ? 'a text gave another outcome in a batch than through generate'
          : undefined;
  const reports = targets.map((target): TargetReport => {
    const named = { target, value: valueOfOutcome(target) };
    const found = byOutcome.get(target);
    const witness = (forbidTarget ? found?.plainWitness : found?.witness) ?? null;
    if (witness !== null) return { ...named, label: 'exact-reachable', k: witness.length, witness };
    if (system.isMaskedOut(target)) return { ...named, label: 'masked-out', k: null, witness: null };
    const given = found?.lengths.some(({ plainTexts }) => !forbidTarget || plainTexts > 0) === true;
    const reason = given ? 'texts gave it in a batch, and none was replayed so' : whyNot;
    const label: ReachLabel = reason === undefined ? 'certified-unreachable' : 'searched-unreached';
    return { ...named, label, k: setting.k, witness: null, ...(reason === undefined ? {} : { reason }) };
  });
  const report: SweepReport = {
    ...{
      kind: 'sweep',
      format: 1,
      setting,
      total: all.total,
      chunks: { done: chunks.length, of },
      complete,
      counts,
    },
    ...{ baseline, outcomes, targets: reports, numeric, contradicted },
  };
  if (setting.scored !== null) {
    const rows = chunks.flatMap(({ scores }) => (scores === undefined ? [] : [scores]));
    Object.defineProperty(report, 'table', {
      value: readScoreTable(setting.scored, rows),
      enumerable: false,
    });
  }
  return report;
}

async function outcomeReports(
  findings: Findings,
  { system, replays }: ReportInput,
): Promise<{ outcomes: OutcomeReport[]; contradicted: number }> {
  let left = replays;
  let contradicted = 0;
  const again = async (
    found: readonly LengthFinding[],
    pick: keyof LengthFinding & `${string}itness`,
  ): Promise<Witness | null> => {
    for (const each of found) {
      const witness = each[pick];
      if (witness === null) continue;
      if (left-- <= 0) return null;
      if ((await system.replay(witness.text, witness.tokens)) === outcome) return witness;
      contradicted++;
    }
    return null;
  };
  let outcome: Outcome = '';
  const reports: OutcomeReport[] = [];
  for (const [name, byLength] of [...findings].sort(([a], [b]) => (a < b ? -1 : 1))) {
    outcome = name;
    const lengths = [...byLength].sort(([a], [b]) => a - b).map(([length, found]) => ({ length, ...found }));
    const isKnown = name !== UNDECIDED;
    const witness = isKnown ? await again(lengths, 'witness') : null;
    const plainWitness =
      witness !== null && !witness.copiesTarget
        ? witness
        : isKnown
          ? await again(lengths, 'plainWitness')
          : null;
    reports.push({
      outcome: name,
      ...(name === ABSENT || name === UNDECIDED ? {} : { value: valueOfOutcome(name) }),
      ...(system.reading.kind === 'token' ? { tokenText: tokenText(system, Number(name)) } : {}),
      ...{ lengths, witness, plainWitness },
    });
  }
  return { outcomes: reports, contradicted };
}

function tokenText({ context }: System, token: number): string {
  return Buffer.from(context.vocabulary.bytes(token)).toString();
}
