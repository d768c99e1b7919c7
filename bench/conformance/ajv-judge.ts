// ajv as a second opinion about a text. It has nothing to do with the engine. What it reads otherwise than the drafts do is
// put right beforehand where that is possible, and listed in ajv-differences.ts where it is not.
import { Ajv, type Options } from 'ajv';
import { Ajv2019 } from 'ajv/dist/2019.js';
import { Ajv2020 } from 'ajv/dist/2020.js';
import addFormats, { type FormatName } from 'ajv-formats';
import type { Draft } from './data.js';

/** A schema as ajv reads it. */
export interface AjvJudge {
  /** The keywords that a text fails, with their places; none where it is valid. */
  errors(text: string): readonly AjvError[];
  /** Whether the text is valid while formats are annotations. */
  isValidWithoutFormats(text: string): boolean;
}

export interface AjvError {
  readonly keyword: string;
  readonly message: string;
}

/** The formats of the drafts that ajv-formats has; its others are annotations. */
const FORMATS: readonly FormatName[] = [
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'uri-template',
  'uuid',
  'json-pointer',
  'relative-json-pointer',
  'regex',
];

/**
 * @param draft the draft by which the schema is read
 * @returns why not, where ajv cannot read the schema
 */
export function ajvJudge(schema: string, draft: Draft): AjvJudge | string {
  const prepared = prepareSchema(JSON.parse(schema), draft);
  const attempt = (formats: boolean): Validate | string => {
    // Without the flag `u` where a pattern wants that: escapes such as `\'`.
    const validate = compileAjv(prepared, draft, formats, true);
    if (typeof validate === 'function') return validate;
    const second = compileAjv(prepared, draft, formats, false);
    return typeof second === 'function' ? second : validate;
  };
  const asserting = attempt(true);
  if (typeof asserting === 'string') return asserting;
  let annotating: Validate | string | undefined;
  return {
    errors: (text) => asserting(JSON.parse(text)),
    isValidWithoutFormats(text) {
      annotating ??= attempt(false);
      return typeof annotating === 'function' && annotating(JSON.parse(text)).length === 0;
    },
  };
}

type Validate = (value: unknown) => readonly AjvError[];

function compileAjv(
  schema: unknown,
  draft: Draft,
  validateFormats: boolean,
  unicodeRegExp: boolean,
): Validate | string {
  const Class = draft === '2020-12' ? Ajv2020 : draft === '2019-09' ? Ajv2019 : Ajv;
  const options: Options = {
    validateSchema: false,
    strict: false,
    validateFormats,
    ownProperties: true,
    unicodeRegExp,
    logger: false,
    // The meta-schema is added only where the schema refers to it: a schema may have its `$id`.
    meta: /"\$ref":\s*"https?:\/\/json-schema\.org\//.test(JSON.stringify(schema)),
  };
  try {
    // An instance each: a schema with `$id` would stay in it.
    const ajv = new Class(options);
    if (validateFormats) addFormats.default(ajv as Ajv, [...FORMATS]);
    // The name of `$id` in old dialects: an error there, no keyword at all here.
    ajv.removeKeyword('id');
    if (draft === '2020-12' || draft === '2019-09') ajv.removeKeyword('dependencies');
    const validate = ajv.compile(schema as object);
    return (value) => {
      if (validate(value)) return [];
      return (validate.errors ?? []).map(({ keyword, instancePath, message }) => ({
        keyword,
        message: `${instancePath === '' ? 'the value' : instancePath} ${message ?? keyword}`,
      }));
    };
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

type Schema = Record<string, unknown>;

/** Keywords whose value is a map of names to schemas. */
const MAPS = new Set([
  'properties',
  'patternProperties',
  'definitions',
  '$defs',
  'dependencies',
  'dependentSchemas',
]);
/** Keywords whose value is data. */
const DATA = new Set(['enum', 'const', 'default', 'examples']);
/** What a draft up to 7 has beside `$ref`, and does not look at. */
const IGNORED_BESIDE_REF = new Set([
  ...[
    'type',
    'enum',
    'const',
    'format',
    'pattern',
    'minLength',
    'maxLength',
    'multipleOf',
    'minimum',
    'maximum',
  ],
  ...[
    'exclusiveMinimum',
    'exclusiveMaximum',
    'items',
    'additionalItems',
    'minItems',
    'maxItems',
    'uniqueItems',
  ],
  ...['contains', 'properties', 'patternProperties', 'additionalProperties', 'required', 'minProperties'],
  ...[
    'maxProperties',
    'propertyNames',
    'dependencies',
    'allOf',
    'anyOf',
    'oneOf',
    'not',
    'if',
    'then',
    'else',
  ],
  ...['$id', 'id'],
]);
/** Keywords that came after a draft, which ajv would read all the same. */
const LATER: Partial<Record<Draft, ReadonlySet<string>>> = {
  '4': new Set(['const', 'contains', 'propertyNames', 'if', 'then', 'else', '$id']),
  '6': new Set(['if', 'then', 'else']),
};
/** Keywords of ajv's own. */
const OWN = new Set(['nullable', '$async', 'discriminator', 'formatMinimum', 'formatMaximum']);

/** The schema as ajv has to read it to mean what the draft says. */
function prepareSchema(schema: unknown, draft: Draft): unknown {
  const isOld = draft === '7' || draft === '6' || draft === '4';
  const later = LATER[draft];

  function prepare(node: unknown): unknown {
    if (Array.isArray(node)) return node.map(prepare);
    if (typeof node !== 'object' || node === null) return node;
    const source = node as Schema;
    const isReference = isOld && typeof source.$ref === 'string';
    const result: Schema = Object.create(null);
    for (const [keyword, value] of Object.entries(source)) {
      if (later?.has(keyword) || OWN.has(keyword)) continue;
      if (isReference && IGNORED_BESIDE_REF.has(keyword)) continue;
      if (DATA.has(keyword)) result[keyword] = value;
      else if (MAPS.has(keyword) && isObject(value)) {
        result[keyword] = Object.fromEntries(
          Object.entries(value).map(([name, part]) => [name, prepare(part)]),
        );
      } else result[keyword] = prepare(value);
    }
    if (draft === '4') {
      exclusiveAsNumber(result, 'exclusiveMinimum', 'minimum');
      exclusiveAsNumber(result, 'exclusiveMaximum', 'maximum');
      if (typeof result.id === 'string') {
        result.$id = result.id;
        delete result.id;
      }
    }
    // The dialect is chosen by the class.
    if (typeof result.$schema === 'string') delete result.$schema;
    return { ...result };
  }

  return prepare(schema);
}

function exclusiveAsNumber(schema: Schema, exclusive: string, inclusive: string): void {
  if (typeof schema[exclusive] !== 'boolean') return;
  if (schema[exclusive] && typeof schema[inclusive] === 'number') {
    schema[exclusive] = schema[inclusive];
    delete schema[inclusive];
  } else delete schema[exclusive];
}

function isObject(value: unknown): value is Schema {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
