import { type ErrorCode, type ErrorLocation, GrammaskError } from '../errors.js';

/** Characters of a line that an excerpt shows at most. */
const EXCERPT_WIDTH = 72;
const LINE_END = /\r\n|[\n\r\u2028\u2029]/g;

/**
 * The place of an offset in a text: line and column from 1 (columns count code points), and an excerpt of the line with a
 * caret under the place.
 */
export function locate(text: string, offset: number): Extract<ErrorLocation, { line: number }> {
  const at = Math.max(0, Math.min(offset, text.length));
  let line = 1;
  let start = 0;
  let end = text.length;
  for (const match of text.matchAll(LINE_END)) {
    if (match.index >= at) {
      end = match.index;
      break;
    }
    line += 1;
    start = match.index + match[0].length;
  }
  // Inside of a two-character line end: the place is the end of the line before it.
  if (start > at) start = at;
  const before = Array.from(text.slice(start, at));
  const after = Array.from(text.slice(at, Math.min(end, at + 2 * EXCERPT_WIDTH)));
  return { line, column: before.length + 1, excerpt: excerptOf(before, after) };
}

function excerptOf(before: readonly string[], after: readonly string[]): string {
  const leading = before.length > EXCERPT_WIDTH / 2 ? before.slice(-EXCERPT_WIDTH / 2) : before;
  const room = EXCERPT_WIDTH - leading.length;
  const cutLeft = leading.length < before.length;
  const cutRight = after.length > room;
  // Control characters would break the picture; tabs keep the caret in place only as spaces.
  const shown =
    (cutLeft ? '…' : '') +
    [...leading, ...after.slice(0, room)].map(printable).join('') +
    (cutRight ? '…' : '');
  return `${shown}\n${' '.repeat(leading.length + (cutLeft ? 1 : 0))}^`;
}

function printable(char: string): string {
  const point = char.codePointAt(0) as number;
  if (point < 0x20 || point === 0x7f) return point === 9 ? ' ' : '\u00b7';
  return point >= 0xd800 && point <= 0xdfff ? '\ufffd' : char;
}

/** An error at an offset of a source text. */
export function sourceError(
  code: ErrorCode,
  text: string,
  offset: number,
  message: string,
  hint?: string,
): GrammaskError {
  return new GrammaskError(code, message, { hint, location: locate(text, offset) });
}
