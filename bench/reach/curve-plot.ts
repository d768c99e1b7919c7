// Curves over the number of tokens, as a picture.
import type { Published } from './published.js';

/** A curve to draw; `band`: what more pairs of the kind would show, with 95 % confidence. */
export interface DrawnCurve extends Published {
  readonly bands?: readonly { readonly lower: number; readonly upper: number }[] | undefined;
}

const WIDTH = 780;
const HEIGHT = 420;
const LEFT = 56;
const RIGHT = WIDTH - 210;
const TOP = 44;
const BOTTOM = HEIGHT - 48;
const OWN = ['#d9622b', '#2b9a66', '#8a4fc9', '#c23b6a'];
const THEIRS = ['#666666', '#8c8c8c', '#4f6f8f', '#a08050', '#9db4cc', '#c2a878'];

/** An SVG: ours in full lines with their bands, the published ones dashed. */
export function drawShares(
  title: string,
  ours: readonly DrawnCurve[],
  theirs: readonly Published[],
  maxK: number,
): string {
  const x = (k: number): number => LEFT + ((RIGHT - LEFT) * k) / maxK;
  const y = (share: number): number => BOTTOM - (BOTTOM - TOP) * share;
  const at = (k: number, share: number): string => `${x(k).toFixed(1)},${y(share).toFixed(1)}`;
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${WIDTH} ${HEIGHT}" font-family="system-ui, sans-serif" font-size="12">`,
    `<rect width="${WIDTH}" height="${HEIGHT}" fill="#ffffff"/>`,
    `<text x="${LEFT}" y="24" font-size="14" font-weight="600" fill="#222">${title}</text>`,
    `<text x="${(LEFT + RIGHT) / 2}" y="${HEIGHT - 10}" text-anchor="middle" fill="#555">k, tokens before the text, at most</text>`,
  ];
  for (let k = 0; k <= maxK; k++) {
    lines.push(
      `<text x="${x(k).toFixed(1)}" y="${BOTTOM + 18}" text-anchor="middle" fill="#555">${k}</text>`,
    );
  }
  for (let tenth = 0; tenth <= 10; tenth += 2) {
    const line = y(tenth / 10).toFixed(1);
    lines.push(`<line x1="${LEFT}" x2="${RIGHT}" y1="${line}" y2="${line}" stroke="#e3e3e3"/>`);
    lines.push(
      `<text x="${LEFT - 8}" y="${line}" dy="4" text-anchor="end" fill="#555">${10 * tenth} %</text>`,
    );
  }
  const drawn = [
    ...theirs.map((curve, index) => ({ curve: curve as DrawnCurve, color: THEIRS[index % 6], dash: '5 4' })),
    ...ours.map((curve, index) => ({ curve, color: OWN[index % 4], dash: 'none' })),
  ].map((each) => {
    const points = each.curve.shares.flatMap((share, k): [number, number][] =>
      share === undefined || k > maxK ? [] : [[k, share]],
    );
    return { ...each, points, end: y(points.at(-1)?.[1] ?? 0) };
  });
  for (const { curve, color, dash, points } of drawn) {
    const { bands } = curve;
    if (bands !== undefined) {
      const upper = points.map(([k]) => at(k, bands[k]?.upper ?? 1));
      const lower = points.map(([k]) => at(k, bands[k]?.lower ?? 0)).reverse();
      lines.push(`<polygon points="${[...upper, ...lower].join(' ')}" fill="${color}" opacity="0.12"/>`);
    }
    const path = points.map(([k, share]) => at(k, share)).join(' ');
    lines.push(
      `<polyline points="${path}" fill="none" stroke="${color}" stroke-width="2" stroke-dasharray="${dash}"/>`,
    );
  }
  // Names stand at the ends of their curves, apart from each other.
  let last = Number.NEGATIVE_INFINITY;
  const byEnd = [...drawn].sort((a, b) => a.end - b.end);
  const places = byEnd.map(({ end }) => {
    last = Math.max(end, last + 15);
    return last;
  });
  let most = BOTTOM;
  for (let index = places.length - 1; index >= 0; index--) {
    places[index] = Math.min(places[index] as number, most);
    most = (places[index] as number) - 15;
  }
  for (const [index, { curve, color }] of byEnd.entries()) {
    lines.push(
      `<text x="${RIGHT + 10}" y="${(places[index] as number).toFixed(1)}" dy="4" fill="${color}">${curve.name}</text>`,
    );
  }
  return [...lines, '</svg>\n'].join('\n');
}
