// Which outputs of a row of attention can no control give?
//
// With controls before it, a row of the output is y = (1 − t) ŷ + t w. ŷ is the row without controls. t in [0, t_hi] is the part
// of the attention that goes to them, t_hi = D / (g + D), where g is the sum of the row's own exponentials and D = k e^a bounds
// that of k controls. w is a mean of their values, so that ‖w‖ ≤ C = σ_v M_u. A wanted y is out of reach if no t fits:
//
//   segment:   ‖y − (1 − t) ŷ‖ > t C for every t in [0, t_hi]
//
// Two weaker tests follow from it. For every t, the part of y − (1 − t) ŷ orthogonal to y is (1 − t) ŷ⊥, which gives the theorem of
// "What's the Magic Word?" (Bhargava and others, arXiv 2310.04444v4): ‖ŷ⊥‖ > k e^a C / g = D C / g. The part orthogonal to ŷ is that
// of y, which gives the companion: ‖y⊥‖ > t_hi C.
import { dot, norm, plus, type Vector } from './matrix.js';

/** What bounds the controls' part of a row. */
export interface RowBounds {
  /** The largest value of a control: C. */
  readonly value: number;
  /** The largest part of the attention that controls can draw: t_hi, and 1 − t_hi without cancellation. */
  readonly most: number;
  readonly least: number;
}

/**
 * By how much a row misses what controls can give, in the units of the output: above 0 it is out of reach. Of the theorem and of
 * the companion it is what is left of the segment's, so that they never exceed it.
 */
export interface RowExcess {
  readonly theorem: number;
  readonly companion: number;
  readonly segment: number;
}

/** @param logSum ln g; @param logControls ln D */
export function rowBounds(value: number, logSum: number, logControls: number): RowBounds {
  const ratio = logControls - logSum;
  return { value, most: 1 / (1 + Math.exp(-ratio)), least: 1 / (1 + Math.exp(ratio)) };
}

export function rowExcess(wanted: Vector, own: Vector, { value, most, least }: RowBounds): RowExcess {
  return {
    theorem: least * norm(orthogonal(own, wanted)) - most * value,
    companion: norm(orthogonal(wanted, own)) - most * value,
    segment: leastOnSegment(wanted, own, value, most),
  };
}

/** The part of a vector that is orthogonal to another one; all of it where that is 0. */
function orthogonal(of: Vector, to: Vector): Vector {
  const square = dot(to, to);
  return square === 0 ? of : plus(of, -dot(of, to) / square, to);
}

/** The least of f(t) = ‖(y − ŷ) + t ŷ‖ − t C on [0, most]; f is convex. */
function leastOnSegment(wanted: Vector, own: Vector, value: number, most: number): number {
  const difference = plus(wanted, -1, own);
  const length = norm(own);
  const at = (t: number): number => norm(plus(difference, t, own)) - t * value;
  // The slope is between −length and length, less C.
  if (value >= length) return at(most);
  const middle = -dot(difference, own) / (length * length);
  const away = norm(plus(difference, middle, own));
  const lowest = middle + (away * value) / (length * Math.sqrt((length - value) * (length + value)));
  return at(Math.min(most, Math.max(0, lowest)));
}
