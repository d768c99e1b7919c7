import { lowerAllOf, lowerAnyOf, lowerIf, lowerNot, lowerOneOf } from './applicators.js';
import { lowerArrayKeywords, lowerContains } from './array-keywords.js';
import { lowerConst, lowerEnum } from './constants.js';
import {
  lowerAnchor,
  lowerDefinitions,
  lowerDialect,
  lowerId,
  lowerRecursiveAnchor,
} from './document-keywords.js';
import { type KeywordLowering, malformed } from './lowering.js';
import {
  lowerChild,
  lowerDependencies,
  lowerDependentRequired,
  lowerDependentSchemas,
  lowerObjectKeywords,
} from './object-keywords.js';
import { lowerDynamicRef, lowerRecursiveRef, lowerRef } from './references.js';
import { lowerNumberKeywords, lowerStringKeywords, lowerType } from './scalar-keywords.js';

/** How a keyword is lowered. Keywords of one group share one record, where the first of them stands. */
export interface KeywordRule {
  readonly lower: KeywordLowering;
  readonly group?: string;
}

const ignore: KeywordLowering = () => undefined;

/** What is evaluated elsewhere is known when all schemas are lowered; until then the schema is kept. */
const lowerUnevaluated: KeywordLowering = (lowering, schema, keyword, value) => {
  const node = lowerChild(lowering, schema, keyword, value);
  if (node !== undefined) {
    schema.node[keyword as 'unevaluatedItems' | 'unevaluatedProperties'] = node;
    lowering.later(schema.node);
  }
  return undefined;
};

const lowerVocabulary: KeywordLowering = (lowering, schema, keyword, value) =>
  value.kind === 'object' ? undefined : malformed(lowering, schema, keyword, 'must be an object');

const RULES = new Map<string, KeywordRule>();

for (const [lower, ...keywords] of [
  [lowerDialect, '$schema'],
  [lowerId, '$id', 'id'],
  [lowerAnchor, '$anchor', '$dynamicAnchor'],
  [lowerRecursiveAnchor, '$recursiveAnchor'],
  [lowerVocabulary, '$vocabulary'],
  [lowerRef, '$ref'],
  [lowerDynamicRef, '$dynamicRef'],
  [lowerRecursiveRef, '$recursiveRef'],
  [lowerDefinitions, '$defs', 'definitions'],
  [lowerType, 'type'],
  [lowerEnum, 'enum'],
  [lowerConst, 'const'],
  [lowerAllOf, 'allOf'],
  [lowerAnyOf, 'anyOf'],
  [lowerOneOf, 'oneOf'],
  [lowerNot, 'not'],
  [lowerDependentRequired, 'dependentRequired'],
  [lowerDependentSchemas, 'dependentSchemas'],
  [lowerDependencies, 'dependencies'],
  [lowerUnevaluated, 'unevaluatedItems', 'unevaluatedProperties'],
  [ignore, '$comment', 'title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'],
  [ignore, 'contentEncoding', 'contentMediaType', 'contentSchema'],
] as [KeywordLowering, ...string[]][]) {
  for (const keyword of keywords) RULES.set(keyword, { lower });
}

for (const [group, lower, ...keywords] of [
  ['number', lowerNumberKeywords, 'minimum', 'exclusiveMinimum', 'maximum', 'exclusiveMaximum', 'multipleOf'],
  ['string', lowerStringKeywords, 'minLength', 'maxLength', 'pattern', 'format'],
  ['array', lowerArrayKeywords, 'items', 'prefixItems', 'additionalItems'],
  ['array', lowerArrayKeywords, 'minItems', 'maxItems', 'uniqueItems'],
  ['contains', lowerContains, 'contains', 'minContains', 'maxContains'],
  ['object', lowerObjectKeywords, 'properties', 'patternProperties', 'additionalProperties', 'required'],
  ['object', lowerObjectKeywords, 'propertyNames', 'minProperties', 'maxProperties'],
  ['if', lowerIf, 'if', 'then', 'else'],
] as [string, KeywordLowering, ...string[]][]) {
  for (const keyword of keywords) RULES.set(keyword, { lower, group });
}

export function ruleOf(keyword: string): KeywordRule | undefined {
  return RULES.get(keyword);
}
