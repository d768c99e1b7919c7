// What the full arm is to reach, and whether it does.
import { type ArmName, fullArm } from './arms.js';
import { difference, type Estimate, ratio, shareOf } from './bootstrap.js';
import { costs, errors, type Figure, quality, warmToken } from './figures.js';
import type { JudgedUnit } from './judge.js';
import { pairsOf, type Units } from './summary.js';

/** What is asked of the full arm, and what came of it. */
export interface Target {
  readonly claim: string;
  readonly found: string;
  /** null: it cannot be said from what was run. */
  readonly holds: boolean | null;
}

export function targetsOf(units: Units): Target[] {
  const of = (arm: ArmName): readonly JudgedUnit[] => units.get(arm) ?? [];
  const figure = (id: string): Figure =>
    [...quality, ...errors, ...costs, warmToken].find((each) => each.id === id) as Figure;
  const isStatic = of('vanilla').every(({ bug }) => bug.category === 'static');
  const targets: Target[] = [];
  const compare = (
    claim: string,
    base: ArmName,
    id: string,
    by: typeof ratio,
    holds: (found: Estimate) => boolean,
  ): void => {
    const pairs = pairsOf(of(fullArm), of(base), figure(id));
    if (pairs.length === 0) return;
    const found = by(pairs);
    targets.push({
      claim,
      found: estimateText(found),
      holds: Number.isNaN(found.value) ? null : holds(found),
    });
  };
  if (isStatic) {
    compare(
      'substantive samples that fail the check: at most 0.65 × vanilla, interval below 1',
      ...(['vanilla', 'fail', ratio, ({ value, high }: Estimate) => value <= 0.65 && high < 1] as const),
    );
    compare(
      'errors of names (TS2304, 2339, 2551, 2552): at most 0.1 × vanilla',
      ...(['vanilla', 'names', ratio, ({ value }: Estimate) => value <= 0.1] as const),
    );
  }
  const atLeast = ({ value }: Estimate): boolean => value >= 0;
  compare(
    'distinct substantive patches that compile, a bug, at equal time: no fewer than reject-and-resample',
    ...(['resample', 'distinct', difference, atLeast] as const),
  );
  compare(
    'bugs with a plausible patch, at equal time: no fewer than reject-and-resample',
    ...(['resample', 'any-plausible', difference, atLeast] as const),
  );
  compare(
    'bugs with a plausible patch, against vanilla: claimed where the interval excludes 0',
    ...(['vanilla', 'any-plausible', difference, ({ low }: Estimate) => low > 0] as const),
  );
  const dead = shareOf(of(fullArm).map(figure('dead-end').of));
  if (!Number.isNaN(dead))
    targets.push({ claim: 'dead ends: at most 1 % of samples', found: percent(dead), holds: dead <= 0.01 });
  compare(
    'a token that is written, with all names known: at most 1.1 × vanilla',
    ...(['vanilla', 'warm-token', ratio, ({ value }: Estimate) => value <= 1.1] as const),
  );
  const own = of(fullArm).flatMap(({ entry }) => entry.own ?? []);
  if (own.length > 0) {
    const longest = Math.max(...own.map(({ max }) => max));
    const claim = 'work of the main thread without a pause: at most 20 ms of processor time';
    targets.push({ claim, found: `${longest.toFixed(0)} ms`, holds: longest <= 20 });
  }
  return targets;
}

export const percent = (share: number): string => `${(100 * share).toFixed(1)} %`;

export const estimateText = ({ value, low, high }: Estimate): string =>
  `${value.toFixed(2)} [${low.toFixed(2)}, ${high.toFixed(2)}]`;
