// Of each field and value: how many symbols it takes.
import type { CaseReport, TargetFinding } from '../audit/audit-report.js';
import { outcomeText } from '../audit/outcome-words.js';
import { cut, label, picture, shape } from './svg.js';

const NAME = 220;
const CELL = { width: 104, height: 40 };
const TOP = 56;
// Values of a field that have a cell.
const MOST_VALUES = 12;
const REACHED = ['#b3261e', '#d9622b', '#e5a11c', '#e9c46a', '#f3e2ae'];

/** An SVG: a row for each field, a cell for each of its values. Red: few symbols do it; green: proved to be out of reach. */
export function heatMap(cases: readonly CaseReport[], title: string): string {
  const columns = Math.max(1, ...cases.map(({ targets }) => Math.min(MOST_VALUES, targets.length)));
  const parts = [label(12, 24, title, { 'font-size': 14, 'font-weight': 600, fill: '#222' })];
  for (const [row, { id, targets, baseline, maxK }] of cases.entries()) {
    const y = TOP + row * (CELL.height + 6);
    parts.push(label(12, y + 24, cut(id, 32)));
    if (targets.length === 0) parts.push(label(NAME, y + 24, 'no values are listed', { fill: '#777' }));
    for (const [column, target] of targets.slice(0, MOST_VALUES).entries()) {
      const x = NAME + column * (CELL.width + 6);
      const isBaseline = target.target === baseline;
      const { fill, ink, words } = cellOf(target, isBaseline, maxK);
      const name = outcomeText(target.target);
      parts.push(
        shape('rect', { x, y, ...CELL, rx: 4, fill }, `${target.id}: ${target.label}, ${words}`),
        label(x + 8, y + 17, cut(name, 15), { fill: ink, 'font-size': 11 }),
        label(x + 8, y + 33, words, { fill: ink, 'font-weight': 600 }),
      );
    }
    if (targets.length > MOST_VALUES) {
      parts.push(
        label(NAME + MOST_VALUES * (CELL.width + 6), y + 24, `and ${targets.length - MOST_VALUES} more`),
      );
    }
  }
  const bottom = TOP + cases.length * (CELL.height + 6) + 14;
  parts.push(
    label(
      12,
      bottom,
      'k = 1: one symbol gives the value; ≥ 2: proved that it takes at least two; ? : not found, nothing proved',
    ),
  );
  const width =
    NAME + Math.min(columns, MOST_VALUES) * (CELL.width + 6) + (columns >= MOST_VALUES ? 100 : 12);
  return picture(Math.max(640, width), bottom + 16, title, parts);
}

function cellOf(
  { label: known, least }: TargetFinding,
  isBaseline: boolean,
  maxK: number,
): { fill: string; ink: string; words: string } {
  if (isBaseline) return { fill: '#dfe3ea', ink: '#333', words: 'as it is' };
  const { lower, upper, exact } = least;
  if (known === 'masked-out') return { fill: '#1f7a4d', ink: '#fff', words: 'never' };
  if (upper !== null) {
    const fill = REACHED[Math.min(REACHED.length - 1, Math.max(0, upper - 1))] as string;
    const ink = upper <= 2 ? '#fff' : '#222';
    return { fill, ink, words: exact ? `k = ${upper}` : `k = ${lower} … ${upper}` };
  }
  if (lower !== null && lower > 0) {
    const isAll = lower > maxK;
    return { fill: isAll ? '#2b9a66' : '#9ccfb4', ink: isAll ? '#fff' : '#222', words: `k ≥ ${lower}` };
  }
  return { fill: '#f0f0f0', ink: '#333', words: '?' };
}
