import { GrammaskError } from '../../errors.js';
import { TypeBits } from '../program-format.js';
import { regexToExpr } from '../regex/regex-to-expr.js';
import { canonicalDecimal, compareDecimals, countOf } from './decimal.js';
import { DRAFTS, type Draft } from './drafts.js';
import { formatExpression, KNOWN_FORMATS } from './formats/index.js';
import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import {
  checkText,
  inform,
  isTrue,
  type KeywordLowering,
  type Lowering,
  malformed,
  type SchemaObject,
  valueAt,
  warn,
} from './lowering.js';

const TYPE_NAMES = ['null', 'boolean', 'number', 'string', 'array', 'object', 'integer'] as const;
const TYPE_BITS = new Map<string, number>(TYPE_NAMES.map((name) => [name, TypeBits[name]]));
export const ALL_TYPES = 0xff;

/** The bits of a `type` value; undefined where it is malformed. */
export function typeBitsOf(value: JsonValue | undefined, draft: Draft): number | undefined {
  if (value === undefined) return ALL_TYPES;
  const names = value.kind === 'array' ? value.items : [value];
  if (names.length === 0) return undefined;
  let bits = 0;
  for (const name of names) {
    const bit = name.kind === 'string' ? TYPE_BITS.get(name.value) : undefined;
    if (bit === undefined) return undefined;
    // In draft 4 an integer is a way to write a number: `1.0` is none.
    bits |= bit === TypeBits.integer && draft === '4' ? TypeBits.plainInteger : bit;
  }
  return bits;
}

export const lowerType: KeywordLowering = (lowering, schema, keyword, value) => {
  const bits = typeBitsOf(value, schema.draft);
  if (bits !== undefined) return { tag: 'types', bits };
  const hint = `the types are ${TYPE_NAMES.join(', ')}`;
  return malformed(lowering, schema, keyword, 'must be the name of a type, or a list of at least one', hint);
};

export interface LoweredNumber {
  readonly decimal: string;
  readonly index: number;
}

/** The string index of a number as decimal; undefined where it is no number or has no decimal that fits. */
export function lowerNumber(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  text: string,
): LoweredNumber | undefined {
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

function readNumber(lowering: Lowering, schema: SchemaObject, keyword: string): LoweredNumber | undefined {
  const value = valueAt(schema, keyword);
  if (value === undefined) return undefined;
  if (value.kind === 'number') return lowerNumber(lowering, schema, keyword, value.text);
  const hint =
    value.kind === 'boolean'
      ? "boolean bounds are of draft 4: write the bound itself as the value, or pass draft: '4'"
      : undefined;
  return malformed(lowering, schema, keyword, `must be a number, not ${describeKind(value)}`, hint);
}

interface Bound {
  readonly keyword: string;
  readonly number: LoweredNumber | undefined;
}

/** The bounds of one side, closed and open. In draft 4 `exclusive…` is a flag that opens the closed one. */
function readBounds(
  lowering: Lowering,
  schema: SchemaObject,
  closed: string,
  open: string,
): { closed: Bound; open: Bound } {
  const number = readNumber(lowering, schema, closed);
  if (schema.draft !== '4') {
    return {
      closed: { keyword: closed, number },
      open: { keyword: open, number: readNumber(lowering, schema, open) },
    };
  }
  const flag = valueAt(schema, open);
  const none = { keyword: closed, number: undefined };
  if (flag !== undefined && flag.kind !== 'boolean') {
    const hint = 'numbers as exclusive bounds are of draft 6 and later: name the draft with `$schema`';
    malformed(lowering, schema, open, `must be a boolean in draft 4, not ${describeKind(flag)}`, hint);
  } else if (flag !== undefined && valueAt(schema, closed) === undefined) {
    inform(lowering, schema, open, `\`${open}\` has no effect without \`${closed}\``);
  }
  return isTrue(flag)
    ? { closed: none, open: { keyword: closed, number } }
    : { closed: { keyword: closed, number }, open: none };
}

export const lowerNumberKeywords: KeywordLowering = (lowering, schema) => {
  const low = readBounds(lowering, schema, 'minimum', 'exclusiveMinimum');
  const high = readBounds(lowering, schema, 'maximum', 'exclusiveMaximum');
  for (const least of [low.closed, low.open]) {
    for (const most of [high.closed, high.open]) {
      if (least.number === undefined || most.number === undefined) continue;
      const order = compareDecimals(least.number.decimal, most.number.decimal);
      const isOpen = least === low.open || most === high.open;
      if (order > 0 || (order === 0 && isOpen)) {
        warnEmpty(lowering, schema, most.keyword, least.keyword, 'number');
      }
    }
  }
  return {
    tag: 'number',
    minimum: low.closed.number?.index,
    exclusiveMinimum: low.open.number?.index,
    maximum: high.closed.number?.index,
    exclusiveMaximum: high.open.number?.index,
    multipleOf: readMultiple(lowering, schema)?.index,
  };
};

function readMultiple(lowering: Lowering, schema: SchemaObject): LoweredNumber | undefined {
  const value = valueAt(schema, 'multipleOf');
  if (value === undefined) return undefined;
  if (value.kind === 'number' && !value.text.startsWith('-')) {
    const number = lowerNumber(lowering, schema, 'multipleOf', value.text);
    if (number?.decimal !== '0e0') {
      if (number !== undefined) countDigits(lowering, schema, number.decimal);
      return number;
    }
  }
  return malformed(lowering, schema, 'multipleOf', 'must be a number above 0');
}

/** What the engine does with steps takes time by the digits of their least common multiple. It has the same bound. */
const MOST_STEP_DIGITS = 1000;

function countDigits({ steps, issues }: Lowering, { place }: SchemaObject, decimal: string): void {
  const digits = decimal.slice(0, decimal.indexOf('e'));
  if (steps.seen.has(digits)) return;
  steps.seen.add(digits);
  steps.digits += digits.length;
  if (steps.digits <= MOST_STEP_DIGITS) return;
  issues.error('UNSUPPORTED', {
    place,
    keyword: 'multipleOf',
    message: `the values of \`multipleOf\` up to here have more than ${MOST_STEP_DIGITS} digits together`,
    hint: 'use fewer digits, or leave some of them out',
  });
}

/** A length or count; undefined where it is absent or malformed. */
export function readCount(lowering: Lowering, schema: SchemaObject, keyword: string): number | undefined {
  const value = valueAt(schema, keyword);
  if (value === undefined) return undefined;
  const count = value.kind === 'number' ? countOf(value.text) : null;
  if (count !== null) return count;
  return malformed(lowering, schema, keyword, 'must be an integer of 0 or more');
}

/** Two counts, the second at least as large as the first or else a warning. */
export function readRange(
  lowering: Lowering,
  schema: SchemaObject,
  least: string,
  most: string,
  what: string,
): [least: number | undefined, most: number | undefined] {
  const low = readCount(lowering, schema, least);
  const high = readCount(lowering, schema, most);
  if (low !== undefined && high !== undefined && low > high) warnEmpty(lowering, schema, most, least, what);
  return [low, high];
}

function warnEmpty(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  other: string,
  what: string,
): void {
  warn(lowering, schema, keyword, `no ${what} satisfies both \`${other}\` and \`${keyword}\``);
}

export const lowerStringKeywords: KeywordLowering = (lowering, schema) => {
  const [minLength, maxLength] = readRange(lowering, schema, 'minLength', 'maxLength', 'string');
  const pattern = valueAt(schema, 'pattern');
  const exprs = [
    pattern === undefined ? undefined : lowerPattern(lowering, schema, 'pattern', pattern),
    lowerFormat(lowering, schema),
  ].filter((expr) => expr !== undefined);
  const expr = exprs.length === 2 ? lowering.builder.intersect(exprs) : exprs[0];
  if (minLength === undefined && maxLength === undefined && expr === undefined) return undefined;
  return { tag: 'string', minLength, maxLength, pattern: expr };
};

function lowerPattern(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  value: JsonValue,
): number | undefined {
  if (value.kind === 'string') return searchExpr(lowering, schema, keyword, value.value);
  return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
}

/** The expression of the texts in which a pattern is found; undefined where it is reported. */
export function searchExpr(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  pattern: string,
): number | undefined {
  const known = lowering.patterns.get(pattern);
  if (known !== undefined) return known;
  if (!checkText(lowering, schema, keyword, pattern)) return undefined;
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
      keyword,
      message: `\`${keyword}\` ${quoteShort(pattern)}${column}: ${message}`,
      hint,
    });
    return undefined;
  }
}

function lowerFormat(lowering: Lowering, schema: SchemaObject): number | undefined {
  const value = valueAt(schema, 'format');
  if (value === undefined) return undefined;
  if (value.kind !== 'string') {
    return malformed(lowering, schema, 'format', `must be a string, not ${describeKind(value)}`);
  }
  const draft = draftOfFormat(value.value, schema.draft);
  if (draft === undefined) {
    inform(
      lowering,
      schema,
      'format',
      `the format ${quoteShort(value.value)} is not known: it is an annotation`,
    );
    return undefined;
  }
  if (lowering.formats === 'annotate') {
    inform(
      lowering,
      schema,
      'format',
      `the format ${quoteShort(value.value)} is not enforced (formats: 'annotate')`,
    );
    return undefined;
  }
  if ((schema.types & TypeBits.string) === 0) {
    warn(lowering, schema, 'format', "`format` has no effect on the schema's `type`");
    return undefined;
  }
  const expr = formatExpression(value.value, lowering.builder, draft);
  if (expr === undefined) {
    lowering.issues.error('UNSUPPORTED', {
      place: schema.place,
      keyword: 'format',
      message: `the format ${quoteShort(value.value)} cannot be enforced`,
      hint: "pass formats: 'annotate' to take formats as annotations, or write a `pattern`",
    });
  }
  return expr;
}

/** The draft whose format of that name is meant: the schema's own, or else the first one that defines it. */
function draftOfFormat(name: string, draft: Draft): Draft | undefined {
  if (KNOWN_FORMATS[draft].has(name)) return draft;
  return DRAFTS.find((candidate) => KNOWN_FORMATS[candidate].has(name));
}
