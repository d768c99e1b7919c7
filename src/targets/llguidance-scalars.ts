import type { JsonValue } from '../frontends/json-schema/json-value.js';
import type { NumberSchema, StringSchema } from './llguidance-schema.js';
import { patternFeatures } from './pattern-features.js';
import type { Located } from './schema-document.js';
import type { FindingSink } from './target-report.js';

type Group = ReadonlyMap<string, JsonValue>;

export const LLGUIDANCE_FORMATS = [
  ...['date-time', 'time', 'date', 'duration', 'email', 'hostname', 'ipv4', 'ipv6', 'uuid', 'uri'],
];

const MAX_FACTOR = 2 ** 32 - 1;

/** A keyword that must be a whole number, spelled as one. */
export function wholeNumber(
  sink: FindingSink,
  at: Located,
  group: Group,
  keyword: string,
): number | undefined {
  const value = group.get(keyword);
  if (value === undefined) return undefined;
  if (value.kind === 'number' && /^[0-9]+$/.test(value.text)) return Number(value.text);
  const hint = 'write it without a point or an exponent';
  sink.add(at, keyword, 'refused', `${keyword} must be spelled as a whole number of 0 or more`, hint);
  return undefined;
}

export function numericSchema(sink: FindingSink, at: Located, group: Group, integer: boolean): NumberSchema {
  const bound = (keyword: string): number | undefined => {
    const value = group.get(keyword);
    if (value === undefined) return undefined;
    if (value.kind === 'number') return Number(value.text);
    sink.add(at, keyword, 'refused', `${keyword} must be a number`);
    return undefined;
  };
  const exclusive = (keyword: string, beside: number | undefined): number | undefined => {
    const value = group.get(keyword);
    return value?.kind === 'boolean' ? (value.value ? beside : undefined) : bound(keyword);
  };
  const [minimum, maximum] = [bound('minimum'), bound('maximum')];
  const factor = bound('multipleOf');
  if (factor !== undefined) {
    const digits = decimalDigits(Math.abs(factor));
    if (factor === 0) sink.add(at, 'multipleOf', 'refused', 'multipleOf must not be 0');
    else if (digits > MAX_FACTOR) {
      sink.add(at, 'multipleOf', 'refused', 'multipleOf has more digits than fit into 32 bits');
    }
  }
  return {
    kind: 'number',
    minimum,
    maximum,
    exclusiveMinimum: exclusive('exclusiveMinimum', minimum),
    exclusiveMaximum: exclusive('exclusiveMaximum', maximum),
    integer,
    at,
  };
}

/** The digits of a decimal without its point, as a number: 0.25 is 25. */
function decimalDigits(value: number): number {
  const [digits = '', exponent = '0'] = value.toExponential().split('e');
  const fraction = (digits.split('.')[1] ?? '').length;
  const shift = Number(exponent) - fraction;
  return Number(digits.replace('.', '')) * (shift > 0 ? 10 ** shift : 1);
}

export function stringSchema(sink: FindingSink, at: Located, group: Group): StringSchema {
  const pattern = group.get('pattern');
  const format = group.get('format');
  if (pattern?.kind === 'string') checkPattern(sink, at, 'pattern', pattern.value);
  else if (pattern !== undefined) sink.add(at, 'pattern', 'refused', 'pattern must be a string');
  if (format?.kind === 'string') {
    if (!LLGUIDANCE_FORMATS.includes(format.value) && format.value !== 'unknown') {
      const message = `the format ${JSON.stringify(format.value)} is not known`;
      const hint = `the formats are ${LLGUIDANCE_FORMATS.join(', ')}; leave others out`;
      sink.add(at, 'format', 'refused', message, hint);
    } else if (format.value === 'date' || format.value === 'date-time') {
      sink.add(at, 'format', 'weakened', '29 February passes in every year');
    }
  } else if (format !== undefined) sink.add(at, 'format', 'refused', 'format must be a string');
  return {
    kind: 'string',
    minLength: wholeNumber(sink, at, group, 'minLength') ?? 0,
    maxLength: wholeNumber(sink, at, group, 'maxLength') ?? Number.POSITIVE_INFINITY,
    literal: pattern !== undefined || format !== undefined ? null : undefined,
  };
}

/** What Rust's syntax and the engine behind it refuse in a pattern. */
export function checkPattern(sink: FindingSink, at: Located, keyword: string, pattern: string): void {
  const found = patternFeatures(pattern);
  const refused: [boolean, string][] = [
    [found.lookAhead || found.lookBehind, 'look-around'],
    [found.backReference, 'back-references'],
    [found.wordBorder, String.raw`\b and \B`],
    [found.innerAnchor, '^ and $ inside of a pattern'],
    [found.oddEscape !== undefined, `the escape ${found.oddEscape}`],
    [found.oddSyntax !== undefined && found.oddSyntax !== 'the class operator &&', `${found.oddSyntax}`],
  ];
  for (const [isUsed, what] of refused) {
    if (!isUsed) continue;
    sink.add(at, keyword, 'refused', `${what}: the pattern /${pattern}/ is refused`);
    return;
  }
}
