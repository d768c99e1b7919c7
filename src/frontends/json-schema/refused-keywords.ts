import { TypeBits } from '../program-format.js';
import { isZero } from './container-keywords.js';
import { canonicalDecimal, countOf } from './decimal.js';
import type { JsonObject, JsonValue } from './json-value.js';
import { isSchema, type KeywordLowering, malformed } from './lowering.js';
import { ALL_TYPES } from './scalar-keywords.js';

/**
 * Keywords that mean something and cannot be enforced yet. None is ignored, except where it provably has no effect:
 * its value says nothing, or the schema's own `type` leaves no value that it speaks about.
 */
interface RefusedKeyword {
  /** Bits of the types that it speaks about. */
  types: number;
  /** What its value must be, in words; null if the value is well-formed. */
  malformed(value: JsonValue): string | null;
  /** Whether it has no effect, given its value and its siblings. */
  idle(value: JsonValue, siblings: JsonObject['members']): boolean;
  hint?: string;
}

const NEVER = (): boolean => false;
const { array: ARRAY, object: OBJECT } = TypeBits;
const NUMBERS = TypeBits.number | TypeBits.integer;

function isTrivial(value: JsonValue): boolean {
  return value.kind === 'boolean' ? value.value : value.kind === 'object' && value.members.size === 0;
}
function isEmptyObject(value: JsonValue): boolean {
  return value.kind === 'object' && value.members.size === 0;
}

const needSchema = (value: JsonValue) => (isSchema(value) ? null : 'a schema (an object or a boolean)');
const needString = (value: JsonValue) => (value.kind === 'string' ? null : 'a string');
const needBoolean = (value: JsonValue) => (value.kind === 'boolean' ? null : 'a boolean');
const needObject = (value: JsonValue) => (value.kind === 'object' ? null : 'an object');
const needCount = (value: JsonValue) =>
  value.kind === 'number' && countOf(value.text) !== null ? null : 'an integer of 0 or more';
const needSchemaList = (value: JsonValue) =>
  value.kind === 'array' && value.items.length > 0 && value.items.every(isSchema)
    ? null
    : 'a list of at least one schema';
const needSchemaMap = (value: JsonValue) =>
  value.kind === 'object' && [...value.members.values()].every(isSchema) ? null : 'an object of schemas';
const needNameLists = (value: JsonValue) =>
  value.kind === 'object' && [...value.members.values()].every(isNameList)
    ? null
    : 'an object of lists of names';

function isNameList(value: JsonValue): boolean {
  return value.kind === 'array' && value.items.every((item) => item.kind === 'string');
}
function needPositive(value: JsonValue): string | null {
  const positive =
    value.kind === 'number' && !/^-/.test(value.text) && canonicalDecimal(value.text) !== '0e0';
  return positive ? null : 'a number above 0';
}

function refused(
  types: number,
  check: RefusedKeyword['malformed'],
  idle: RefusedKeyword['idle'],
  hint?: string,
): RefusedKeyword {
  return hint === undefined ? { types, malformed: check, idle } : { types, malformed: check, idle, hint };
}

const withoutIf = (_value: JsonValue, siblings: JsonObject['members']) => !siblings.has('if');
const withoutContains = (_value: JsonValue, siblings: JsonObject['members']) => !siblings.has('contains');

const REFUSED = new Map<string, RefusedKeyword>([
  ['not', refused(ALL_TYPES, needSchema, (value) => value.kind === 'boolean' && !value.value)],
  [
    'oneOf',
    refused(ALL_TYPES, needSchemaList, NEVER, 'where no value fits two branches, `anyOf` means the same'),
  ],
  [
    'if',
    refused(ALL_TYPES, needSchema, (_value, siblings) => !siblings.has('then') && !siblings.has('else')),
  ],
  ['then', refused(ALL_TYPES, needSchema, withoutIf)],
  ['else', refused(ALL_TYPES, needSchema, withoutIf)],
  ['multipleOf', refused(NUMBERS, needPositive, NEVER)],
  ['uniqueItems', refused(ARRAY, needBoolean, (value) => value.kind === 'boolean' && !value.value)],
  [
    'contains',
    refused(
      ARRAY,
      needSchema,
      (_value, siblings) => isZero(siblings.get('minContains')) && !siblings.has('maxContains'),
    ),
  ],
  ['minContains', refused(ARRAY, needCount, withoutContains)],
  ['maxContains', refused(ARRAY, needCount, withoutContains)],
  ['unevaluatedItems', refused(ARRAY, needSchema, isTrivial)],
  ['patternProperties', refused(OBJECT, needSchemaMap, isEmptyObject)],
  ['propertyNames', refused(OBJECT, needSchema, isTrivial)],
  ['minProperties', refused(OBJECT, needCount, isZero, 'list the names in `required`')],
  ['maxProperties', refused(OBJECT, needCount, NEVER)],
  ['dependentRequired', refused(OBJECT, needNameLists, isEmptyObject)],
  ['dependentSchemas', refused(OBJECT, needSchemaMap, isEmptyObject)],
  ['dependencies', refused(OBJECT, needObject, isEmptyObject)],
  [
    'unevaluatedProperties',
    refused(
      OBJECT,
      needSchema,
      isTrivial,
      'without in-place applicators, `additionalProperties` means the same',
    ),
  ],
  [
    '$anchor',
    refused(ALL_TYPES, needString, NEVER, 'refer to the schema by a pointer such as `#/$defs/NAME`'),
  ],
  ['$dynamicRef', refused(ALL_TYPES, needString, NEVER, 'use `$ref`')],
  ['$dynamicAnchor', refused(ALL_TYPES, needString, NEVER, 'use `$defs` and `$ref`')],
  ['$recursiveRef', refused(ALL_TYPES, needString, NEVER, 'use `$ref`')],
  [
    '$recursiveAnchor',
    refused(
      ALL_TYPES,
      needBoolean,
      (value) => value.kind === 'boolean' && !value.value,
      'use `$defs` and `$ref`',
    ),
  ],
  ['$vocabulary', refused(ALL_TYPES, needObject, NEVER, 'it belongs in a meta-schema: remove it')],
]);

/** Keywords that are reported with another one, which is refused in their stead. */
const COMPANIONS = new Set(['then', 'else', 'minContains', 'maxContains']);

export const refusedKeywords: ReadonlySet<string> = new Set(REFUSED.keys());

export const lowerRefused: KeywordLowering = (lowering, schema, keyword, value) => {
  const rule = REFUSED.get(keyword) as RefusedKeyword;
  const wanted = rule.malformed(value);
  if (wanted !== null) return malformed(lowering, schema, keyword, `must be ${wanted}`);
  const { place } = schema;
  if (rule.idle(value, schema.members)) {
    lowering.issues.info({ place, keyword, message: `\`${keyword}\` has no effect here` });
  } else if ((rule.types & schema.types) === 0) {
    lowering.issues.info({
      place,
      keyword,
      message: `\`${keyword}\` has no effect on the schema's \`type\``,
    });
  } else if (!COMPANIONS.has(keyword)) {
    const message = `\`${keyword}\` cannot be enforced yet`;
    lowering.issues.error('UNSUPPORTED', { place, keyword, message, hint: rule.hint });
  }
  return undefined;
};
