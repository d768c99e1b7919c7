import t from 'tap';
import { decimalOf } from './decimal.js';
import { canonicalText, type NumberWish, numberAccepted, numberViable } from './number-text.js';

t.test('canonical texts are those of Number::toString', async (t) => {
  for (const value of [
    0, 1, -1, 0.1, 1e21, 1e20, 123456789012345680000, 1.5e300, 1e-6, 1e-7, 1.25e-7, 0.000123, 5e-324,
  ]) {
    t.equal(canonicalText(decimalOf(String(value))), String(value));
  }
  t.equal(canonicalText(decimalOf('-0.0e7')), '0');
  t.equal(canonicalText(decimalOf('120.50e1')), '1205');
});

/** Every JSON number of some characters. */
function numbersUpTo(length: number): string[] {
  const found: string[] = [];
  const extend = (text: string): void => {
    if (/^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]?\d+)?$/.test(text)) found.push(text);
    if (text.length === length) return;
    for (const char of '0123.e-') {
      if (/^-?(?:(?:0|[1-9]\d*)(?:\.(?:\d+(?:e[+-]?\d*)?)?|e[+-]?\d*)?)?$/.test(text + char))
        extend(text + char);
    }
  };
  extend('');
  return found;
}

function wish(
  low: string | null,
  high: string | null,
  options: { integer?: boolean; open?: boolean } = {},
): NumberWish {
  const bound = (text: string | null) =>
    text === null ? null : { value: decimalOf(text), open: options.open ?? false };
  return { low: bound(low), high: bound(high), integer: options.integer ?? false };
}

const wishes: [string, NumberWish][] = [
  ['any number', wish(null, null)],
  ['an integer', wish(null, null, { integer: true })],
  ['1 to 3', wish('1', '3')],
  ['between 1 and 3', wish('1', '3', { open: true })],
  ['an integer between 1 and 3', wish('1', '3', { open: true, integer: true })],
  ['-0.1 to 0.02', wish('-0.1', '0.02')],
  ['just 0', wish('0', '0')],
  ['just 0.3', wish('0.3', '0.3')],
  ['above 1e3', wish('1e3', null, { open: true })],
];

// Doubles judge them, so exponents stay within theirs.
const candidates = numbersUpTo(6).filter((text) => !/e[+-]?\d{3}/.test(text));
for (const [name, each] of wishes) {
  t.test(`${name}: what begins an accepted number is viable, in any spelling`, async (t) => {
    const accepted = candidates.filter((text) => {
      const value = Number(text);
      const above = (bound: number, open: boolean) => (open ? value > bound : value >= bound);
      const numberOf = (side: NumberWish['low']) =>
        side === null ? null : Number(`${side.value.mantissa}e${side.value.exponent}`);
      const low = numberOf(each.low);
      const high = numberOf(each.high);
      return (
        (low === null || above(low, each.low?.open ?? false)) &&
        (high === null || (each.high?.open ? value < high : value <= high)) &&
        (!each.integer || Number.isInteger(value))
      );
    });
    const prefixes = new Set(
      accepted.flatMap((text) => Array.from(text, (_, end) => text.slice(0, end + 1))),
    );
    const wrong: string[] = [];
    for (const text of accepted) if (!numberAccepted(text, each, false)) wrong.push(`accepts ${text}`);
    for (const text of candidates) {
      if (numberAccepted(text, each, false) !== accepted.includes(text)) wrong.push(`accepts ${text}`);
    }
    for (const text of prefixes) if (!numberViable(text, each, false)) wrong.push(`viable ${text}`);
    // Short beginnings have a short completion, if any.
    for (const text of new Set(candidates.map((candidate) => candidate.slice(0, 2)))) {
      if (numberViable(text, each, false) && !prefixes.has(text)) wrong.push(`not viable ${text}`);
    }
    t.strictSame(wrong, []);
  });

  t.test(`${name}: in canonical spelling`, async (t) => {
    const texts = new Set<string>();
    for (let mantissa = -130; mantissa <= 130; mantissa++) {
      for (const exponent of [-30, -9, -8, -7, -6, -5, -3, -2, -1, 0, 1, 3, 17, 18, 19, 20, 21, 22, 25]) {
        texts.add(canonicalText(decimalOf(`${mantissa}e${exponent}`)));
      }
    }
    const accepted = [...texts].filter((text) => numberAccepted(text, each, true));
    const prefixes = new Set(
      accepted.flatMap((text) => Array.from(text, (_, end) => text.slice(0, end + 1))),
    );
    const wrong = [...prefixes].filter((text) => !numberViable(text, each, true));
    for (const text of ['-0', '1.0', '01', '1e5', '0.0000001', '1E+21', '1e21', '10e+21', '1e+20']) {
      if (numberAccepted(text, each, true)) wrong.push(`accepts ${text}`);
    }
    for (const text of [
      '00',
      '0.0000000',
      '1e',
      '10e',
      '1E',
      '1e+1',
      '1e+0',
      '1.0e',
      '-0e',
      '--',
      '.',
      '+',
    ]) {
      if (!prefixes.has(text) && text !== '1e' && text !== '1e+1' && numberViable(text, each, true))
        wrong.push(`viable ${text}`);
    }
    for (const text of new Set([...texts].map((each) => each.slice(0, 2)))) {
      if (numberViable(text, each, true) && !prefixes.has(text)) wrong.push(`not viable ${text}`);
    }
    t.strictSame(wrong, []);
  });
}
