import type { CoverageCounts } from './counts.js';
import type { CoverageMap, CoveragePoint } from './coverage-map.js';

/** What the texts of a grammar exercised of it. */
export interface GrammarCoverage {
  /** The file, or the suite for a grammar that stands in a table. */
  readonly name: string;
  /** Whether `name` is the grammar's own file. */
  readonly isFile: boolean;
  readonly map: CoverageMap;
  readonly counts: CoverageCounts;
}

/** Points by what a person calls them. */
const groups = [
  { name: 'rules', kinds: ['rule'] },
  { name: 'alternatives', kinds: ['alternative'] },
  { name: 'optional parts', kinds: ['absent', 'present'] },
  { name: 'character classes', kinds: ['class'] },
  { name: 'ranges of classes', kinds: ['range'] },
] as const;

/** How many points of each group there are and how many were exercised. */
export function coverageSummary({ map, counts }: GrammarCoverage) {
  return groups.map(({ name, kinds }) => {
    let [total, exercised] = [0, 0];
    map.points.forEach(({ kind }, point) => {
      if (!(kinds as readonly string[]).includes(kind)) return;
      total += 1;
      if ((counts.texts[point] ?? 0) > 0) exercised += 1;
    });
    return { name, total, exercised };
  });
}

/**
 * The points that no text exercised, without those inside of a part that is not exercised as a whole. The
 * ranges of one class are one gap.
 */
export function gapsOf({ map, counts }: GrammarCoverage): CoveragePoint[][] {
  const gaps: CoveragePoint[] = [];
  const outer: CoveragePoint[] = [];
  map.points.forEach((point, index) => {
    if (counts.texts[index] !== 0) return;
    if (point.kind === 'rule' || point.kind === 'alternative' || point.kind === 'present') outer.push(point);
    gaps.push(point);
  });
  // A part comes before what is in it, so of two with the same place the first is the outer one.
  const order = new Map(gaps.map((point, index) => [point, index]));
  const isInside = (inner: CoveragePoint, around: CoveragePoint): boolean =>
    inner !== around &&
    inner.rule === around.rule &&
    around.from <= inner.from &&
    inner.to <= around.to &&
    (inner.from !== around.from ||
      inner.to !== around.to ||
      (order.get(around) as number) < (order.get(inner) as number));
  const classes = gaps.filter(({ kind }) => kind === 'class');
  const shown = gaps
    .filter((point) => !outer.some((around) => isInside(point, around)))
    .filter(
      ({ kind, from, to }) => kind !== 'range' || !classes.some((own) => own.from === from && own.to === to),
    )
    .sort((a, b) => a.from - b.from || a.to - b.to);
  const together: CoveragePoint[][] = [];
  for (const point of shown) {
    const last = together.at(-1);
    const [other] = last ?? [];
    const isSameClass = point.kind === 'range' && other?.kind === 'range' && other.from === point.from;
    if (last !== undefined && isSameClass && other.to === point.to) last.push(point);
    else together.push([point]);
  }
  return together;
}

/** What is missing, in words: of one point, or of the ranges of one class. */
export function gapInWords(gaps: readonly CoveragePoint[]): string {
  const { kind, rule } = gaps[0] as CoveragePoint;
  switch (kind) {
    case 'rule':
      return `no text uses ${rule}`;
    case 'alternative':
      return 'no text takes this alternative';
    case 'absent':
      return 'no text leaves this out';
    case 'present':
      return 'no text has this';
    case 'class':
      return 'no text has a character of this class';
    case 'range': {
      const ranges = gaps.map(({ range = [0, 0], isBytes = false }) => rangeInWords(range, isBytes));
      return `no text has a ${gaps[0]?.isBytes ? 'byte' : 'character'} of ${ranges.join(', ')}`;
    }
  }
}

function rangeInWords([lo, hi]: readonly [number, number], isBytes: boolean): string {
  const [first, last] = [charInWords(lo, isBytes), charInWords(hi, isBytes)];
  return lo === hi ? first : `${first} to ${last}`;
}

function charInWords(point: number, isBytes: boolean): string {
  if (isBytes && point > 0x7f) return `\\x${point.toString(16).toUpperCase()}`;
  const char = String.fromCodePoint(point);
  return /[\p{C}\p{Z}]/u.test(char) ? `U+${point.toString(16).toUpperCase().padStart(4, '0')}` : char;
}

/** The line of each offset, from 0. */
export function lineStarts(source: string): number[] {
  const starts = [0];
  for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) starts.push(at + 1);
  return starts;
}

export function lineAt(starts: readonly number[], offset: number): number {
  let [low, high] = [0, starts.length];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if ((starts[middle] as number) <= offset) low = middle;
    else high = middle;
  }
  return low;
}

/** Texts by line: of the point on it that most texts exercised. A line without points has none. */
export function textsByLine({ map, counts }: GrammarCoverage): Map<number, number> {
  const starts = lineStarts(map.source);
  const lines = new Map<number, number>();
  map.points.forEach((point, index) => {
    const line = lineAt(starts, point.from);
    lines.set(line, Math.max(lines.get(line) ?? 0, counts.texts[index] ?? 0));
  });
  return lines;
}
