import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { GrammaskError } from '../errors.js';
import { unreadable } from '../unreadable.js';

/** The sha256 of a text's UTF-8, as 64 hexadecimal digits: what a check or a patch was made for. */
export function contentHash(content: string): string {
  return createHash('sha256').update(content, 'utf8').digest('hex');
}

/**
 * The text of a source file as it is: line ends and a byte-order mark are kept, so that writing it back changes nothing.
 *
 * @throws GrammaskError `ARGUMENT` for a file that cannot be read or is no UTF-8
 */
export async function readSource(path: string): Promise<string> {
  let bytes: Buffer;
  try {
    bytes = await readFile(path);
  } catch (cause) {
    throw unreadable(path, cause);
  }
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', 'the file is no UTF-8 text', {
      hint: 'only files in UTF-8, with or without a byte-order mark, are repaired',
      location: { path },
      cause,
    });
  }
}

/** @throws GrammaskError `ARGUMENT` for a text that cannot be a file: not a string, or with half of a surrogate pair */
export function checkContent(content: unknown, file: string): asserts content is string {
  if (typeof content === 'string' && content.isWellFormed()) return;
  const what = typeof content === 'string' ? 'holds half of a surrogate pair' : 'is no string';
  throw new GrammaskError('ARGUMENT', `the content of the file ${what}`, {
    hint: 'pass the text of the file as a string',
    location: { path: file },
  });
}

const LINE_END = /\r\n|\n|\r/g;

/** A line of a text: from where to where, in UTF-16 units, and what ends it (empty for the last one). */
export interface Line {
  readonly start: number;
  readonly end: number;
  readonly lineEnd: string;
}

/** The lines of a text as editors and the language-server protocol count them: after `\n`, `\r\n` or `\r`. */
export function linesOf(content: string): Line[] {
  const lines: Line[] = [];
  let start = 0;
  for (const match of content.matchAll(LINE_END)) {
    lines.push({ start, end: match.index, lineEnd: match[0] });
    start = match.index + match[0].length;
  }
  lines.push({ start, end: content.length, lineEnd: '' });
  return lines;
}

/** A place in a text: line and column from 1, the column in UTF-16 units as tsc and editors print it. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The place of an offset (UTF-16 units). */
export function positionAt(lines: readonly Line[], offset: number): Position {
  let [low, high] = [0, lines.length - 1];
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if ((lines[middle]?.start ?? 0) <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - (lines[low]?.start ?? 0) + 1 };
}

const SOURCE = /\.[cm]?[jt]sx?$/;

/** @throws GrammaskError `ARGUMENT` for a file that is no TypeScript or JavaScript, by its name */
export function checkSourceName(file: string): void {
  if (SOURCE.test(file)) return;
  throw new GrammaskError('ARGUMENT', `${JSON.stringify(file)} is no TypeScript or JavaScript file`, {
    hint: 'its name ends with .ts, .tsx, .mts, .cts, .js, .jsx, .mjs or .cjs',
  });
}
