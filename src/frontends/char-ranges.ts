import type { CharRange } from './program-format.js';

/** Sets of Unicode scalar values as sorted, disjoint, not adjacent ranges. */

export const MAX_CODE_POINT = 0x10ffff;
const SURROGATE_LO = 0xd800;
const SURROGATE_HI = 0xdfff;

/** Sorts, merges, and drops surrogates. What is in order already is given back as it is. */
export function normalizeRanges(ranges: Iterable<CharRange>): readonly CharRange[] {
  if (Array.isArray(ranges) && isNormal(ranges)) return ranges;
  const parts: [number, number][] = [];
  for (const [lo, hi] of ranges) {
    if (lo > hi) continue;
    if (lo < SURROGATE_LO) parts.push([lo, Math.min(hi, SURROGATE_LO - 1)]);
    if (hi > SURROGATE_HI) parts.push([Math.max(lo, SURROGATE_HI + 1), hi]);
  }
  parts.sort((a, b) => a[0] - b[0]);
  const merged: [number, number][] = [];
  for (const part of parts) {
    const last = merged[merged.length - 1];
    if (last !== undefined && part[0] <= last[1] + 1) last[1] = Math.max(last[1], part[1]);
    else merged.push(part);
  }
  return merged;
}

function isNormal(ranges: readonly CharRange[]): boolean {
  let next = 0;
  for (const range of ranges) {
    const lo = range[0];
    const hi = range[1];
    if (lo < next || lo > hi || (lo <= SURROGATE_HI && hi >= SURROGATE_LO)) return false;
    next = hi + 2;
  }
  return true;
}

/** Every scalar value that is not in the set. */
export function invertRanges(ranges: Iterable<CharRange>): readonly CharRange[] {
  const result: CharRange[] = [];
  let next = 0;
  for (const [lo, hi] of normalizeRanges(ranges)) {
    if (lo > next) result.push([next, lo - 1]);
    next = hi + 1;
  }
  if (next <= MAX_CODE_POINT) result.push([next, MAX_CODE_POINT]);
  return normalizeRanges(result);
}

export const ANY_CHAR: readonly CharRange[] = [
  [0, SURROGATE_LO - 1],
  [SURROGATE_HI + 1, MAX_CODE_POINT],
];

/** What is in both sets. */
export function intersectRanges(left: Iterable<CharRange>, right: Iterable<CharRange>): CharRange[] {
  const a = normalizeRanges(left);
  const b = normalizeRanges(right);
  const result: CharRange[] = [];
  for (let i = 0, j = 0; i < a.length && j < b.length; ) {
    const [loA, hiA] = a[i] as CharRange;
    const [loB, hiB] = b[j] as CharRange;
    if (Math.max(loA, loB) <= Math.min(hiA, hiB)) result.push([Math.max(loA, loB), Math.min(hiA, hiB)]);
    if (hiA < hiB) i += 1;
    else j += 1;
  }
  return result;
}
