import type { ProgramBuilder } from '../../program-builder.js';
import { type FormatBuilder, patternExpr } from './format-patterns.js';

/** RFC 3339 §5.6: dates with the days that there are, times with leap seconds where they can be. */

const LEAP_YEAR = '(?:[0-9]{2}(?:0[48]|[2468][048]|[13579][26])|(?:[02468][048]|[13579][26])00)';
const DATE = [
  '[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|1[0-9]|2[0-8])',
  '[0-9]{4}-(?:0[13-9]|1[0-2])-(?:29|30)',
  '[0-9]{4}-(?:0[13578]|1[02])-31',
  `${LEAP_YEAR}-02-29`,
].join('|');

const HOUR = '(?:[01][0-9]|2[0-3])';
const SIXTIETH = '[0-5][0-9]';
const FRACTION = '(?:\\.[0-9]+)?';
const TIME = `${HOUR}:${SIXTIETH}:${SIXTIETH}${FRACTION}(?:[Zz]|[+\\-]${HOUR}:${SIXTIETH})`;

export const dateFormat: FormatBuilder = (builder) => patternExpr(builder, DATE);
export const timeFormat: FormatBuilder = (builder) =>
  builder.union([patternExpr(builder, TIME), leapSecond(builder)]);
export const dateTimeFormat: FormatBuilder = (builder, draft) =>
  builder.concat([
    dateFormat(builder, draft),
    builder.charSet([
      [0x54, 0x54],
      [0x74, 0x74],
    ]),
    timeFormat(builder, draft),
  ]);

const numbers = (from: number, to: number): number[] =>
  Array.from({ length: to - from + 1 }, (_, index) => from + index);

/**
 * A second 60 stands only at 23:59 UTC. The local time decides the offset, digit by digit, so that some 20 cases for hours
 * and some 20 for minutes are conditions on one text, in place of 24 × 60 cases:
 * - behind `-`: hour + offset hour = 23 and minute + offset minute = 59;
 * - behind `+`: minute 59 has offset minute 0 and hour = offset hour - 1; any other minute has offset minute = minute + 1
 *   and the hour is the offset's.
 */
function leapSecond(builder: ProgramBuilder): number {
  /** Texts in which the digits at these places of hour and minute belong together. `.`: other conditions say which. */
  const texts = (sign: string, pairs: readonly (readonly [time: string, offset: string])[]): number =>
    patternExpr(builder, pairs.map(([time, offset]) => `${time}:60${FRACTION}${sign}${offset}`).join('|'));
  const digits = (
    sign: string,
    place: (digit: number) => string,
    [from, to]: readonly [number, number],
    ofOffset: (digit: number) => number,
  ): number =>
    texts(
      sign,
      numbers(from, to).map((digit) => [place(digit), place(ofOffset(digit))]),
    );
  const all = (...conditions: number[]): number => builder.intersect(conditions);
  const any = (...cases: number[]): number => builder.union(cases);
  const hourTens = (digit: number): string => `${digit}.:..`;
  const hourOnes = (digit: number): string => `.${digit}:..`;
  const minuteTens = (digit: number): string => `..:${digit}.`;
  const minuteOnes = (digit: number): string => `..:.${digit}`;
  const same = (digit: number): number => digit;
  const next = (digit: number): number => digit + 1;
  const upTo = (sum: number) => (digit: number) => sum - digit;

  const minus = all(
    any(
      all(digits('-', hourOnes, [0, 3], upTo(3)), digits('-', hourTens, [0, 2], upTo(2))),
      all(digits('-', hourOnes, [4, 9], upTo(13)), digits('-', hourTens, [0, 1], upTo(1))),
    ),
    digits('-', minuteOnes, [0, 9], upTo(9)),
    digits('-', minuteTens, [0, 5], upTo(5)),
  );
  const plus = all(
    digits('\\+', hourOnes, [0, 9], same),
    any(digits('\\+', hourTens, [0, 1], same), texts('\\+', [['2[0-3]:..', '2.:..']])),
    any(
      all(digits('\\+', minuteOnes, [0, 8], next), digits('\\+', minuteTens, [0, 5], same)),
      texts(
        '\\+',
        numbers(0, 4).map((tens) => [`..:${tens}9`, `..:${tens + 1}0`]),
      ),
    ),
  );
  const nextHour = all(
    any(
      all(
        digits('\\+', hourOnes, [0, 8], next),
        any(digits('\\+', hourTens, [0, 1], same), texts('\\+', [['2[0-2]:..', '2.:..']])),
      ),
      texts('\\+', [
        ['09:..', '10:..'],
        ['19:..', '20:..'],
        ['23:..', '00:..'],
      ]),
    ),
    texts('\\+', [['..:59', '..:00']]),
  );
  return any(patternExpr(builder, `23:59:60${FRACTION}[Zz]`), minus, plus, nextHour);
}

/** RFC 3339 appendix A. Units in capitals, as in ISO 8601. */
const DURATION_TIME = 'T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)';
const DURATION_DATE = '(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)';
export const DURATION = `P(?:${DURATION_DATE}(?:${DURATION_TIME})?|${DURATION_TIME}|[0-9]+W)`;
