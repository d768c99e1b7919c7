import { invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import type { EbnfDialect } from './ebnf-lexer.js';

/** A literal's value and the offset behind it. */
interface Read<T> {
  readonly value: T;
  readonly end: number;
}

const SIMPLE_ESCAPES: ReadonlyMap<string, number> = new Map([
  ['n', 0x0a],
  ['r', 0x0d],
  ['t', 0x09],
  ['b', 0x08],
  ['f', 0x0c],
  ['a', 0x07],
  ['v', 0x0b],
  ['0', 0x00],
  ['e', 0x1b],
  ...Array.from('"\'?\\/[]', (char) => [char, char.charCodeAt(0)] as const),
]);
/** Escaped in classes besides. */
const CLASS_ESCAPES = '-^$.*+(){}|';
const HEX = /[0-9a-fA-F]*/y;
/** Characters of a text that stand for themselves; surrogates are looked at one by one. */
const PLAIN = /[^"\\\n\r\ud800-\udfff]+/y;

/** The quoted text whose opening quote is at `start`. */
export function readStringLiteral(
  source: string,
  start: number,
  dialect: EbnfDialect,
  step: () => void,
): Read<string> {
  const parts: string[] = [];
  let at = start + 1;
  for (;;) {
    const char = source[at];
    step();
    if (char === '"') return { value: parts.join(''), end: at + 1 };
    if (char === undefined || char === '\n' || char === '\r') {
      throw sourceError(
        'SYNTAX',
        source,
        start,
        'a text without its closing quote',
        'write \\n for a line end',
      );
    }
    PLAIN.lastIndex = at;
    if (PLAIN.test(source)) {
      parts.push(source.slice(at, PLAIN.lastIndex));
      at = PLAIN.lastIndex;
      continue;
    }
    const { value, end } = readChar(source, at, dialect, false);
    parts.push(String.fromCodePoint(value));
    at = end;
  }
}

/** The class whose opening bracket is at `start`; negated ones are returned as what they hold. */
export function readCharClass(
  source: string,
  start: number,
  dialect: EbnfDialect,
  step: () => void,
): Read<readonly CharRange[]> {
  const ranges: CharRange[] = [];
  const negated = source[start + 1] === '^';
  let at = start + (negated ? 2 : 1);
  for (;;) {
    const char = source[at];
    step();
    if (char === ']') break;
    if (char === undefined || char === '\n' || char === '\r') {
      throw sourceError(
        'SYNTAX',
        source,
        start,
        'a class without its closing bracket',
        'write \\n for a line end',
      );
    }
    const low = readChar(source, at, dialect, true);
    if (source[low.end] !== '-' || source[low.end + 1] === ']') {
      ranges.push([low.value, low.value]);
      at = low.end;
      continue;
    }
    if (low.end + 1 >= source.length) {
      throw sourceError('SYNTAX', source, start, 'a class without its closing bracket');
    }
    const high = readChar(source, low.end + 1, dialect, true);
    if (low.value > high.value) {
      throw sourceError(
        'SYNTAX',
        source,
        at,
        'a range in a class is out of order',
        'write \\- for the character -',
      );
    }
    ranges.push([low.value, high.value]);
    at = high.end;
  }
  if (!negated && ranges.length === 0) {
    throw sourceError(
      'SYNTAX',
      source,
      start,
      'an empty class',
      'write "" for the empty text, [^] for any character',
    );
  }
  return { value: negated ? invertRanges(ranges) : ranges, end: at + 1 };
}

/** One character, escaped or not. */
function readChar(source: string, at: number, dialect: EbnfDialect, inClass: boolean): Read<number> {
  const point = source.codePointAt(at) as number;
  const isSurrogate = (value: number): boolean => value >= 0xd800 && value <= 0xdfff;
  if (isSurrogate(point)) {
    throw sourceError('SYNTAX', source, at, 'half of a surrogate pair is no character');
  }
  if (point !== 0x5c) return { value: point, end: at + (point > 0xffff ? 2 : 1) };

  const letter = source[at + 1] ?? '';
  const simple = SIMPLE_ESCAPES.get(letter);
  if (simple !== undefined) return { value: simple, end: at + 2 };
  if (inClass && letter !== '' && CLASS_ESCAPES.includes(letter))
    return { value: letter.charCodeAt(0), end: at + 2 };
  if (letter !== 'x' && letter !== 'u' && letter !== 'U') {
    const hint = /^[dDwWsS]$/.test(letter) ? 'write ranges, as [0-9]' : 'write \\\\ for a backslash';
    throw sourceError('SYNTAX', source, at, `an unknown escape \\${letter}`, hint);
  }

  HEX.lastIndex = at + 2;
  const available = (HEX.exec(source) as RegExpExecArray)[0];
  const wanted =
    letter === 'u' ? 4 : letter === 'U' ? 8 : dialect === 'xgrammar' ? Math.max(available.length, 1) : 2;
  if (available.length < wanted) {
    throw sourceError('SYNTAX', source, at, `\\${letter} needs ${wanted} hexadecimal digits`);
  }
  const value = Number.parseInt(available.slice(0, wanted), 16);
  const end = at + 2 + wanted;
  if (letter === 'u' && value >= 0xd800 && value <= 0xdbff) {
    const low = /^\\u([dD][c-fC-F][0-9a-fA-F]{2})/.exec(source.slice(end, end + 6))?.[1];
    if (low !== undefined) {
      return {
        value: 0x10000 + ((value - 0xd800) << 10) + (Number.parseInt(low, 16) - 0xdc00),
        end: end + 6,
      };
    }
  }
  if (value > 0x10ffff || isSurrogate(value)) {
    throw sourceError('SYNTAX', source, at, `\\${letter} names no character`);
  }
  return { value, end };
}
