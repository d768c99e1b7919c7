/** An exact decimal: mantissa × 10^exponent. */
export interface Decimal {
  readonly mantissa: bigint;
  readonly exponent: bigint;
}

export function decimalOf(text: string): Decimal {
  const match = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?)(\d+))?$/.exec(text);
  if (match === null) throw new Error(`no number: ${text}`);
  const [, sign = '', whole = '', fraction = '', exponentSign = '', exponentDigits = '0'] = match;
  const exponent = BigInt(exponentDigits) * (exponentSign === '-' ? -1n : 1n);
  return { mantissa: BigInt(sign + whole + fraction), exponent: exponent - BigInt(fraction.length) };
}

const ZERO: Decimal = { mantissa: 0n, exponent: 0n };

/** The digits without trailing zeros, and the power of ten just above the first. Zero has no digits. */
export function digitsOf(a: Decimal): { digits: string; position: bigint } {
  const written = String(a.mantissa < 0n ? -a.mantissa : a.mantissa);
  const digits = written.replace(/0+$/, '');
  return { digits, position: digits === '' ? 0n : BigInt(written.length) + a.exponent };
}

/** Negative, zero or positive, as a is less than, equal to or greater than b. */
export function compare(a: Decimal, b: Decimal): number {
  const [signA, signB] = [signOf(a), signOf(b)];
  if (signA !== signB || signA === 0) return signA - signB;
  const [left, right] = [digitsOf(a), digitsOf(b)];
  if (left.position !== right.position) return left.position > right.position ? signA : -signA;
  // As fractions 0.DIGITS, the order is that of the texts.
  return left.digits === right.digits ? 0 : left.digits > right.digits ? signA : -signA;
}

function signOf({ mantissa }: Decimal): number {
  return mantissa > 0n ? 1 : mantissa < 0n ? -1 : 0;
}

export function isInteger(a: Decimal): boolean {
  const { digits, position } = digitsOf(a);
  return BigInt(digits.length) <= position || a.mantissa === 0n;
}

export function negate(a: Decimal): Decimal {
  return { mantissa: -a.mantissa, exponent: a.exponent };
}

/** The least integer that is not less. */
function ceiling(a: Decimal): Decimal {
  if (isInteger(a)) return a;
  const { position } = digitsOf(a);
  if (position <= 0n) return a.mantissa < 0n ? ZERO : { mantissa: 1n, exponent: 0n };
  const divisor = 10n ** -a.exponent;
  // Division cuts off towards zero.
  return { mantissa: a.mantissa / divisor + (a.mantissa > 0n ? 1n : 0n), exponent: 0n };
}

function successor(a: Decimal): Decimal {
  return a.exponent > 0n
    ? { mantissa: a.mantissa * 10n ** a.exponent + 1n, exponent: 0n }
    : { mantissa: a.mantissa + 10n ** -a.exponent, exponent: a.exponent };
}

/** A bound of an interval; null is none. */
export type Bound = { readonly value: Decimal; readonly open: boolean } | null;
export interface Interval {
  readonly low: Bound;
  readonly high: Bound;
}

function tighter(a: Bound, b: Bound, side: 'low' | 'high'): Bound {
  if (a === null || b === null) return a ?? b;
  const order = compare(a.value, b.value) * (side === 'low' ? 1 : -1);
  if (order === 0) return a.open ? a : b;
  return order > 0 ? a : b;
}

export function both(a: Interval, b: Interval): Interval {
  return { low: tighter(a.low, b.low, 'low'), high: tighter(a.high, b.high, 'high') };
}

/** Whether some decimal lies in the interval (some integer, if asked for). */
export function inhabited({ low, high }: Interval, integer: boolean): boolean {
  if (low === null || high === null) return true;
  if (integer) {
    let first = ceiling(low.value);
    if (low.open && compare(first, low.value) === 0) first = successor(first);
    const order = compare(first, high.value);
    return order < 0 || (order === 0 && !high.open);
  }
  const order = compare(low.value, high.value);
  return order < 0 || (order === 0 && !low.open && !high.open);
}
