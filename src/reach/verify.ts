// Whether the witnesses of a report still do what it says: each is read through `generate`.
import { checkOptions, expected } from '../engine/arguments.js';
import type { FindReport } from './find.js';
import type { Witness } from './findings.js';
import { settingOf } from './fingerprint.js';
import type { FlipReport } from './flip.js';
import type { Outcome } from './outcome.js';
import type { SweepReport } from './sweep-report.js';
import { openSystem, type SystemOptions, systemOptionNames } from './system.js';

/** What came of a witness. */
export interface VerifiedWitness {
  readonly text: string;
  readonly expected: Outcome;
  readonly found: Outcome;
  readonly holds: boolean;
}

/** What came of a report. */
export interface VerifyReport {
  readonly kind: 'verify';
  readonly format: 1;
  /** All witnesses gave what they should. */
  readonly holds: boolean;
  /** What of the report's setting is another one here; then its certificates say nothing of this model and prompt. */
  readonly differences: readonly string[];
  readonly witnesses: readonly VerifiedWitness[];
}

/**
 * Reads every witness of a report again.
 *
 * @param report what `sweep`, `find` or `flip` gave, or the same as parsed JSON
 * @param options the model, the prompt, the control and the readout, as they were
 * @throws GrammaskError `ARGUMENT` for what is no such report, and as `find`
 */
export async function verify(
  report: SweepReport | FindReport | FlipReport,
  options: SystemOptions,
): Promise<VerifyReport> {
  checkOptions(options, systemOptionNames);
  const claims = claimsOf(report);
  const system = await openSystem(options);
  try {
    const witnesses: VerifiedWitness[] = [];
    for (const { witness, outcome } of claims) {
      const found = await system.replay(witness.text, witness.tokens);
      witnesses.push({ text: witness.text, expected: outcome, found, holds: found === outcome });
    }
    const before = ((report.setting as { system?: unknown }).system ?? {}) as Record<string, unknown>;
    const now = (await settingOf(system)) as unknown as Record<string, unknown>;
    const differences = Object.keys(now).filter(
      (name) => JSON.stringify(now[name]) !== JSON.stringify(before[name]),
    );
    return {
      kind: 'verify',
      format: 1,
      holds: witnesses.every(({ holds }) => holds),
      differences,
      witnesses,
    };
  } finally {
    system.close();
  }
}

interface Claim {
  readonly witness: Witness;
  readonly outcome: Outcome;
}

function claimsOf(report: SweepReport | FindReport | FlipReport): Claim[] {
  const isReport = typeof report === 'object' && report !== null && typeof report.setting === 'object';
  const claim = (witness: Witness | null | undefined, outcome: Outcome | null): Claim[] => {
    if (witness === null || witness === undefined || outcome === null) return [];
    if (typeof witness.text !== 'string' || typeof outcome !== 'string')
      throw expected('a report', 'report', report);
    return [{ witness, outcome }];
  };
  switch (isReport ? report.kind : undefined) {
    case 'sweep':
      return listOf((report as SweepReport).outcomes, report).flatMap(
        ({ outcome, witness, plainWitness }) => {
          const isOther = plainWitness !== null && plainWitness?.text !== witness?.text;
          return [...claim(witness, outcome), ...(isOther ? claim(plainWitness, outcome) : [])];
        },
      );
    case 'find':
      return listOf((report as FindReport).targets, report).flatMap(({ witness, target }) =>
        claim(witness, target),
      );
    case 'flip':
      return claim((report as FlipReport).witness, (report as FlipReport).outcome);
    default:
      throw expected('a report of sweep, find or flip', 'report', report);
  }
}

function listOf<Item>(list: readonly Item[], report: unknown): readonly Item[] {
  if (Array.isArray(list)) return list;
  throw expected('a report of sweep, find or flip', 'report', report);
}
