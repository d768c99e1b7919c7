/** Sets of code points as a list of ranges, in any order; both ends belong to them. Surrogates never do. */
export type Ranges = readonly (readonly [low: number, high: number])[];

export const EVERY_CHARACTER: Ranges = [
  [0, 0xd7ff],
  [0xe000, 0x10ffff],
];

export function contains(ranges: Ranges, point: number): boolean {
  return ranges.some(([low, high]) => low <= point && point <= high);
}

export function intersect(a: Ranges, b: Ranges): Ranges {
  const common: [number, number][] = [];
  for (const [low, high] of a) {
    for (const [otherLow, otherHigh] of b) {
      const from = Math.max(low, otherLow);
      const to = Math.min(high, otherHigh);
      if (from <= to) common.push([from, to]);
    }
  }
  return common;
}

export function complement(ranges: Ranges): Ranges {
  const sorted = [...ranges].sort((a, b) => a[0] - b[0]);
  const rest: [number, number][] = [];
  let next = 0;
  for (const [low, high] of sorted) {
    if (low > next) rest.push([next, low - 1]);
    next = Math.max(next, high + 1);
  }
  rest.push([next, 0x10ffff]);
  return intersect(rest, EVERY_CHARACTER);
}

/** How many bytes the UTF-8 character has that begins with this byte; 0 if none does. */
function lengthOf(first: number): number {
  if (first < 0x80) return 1;
  if (first >= 0xc2 && first <= 0xdf) return 2;
  if (first >= 0xe0 && first <= 0xef) return 3;
  if (first >= 0xf0 && first <= 0xf4) return 4;
  return 0;
}

/** The characters whose UTF-8 begins with these bytes (one at least); none where the bytes are no beginning. */
export function utf8Beginning(bytes: readonly number[]): Ranges {
  const first = bytes[0] as number;
  const length = lengthOf(first);
  if (length === 0 || bytes.length > length) return [];
  let low = length === 1 ? first : first & (0x7f >> length);
  let high = low;
  for (let index = 1; index < length; index++) {
    const byte = bytes[index];
    if (byte !== undefined && (byte & 0xc0) !== 0x80) return [];
    low = low * 64 + (byte === undefined ? 0 : byte & 0x3f);
    high = high * 64 + (byte === undefined ? 0x3f : byte & 0x3f);
  }
  const smallest = [0, 0, 0x80, 0x800, 0x10000][length] as number;
  return intersect([[Math.max(low, smallest), high]], EVERY_CHARACTER);
}

/** The one character that these bytes are the whole UTF-8 of; undefined for a part of one. */
export function utf8Character(bytes: readonly number[]): number | undefined {
  if (lengthOf(bytes[0] as number) !== bytes.length) return undefined;
  return utf8Beginning(bytes)[0]?.[0];
}
