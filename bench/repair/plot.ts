// How many distinct patches that compile each arm has found after how much time, as a picture.
import type { ArmName } from './arms.js';
import { type JudgedUnit, usedBy } from './judge.js';
import type { Units } from './summary.js';

export interface Curve {
  readonly label: string;
  /** Seconds a bug, and patches a bug: steps upwards. */
  readonly points: readonly (readonly [seconds: number, patches: number])[];
}

/** The patches of an arm over time: the mean of its bugs and seeds, each with its own clock of drawing and checks. */
export function curveOf(label: string, units: readonly JudgedUnit[]): Curve {
  const found = units.flatMap(({ samples }) => {
    let clock = 0;
    return samples.flatMap(({ record, isUnique, isClean, isSubstantive }) => {
      clock += (record.draw + record.check) / 1000;
      return isUnique && isClean && isSubstantive ? [clock] : [];
    });
  });
  found.sort((a, b) => a - b);
  return { label, points: found.map((seconds, i) => [seconds, (i + 1) / units.length]) };
}

const WIDTH = 760;
const HEIGHT = 380;
const MARGIN = { left: 56, right: 170, top: 44, bottom: 48 };
/** Between two names. */
const LABEL = 16;
const COLORS = ['#666666', '#b5851a', '#8a4fc9', '#d9622b', '#c23b6a', '#2b9a66', '#2f6fde', '#1a9aa8'];

/** An SVG of these curves, until the time in which the slowest arm has drawn most of its samples. */
export function drawCurves(title: string, curves: readonly Curve[], untilSeconds: number): string {
  const most = Math.max(1e-9, ...curves.map(({ points }) => points.at(-1)?.[1] ?? 0));
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right];
  const [top, bottom] = [MARGIN.top, HEIGHT - MARGIN.bottom];
  const x = (seconds: number): number =>
    left + ((right - left) * Math.min(seconds, untilSeconds)) / untilSeconds;
  const y = (patches: number): number => bottom - ((bottom - top) * patches) / most;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${left}" y="24" font-size="14" font-weight="600" fill="#222">${title}</text>`,
    `<text x="${(left + right) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#555">seconds a bug, drawing and checks</text>`,
  ];
  for (const tick of ticks(untilSeconds)) {
    const at = x(tick).toFixed(1);
    lines.push(`<line x1="${at}" x2="${at}" y1="${top}" y2="${bottom}" stroke="#e3e3e3"/>`);
    lines.push(`<text x="${at}" y="${bottom + 18}" text-anchor="middle" fill="#555">${tick}</text>`);
  }
  for (const tick of ticks(most)) {
    const at = y(tick).toFixed(1);
    lines.push(`<line x1="${left}" x2="${right}" y1="${at}" y2="${at}" stroke="#e3e3e3"/>`);
    lines.push(`<text x="${left - 8}" y="${at}" dy="4" text-anchor="end" fill="#555">${tick}</text>`);
  }
  // Names stand at the ends of their curves, apart from each other.
  const ends = curves
    .map(({ label, points }, i) => {
      const shown = points.filter(([seconds]) => seconds <= untilSeconds);
      return { label, shown, end: y(shown.at(-1)?.[1] ?? 0), color: COLORS[i % COLORS.length] as string };
    })
    .sort((a, b) => a.end - b.end);
  const labels: number[] = [];
  for (const { end } of ends) labels.push(Math.max(end, (labels.at(-1) ?? 0) + LABEL));
  for (let i = labels.length - 1, most = bottom; i >= 0; i--) {
    labels[i] = Math.min(labels[i] as number, most);
    most = (labels[i] as number) - LABEL;
  }
  for (const [i, { label, shown, color }] of ends.entries()) {
    const steps = shown.map(([seconds, patches]) => `H${x(seconds).toFixed(1)}V${y(patches).toFixed(1)}`);
    const path = `M${left},${bottom}${steps.join('')}H${right}`;
    lines.push(`<path d="${path}" fill="none" stroke="${color}" stroke-width="2"/>`);
    const at = (labels[i] as number).toFixed(1);
    lines.push(`<text x="${right + 10}" y="${at}" dy="4" fill="${color}">${label}</text>`);
  }
  return [...lines, '</svg>\n'].join('\n');
}

/** Five steps or so, round ones. */
function ticks(most: number): number[] {
  const rough = most / 5;
  const power = 10 ** Math.floor(Math.log10(rough));
  const step = ([1, 2, 5].find((times) => times * power >= rough) ?? 10) * power;
  const count = Math.floor(most / step + 1e-9);
  return Array.from({ length: count + 1 }, (_, i) => Number((i * step).toPrecision(6)));
}

/** The picture of all arms; ranked is one of them. */
export function plotOf(title: string, units: Units): string {
  const drawn = [...units].filter(([, own]) => own.length > 0);
  const ends = drawn.flatMap(([, own]) =>
    own.map(({ samples }) => usedBy(samples.map(({ record }) => record)) / 1000),
  );
  ends.sort((a, b) => a - b);
  const until = ends[Math.floor(ends.length * 0.9)] ?? 1;
  const names: Partial<Record<ArmName, string>> = {
    resample: 'reject and resample',
    backtracking: '+ backtracking',
    checks: '+ checks',
  };
  const curves = drawn.map(([arm, own]) => curveOf(names[arm] ?? arm, own));
  return drawCurves(title, curves, until);
}
