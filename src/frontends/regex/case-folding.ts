import { intersectRanges, normalizeRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { casedCharacters } from './unicode-properties.js';

const UPPER: readonly CharRange[] = [[0x41, 0x5a]];
const LOWER: readonly CharRange[] = [[0x61, 0x7a]];

/** A set with every character that differs from one of it in case only: by Unicode's simple folding, or for ASCII letters. */
export function foldCase(ranges: readonly CharRange[], unicode: boolean): readonly CharRange[] {
  if (ranges.length === 0) return ranges;
  if (unicode) return foldUnicode(normalizeRanges(ranges));
  const lower = intersectRanges(ranges, UPPER).map(([lo, hi]): CharRange => [lo + 32, hi + 32]);
  const upper = intersectRanges(ranges, LOWER).map(([lo, hi]): CharRange => [lo - 32, hi - 32]);
  return [...ranges, ...lower, ...upper];
}

function foldUnicode(ranges: readonly CharRange[]): readonly CharRange[] {
  const found: CharRange[] = [];
  let at = 0;
  for (const [point, others] of equalInCase()) {
    while (at < ranges.length && (ranges[at] as CharRange)[1] < point) at += 1;
    if (at === ranges.length) break;
    if ((ranges[at] as CharRange)[0] <= point) for (const other of others) found.push([other, other]);
  }
  return found.length === 0 ? ranges : normalizeRanges([...ranges, ...found]);
}

const pointOf = (char: string): number => char.codePointAt(0) as number;

let orbits: readonly (readonly [point: number, others: readonly number[]])[] | undefined;

/**
 * Each character that differs from others in case only, in order, with these others. Characters with a case mapping in
 * common are compared by the engine's own flag i.
 */
function equalInCase(): readonly (readonly [point: number, others: readonly number[]])[] {
  if (orbits !== undefined) return orbits;
  const groups = new Map<string, Set<string>>();
  for (const char of casedCharacters()) {
    for (const key of [char.toUpperCase(), char.toLowerCase(), char]) {
      const group = groups.get(key);
      if (group === undefined) groups.set(key, new Set([char]));
      else group.add(char);
    }
  }
  const equal = new Map<string, Set<string>>();
  for (const char of casedCharacters()) {
    const candidates = new Set<string>();
    for (const key of [char.toUpperCase(), char.toLowerCase(), char]) {
      for (const other of groups.get(key) ?? []) if (other !== char) candidates.add(other);
    }
    if (candidates.size === 0) continue;
    const same = new RegExp(`\\u{${pointOf(char).toString(16)}}`, 'giu');
    const others = [...candidates].join('').match(same);
    if (others !== null) equal.set(char, new Set(others));
  }
  orbits = [...equal]
    .map(([char, others]) => [pointOf(char), [...closure(equal, char, others)].map(pointOf)] as const)
    .sort((a, b) => a[0] - b[0]);
  return orbits;
}

/** Equality in case is transitive, and not every pair has a mapping in common. */
function closure(
  equal: ReadonlyMap<string, ReadonlySet<string>>,
  char: string,
  others: ReadonlySet<string>,
): Set<string> {
  const found = new Set(others);
  for (const other of found) for (const next of equal.get(other) ?? []) if (next !== char) found.add(next);
  return found;
}
