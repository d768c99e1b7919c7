import {
  type Bound,
  both,
  type Decimal,
  decimalOf,
  digitsOf,
  type Interval,
  inhabited,
  isInteger,
  negate,
} from './decimal.js';

/** Which numbers are wanted. */
export interface NumberWish extends Interval {
  readonly integer: boolean;
}

const PARTIAL = /^(-?)(?:(0|[1-9]\d*)(?:(\.)(\d*))?(?:([eE])([+-]?)(\d*))?)?$/;
const WHOLE = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/;

/** Whether the text is a JSON number with a value that is wanted. */
export function numberAccepted(text: string, wish: NumberWish, canonical: boolean): boolean {
  if (!WHOLE.test(text)) return false;
  const value = decimalOf(text);
  return holds(value, wish) && (!canonical || canonicalText(value) === text);
}

/**
 * Whether some JSON number that begins with this text has a value that is wanted. What the text fixes is taken from it, and
 * every way to go on is tried: each place of the decimal point, each exponent, as far as `reach`, beyond which all behave as
 * the last one.
 */
export function numberViable(text: string, wish: NumberWish, canonical: boolean): boolean {
  const match = PARTIAL.exec(text);
  if (match === null) return false;
  const [, sign, whole, point, fraction = '', e, exponentSign = '', exponentDigits = ''] = match;
  if (e !== undefined && point !== undefined && fraction === '') return false;
  // Behind a minus sign everything is mirrored.
  const wanted = sign === '-' ? mirrored(wish) : wish;
  const reach = reachOf(text, wanted);
  const meets = (...intervals: Interval[]): boolean => {
    return inhabited(intervals.reduce<Interval>(both, wanted), wanted.integer);
  };

  if (whole === undefined) {
    const next = sign === '-' ? [...'123456789', canonical ? '0.' : '0'] : [...'0123456789', '-'];
    return next.some((more) => numberViable(text + more, wish, canonical));
  }

  const digits = BigInt(whole + fraction);
  // Canonical fractions end in another digit than 0, so the value without further digits is not among the completions.
  const lowOpen = canonical && point !== undefined && (fraction === '' || fraction.endsWith('0'));
  // The values with these digits and further ones, the last digit so far at 10^place.
  const cell = (place: number): Interval => ({
    low: { value: { mantissa: digits, exponent: BigInt(place) }, open: lowOpen },
    high: { value: { mantissa: digits + 1n, exponent: BigInt(place) }, open: true },
  });
  const withExponent = (exponent: number): Decimal => ({
    mantissa: digits,
    exponent: BigInt(exponent - fraction.length),
  });

  if (!canonical) {
    for (let exponent = -reach; exponent <= reach; exponent++) {
      if (e === undefined && meets(cell(exponent - fraction.length))) return true;
      if (e !== undefined && exponentCanBe(exponent) && holds(withExponent(exponent), wanted)) return true;
    }
    return false;
  }

  const oneDigit = whole.length === 1 && whole !== '0';
  if (e !== undefined) {
    if (e === 'E' || !oneDigit || lowOpen) return false;
    for (let exponent = -reach; exponent <= reach; exponent++) {
      if (exponent > -7 && exponent < 21) continue;
      if (exponentDigits.startsWith('0') || (exponentSign === '' && exponentDigits !== '')) continue;
      if (exponentCanBe(exponent) && holds(withExponent(exponent), wanted)) return true;
    }
    return false;
  }
  if (oneDigit) {
    for (let exponent = -reach; exponent <= reach; exponent++) {
      if ((exponent < -6 || exponent > 20) && meets(cell(exponent - fraction.length))) return true;
    }
  }
  const atLeast: Interval = { low: bound(1n, -6n), high: null };
  if (point !== undefined) return whole.length <= 21 && meets(atLeast, cell(-fraction.length));
  if (whole === '0') {
    if (sign === '' && holds({ mantissa: 0n, exponent: 0n }, wanted)) return true;
    return meets(atLeast, { low: null, high: { value: { mantissa: 1n, exponent: 0n }, open: true } });
  }
  for (let length = whole.length; length <= 21; length++) {
    if (meets(cell(length - whole.length))) return true;
  }
  return false;

  /** Whether the exponent, or at the end of the reach one further out, can be what is written of it. */
  function exponentCanBe(exponent: number): boolean {
    if (exponentSign === '-' && exponent > 0) return false;
    if ((exponentSign === '+' || exponentDigits !== '') && exponentSign !== '-' && exponent < 0) return false;
    const significant = exponentDigits.replace(/^0+/, '');
    return Math.abs(exponent) === reach || String(Math.abs(exponent)).startsWith(significant);
  }
}

function holds(value: Decimal, wish: NumberWish): boolean {
  const point = { low: { value, open: false }, high: { value, open: false } };
  return inhabited(both(point, wish), false) && (!wish.integer || isInteger(value));
}

function bound(mantissa: bigint, exponent: bigint): Bound {
  return { value: { mantissa, exponent }, open: false };
}

function mirrored({ low, high, integer }: NumberWish): NumberWish {
  const flip = (side: Bound): Bound => side && { value: negate(side.value), open: side.open };
  return { low: flip(high), high: flip(low), integer };
}

/** An exponent beyond every bound's, whatever the digits of the text. */
function reachOf(text: string, { low, high }: NumberWish): number {
  const size = (side: Bound): number =>
    side === null ? 0 : String(side.value.mantissa).length + Math.abs(Number(side.value.exponent));
  return text.length + Math.max(size(low), size(high)) + 25;
}

/** The number as ECMAScript's Number::toString writes it, at any precision. */
export function canonicalText(value: Decimal): string {
  if (value.mantissa === 0n) return '0';
  const sign = value.mantissa < 0n ? '-' : '';
  // The value is 0.DIGITS × 10^position.
  const { digits, position } = digitsOf(value);
  if (position > 21n || position <= -6n) {
    const exponent = position > 0n ? `e+${position - 1n}` : `e-${1n - position}`;
    return sign + (digits.length === 1 ? digits : `${digits[0]}.${digits.slice(1)}`) + exponent;
  }
  const n = Number(position);
  if (n <= 0) return `${sign}0.${'0'.repeat(-n)}${digits}`;
  if (digits.length <= n) return sign + digits.padEnd(n, '0');
  return `${sign}${digits.slice(0, n)}.${digits.slice(n)}`;
}
