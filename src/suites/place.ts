import type { Explanation } from '../engine/explanation.js';

/**
 * Where a text must be wrong: a line and a column (from 1, columns in code points), a byte (from 0), or the end: nothing is
 * wrong so far, and the text ends too early.
 */
export type Place =
  | { readonly kind: 'line'; readonly line: number; readonly column: number }
  | { readonly kind: 'byte'; readonly byte: number }
  | { readonly kind: 'end' };

const LINE = /^([1-9][0-9]{0,8}):([1-9][0-9]{0,8})$/;
const BYTE = /^byte (0|[1-9][0-9]{0,14})$/;
/** As the lines of excerpts end. */
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/** How a place is written, for messages. */
export const placeForms = '3:14 (line and column), byte 57, or end';

/** Reads `3:14`, `byte 57` or `end`; undefined for anything else. */
export function parsePlace(text: string): Place | undefined {
  if (text === 'end') return { kind: 'end' };
  const line = LINE.exec(text);
  if (line !== null) return { kind: 'line', line: Number(line[1]), column: Number(line[2]) };
  const byte = BYTE.exec(text);
  return byte === null ? undefined : { kind: 'byte', byte: Number(byte[1]) };
}

/** The form that `parsePlace` reads. */
export function formatPlace(place: Place): string {
  if (place.kind === 'line') return `${place.line}:${place.column}`;
  return place.kind === 'byte' ? `byte ${place.byte}` : 'end';
}

/** A place in the middle of a sentence: `at 3:14`. */
export function placeInWords(place: Place): string {
  return place.kind === 'end' ? 'at its end, as too short' : `at ${formatPlace(place)}`;
}

type Found = Pick<Explanation, 'viable' | 'validBytes' | 'line' | 'column'>;

/** Whether a text that is not accepted is wrong where it must be. */
export function isAt(place: Place, found: Found): boolean {
  switch (place.kind) {
    case 'line':
      return found.line === place.line && found.column === place.column;
    case 'byte':
      return found.validBytes === place.byte;
    case 'end':
      return found.viable;
  }
}

/** Where a text was found wrong, in the form of an assertion that was there before. */
export function placeOf(found: Found, like?: Place): Place {
  if (found.viable) return { kind: 'end' };
  if (like?.kind === 'byte') return { kind: 'byte', byte: found.validBytes };
  return { kind: 'line', line: found.line, column: found.column };
}

/** The offset of a place in a text; undefined where the text has no such place. */
export function offsetOf(place: Place, text: string): number | undefined {
  if (place.kind === 'end') return text.length;
  if (place.kind === 'byte') {
    const before = new TextEncoder().encode(text).subarray(0, place.byte);
    return before.length < place.byte ? undefined : new TextDecoder().decode(before).length;
  }
  let line = 1;
  let start = 0;
  let end = text.length;
  for (const found of text.matchAll(LINE_END)) {
    if (line === place.line) {
      end = found.index;
      break;
    }
    line += 1;
    start = found.index + found[0].length;
  }
  if (line < place.line) return undefined;
  const before = Array.from(text.slice(start, end)).slice(0, place.column - 1);
  return before.length < place.column - 1 ? undefined : start + before.join('').length;
}
