// Rotary positions (Su and others, arXiv 2104.09864): each pair of a query or key is turned by an angle that grows with its position.
import { expected } from '../../engine/arguments.js';
import type { Vector } from './matrix.js';

/** How queries and keys are rotated. */
export interface Rotary {
  /** The base of the angles. Default 10,000. */
  theta?: number | undefined;
  /** Which elements make a pair: `'halves'` (default): i and i + width/2, as Llama's; `'neighbours'`: 2 i and 2 i + 1, as GPT-J's. */
  pairs?: 'halves' | 'neighbours' | undefined;
}

/** A query or key at a position. Only distances of positions count, so that it does not matter where the first one is. */
export function rotated(vector: Float64Array, position: number, rotary: Rotary | undefined): Vector {
  if (rotary === undefined) return vector;
  const { theta = 10_000, pairs = 'halves' } = rotary;
  if (typeof theta !== 'number' || !(theta > 0)) throw expected('a number above 0', 'rotary.theta', theta);
  if (pairs !== 'halves' && pairs !== 'neighbours') {
    throw expected("'halves' or 'neighbours'", 'rotary.pairs', pairs);
  }
  const width = vector.length;
  if (width % 2 !== 0) throw expected('a key of an even width', 'rotary', rotary);
  const turned = new Float64Array(width);
  for (let pair = 0; pair < width / 2; pair++) {
    const [a, b] = pairs === 'halves' ? [pair, pair + width / 2] : [2 * pair, 2 * pair + 1];
    const angle = position * theta ** ((-2 * pair) / width);
    const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
    const [x, y] = [vector[a] as number, vector[b] as number];
    turned[a] = x * cos - y * sin;
    turned[b] = y * cos + x * sin;
  }
  return turned;
}
