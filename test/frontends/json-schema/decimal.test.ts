import fc from 'fast-check';
import t from 'tap';
import { canonicalDecimal, compareDecimals, countOf } from '../../../src/frontends/json-schema/decimal.js';

t.test('canonical form', async (t) => {
  for (const [text, expected] of [
    ['0', '0e0'],
    ['-0.000e99999999999999999', '0e0'],
    ['-12.50', '-125e-1'],
    ['1000', '1e3'],
    ['1.0', '1e0'],
    ['1e400', '1e400'],
    ['0.1', '1e-1'],
    ['100e-2', '1e0'],
    ['9007199254740993', '9007199254740993e0'],
    ['1E+0003', '1e3'],
    ['1e-0', '1e0'],
    ['0.00123e2', '123e-3'],
    ['1e1234567890123456', null],
  ] as const) {
    t.equal(canonicalDecimal(text), expected, text);
  }
});

t.test('a decimal is its number, and spellings of one number agree', async () => {
  fc.assert(
    fc.property(
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.integer({ min: -30, max: 30 }),
      (x, shift) => {
        const decimal = canonicalDecimal(String(x)) as string;
        const [mantissa, exponent] = decimal.split('e') as [string, string];
        const shifted = `${mantissa}${'0'.repeat(Math.max(0, shift))}e${Number(exponent) - Math.max(0, shift)}`;
        return Number(decimal) === x + 0 && canonicalDecimal(shifted) === decimal;
      },
    ),
    { numRuns: 2000 },
  );
});

t.test('order', async (t) => {
  const number = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.integer({ min: -20, max: 20 }).map((n) => n / 4),
  );
  fc.assert(
    fc.property(number, number, (a, b) => {
      const order = compareDecimals(
        canonicalDecimal(String(a)) as string,
        canonicalDecimal(String(b)) as string,
      );
      return (
        order === Math.sign(a - b) || (Math.abs(a - b) === Number.POSITIVE_INFINITY && order === Math.sign(a))
      );
    }),
    { numRuns: 3000 },
  );
  t.equal(compareDecimals('1e400', '1e401'), -1);
  t.equal(compareDecimals('-1e400', '-1e401'), 1);
});

t.test('counts', async (t) => {
  for (const [text, expected] of [
    ['0', 0],
    ['3', 3],
    ['3.0', 3],
    ['0.3e1', 3],
    ['-0', 0],
    ['-1', null],
    ['1.5', null],
    ['4294967294', 4294967294],
    ['4294967295', 4294967294],
    ['1e400', 4294967294],
    ['1e99999999999999999999', 4294967294],
    ['1e-99999999999999999999', null],
  ] as const) {
    t.equal(countOf(text), expected, text);
  }
});
