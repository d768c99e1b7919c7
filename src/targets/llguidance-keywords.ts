import type { JsonValue } from '../frontends/json-schema/json-value.js';
import { textOf } from './schema-document.js';

export type LlguidanceDraft = '4' | '6' | '7' | '2019-09' | '2020-12';

const ORDER: readonly LlguidanceDraft[] = ['4', '6', '7', '2019-09', '2020-12'];

/** Keywords that it builds grammars from. */
export const SUPPORTED: ReadonlySet<string> = new Set([
  ...['anyOf', 'oneOf', 'allOf', '$ref', 'const', 'enum', 'type'],
  ...['items', 'additionalItems', 'prefixItems', 'minItems', 'maxItems'],
  ...[
    'properties',
    'additionalProperties',
    'patternProperties',
    'required',
    'minProperties',
    'maxProperties',
  ],
  ...['minLength', 'maxLength', 'pattern', 'format'],
  ...['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum', 'multipleOf'],
]);

/** Keywords that say nothing about values. */
export const META: ReadonlySet<string> = new Set([
  ...[
    '$anchor',
    '$defs',
    'definitions',
    '$schema',
    '$id',
    'id',
    '$comment',
    'title',
    'description',
    'default',
  ],
  ...['readOnly', 'writeOnly', 'examples', 'contentMediaType', 'contentEncoding'],
]);

/** Since when a keyword is known. What a draft does not know is passed over without a word, as the draft says. */
const KNOWN_SINCE: Readonly<Record<string, LlguidanceDraft>> = {
  ...since('4', [
    '$ref',
    '$schema',
    'additionalItems',
    'additionalProperties',
    'allOf',
    'anyOf',
    'dependencies',
  ]),
  ...since('4', ['enum', 'exclusiveMaximum', 'exclusiveMinimum', 'format', 'items', 'maxItems', 'maxLength']),
  ...since('4', [
    'maxProperties',
    'maximum',
    'minItems',
    'minLength',
    'minProperties',
    'minimum',
    'multipleOf',
  ]),
  ...since('4', [
    'not',
    'oneOf',
    'pattern',
    'patternProperties',
    'properties',
    'required',
    'type',
    'uniqueItems',
  ]),
  ...since('6', ['$id', 'const', 'contains', 'propertyNames', 'contentEncoding', 'contentMediaType']),
  ...since('7', ['if', 'then', 'else']),
  ...since('2019-09', ['$anchor', '$defs', '$recursiveAnchor', '$recursiveRef', 'dependentRequired']),
  ...since('2019-09', ['dependentSchemas', 'maxContains', 'minContains', 'prefixItems']),
  ...since('2019-09', ['unevaluatedItems', 'unevaluatedProperties']),
  ...since('2020-12', ['$dynamicAnchor', '$dynamicRef']),
};

export const UNSUPPORTED_HINTS: ReadonlyMap<string, string> = new Map([
  ['not', 'list what is allowed instead, or check the finished value'],
  ['uniqueItems', 'leave it out (even uniqueItems: false is refused) and check the finished value'],
  ['dependencies', 'write an anyOf of the cases'],
  ['dependentRequired', 'write an anyOf of the cases'],
  ['dependentSchemas', 'write an anyOf of the cases'],
  ['if', 'write an anyOf of the cases'],
  ['then', 'write an anyOf of the cases'],
  ['else', 'write an anyOf of the cases'],
  ['propertyNames', 'write patternProperties and additionalProperties: false'],
  ['unevaluatedProperties', 'write additionalProperties where the names are known'],
  ['unevaluatedItems', 'write items where the number of items is known'],
  ['$dynamicRef', 'write $ref'],
]);

function since(draft: LlguidanceDraft, names: readonly string[]): Record<string, LlguidanceDraft> {
  return Object.fromEntries(names.map((name) => [name, draft]));
}

export function isKnown(keyword: string, draft: LlguidanceDraft): boolean {
  const first = Object.hasOwn(KNOWN_SINCE, keyword) ? KNOWN_SINCE[keyword] : undefined;
  return first !== undefined && ORDER.indexOf(draft) >= ORDER.indexOf(first);
}

/** The draft that a schema's own `$schema` names; the outer one where it has none. */
export function draftAt(value: JsonValue, outer: LlguidanceDraft): LlguidanceDraft {
  const uri = value.kind === 'object' ? textOf(value, '$schema') : undefined;
  if (uri === undefined) return outer;
  const [, old, new_] = DRAFT_URI.exec(uri) ?? [];
  return ((old ?? new_) as LlguidanceDraft | undefined) ?? '2020-12';
}

const DRAFT_URI =
  /^https?:\/\/json-schema\.org\/(?:draft-0([467])\/schema|draft\/(2019-09|2020-12)\/schema)#?$/;

/** Whether a `$schema` names a meta-schema that it has, or one that is none of json-schema.org's. */
export function isForeignMetaSchema(uri: string): boolean {
  return !DRAFT_URI.test(uri) && !/^https?:\/\/json-schema\.org\/draft-03\/schema#?$/.test(uri);
}
