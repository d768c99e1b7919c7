// The symbols that come nearest to a change of a field, or change it.
import type { SymbolFinding } from '../audit/audit-report.js';
import { quoted } from '../audit/outcome-words.js';
import { cut, label, picture, shape } from './svg.js';

const ROW = 20;
const LEFT = 90;
const RIGHT = 170;
const WIDTH = 560;
const MOST = 12;

/** An SVG: a bar for each symbol, from the border at which the field changes. To the right: it changes. */
export function symbolBars(symbols: readonly SymbolFinding[], title: string): string {
  const shown = symbols.slice(0, MOST);
  const low = Math.min(0, ...shown.map(({ nearest }) => nearest));
  const high = Math.max(0, ...shown.map(({ nearest }) => nearest));
  const width = WIDTH - LEFT - RIGHT;
  const x = (logits: number): number => LEFT + (width * (logits - low)) / Math.max(1e-9, high - low);
  const parts = [label(12, 22, title, { 'font-size': 13, 'font-weight': 600, fill: '#222' })];
  for (const [row, { symbol, texts, flips, nearest }] of shown.entries()) {
    const y = 38 + row * ROW;
    const [from, to] = [Math.min(x(0), x(nearest)), Math.max(x(0), x(nearest))];
    const change = flips === 0 ? '' : `, ${flips} of ${texts} texts change it`;
    parts.push(
      label(LEFT - 8, y + 12, cut(quoted(symbol), 12), { 'text-anchor': 'end', 'font-family': 'monospace' }),
      shape('rect', {
        ...{ x: from, y: y + 2, width: Math.max(1, to - from), height: ROW - 7 },
        fill: nearest > 0 ? '#b3261e' : '#9ab4e0',
      }),
      label(WIDTH - RIGHT + 8, y + 12, `${nearest.toFixed(2)}${change}`, { 'font-size': 11 }),
    );
  }
  const bottom = 38 + shown.length * ROW;
  parts.push(
    shape('line', { x1: x(0), x2: x(0), y1: 34, y2: bottom, stroke: '#444' }),
    label(LEFT, bottom + 18, 'logits beyond the change (red), or short of it', { 'font-size': 11 }),
  );
  return picture(WIDTH, bottom + 30, title, parts);
}
