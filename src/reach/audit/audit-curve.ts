import type { FoundTarget } from '../find.js';
import { summaryOf } from '../k-epsilon.js';
import type { AuditCurve, CaseReport } from './audit-report.js';

/** Over all values that are not what the model gives to the empty text: with how many symbols they are reached. */
export function curveOf(cases: readonly CaseReport[]): AuditCurve {
  const values = cases.flatMap(({ targets, baseline }) =>
    targets
      .filter(({ target }) => target !== baseline)
      .map((found): FoundTarget & { id: string } => ({ ...found, evaluations: null })),
  );
  if (values.length === 0) return { values: 0, points: [], labels: {} };
  const maxK = Math.max(...cases.map((each) => each.maxK));
  const { points, labels } = summaryOf(values, { maxK });
  return { values: values.length, points, labels };
}
