// The tables of the bench.
import { printTable } from '../maskbench/tables.js';
import { type ArmName, fullArm } from './arms.js';
import type { Count } from './bootstrap.js';
import type { Figure } from './figures.js';
import type { ComparedRow, Row, Summary, Units, Value } from './summary.js';
import { estimateText, percent, type Target, targetsOf } from './targets.js';

/** Prints everything of some bugs. */
export function printReport(title: string, summary: Summary, units: Units): void {
  const { arms } = summary;
  console.log(`\n# ${title}`);
  const counts = arms.map((arm) => {
    const { bugs, units, samples } = summary.counts.get(arm) ?? { bugs: 0, units: 0, samples: 0 };
    return [arm, String(bugs), String(units), samples.toLocaleString('en')];
  });
  printTable('What was drawn', ['arm', 'bugs', 'bugs × seeds', 'samples'], counts);
  printValues(
    'The texts: all seeds together, and in brackets the least and the greatest of them',
    arms,
    summary.quality,
    true,
  );
  printValues('Errors, a sample', arms, summary.errors, false);
  printValues('Costs, a sample', arms, [...summary.costs], false);
  printTable(
    'Medians of the samples',
    ['', ...arms],
    summary.medians.map(({ label, values }) => [label, ...arms.map((arm) => milliseconds(values.get(arm)))]),
  );
  printEngine(summary);
  printCompared('Against vanilla: ratio, and the interval of 95 % over bugs', summary.ratios);
  printCompared('Against vanilla: difference, and the interval of 95 % over bugs', summary.differences);
  printKinds(units);
  printTargets(targetsOf(units));
}

function printValues(
  title: string,
  arms: readonly ArmName[],
  rows: readonly Row[],
  hasSpread: boolean,
): void {
  const cell = (figure: Figure, value: Value | undefined): string => {
    if (value === undefined || Number.isNaN(value.value)) return '–';
    const text = show(figure, value.value);
    if (!hasSpread || value.least === value.most) return text;
    return `${text} (${show(figure, value.least, true)}–${show(figure, value.most, true)})`;
  };
  printTable(
    title,
    ['', ...arms],
    rows.map(({ figure, values }) => [figure.label, ...arms.map((arm) => cell(figure, values.get(arm)))]),
  );
}

function show({ kind }: Figure, value: number, isShort = false): string {
  if (kind === 'share') return isShort ? (100 * value).toFixed(1) : percent(value);
  return kind === 'ms' && value >= 10 ? value.toFixed(0) : value.toFixed(2);
}

const milliseconds = (value = Number.NaN): string =>
  Number.isNaN(value) ? '–' : value.toFixed(value >= 10 ? 0 : 2);

function printCompared(title: string, rows: readonly ComparedRow[]): void {
  const arms = [...(rows[0]?.estimates.keys() ?? [])];
  const cell = (row: ComparedRow, arm: ArmName): string => {
    const found = row.estimates.get(arm);
    return found === undefined || Number.isNaN(found.value) ? '–' : estimateText(found);
  };
  printTable(
    title,
    ['', ...arms],
    rows.map((row) => [row.label, ...arms.map((arm) => cell(row, arm))]),
  );
}

function printEngine({ lookups, late, own, arms }: Summary): void {
  const rows = [...lookups].map(([arm, { count, p50, p99 }]) => [
    arm,
    count.toLocaleString('en'),
    p50.toFixed(1),
    p99.toFixed(1),
  ]);
  printTable('Questions that no memory knew, ms', ['arm', 'questions', 'p50', 'p99'], rows);
  const drawn = arms.filter((arm) => arm !== 'resample');
  printTable(
    'How late timers of the main thread were, ms; a busy machine is in it',
    ['arm', 'median', 'p99', 'longest'],
    drawn.flatMap((arm) => {
      const all = late.get(arm);
      return all === undefined ? [] : [[arm, all.p50.toFixed(1), all.p99.toFixed(1), all.max.toFixed(0)]];
    }),
  );
  printTable(
    'Work of the main thread without a pause, ms of processor time',
    ['arm', 'p99', 'longest', 'runs never above 20 ms'],
    drawn.flatMap((arm) => {
      const all = own.get(arm);
      return all === undefined ? [] : [[arm, all.p99.toFixed(1), all.max.toFixed(0), percent(all.calm)]];
    }),
  );
}

/** The share that fails, by what kind of bug it is. */
function printKinds(units: Units): void {
  const kinds = new Map<string, Map<ArmName, Count>>();
  for (const [arm, own] of units) {
    for (const { bug, samples } of own) {
      const row = kinds.get(bug.kind) ?? new Map<ArmName, Count>();
      const { num, den } = row.get(arm) ?? { num: 0, den: 0 };
      const said = samples.filter(({ isSubstantive }) => isSubstantive);
      row.set(arm, { num: num + said.filter(({ isClean }) => !isClean).length, den: den + said.length });
      kinds.set(bug.kind, row);
    }
  }
  const arms = [...units.keys()].filter((arm) => (units.get(arm)?.length ?? 0) > 0);
  const cell = (found: Count | undefined): string =>
    found === undefined || found.den === 0 ? '–' : percent(found.num / found.den);
  printTable(
    'Substantive samples that fail the check, by kind of bug',
    ['kind', ...arms],
    [...kinds]
      .sort(([a], [b]) => (a < b ? -1 : 1))
      .map(([kind, row]) => [kind, ...arms.map((arm) => cell(row.get(arm)))]),
  );
}

function printTargets(targets: readonly Target[]): void {
  if (targets.length === 0) return;
  printTable(
    `The full arm (${fullArm})`,
    ['target', 'found', ''],
    targets.map(({ claim, found, holds }) => [
      claim,
      found,
      holds === null ? '–' : holds ? 'holds' : 'does not hold',
    ]),
  );
}

/** The same as an object for JSON. */
export function reportJson(summary: Summary, units: Units): object {
  const rows = (all: readonly Row[]): object =>
    Object.fromEntries(
      all.map(({ figure, values }) => [figure.id, { label: figure.label, ...Object.fromEntries(values) }]),
    );
  const compared = (all: readonly ComparedRow[]): object =>
    Object.fromEntries(all.map(({ label, estimates }) => [label, Object.fromEntries(estimates)]));
  return {
    counts: Object.fromEntries(summary.counts),
    quality: rows(summary.quality),
    errors: rows(summary.errors),
    costs: rows(summary.costs),
    medians: Object.fromEntries(
      summary.medians.map(({ label, values }) => [label, Object.fromEntries(values)]),
    ),
    ratios: compared(summary.ratios),
    differences: compared(summary.differences),
    lookups: Object.fromEntries(summary.lookups),
    late: Object.fromEntries(summary.late),
    own: Object.fromEntries(summary.own),
    targets: targetsOf(units),
  };
}
