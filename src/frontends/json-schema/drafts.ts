import { TypeBits } from '../program-format.js';

/** The drafts of JSON Schema that are understood, oldest first. */
export const DRAFTS = ['4', '6', '7', '2019-09', '2020-12'] as const;
export type Draft = (typeof DRAFTS)[number];

/** Whether a draft is another one or later. */
export function isFrom(draft: Draft, first: Draft): boolean {
  return DRAFTS.indexOf(draft) >= DRAFTS.indexOf(first);
}

/** Where a keyword's value holds schemas. `namesOrSchemas`: a map whose values are schemas or lists of names. */
export type Shape = 'schema' | 'list' | 'schemaOrList' | 'map' | 'namesOrSchemas';

/** The vocabulary of a keyword, by the last part of its URI. */
export type Vocabulary =
  | 'core'
  | 'applicator'
  | 'unevaluated'
  | 'validation'
  | 'format'
  | 'meta-data'
  | 'content';

export interface KeywordFacts {
  readonly keyword: string;
  readonly from: Draft;
  readonly to: Draft;
  readonly vocabulary: Vocabulary;
  readonly shape: Shape | undefined;
  /** Bits of the types that it speaks about; 0 for all, and for what is no assertion. */
  readonly types: number;
  /** Whether it says anything about values, so that a schema means less where a draft does not know it. */
  readonly asserts: boolean;
}

const { array: ARRAY, object: OBJECT, string: STRING } = TypeBits;
const NUMBER = TypeBits.number | TypeBits.integer | TypeBits.plainInteger;

type Row = [keyword: string, from: Draft, to: Draft, shape?: Shape | undefined, types?: number];

const CORE: Row[] = [
  ['$schema', '4', '2020-12'],
  ['id', '4', '4'],
  ['$id', '6', '2020-12'],
  ['$ref', '4', '2020-12'],
  ['$anchor', '2019-09', '2020-12'],
  ['$dynamicRef', '2020-12', '2020-12'],
  ['$dynamicAnchor', '2020-12', '2020-12'],
  ['$recursiveRef', '2019-09', '2019-09'],
  ['$recursiveAnchor', '2019-09', '2019-09'],
  ['$vocabulary', '2019-09', '2020-12'],
  ['$defs', '2019-09', '2020-12', 'map'],
  ['definitions', '4', '2020-12', 'map'],
  ['$comment', '4', '2020-12'],
];

const APPLICATOR: Row[] = [
  ['allOf', '4', '2020-12', 'list'],
  ['anyOf', '4', '2020-12', 'list'],
  ['oneOf', '4', '2020-12', 'list'],
  ['not', '4', '2020-12', 'schema'],
  ['if', '7', '2020-12', 'schema'],
  ['then', '7', '2020-12', 'schema'],
  ['else', '7', '2020-12', 'schema'],
  ['properties', '4', '2020-12', 'map', OBJECT],
  ['patternProperties', '4', '2020-12', 'map', OBJECT],
  ['additionalProperties', '4', '2020-12', 'schema', OBJECT],
  ['propertyNames', '6', '2020-12', 'schema', OBJECT],
  ['dependencies', '4', '2020-12', 'namesOrSchemas', OBJECT],
  ['dependentSchemas', '2019-09', '2020-12', 'map', OBJECT],
  ['items', '4', '2019-09', 'schemaOrList', ARRAY],
  ['items', '2020-12', '2020-12', 'schema', ARRAY],
  ['prefixItems', '2020-12', '2020-12', 'list', ARRAY],
  ['additionalItems', '4', '2019-09', 'schema', ARRAY],
  ['contains', '6', '2020-12', 'schema', ARRAY],
];

const UNEVALUATED: Row[] = [
  ['unevaluatedItems', '2019-09', '2020-12', 'schema', ARRAY],
  ['unevaluatedProperties', '2019-09', '2020-12', 'schema', OBJECT],
];

const VALIDATION: Row[] = [
  ['type', '4', '2020-12'],
  ['enum', '4', '2020-12'],
  ['const', '6', '2020-12'],
  ['multipleOf', '4', '2020-12', undefined, NUMBER],
  ['minimum', '4', '2020-12', undefined, NUMBER],
  ['exclusiveMinimum', '4', '2020-12', undefined, NUMBER],
  ['maximum', '4', '2020-12', undefined, NUMBER],
  ['exclusiveMaximum', '4', '2020-12', undefined, NUMBER],
  ['minLength', '4', '2020-12', undefined, STRING],
  ['maxLength', '4', '2020-12', undefined, STRING],
  ['pattern', '4', '2020-12', undefined, STRING],
  ['minItems', '4', '2020-12', undefined, ARRAY],
  ['maxItems', '4', '2020-12', undefined, ARRAY],
  ['uniqueItems', '4', '2020-12', undefined, ARRAY],
  ['minContains', '2019-09', '2020-12', undefined, ARRAY],
  ['maxContains', '2019-09', '2020-12', undefined, ARRAY],
  ['minProperties', '4', '2020-12', undefined, OBJECT],
  ['maxProperties', '4', '2020-12', undefined, OBJECT],
  ['required', '4', '2020-12', undefined, OBJECT],
  ['dependentRequired', '2019-09', '2020-12', undefined, OBJECT],
];

// Annotations are taken in every draft: no draft gives them another meaning.
const META_DATA = ['title', 'description', 'default', 'examples', 'deprecated', 'readOnly', 'writeOnly'];
const CONTENT = ['contentEncoding', 'contentMediaType', 'contentSchema'];
const PLAIN = new Set(['$schema', '$vocabulary', '$comment', '$defs', 'definitions', 'id', '$id']);

function factsOf(vocabulary: Vocabulary, rows: readonly Row[], asserts: boolean): KeywordFacts[] {
  return rows.map(([keyword, from, to, shape, types = 0]) => ({
    keyword,
    from,
    to,
    vocabulary,
    shape,
    types,
    asserts: asserts && !PLAIN.has(keyword),
  }));
}

const annotations = (names: readonly string[]): Row[] => names.map((name) => [name, '4', '2020-12']);

/** Every keyword of every draft. A keyword whose value changed its form between drafts stands here once for each form. */
export const KEYWORDS: readonly KeywordFacts[] = [
  ...factsOf('core', CORE, true),
  ...factsOf('applicator', APPLICATOR, true),
  ...factsOf('unevaluated', UNEVALUATED, true),
  ...factsOf('validation', VALIDATION, true),
  ...factsOf('format', [['format', '4', '2020-12', undefined, STRING]], true),
  ...factsOf('meta-data', annotations(META_DATA), false),
  ...factsOf('content', annotations(CONTENT), false),
];

/** A dialect: a draft, or a part of one that a meta-schema chose by its vocabularies. */
export interface Dialect {
  readonly draft: Draft;
  /** The keywords in force. */
  readonly keywords: ReadonlyMap<string, KeywordFacts>;
  /** The keyword that names a schema. */
  readonly idKeyword: '$id' | 'id';
  /** Up to draft 7, keywords beside `$ref` have no meaning. */
  readonly refHidesSiblings: boolean;
}

function createDialect(draft: Draft, vocabularies?: ReadonlySet<Vocabulary>): Dialect {
  const keywords = new Map<string, KeywordFacts>();
  for (const facts of KEYWORDS) {
    const isIn = vocabularies === undefined || vocabularies.has(facts.vocabulary);
    if (isIn && isFrom(draft, facts.from) && isFrom(facts.to, draft)) keywords.set(facts.keyword, facts);
  }
  return {
    draft,
    keywords,
    idKeyword: draft === '4' ? 'id' : '$id',
    refHidesSiblings: !isFrom(draft, '2019-09'),
  };
}

const dialects = new Map<Draft, Dialect>(DRAFTS.map((draft) => [draft, createDialect(draft)]));

export function dialectOfDraft(draft: Draft): Dialect {
  return dialects.get(draft) as Dialect;
}

/** The draft that a `$schema` names; undefined for any other meta-schema. */
export function draftOfMetaSchema(uri: string): Draft | undefined {
  const match =
    /^https?:\/\/json-schema\.org\/(?:draft-0([467])\/schema|draft\/(2019-09|2020-12)\/schema)$/.exec(uri);
  return (match?.[1] ?? match?.[2]) as Draft | undefined;
}

const VOCABULARY_URI = /^https:\/\/json-schema\.org\/draft\/(2019-09|2020-12)\/vocab\/([a-z-]+)$/;
const VOCABULARY_NAMES = new Map<string, Vocabulary[]>([
  ['2019-09/core', ['core']],
  ['2019-09/applicator', ['applicator', 'unevaluated']],
  ['2019-09/validation', ['validation']],
  ['2019-09/format', ['format']],
  ['2019-09/meta-data', ['meta-data']],
  ['2019-09/content', ['content']],
  ['2020-12/core', ['core']],
  ['2020-12/applicator', ['applicator']],
  ['2020-12/unevaluated', ['unevaluated']],
  ['2020-12/validation', ['validation']],
  ['2020-12/format-annotation', ['format']],
  ['2020-12/format-assertion', ['format']],
  ['2020-12/meta-data', ['meta-data']],
  ['2020-12/content', ['content']],
]);

/** The draft that the vocabularies of a meta-schema belong to: that of the first one that is known. */
export function draftOfVocabularies(uris: Iterable<string>): Draft | undefined {
  for (const uri of uris) {
    const draft = VOCABULARY_URI.exec(uri)?.[1];
    if (draft !== undefined) return draft as Draft;
  }
  return undefined;
}

/** The vocabulary that a URI means in a draft, as the parts that are known here; undefined for an unknown one. */
export function vocabularyOf(uri: string, draft: Draft): readonly Vocabulary[] | undefined {
  const [, of, name] = VOCABULARY_URI.exec(uri) ?? [];
  return of === draft ? VOCABULARY_NAMES.get(`${of}/${name}`) : undefined;
}

/** The part of a draft that some vocabularies are. The core is always in force. */
export function dialectOfVocabularies(draft: Draft, vocabularies: Iterable<Vocabulary>): Dialect {
  return createDialect(draft, new Set<Vocabulary>(['core', ...vocabularies]));
}
