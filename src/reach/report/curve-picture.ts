// The share of values that is not reached, against the number of symbols.
import type { KEpsilonPoint } from '../k-epsilon.js';
import { label, picture, shape } from './svg.js';

/** What a curve is drawn from: a report of `kEpsilon`, or the curve of an audit. */
export interface CurveData {
  readonly points: readonly KEpsilonPoint[];
  readonly labels: Readonly<Record<string, number>>;
}

const WIDTH = 760;
const MARGIN = { left: 64, right: 214, top: 46 };
const HEIGHT = 340;
const BOTTOM = 286;
const FOUND = '#2f6fde';
const PROVED = '#2b9a66';

/**
 * An SVG: what was not found as a line with Wilson's band (95 %), what is proved to be out of reach as a second one below it. What lies
 * between the two is not known.
 *
 * @param unit what k counts
 */
export function curvePicture({ points, labels }: CurveData, title: string, unit = 'symbols'): string {
  const [left, right] = [MARGIN.left, WIDTH - MARGIN.right];
  // A column for each k, in which the lines are level: there is nothing between two lengths.
  const x = (column: number): number => left + ((right - left) * column) / Math.max(1, points.length);
  const y = (share: number): number => BOTTOM - (BOTTOM - MARGIN.top) * share;
  const parts = [label(left, 24, title, { 'font-size': 14, 'font-weight': 600, fill: '#222' })];
  for (const share of [0, 0.25, 0.5, 0.75, 1]) {
    parts.push(shape('line', { x1: left, x2: right, y1: y(share), y2: y(share), stroke: '#e3e3e3' }));
    parts.push(label(left - 8, y(share) + 4, `${share * 100} %`, { 'text-anchor': 'end' }));
  }
  const every = Math.ceil(points.length / 13);
  for (let k = 0; k < points.length; k += every) {
    parts.push(label(x(k + 0.5), BOTTOM + 18, String(k), { 'text-anchor': 'middle' }));
  }
  parts.push(label((left + right) / 2, BOTTOM + 40, `k: ${unit} at most`, { 'text-anchor': 'middle' }));
  const level = (share: (point: KEpsilonPoint) => number): string[] =>
    points.flatMap((point) => [point.k, point.k + 1].map((edge) => `${at(x(edge))},${at(y(share(point)))}`));
  if (points.length > 0) {
    const band = [...level(({ lower }) => 1 - lower), ...level(({ upper }) => 1 - upper).reverse()];
    parts.push(
      shape('polygon', { points: band.join(' '), fill: FOUND, 'fill-opacity': 0.15 }),
      line(
        level(({ epsilon }) => epsilon.proved),
        PROVED,
        '5 4',
      ),
      line(
        level(({ epsilon }) => epsilon.found),
        FOUND,
      ),
    );
  }
  for (const { k, reached, share, epsilon } of points) {
    const words = `k = ${k}: ${reached} reached (${percent(share)}); out of reach for sure ${percent(epsilon.proved)}`;
    parts.push(shape('circle', { cx: x(k + 0.5), cy: y(epsilon.found), r: 3.5, fill: FOUND }, words));
  }
  const legend = right + 18;
  parts.push(
    shape('line', { x1: legend, x2: legend + 22, y1: 62, y2: 62, stroke: FOUND, 'stroke-width': 2 }),
    label(legend + 28, 66, 'ε: not found (band: 95 %)', { 'font-size': 11 }),
    shape('line', {
      ...{ x1: legend, x2: legend + 22, y1: 82, y2: 82, stroke: PROVED, 'stroke-width': 2 },
      'stroke-dasharray': '5 4',
    }),
    label(legend + 28, 86, 'proved to be out of reach', { 'font-size': 11 }),
    label(legend, 116, 'By label', { 'font-weight': 600 }),
  );
  for (const [index, [name, count]] of Object.entries(labels).entries()) {
    parts.push(label(legend, 136 + 18 * index, `${count}  ${name}`));
  }
  return picture(WIDTH, HEIGHT, title, parts);
}

function line(points: readonly string[], stroke: string, dashes = 'none'): string {
  return shape('polyline', {
    points: points.join(' '),
    ...{ fill: 'none', stroke, 'stroke-width': 2, 'stroke-dasharray': dashes },
  });
}

function at(value: number): string {
  return String(Number(value.toFixed(2)));
}

export function percent(share: number): string {
  return `${(100 * share).toFixed(1)} %`;
}
