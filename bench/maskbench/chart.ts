// The distributions of all engines as a picture: how long, on a logarithmic axis, over the share of the tokens that took less.
// The axis of shares is stretched towards its end, where the engines differ: each step of it is a tenth of what is left.
import { percentile } from './statistics.js';

export interface Curve {
  readonly label: string;
  /** Nanoseconds, sorted. */
  readonly times: readonly number[];
}

const WIDTH = 760;
const PANEL = 300;
const MARGIN = { left: 62, right: 190, top: 44, bottom: 34 };
const COLORS = ['#2f6fde', '#d9622b', '#2b9a66', '#8a4fc9', '#b5851a', '#666666'];
const NINES = 4;
const SHARES = ['0', '90 %', '99 %', '99.9 %', '99.99 %'];

const escapeXml = (text: string): string =>
  text.replace(/[&<>"]/g, (character) => `&#${character.charCodeAt(0)};`);

/** Panels one below the other, each with a title and its curves. */
export function drawChart(
  panels: readonly { readonly title: string; readonly curves: readonly Curve[] }[],
): string {
  const height = panels.length * PANEL;
  const parts = panels.map(({ title, curves }, index) => drawPanel(title, curves, index * PANEL));
  return [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${height}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>`,
    ...parts,
    '</svg>\n',
  ].join('\n');
}

function drawPanel(title: string, curves: readonly Curve[], top: number): string {
  const drawn = curves.filter(({ times }) => times.length > 0);
  const least = Math.min(...drawn.map(({ times }) => percentile(times, 1)), 1e9);
  const most = Math.max(...drawn.map(({ times }) => times.at(-1) ?? 0), 1e3);
  const [low, high] = [Math.floor(Math.log10(Math.max(least, 10))), Math.ceil(Math.log10(most))];
  const plot = {
    left: MARGIN.left,
    right: WIDTH - MARGIN.right,
    top: top + MARGIN.top,
    bottom: top + PANEL - MARGIN.bottom,
  };
  const x = (nines: number): number => plot.left + ((plot.right - plot.left) * nines) / NINES;
  const y = (nanoseconds: number): number => {
    const share = (Math.log10(Math.max(nanoseconds, 10 ** low)) - low) / (high - low);
    return plot.bottom - (plot.bottom - plot.top) * share;
  };
  const lines: string[] = [
    `<text x="${plot.left}" y="${top + 24}" font-size="14" font-weight="600" fill="#222">${escapeXml(title)}</text>`,
  ];
  for (let power = low; power <= high; power++) {
    const at = y(10 ** power).toFixed(1);
    lines.push(`<line x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}" stroke="#e3e3e3"/>`);
    lines.push(
      `<text x="${plot.left - 8}" y="${at}" dy="4" text-anchor="end" fill="#555">${timeName(10 ** power)}</text>`,
    );
  }
  for (let nines = 0; nines <= NINES; nines++) {
    const at = x(nines).toFixed(1);
    lines.push(`<line x1="${at}" x2="${at}" y1="${plot.top}" y2="${plot.bottom}" stroke="#e3e3e3"/>`);
    lines.push(
      `<text x="${at}" y="${plot.bottom + 18}" text-anchor="middle" fill="#555">${SHARES[nines]}</text>`,
    );
  }
  // Names stand at the ends of their curves, apart from each other.
  const ends = drawn
    .map((curve, index) => ({ curve, color: COLORS[index % COLORS.length] as string }))
    .map((each) => ({ ...each, y: y(percentile(each.curve.times, 100 - 100 * 10 ** -NINES)) }))
    .sort((a, b) => a.y - b.y);
  let lowest = plot.top - 100;
  for (const { curve, color, y: end } of ends) {
    const points: string[] = [];
    for (let step = 0; step <= NINES * 24; step++) {
      const nines = step / 24;
      points.push(
        `${x(nines).toFixed(1)},${y(percentile(curve.times, 100 - 100 * 10 ** -nines)).toFixed(1)}`,
      );
    }
    lines.push(`<polyline points="${points.join(' ')}" fill="none" stroke="${color}" stroke-width="2"/>`);
    const label = Math.max(end, lowest + 16);
    lowest = label;
    lines.push(
      `<text x="${plot.right + 10}" y="${label.toFixed(1)}" dy="4" fill="${color}">${escapeXml(curve.label)}</text>`,
    );
  }
  return lines.join('\n');
}

function timeName(nanoseconds: number): string {
  if (nanoseconds >= 1e9) return `${nanoseconds / 1e9} s`;
  if (nanoseconds >= 1e6) return `${nanoseconds / 1e6} ms`;
  return nanoseconds >= 1e3 ? `${nanoseconds / 1e3} µs` : `${nanoseconds} ns`;
}
