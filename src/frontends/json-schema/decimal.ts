import { MAX_COUNT } from '../program-format.js';

/** Exact decimals in the one form of the program: `[-]DIGITS e EXPONENT`, without zeros to strip (docs/program.md). */

// Exponents up to here are exact in a JavaScript number, with room for the length of any mantissa.
const EXPONENT_DIGITS = 15;

/** The canonical form of a JSON number; null where the exponent has more than 15 digits. Linear in the text. */
export function canonicalDecimal(text: string): string | null {
  const letter = text.search(/[eE]/);
  const mantissa = letter === -1 ? text : text.slice(0, letter);
  const negative = mantissa.startsWith('-');
  const point = mantissa.indexOf('.');
  const integer = mantissa.slice(negative ? 1 : 0, point === -1 ? undefined : point);
  const fraction = point === -1 ? '' : mantissa.slice(point + 1);
  const all = integer + fraction;

  let from = 0;
  while (from < all.length && all.charCodeAt(from) === 0x30) from += 1;
  if (from === all.length) return '0e0';
  let to = all.length;
  while (all.charCodeAt(to - 1) === 0x30) to -= 1;

  const written = letter === -1 ? 0 : readExponent(text.slice(letter + 1));
  if (written === null) return null;
  const exponent = written - fraction.length + (all.length - to);
  return `${negative ? '-' : ''}${all.slice(from, to)}e${exponent}`;
}

function readExponent(text: string): number | null {
  const negative = text.startsWith('-');
  let from = negative || text.startsWith('+') ? 1 : 0;
  while (text.charCodeAt(from) === 0x30 && from < text.length - 1) from += 1;
  if (text.length - from > EXPONENT_DIGITS) return null;
  const size = Number(text.slice(from));
  return negative ? -size : size;
}

/** −1, 0 or 1 as canonical decimal `a` is less than, equal to or greater than `b`. */
export function compareDecimals(a: string, b: string): number {
  const left = split(a);
  const right = split(b);
  if (left.sign !== right.sign) return left.sign < right.sign ? -1 : 1;
  if (left.sign === 0) return 0;
  const magnitude = compareMagnitudes(left, right);
  return magnitude === 0 ? 0 : magnitude * left.sign;
}

interface DecimalParts {
  sign: number;
  digits: string;
  exponent: number;
}

function split(decimal: string): DecimalParts {
  const sign = decimal === '0e0' ? 0 : decimal.startsWith('-') ? -1 : 1;
  const letter = decimal.indexOf('e');
  return {
    sign,
    digits: decimal.slice(sign < 0 ? 1 : 0, letter),
    exponent: Number(decimal.slice(letter + 1)),
  };
}

function compareMagnitudes(a: DecimalParts, b: DecimalParts): number {
  const aTop = a.digits.length + a.exponent;
  const bTop = b.digits.length + b.exponent;
  if (aTop !== bTop) return aTop < bTop ? -1 : 1;
  // Same place of the first digit: text order is order, and a proper prefix is the smaller one.
  if (a.digits === b.digits) return 0;
  return a.digits < b.digits ? -1 : 1;
}

/** A count as the program stores it, from a JSON number that is an integer ≥ 0 by value; null for any other. */
export function countOf(text: string): number | null {
  const decimal = canonicalDecimal(text);
  // An exponent that is out of bounds either way: a huge integer, or a fraction.
  if (decimal === null) return text.startsWith('-') || /[eE]-/.test(text) ? null : MAX_COUNT;
  const { sign, digits, exponent } = split(decimal);
  if (sign === 0) return 0;
  if (sign < 0 || exponent < 0) return null;
  if (digits.length + exponent > 10) return MAX_COUNT;
  return Math.min(Number(digits + '0'.repeat(exponent)), MAX_COUNT);
}
