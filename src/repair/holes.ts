import { GrammaskError } from '../errors.js';
import type { Diagnostic } from './patch.js';
import { checkContent, contentHash, type Line, linesOf, type Position, positionAt } from './source-text.js';

/** Which part of a file is to be written anew: whole lines, or from one place to another. Both ends count from 1. */
export type HoleRange =
  /** These lines, the last one included. */
  | { readonly startLine: number; readonly endLine: number }
  /** From a place up to another, which is not included; columns in UTF-16 units. */
  | { readonly start: Position; readonly end: Position };

/** A part of a file that is to be written anew, with what stands around it. */
export interface Hole {
  /** The file, as it was named. */
  readonly file: string;
  /** The whole text of the file, its byte-order mark and line ends included. */
  readonly content: string;
  /** sha256 of the content's UTF-8. */
  readonly hash: string;
  /** Offsets of the hole in the content, in UTF-16 units, the end not included. */
  readonly start: number;
  readonly end: number;
  /** The same in bytes of UTF-8. */
  readonly startByte: number;
  readonly endByte: number;
  readonly startPosition: Position;
  readonly endPosition: Position;
  /** `content` is `prefix + original + suffix`. */
  readonly prefix: string;
  readonly original: string;
  readonly suffix: string;
  /** White space at the start of the hole's first line. It is in the prefix, or in the hole by `indentation: 'hole'`. */
  readonly indentation: string;
  /** What ends lines here: of the hole's own lines, else of the file. */
  readonly lineEnd: string;
  /** `line`: one whole line, without its end; `lines`: several; `inline`: a part of one, or from inside to inside. */
  readonly mode: 'line' | 'lines' | 'inline';
  /** What the checker says there, where the hole was made from its messages. */
  readonly diagnostics: readonly Diagnostic[];
}

export interface HoleOptions {
  /** Where the indentation of the first line of whole lines belongs. Default `'prefix'`: it stays as it is. */
  indentation?: 'prefix' | 'hole' | undefined;
}

const RANGE = /^(\d+)(?::(\d+))?(?:-(\d+)(?::(\d+))?)?$/;

/**
 * Reads a range as the command line has it: `12`, `12-14` (whole lines) or `12:5-12:9` (line and column from 1, the end
 * not included).
 *
 * @throws GrammaskError `ARGUMENT`
 */
export function parseRange(text: string): HoleRange {
  const match = RANGE.exec(text.trim());
  const [line, column, endLine, endColumn] = (match?.slice(1) ?? []).map((part) =>
    part === undefined ? undefined : Number(part),
  );
  if (line !== undefined && column === undefined && endColumn === undefined) {
    return { startLine: line, endLine: endLine ?? line };
  }
  if (line !== undefined && column !== undefined && endLine !== undefined && endColumn !== undefined) {
    return { start: { line, column }, end: { line: endLine, column: endColumn } };
  }
  throw new GrammaskError('ARGUMENT', `${JSON.stringify(text)} is no range`, {
    hint: 'write 12 or 12-14 for whole lines, 12:5-12:9 for a part (from 1, the end not included)',
  });
}

/**
 * The hole of a range of a file.
 *
 * @throws GrammaskError `ARGUMENT` for a range that is not in the file, or that cuts a character or a line end in two
 */
export function holeAt(file: string, content: string, range: HoleRange, options: HoleOptions = {}): Hole {
  checkContent(content, file);
  return createHole(file, content, linesOf(content), range, options, []);
}

/**
 * The lines that a checker reports errors for, as holes of one line each, in the order of the file. Messages about other
 * files, or without a place, are left out.
 */
export function holesFromDiagnostics(
  file: string,
  content: string,
  diagnostics: readonly Diagnostic[],
  options: HoleOptions = {},
): Hole[] {
  checkContent(content, file);
  const lines = linesOf(content);
  const byLine = new Map<number, Diagnostic[]>();
  for (const diagnostic of diagnostics) {
    if (diagnostic.file !== file || diagnostic.range === null) continue;
    const { line } = positionAt(lines, Math.min(diagnostic.range.start, content.length));
    const known = byLine.get(line);
    if (known === undefined) byLine.set(line, [diagnostic]);
    else known.push(diagnostic);
  }
  return [...byLine]
    .sort(([a], [b]) => a - b)
    .map(([line, own]) => createHole(file, content, lines, { startLine: line, endLine: line }, options, own));
}

/**
 * The content of the file with a text in the hole. `\n` in the text becomes what ends lines there.
 */
export function fillHole(hole: Pick<Hole, 'prefix' | 'suffix' | 'lineEnd'>, text: string): string {
  const ended = hole.lineEnd === '\n' ? text : text.replace(/\r\n|\n/g, hole.lineEnd);
  return hole.prefix + ended + hole.suffix;
}

function createHole(
  file: string,
  content: string,
  lines: readonly Line[],
  range: HoleRange,
  { indentation: place = 'prefix' }: HoleOptions,
  diagnostics: readonly Diagnostic[],
): Hole {
  const whole = 'startLine' in range;
  const first = lineOf(lines, whole ? range.startLine : range.start.line, file);
  const last = lineOf(lines, whole ? range.endLine : range.end.line, file);
  // A byte-order mark is no part of the first line.
  const lineStart = first.start === 0 && content.startsWith('\uFEFF') ? 1 : first.start;
  const indentation = /^[\t ]*/.exec(content.slice(lineStart, first.end))?.[0] ?? '';
  const start = whole
    ? lineStart + (place === 'prefix' ? indentation.length : 0)
    : offsetOf(first, range.start, content, file);
  const end = whole ? last.end : offsetOf(last, range.end, content, file);
  if (end < start && !(whole && last.start >= first.start)) {
    throw new GrammaskError('ARGUMENT', 'the range ends before it begins', {
      hint: 'the first place comes first',
      location: { path: file },
    });
  }
  const prefix = content.slice(0, start);
  const original = content.slice(start, Math.max(start, end));
  const startByte = Buffer.byteLength(prefix);
  return {
    file,
    content,
    hash: contentHash(content),
    start,
    end: start + original.length,
    startByte,
    endByte: startByte + Buffer.byteLength(original),
    startPosition: positionAt(lines, start),
    endPosition: positionAt(lines, start + original.length),
    prefix,
    original,
    suffix: content.slice(start + original.length),
    indentation,
    lineEnd: first.lineEnd || lines.find((line) => line.lineEnd !== '')?.lineEnd || '\n',
    mode: !whole ? 'inline' : first === last ? 'line' : 'lines',
    diagnostics,
  };
}

function lineOf(lines: readonly Line[], line: number, file: string): Line {
  const found = lines[line - 1];
  if (found !== undefined) return found;
  throw new GrammaskError('ARGUMENT', `the file has no line ${line}`, {
    hint: `it has ${lines.length}; lines count from 1`,
    location: { path: file },
  });
}

function offsetOf(line: Line, { line: number, column }: Position, content: string, file: string): number {
  const offset = line.start + column - 1;
  const inside = column >= 1 && offset <= line.end;
  const whole = inside && !isLowSurrogate(content.charCodeAt(offset));
  if (whole) return offset;
  throw new GrammaskError(
    'ARGUMENT',
    inside
      ? `column ${column} of line ${number} is inside of a character`
      : `line ${number} has no column ${column}`,
    {
      hint: `columns count UTF-16 units from 1 to ${line.end - line.start + 1}`,
      location: { path: file },
    },
  );
}

function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit <= 0xdfff;
}
