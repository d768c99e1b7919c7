// Every witness of a report is read through `generate` again.
import { GrammaskError } from '../../errors.js';
import type { Model } from '../../model/load-model.js';
import type { FindReport, FoundTarget } from '../find.js';
import { type VerifiedWitness, verify } from '../verify.js';
import type { AuditReport, CaseReport } from './audit-report.js';
import { type SystemDefinition, systemOptionsOf } from './definition.js';
import type { StoredReport } from './read-report.js';

/** What came of the witnesses of a report. */
export interface StoredVerifyReport {
  readonly kind: 'verify';
  readonly format: 1;
  /** All witnesses gave what they should. */
  readonly holds: boolean;
  /** What of the settings is another one here; then certificates of the report say nothing of this model. */
  readonly differences: readonly string[];
  readonly witnesses: readonly (VerifiedWitness & { readonly case: string | null })[];
}

interface Part {
  readonly case: string | null;
  readonly system: SystemDefinition;
  readonly report: Parameters<typeof verify>[0];
  /** false: the report does not tell of what setting it is. */
  readonly hasSetting: boolean;
}

/**
 * @param onProgress called behind each part, with how many there are
 * @throws GrammaskError `ARGUMENT` for a report without its system, and as `verify`
 */
export async function verifyReport(
  report: StoredReport,
  model: Model,
  signal?: AbortSignal,
  onProgress?: (done: number, of: number) => void,
): Promise<StoredVerifyReport> {
  const parts = partsOf(report);
  const witnesses: (VerifiedWitness & { case: string | null })[] = [];
  const differences = new Set<string>();
  for (const [index, part] of parts.entries()) {
    const checked = await verify(part.report, { ...systemOptionsOf(part.system), model, signal });
    for (const witness of checked.witnesses) witnesses.push({ case: part.case, ...witness });
    if (part.hasSetting) for (const name of checked.differences) differences.add(name);
    onProgress?.(index + 1, parts.length);
  }
  const holds = witnesses.every((witness) => witness.holds);
  return { kind: 'verify', format: 1, holds, differences: [...differences], witnesses };
}

function partsOf(report: StoredReport): Part[] {
  switch (report.kind) {
    case 'reach-audit':
      return report.cases.flatMap((each) => auditPart(report, each));
    case 'k-epsilon':
      return report.cases.map((found): Part => {
        const system = found.definition ?? missing();
        return { case: found.id, system, hasSetting: false, report: foundAs({}, [found]) };
      });
    case 'http-find':
    case 'http-flip':
      throw new GrammaskError('ARGUMENT', 'the report is of a server, not of a model', {
        hint: '--url and --server-model name the server that is to be asked again',
      });
    default:
      return [{ case: null, system: report.definition ?? missing(), hasSetting: true, report }];
  }
}

export function missing(): never {
  throw new GrammaskError('ARGUMENT', 'the report does not say of which prompt it is', {
    hint: 'verify it in a program with verify() of grammask/reach; reports of the command line say it',
  });
}

function auditPart({ definition }: AuditReport, each: CaseReport): Part[] {
  const system = definition.cases.find(({ id }) => id === each.id)?.system;
  if (system === undefined || each.setting === null) return [];
  const found = each.targets.flatMap((target) => [target, { ...target, witness: target.plainWitness }]);
  const { outcome, witness } = each.flip;
  const isListed = found.some(
    (target) => target.target === outcome && target.witness?.text === witness?.text,
  );
  const flipped = outcome === null || isListed ? [] : [{ target: outcome, witness }];
  return [
    {
      case: each.id,
      system,
      hasSetting: true,
      report: foundAs({ system: each.setting }, [...found, ...flipped]),
    },
  ];
}

/** As a report of `find`, of which `verify` looks at the targets and their witnesses, and at the setting. */
function foundAs(setting: object, targets: readonly Pick<FoundTarget, 'target' | 'witness'>[]): FindReport {
  return { kind: 'find', setting, targets } as unknown as FindReport;
}
