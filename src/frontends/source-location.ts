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
  if (point < 0x20 || (point >= 0x7f && point <= 0x9f)) return point === 9 ? ' ' : '\u00b7';
  return point >= 0xd800 && point <= 0xdfff ? '\ufffd' : char;
}

/** A text as one line that a terminal can show: control characters and line ends as `·`, tabs as spaces. */
export function printableText(text: string): string {
  return Array.from(text, printable).join('');
}

/** The same line by line: line ends stay. */
export function printableLines(text: string): string {
  return text.split('\n').map(printableText).join('\n');
}

/** Characters of a name that a message shows at most. */
const NAME_WIDTH = 60;
const PATH_WIDTH = 4096;
const WORD = /[^\s"'`<>()[\],;]+/g;

/** A message in which names beyond 60 characters are cut. */
export function shortened(message: string): string {
  if (message.length <= NAME_WIDTH) return message;
  return message.replace(WORD, (word) => {
    // A path is no name: where it leads is at its end.
    if (word.length <= (/[\\/]/.test(word) ? PATH_WIDTH : NAME_WIDTH)) return word;
    const start = Array.from(word.slice(0, 2 * NAME_WIDTH));
    return start.length <= NAME_WIDTH && word.length <= 2 * NAME_WIDTH
      ? word
      : `${start.slice(0, NAME_WIDTH).join('')}…`;
  });
}

/** An error at an offset of a source text. */
export function sourceError(
  code: ErrorCode,
  text: string,
  offset: number,
  message: string,
  hint?: string,
): GrammaskError {
  const short = hint === undefined ? undefined : shortened(hint);
  return new GrammaskError(code, shortened(message), { hint: short, location: locate(text, offset) });
}
