// From judged units to what is printed: figures of each arm, and how it stands to vanilla, with intervals over bugs.
import type { ArmName } from './arms.js';
import { type Count, difference, type Estimate, type Pair, ratio, shareOf } from './bootstrap.js';
import { costs, drawnOf, errors, type Figure, quality, warmRecords, warmToken } from './figures.js';
import type { JudgedUnit } from './judge.js';
import type { SampleRecord } from './records.js';

/** A figure of an arm, with its least and greatest value of the seeds. */
export interface Value {
  readonly value: number;
  readonly least: number;
  readonly most: number;
}

export interface Row {
  readonly figure: Figure;
  readonly values: ReadonlyMap<ArmName, Value>;
}

export interface ComparedRow {
  readonly label: string;
  readonly estimates: ReadonlyMap<ArmName, Estimate>;
}

export interface Summary {
  readonly arms: readonly ArmName[];
  /** Bugs, and bugs with seeds, of each arm. */
  readonly counts: ReadonlyMap<ArmName, { bugs: number; units: number; samples: number }>;
  readonly quality: readonly Row[];
  readonly errors: readonly Row[];
  readonly costs: readonly Row[];
  /** Medians over samples: a busy machine moves them less than means. Milliseconds. */
  readonly medians: readonly { readonly label: string; readonly values: ReadonlyMap<ArmName, number> }[];
  readonly ratios: readonly ComparedRow[];
  readonly differences: readonly ComparedRow[];
  readonly lookups: ReadonlyMap<ArmName, { count: number; p50: number; p99: number }>;
  readonly late: ReadonlyMap<ArmName, { p50: number; p99: number; max: number }>;
  /** Of our own work on the main thread: the middle of the 99th hundredths, the longest stretch, and the share of runs with none above 20 ms. */
  readonly own: ReadonlyMap<ArmName, { p99: number; max: number; calm: number }>;
}

/** What was drawn and judged, by arm. */
export type Units = ReadonlyMap<ArmName, readonly JudgedUnit[]>;

export function summarize(units: Units): Summary {
  const arms = [...units.keys()].filter((arm) => (units.get(arm)?.length ?? 0) > 0);
  const of = (arm: ArmName): readonly JudgedUnit[] => units.get(arm) ?? [];
  const rows = (figures: readonly Figure[]): Row[] =>
    figures.map((figure) => ({
      figure,
      values: new Map(arms.map((arm) => [arm, figureOf(of(arm), figure)])),
    }));
  const others = arms.filter((arm) => arm !== 'vanilla');
  const compare = (
    ids: readonly string[],
    by: (pairs: readonly Pair[]) => Estimate,
    figures: readonly Figure[] = [...quality, ...errors],
  ): ComparedRow[] =>
    figures
      .filter(({ id }) => ids.includes(id))
      .map((figure) => ({
        label: figure.label,
        estimates: new Map(others.map((arm) => [arm, by(pairsOf(of(arm), of('vanilla'), figure))])),
      }));
  return {
    arms,
    counts: new Map(
      arms.map((arm) => [
        arm,
        {
          bugs: new Set(of(arm).map(({ bug }) => bug.id)).size,
          units: of(arm).length,
          samples: of(arm).reduce((sum, { samples }) => sum + samples.length, 0),
        },
      ]),
    ),
    quality: rows(quality),
    errors: rows(errors),
    costs: rows([...costs, warmToken]),
    medians: medianRows.map(({ label, records: recordsOf = allRecords, of: value }) => ({
      label,
      values: new Map(
        arms.map((arm) => [
          arm,
          middle(of(arm).flatMap((unit) => recordsOf(unit).flatMap((record) => value(record) ?? []))),
        ]),
      ),
    })),
    ratios: compare(['compile-all', 'compile-unique', 'fail', 'fail-finished', 'names', 'distinct'], ratio),
    differences: compare(['plausible', 'any-compile', 'any-plausible', 'any-exact'], difference),
    lookups: new Map(arms.flatMap((arm) => lookupsOf(arm, of(arm)))),
    late: new Map(arms.map((arm) => [arm, lateOf(of(arm))])),
    own: new Map(arms.flatMap((arm) => ownOf(arm, of(arm)))),
  };
}

const allRecords = ({ samples }: JudgedUnit): SampleRecord[] => samples.map(({ record }) => record);

const medianRows: readonly {
  readonly label: string;
  readonly records?: (unit: JudgedUnit) => readonly SampleRecord[];
  readonly of: (record: SampleRecord) => number | undefined;
}[] = [
  { label: 'ms a patch: drawing and check', of: ({ draw, check }) => draw + check },
  {
    label: 'ms a token that was written behind the first, without type checks',
    of: (record) => (drawnOf(record) > 0 ? record.loop / drawnOf(record) : undefined),
  },
  {
    label: 'the same, all names known',
    records: warmRecords,
    of: (record) => (drawnOf(record) > 0 ? record.loop / drawnOf(record) : undefined),
  },
];

const middle = (values: readonly number[]): number =>
  quantile(
    [...values].sort((a, b) => a - b),
    0.5,
  );

function figureOf(units: readonly JudgedUnit[], { of }: Figure): Value {
  const bySeed = groupBySeed(units);
  const each = [...bySeed.values()]
    .map((own) => shareOf(own.map(of)))
    .filter((value) => !Number.isNaN(value));
  return {
    value: shareOf(units.map(of)),
    least: each.length === 0 ? Number.NaN : Math.min(...each),
    most: each.length === 0 ? Number.NaN : Math.max(...each),
  };
}

function groupBySeed(units: readonly JudgedUnit[]): Map<number, JudgedUnit[]> {
  const groups = new Map<number, JudgedUnit[]>();
  for (const unit of units) {
    const group = groups.get(unit.seed);
    if (group === undefined) groups.set(unit.seed, [unit]);
    else group.push(unit);
  }
  return groups;
}

/**
 * What each bug gave in both arms, over the seeds that both have; ranked, which has no seeds, over all of the other's.
 */
export function pairsOf(arm: readonly JudgedUnit[], base: readonly JudgedUnit[], { of }: Figure): Pair[] {
  const seedsOf = (units: readonly JudgedUnit[]): Set<string> =>
    new Set(units.map(({ bug, seed }) => `${bug.id} ${seed}`));
  const isSeedless = arm[0]?.arm === 'ranked' || base[0]?.arm === 'ranked';
  const [inArm, inBase] = [seedsOf(arm), seedsOf(base)];
  const isShared = ({ bug, seed }: JudgedUnit): boolean =>
    isSeedless || (inArm.has(`${bug.id} ${seed}`) && inBase.has(`${bug.id} ${seed}`));
  const byBug = (units: readonly JudgedUnit[]): Map<string, Count> => {
    const sums = new Map<string, Count>();
    for (const unit of units.filter(isShared)) {
      const { num, den } = of(unit);
      const sum = sums.get(unit.bug.id) ?? { num: 0, den: 0 };
      sums.set(unit.bug.id, { num: sum.num + num, den: sum.den + den });
    }
    return sums;
  };
  const bases = byBug(base);
  return [...byBug(arm)].flatMap(([bug, counts]) => {
    const other = bases.get(bug);
    return other === undefined ? [] : [{ arm: counts, base: other }];
  });
}

const quantile = (sorted: readonly number[], share: number): number =>
  sorted[Math.min(sorted.length - 1, Math.floor(share * sorted.length))] ?? Number.NaN;

function lookupsOf(
  arm: ArmName,
  units: readonly JudgedUnit[],
): [ArmName, { count: number; p50: number; p99: number }][] {
  // Its texts are those of vanilla.
  if (arm === 'resample') return [];
  const all = units.flatMap(({ entry }) => entry.lookups).sort((a, b) => a - b);
  return all.length === 0
    ? []
    : [[arm, { count: all.length, p50: quantile(all, 0.5), p99: quantile(all, 0.99) }]];
}

/** Medians of the bugs and seeds, and the greatest of all. */
function lateOf(units: readonly JudgedUnit[]): { p50: number; p99: number; max: number } {
  const late = units.map(({ entry }) => entry.late);
  return {
    p50: middle(late.map(({ p50 }) => p50)),
    p99: middle(late.map(({ p99 }) => p99)),
    max: Math.max(...late.map(({ max }) => max)),
  };
}

function ownOf(
  arm: ArmName,
  units: readonly JudgedUnit[],
): [ArmName, { p99: number; max: number; calm: number }][] {
  const own = units.flatMap(({ entry }) => entry.own ?? []);
  if (own.length === 0) return [];
  return [
    [
      arm,
      {
        p99: middle(own.map(({ p99 }) => p99)),
        max: Math.max(...own.map(({ max }) => max)),
        calm: own.filter(({ long }) => long === 0).length / own.length,
      },
    ],
  ];
}
