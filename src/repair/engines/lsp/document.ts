import { changeBetween } from '../text-change.js';
import type { Position, SyncKind } from './protocol.js';

/** A place in a text as line and character, both from 0, in UTF-16 code units. */
export function positionAt(text: string, offset: number): Position {
  let line = 0;
  let start = 0;
  for (const { index, 0: end } of text.slice(0, offset).matchAll(/\r\n|\r|\n/g)) {
    line += 1;
    start = index + end.length;
  }
  // Between the two characters of a line end: still the line before.
  if (text[offset - 1] === '\r' && text[offset] === '\n') {
    line -= 1;
    start = Math.max(text.lastIndexOf('\n', offset - 2), text.lastIndexOf('\r', offset - 2)) + 1;
  }
  return { line, character: offset - start };
}

/** The one stretch that a server must change to have the new text. */
export function contentChanges(before: string, after: string, sync: SyncKind): readonly unknown[] {
  if (sync !== 2) return [{ text: after }];
  let { start, oldLength, newLength } = changeBetween(before, after);
  // Neither within a pair of surrogates nor within a line end: servers count in characters or lines of their own.
  const splits = (text: string, at: number): boolean => /[\ud800-\udbff\r]/.test(text[at - 1] ?? '');
  while (start > 0 && (splits(before, start) || splits(after, start))) {
    start -= 1;
    oldLength += 1;
    newLength += 1;
  }
  while (
    start + oldLength < before.length &&
    (splits(before, start + oldLength) || splits(after, start + newLength))
  ) {
    oldLength += 1;
    newLength += 1;
  }
  const range = { start: positionAt(before, start), end: positionAt(before, start + oldLength) };
  return [{ range, text: after.slice(start, start + newLength) }];
}
