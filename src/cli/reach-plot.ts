// A curve over k on a terminal.
import type { CurveData } from '../reach/report/curve-picture.js';
import { percent } from '../reach/report/curve-picture.js';
import type { Colors } from './output.js';
import { columns } from './reach-words.js';

const WIDTH = 40;

/**
 * A line for each k: a bar of what is reached, in which `─` is Wilson's interval; from the other side, as `░`, what is proved to be
 * out of reach.
 */
export function curveLines({ points, labels }: CurveData, colors: Colors): string[] {
  const of = Object.values(labels).reduce((sum, count) => sum + count, 0);
  const rows = points.map(({ k, reached, share, lower, upper, epsilon }) => {
    const cell = (value: number): number => Math.round(value * WIDTH);
    const bar = Array.from({ length: WIDTH }, (_, index) => {
      if (index < cell(share)) return '█';
      if (index >= WIDTH - cell(epsilon.proved)) return '░';
      return index < cell(upper) ? '─' : ' ';
    }).join('');
    const range = `${percent(lower)} – ${percent(upper)}`;
    return [`k ≤ ${k}`, `│${bar}│`, percent(share), `${reached} of ${of}`, range, percent(epsilon.proved)];
  });
  const head = ['', ` ${'reached'.padEnd(WIDTH - 12)}out of reach`, 'share', 'cases', '95 %', 'out of reach'];
  const counts = Object.entries(labels).map(([label, count]) => `${count} ${label}`);
  return [...columns([head, ...rows]), colors.dim(counts.join(', '))];
}
