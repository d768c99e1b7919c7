import type { ProgramBuilder } from '../program-builder.js';
import { sourceError } from '../source-location.js';

/** An expression and the offset behind its text. */
interface Read {
  readonly expr: number;
  readonly end: number;
}

const QUOTED = /"([\x20-\x21\x23-\x7e]*)"/y;
const NUMBER_START = /%([bdxBDX])/y;
const DIGITS = {
  b: { pattern: /[01]*/y, base: 2, name: 'binary' },
  d: { pattern: /[0-9]*/y, base: 10, name: 'decimal' },
  x: { pattern: /[0-9a-fA-F]*/y, base: 16, name: 'hexadecimal' },
} as const;
const MAX_CODE_POINT = 0x10ffff;

/** The text in quotes at `start`, which is a quote. Letters match in either case unless it is sensitive. */
export function readQuoted(
  builder: ProgramBuilder,
  source: string,
  start: number,
  isSensitive: boolean,
): Read {
  QUOTED.lastIndex = start;
  const found = QUOTED.exec(source);
  if (found === null) throw badQuoted(source, start);
  const text = found[1] as string;
  return {
    expr: isSensitive ? builder.literal(text) : anyCase(builder, text),
    end: start + found[0].length,
  };
}

/** A text whose ASCII letters may be of either case. */
function anyCase(builder: ProgramBuilder, text: string): number {
  const parts: number[] = [];
  for (const char of text) {
    builder.step();
    const small = char.toLowerCase().charCodeAt(0);
    const large = char.toUpperCase().charCodeAt(0);
    parts.push(
      builder.charSet([
        [large, large],
        [small, small],
      ]),
    );
  }
  return builder.concat(parts);
}

function badQuoted(source: string, start: number): Error {
  const length = /^[\x20-\x21\x23-\x7e]*/.exec(source.slice(start + 1))?.[0].length ?? 0;
  const at = start + 1 + length;
  const found = source[at];
  if (found === undefined || found === '\n' || found === '\r') {
    return sourceError(
      'SYNTAX',
      source,
      start,
      'a text without its closing quote',
      'there are no escapes: write a quote as DQUOTE or %x22, a line end as CRLF or %x0A',
    );
  }
  return sourceError(
    'SYNTAX',
    source,
    at,
    'a text in quotes holds printable ASCII characters only',
    `write the character as %x${(source.codePointAt(at) as number).toString(16).toUpperCase()} beside the text`,
  );
}

/** The number at `start`, which is a `%`: one character, a range, or characters one after the other. */
export function readNumber(builder: ProgramBuilder, source: string, start: number): Read {
  NUMBER_START.lastIndex = start;
  const kind = NUMBER_START.exec(source)?.[1]?.toLowerCase() as 'b' | 'd' | 'x' | undefined;
  if (kind === undefined) {
    throw sourceError(
      'SYNTAX',
      source,
      start,
      'expected b, d, x, s or i behind %',
      'write a character as %x41, a text with its case as %s"Text"',
    );
  }
  const { pattern, base, name } = DIGITS[kind];
  const read = (at: number): { value: number; end: number } => {
    pattern.lastIndex = at;
    const digits = (pattern.exec(source) as RegExpExecArray)[0];
    if (digits === '') throw sourceError('SYNTAX', source, at, `expected ${name} digits of a character`);
    const value = Number.parseInt(digits, base);
    if (value > MAX_CODE_POINT) {
      throw sourceError(
        'SYNTAX',
        source,
        at,
        `%${kind}${digits.length > 12 ? `${digits.slice(0, 12)}…` : digits} is no character`,
        'characters are Unicode code points, up to %x10FFFF',
      );
    }
    return { value, end: at + digits.length };
  };

  const first = read(start + 2);
  if (source[first.end] === '-') {
    const last = read(first.end + 1);
    if (last.value < first.value) {
      throw sourceError('SYNTAX', source, start, 'the range is out of order', 'write the lower number first');
    }
    // Surrogates are no characters: a range may lead over them, and holds none.
    if (isSurrogate(first.value) && isSurrogate(last.value)) throw noCharacter(source, start);
    return { expr: builder.charSet([[first.value, last.value]]), end: last.end };
  }
  let text = '';
  let at = first.end;
  for (let next = first; ; next = read(at + 1)) {
    builder.step();
    if (isSurrogate(next.value)) throw noCharacter(source, start);
    text += String.fromCodePoint(next.value);
    at = next.end;
    if (source[at] !== '.') break;
  }
  return { expr: builder.literal(text), end: at };
}

const isSurrogate = (value: number): boolean => value >= 0xd800 && value <= 0xdfff;

function noCharacter(source: string, at: number): Error {
  return sourceError(
    'SYNTAX',
    source,
    at,
    'half of a surrogate pair is no character',
    'write the character itself, as %x1F600',
  );
}
