import { GrammaskError } from '../../errors.js';
import { TypeBits } from '../program-format.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { canonicalDecimal, compareDecimals, countOf } from './decimal.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import { checkText, type KeywordLowering, type Lowering, malformed, type SchemaObject } from './lowering.js';

const TYPE_BITS = new Map<string, number>(Object.entries(TypeBits));
export const ALL_TYPES = 0x7f;

/** The bits of a `type` value; undefined where it is malformed. */
export function typeBitsOf(value: JsonValue | undefined): number | undefined {
  if (value === undefined) return ALL_TYPES;
  const names = value.kind === 'array' ? value.items : [value];
  if (names.length === 0) return undefined;
  let bits = 0;
  for (const name of names) {
    const bit = name.kind === 'string' ? TYPE_BITS.get(name.value) : undefined;
    if (bit === undefined) return undefined;
    bits |= bit;
  }
  return bits;
}

export const lowerType: KeywordLowering = (lowering, schema, keyword, value) => {
  const bits = typeBitsOf(value);
  if (bits !== undefined) return { tag: 'types', bits };
  const hint = `the types are ${[...TYPE_BITS.keys()].join(', ')}`;
  return malformed(lowering, schema, keyword, 'must be the name of a type, or a list of at least one', hint);
};

/** The string index of a number as decimal; undefined where it is no number or has no decimal that fits. */
export function lowerNumber(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  text: string,
): { decimal: string; index: number } | undefined {
  const decimal = canonicalDecimal(text);
  if (decimal !== null) return { decimal, index: lowering.builder.decimal(decimal) };
  lowering.issues.error('UNSUPPORTED', {
    place: schema.place,
    keyword,
    message: `\`${keyword}\` has a number whose exponent has more than 15 digits`,
    hint: 'use a smaller exponent, or leave the bound out',
  });
  return undefined;
}

export const lowerNumberBounds: KeywordLowering = (lowering, schema) => {
  const read = (keyword: string) => {
    const value = schema.members.get(keyword);
    if (value === undefined) return undefined;
    if (value.kind === 'number') return lowerNumber(lowering, schema, keyword, value.text);
    const hint =
      value.kind === 'boolean'
        ? 'boolean bounds are of draft 4: write the bound itself as the value'
        : undefined;
    return malformed(lowering, schema, keyword, `must be a number, not ${describeKind(value)}`, hint);
  };
  const minimum = read('minimum');
  const exclusiveMinimum = read('exclusiveMinimum');
  const maximum = read('maximum');
  const exclusiveMaximum = read('exclusiveMaximum');

  for (const [low, lowKeyword] of [
    [minimum, 'minimum'],
    [exclusiveMinimum, 'exclusiveMinimum'],
  ] as const) {
    for (const [high, highKeyword] of [
      [maximum, 'maximum'],
      [exclusiveMaximum, 'exclusiveMaximum'],
    ] as const) {
      if (low === undefined || high === undefined) continue;
      const order = compareDecimals(low.decimal, high.decimal);
      const open = low === exclusiveMinimum || high === exclusiveMaximum;
      if (order > 0 || (order === 0 && open)) warnEmpty(lowering, schema, highKeyword, lowKeyword, 'number');
    }
  }
  return {
    tag: 'number',
    minimum: minimum?.index,
    exclusiveMinimum: exclusiveMinimum?.index,
    maximum: maximum?.index,
    exclusiveMaximum: exclusiveMaximum?.index,
  };
};

/** A length or count; undefined where it is absent or malformed. */
export function readCount(lowering: Lowering, schema: SchemaObject, keyword: string): number | undefined {
  const value = schema.members.get(keyword);
  if (value === undefined) return undefined;
  const count = value.kind === 'number' ? countOf(value.text) : null;
  if (count !== null) return count;
  return malformed(lowering, schema, keyword, 'must be an integer of 0 or more');
}

export function warnEmpty(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  other: string,
  what: string,
): void {
  lowering.issues.warning({
    place: schema.place,
    keyword,
    message: `no ${what} satisfies both \`${other}\` and \`${keyword}\``,
  });
}

export const lowerStringBounds: KeywordLowering = (lowering, schema) => {
  const minLength = readCount(lowering, schema, 'minLength');
  const maxLength = readCount(lowering, schema, 'maxLength');
  if (minLength !== undefined && maxLength !== undefined && minLength > maxLength) {
    warnEmpty(lowering, schema, 'maxLength', 'minLength', 'string');
  }
  return { tag: 'string', minLength, maxLength, pattern: lowerPattern(lowering, schema) };
};

function lowerPattern(lowering: Lowering, schema: SchemaObject): number | undefined {
  const value = schema.members.get('pattern');
  if (value === undefined) return undefined;
  if (value.kind !== 'string') {
    return malformed(lowering, schema, 'pattern', `must be a string, not ${describeKind(value)}`);
  }
  const pattern = value.value;
  const known = lowering.patterns.get(pattern);
  if (known !== undefined) return known;
  if (!checkText(lowering, schema, 'pattern', pattern)) return undefined;
  try {
    const expr = regexToExpr(lowering.builder, pattern, { mode: 'search' });
    lowering.patterns.set(pattern, expr);
    return expr;
  } catch (error) {
    if (!GrammaskError.isInstance(error) || (error.code !== 'SYNTAX' && error.code !== 'UNSUPPORTED'))
      throw error;
    const { location, message, hint } = error;
    const column = location !== undefined && 'column' in location ? `, column ${location.column}` : '';
    lowering.issues.error(error.code, {
      place: schema.place,
      keyword: 'pattern',
      message: `\`pattern\` ${quoteShort(pattern)}${column}: ${message}`,
      hint,
    });
    return undefined;
  }
}
