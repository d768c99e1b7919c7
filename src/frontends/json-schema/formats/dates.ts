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

const two = (value: number): string => String(value).padStart(2, '0');
const numbersBelow = (count: number): number[] => Array.from({ length: count }, (_, i) => i);

/**
 * A second 60 stands only at 23:59 UTC. The local time decides the offset, hour by hour and minute by minute:
 * - behind `-`: hour + offset hour = 23 and minute + offset minute = 59;
 * - behind `+`: minute 59 has offset minute 0 and hour = offset hour - 1; any other minute has offset minute = minute + 1
 *   and the hour is the offset's.
 * So hours and minutes are two conditions on one text, which takes 24 + 60 cases and not 24 × 60.
 */
function leapSecond(builder: ProgramBuilder): number {
  const byHour = (sign: string, hourOfOffset: (hour: number) => number): number =>
    patternExpr(
      builder,
      numbersBelow(24)
        .map((hour) => `${two(hour)}:..:60${FRACTION}${sign}${two(hourOfOffset(hour))}:..`)
        .join('|'),
    );
  const byMinute = (sign: string, minutes: number, minuteOfOffset: (minute: number) => number): number =>
    patternExpr(
      builder,
      numbersBelow(minutes)
        .map((minute) => `..:${two(minute)}:60${FRACTION}${sign}..:${two(minuteOfOffset(minute))}`)
        .join('|'),
    );
  return builder.union([
    patternExpr(builder, `23:59:60${FRACTION}[Zz]`),
    builder.intersect([byHour('-', (hour) => 23 - hour), byMinute('-', 60, (minute) => 59 - minute)]),
    builder.intersect([byHour('\\+', (hour) => hour), byMinute('\\+', 59, (minute) => minute + 1)]),
    patternExpr(
      builder,
      numbersBelow(24)
        .map((hour) => `${two(hour)}:59:60${FRACTION}\\+${two((hour + 1) % 24)}:00`)
        .join('|'),
    ),
  ]);
}

/** RFC 3339 appendix A. Units in capitals, as in ISO 8601. */
const DURATION_TIME = 'T(?:[0-9]+H(?:[0-9]+M(?:[0-9]+S)?)?|[0-9]+M(?:[0-9]+S)?|[0-9]+S)';
const DURATION_DATE = '(?:[0-9]+Y(?:[0-9]+M(?:[0-9]+D)?)?|[0-9]+M(?:[0-9]+D)?|[0-9]+D)';
export const DURATION = `P(?:${DURATION_DATE}(?:${DURATION_TIME})?|${DURATION_TIME}|[0-9]+W)`;
