import { EVERY_CHARACTER, intersect, type Ranges, utf8Beginning, utf8Character } from './code-points.js';

const BACKSLASH = 0x5c;
const SHORT: readonly (readonly [letter: string, point: number])[] = [
  ['"', 0x22],
  ['\\', 0x5c],
  ['/', 0x2f],
  ['b', 8],
  ['f', 12],
  ['n', 10],
  ['r', 13],
  ['t', 9],
];
/** What may stand between the quotes of a JSON string as itself. */
const RAW: Ranges = [
  [0x20, 0x21],
  [0x23, 0x5b],
  [0x5d, 0x10ffff],
];

/** The escapes that JSON.stringify writes, with the character of each. */
const CANONICAL: readonly (readonly [text: string, point: number])[] = Array.from(
  { length: 0x80 },
  (_, point) => [JSON.stringify(String.fromCodePoint(point)).slice(1, -1), point] as const,
).filter(([text]) => text.startsWith('\\'));

/** Letters that may stand behind a backslash; `\\u` is for any character, or for controls only. */
export interface OracleEscapes {
  readonly letters: string;
  readonly general: boolean;
}

/** Canonical, in any way (false), or with some escapes only. */
export type OracleSpelling = boolean | OracleEscapes;

const ALL_ESCAPES: OracleEscapes = { letters: '"\\/bfnrtu', general: true };
const CONTROLS: Ranges = [
  [0, 0x1f],
  [0x7f, 0x7f],
];

const memo = new Map<string | boolean, Map<string, Ranges>>();

/** The characters of which some spelling inside a JSON string begins with these bytes. */
export function spelledCharacters(bytes: readonly number[], spelling: OracleSpelling): Ranges {
  const kind = typeof spelling === 'object' ? `${spelling.letters} ${spelling.general}` : spelling;
  let known = memo.get(kind);
  if (known === undefined) {
    known = new Map();
    memo.set(kind, known);
  }
  const key = bytes.join();
  let ranges = known.get(key);
  if (ranges === undefined) {
    ranges = compute(bytes, spelling);
    known.set(key, ranges);
  }
  return ranges;
}

function compute(bytes: readonly number[], spelling: OracleSpelling): Ranges {
  if (bytes.length === 0) return EVERY_CHARACTER;
  if (bytes[0] !== BACKSLASH) return intersect(utf8Beginning(bytes), RAW);
  if (bytes.some((byte) => byte >= 0x80)) return [];
  const text = String.fromCharCode(...bytes);
  if (spelling === true) {
    return CANONICAL.filter(([written]) => written.startsWith(text)).map(([, point]) => [point, point]);
  }
  const { letters, general } = spelling || ALL_ESCAPES;
  const short = SHORT.filter(([letter]) => letters.includes(letter));
  const numbered = !letters.includes('u') ? [] : general ? EVERY_CHARACTER : CONTROLS;
  if (text === '\\') return [...short.map(([, point]) => [point, point] as const), ...numbered];
  if (text[1] !== 'u') {
    return short.filter(([letter]) => text === `\\${letter}`).map(([, point]) => [point, point]);
  }
  if (!letters.includes('u')) return [];
  const match = /^\\u([0-9a-fA-F]{0,4})(?:(\\)(?:(u)([0-9a-fA-F]{0,4}))?)?$/.exec(text);
  if (match === null) return [];
  const [, digits = '', second, , lowDigits = ''] = match;
  const [from, to] = unitsOf(digits);
  const lowSurrogates = intersect([unitsOf(lowDigits)], [[0xdc00, 0xdfff]]);
  const highSurrogates = intersect([[from, to]], [[0xd800, 0xdbff]]);
  const found: [number, number][] = [];
  if (second === undefined) {
    for (const range of intersect([[from, to]], EVERY_CHARACTER)) found.push([...range]);
  } else if (digits.length < 4) {
    return [];
  }
  for (const [highFrom, highTo] of highSurrogates) {
    for (let high = highFrom; high <= highTo; high++) {
      for (const [lowFrom, lowTo] of lowSurrogates) {
        found.push([pair(high, lowFrom), pair(high, lowTo)]);
      }
    }
  }
  return general ? found : intersect(found, numbered);
}

/** The code units whose four hexadecimal digits begin with these. */
function unitsOf(digits: string): [number, number] {
  return [Number.parseInt(digits.padEnd(4, '0'), 16), Number.parseInt(digits.padEnd(4, 'f'), 16)];
}

function pair(high: number, low: number): number {
  return 0x10000 + (high - 0xd800) * 0x400 + (low - 0xdc00);
}

/** The character of which these bytes are a whole spelling; undefined for a part of one. */
export function spelledCharacter(bytes: readonly number[]): number | undefined {
  if (bytes[0] !== BACKSLASH) return utf8Character(bytes);
  const text = String.fromCharCode(...bytes);
  if (text.length === 2) return SHORT.find(([letter]) => letter === text[1])?.[1];
  if (text.length !== 6 && text.length !== 12) return undefined;
  const unit = Number.parseInt(text.slice(2, 6), 16);
  if (text.length === 12) return pair(unit, Number.parseInt(text.slice(8, 12), 16));
  return unit >= 0xd800 && unit <= 0xdfff ? undefined : unit;
}
