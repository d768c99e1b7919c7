import { intersectRanges, invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';

/**
 * Sets of code points that the JavaScript engine knows: Unicode properties, and what flag i makes equal. They are read off
 * the engine's own regular expressions, so they are those of its Unicode version.
 */

const PROPERTY = /^\{([A-Za-z_]+(?:=[A-Za-z0-9_]+)?|[A-Za-z0-9_]+)\}/;
const known = new Map<string, readonly CharRange[] | null>();

/** A property as it stands behind `\p`, from an offset on, with its braces; undefined where there is none. */
export function propertyAt(pattern: string, at: number): string | undefined {
  return PROPERTY.exec(pattern.slice(at, at + 130))?.[0];
}

/** The code points of `\p{…}`, given with its braces; null if the engine knows no such property. */
export function propertyRanges(braced: string): readonly CharRange[] | null {
  let ranges = known.get(braced);
  if (ranges === undefined) {
    const match = PROPERTY.exec(braced);
    ranges = match?.[0] === braced ? scan(braced) : null;
    known.set(braced, ranges);
  }
  return ranges;
}

function scan(braced: string): readonly CharRange[] | null {
  try {
    return charactersOf(`\\p${braced}`);
  } catch {
    return null;
  }
}

/** The characters that an atom of a pattern matches under flag u, as ranges. */
export function charactersOf(atom: string): CharRange[] {
  return rangesIn(everyCharacter(), atom, pointAt);
}

/** The same for an atom that matches nothing unassigned or private, in a fraction of the time: it looks at the rest only. */
export function lettersOf(atom: string): CharRange[] {
  const { lower, upper } = letters();
  return [...rangesIn(lower, atom, pointAt), ...rangesIn(upper, atom, (index) => UPPER_MARKS + (index >> 1))];
}

function rangesIn(text: string, atom: string, point: (index: number) => number): CharRange[] {
  const ranges: CharRange[] = [];
  for (const match of text.matchAll(new RegExp(`(?:${atom})+`, 'gu'))) {
    // A run may span the gap of the surrogates; what is built from the ranges leaves them out.
    ranges.push([point(match.index), point(match.index + match[0].length - 1)]);
  }
  return ranges;
}

const SURROGATES = 0x800;
const BASIC = 0x10000 - SURROGATES;
/** Where planes without a character begin, and marks in the last plane that has some. */
const UNASSIGNED = 0x40000;
const UPPER_MARKS = 0xe0000;

let cachedText: WeakRef<{ text: string }> | undefined;
let cachedLetters: WeakRef<{ lower: string; upper: string }> | undefined;

/** All scalar values in order. */
function everyCharacter(): string {
  const held = cachedText?.deref();
  if (held !== undefined) return held.text;
  const text = textOf(0, 0x110000);
  cachedText = new WeakRef({ text });
  return text;
}

function letters(): { lower: string; upper: string } {
  const held = cachedLetters?.deref();
  if (held !== undefined) return held;
  const made = { lower: textOf(0, UNASSIGNED), upper: textOf(UPPER_MARKS, UPPER_MARKS + 0x1000) };
  cachedLetters = new WeakRef(made);
  return made;
}

/** The scalar values of a range, whose ends are multiples of 0x800. */
function textOf(lo: number, hi: number): string {
  const parts: string[] = [];
  for (let start = lo; start < hi; start += 0x800) {
    if (start === 0xd800) continue;
    parts.push(String.fromCodePoint(...Array.from({ length: 0x800 }, (_, i) => start + i)));
  }
  return parts.join('');
}

/** The code point at a unit of a text that begins with the first one. */
function pointAt(index: number): number {
  if (index < 0xd800) return index;
  if (index < BASIC) return index + SURROGATES;
  return 0x10000 + ((index - BASIC) >> 1);
}

let cased: string | undefined;

/** Every character that some case mapping changes, or is the image of one. */
export function casedCharacters(): string {
  if (cased === undefined) {
    const found = new Set<string>();
    for (const [char] of everyCharacter().matchAll(/[\p{Cased}\p{CWCM}\p{CWCF}]/gu)) {
      if (char.toLowerCase() !== char || char.toUpperCase() !== char || /\p{CWCF}/u.test(char)) {
        found.add(char);
        for (const other of [char.toLowerCase(), char.toUpperCase()])
          for (const part of other) found.add(part);
      }
    }
    cased = [...found].join('');
  }
  return cased;
}

const ignoring = new Map<string, readonly CharRange[]>();

/**
 * What an atom (a character, an escape, a class, as it is written) matches under flag i, given what it matches without:
 * among the characters with case the engine decides, the others stay as they are.
 */
export function ignoreCase(
  atom: string,
  ranges: readonly CharRange[],
  unicode: boolean,
): readonly CharRange[] {
  const key = `${unicode ? 'u' : ''}${atom}`;
  const before = ignoring.get(key);
  if (before !== undefined) return before;
  const text = casedCharacters();
  const result: CharRange[] = [];
  const caseless = invertPoints(text);
  result.push(...intersectRanges(ranges, caseless));
  const atomic = new RegExp(atom, unicode ? 'iu' : 'i');
  for (const char of text) {
    const point = char.codePointAt(0) as number;
    // Without flag u a pair of surrogates has no case.
    const inside =
      unicode || point < 0x10000 ? atomic.test(char) : ranges.some(([lo, hi]) => lo <= point && point <= hi);
    if (inside) result.push([point, point]);
  }
  if (ignoring.size > 500) ignoring.clear();
  if (atom.length < 200) ignoring.set(key, result);
  return result;
}

let caselessRanges: readonly CharRange[] | undefined;
function invertPoints(text: string): readonly CharRange[] {
  caselessRanges ??= invertRanges(
    Array.from(text, (char) => [char.codePointAt(0), char.codePointAt(0)] as CharRange),
  );
  return caselessRanges;
}
