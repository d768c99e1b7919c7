import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './load-typescript.js';

/** What a JSON Schema holds, as far as types need it. */
export type TypeSchema = { [keyword: string]: unknown };

type ValueKind = 'number' | 'string' | 'array' | 'object';

/** Tags that constrain, which values they speak of, and how their text is read. */
const TAGS: ReadonlyMap<
  string,
  { readonly of: ValueKind; readonly read: 'number' | 'count' | 'text' | 'flag' }
> = new Map([
  ['minimum', { of: 'number', read: 'number' }],
  ['maximum', { of: 'number', read: 'number' }],
  ['exclusiveMinimum', { of: 'number', read: 'number' }],
  ['exclusiveMaximum', { of: 'number', read: 'number' }],
  ['multipleOf', { of: 'number', read: 'number' }],
  ['minLength', { of: 'string', read: 'count' }],
  ['maxLength', { of: 'string', read: 'count' }],
  ['pattern', { of: 'string', read: 'text' }],
  ['format', { of: 'string', read: 'text' }],
  ['minItems', { of: 'array', read: 'count' }],
  ['maxItems', { of: 'array', read: 'count' }],
  ['uniqueItems', { of: 'array', read: 'flag' }],
  ['minProperties', { of: 'object', read: 'count' }],
  ['maxProperties', { of: 'object', read: 'count' }],
  ['asType', { of: 'number', read: 'text' }],
  ['additionalProperties', { of: 'object', read: 'flag' }],
] as const);

/** A tag of a comment, with its text. */
export interface TypeTag {
  readonly name: string;
  readonly text: string;
}

/** The tags of a symbol that constrain its values. */
export function tagsOf(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  symbol: TypeScript.Symbol,
): TypeTag[] {
  return symbol
    .getJsDocTags(checker)
    .filter(({ name }) => TAGS.has(name))
    .map(({ name, text }) => ({ name, text: ts.displayPartsToString(text).trim() }));
}

/** A tag in a comment that begins on the line of what stands before: TypeScript does not read it. */
export function strayTag(ts: TypeScriptApi, node: TypeScript.Node): string | undefined {
  const { text } = node.getSourceFile();
  for (const { pos, end } of ts.getTrailingCommentRanges(text, node.pos) ?? []) {
    const comment = text.slice(pos, end);
    const found = comment.startsWith('/**') ? /@([A-Za-z]+)/.exec(comment)?.[1] : undefined;
    if (found !== undefined && TAGS.has(found)) return found;
  }
  return undefined;
}

/** What is wrong with a tag; thrown by the caller, who knows its place. */
export class TagProblem {
  constructor(
    readonly message: string,
    readonly hint: string,
  ) {}
}

/**
 * The schema with what its tags add.
 *
 * @param kinds the kinds of values that the schema takes, as far as they are known; undefined: any
 * @throws TagProblem
 */
export function withTags(
  schema: TypeSchema,
  tags: readonly TypeTag[],
  kinds: ReadonlySet<string> | undefined,
): TypeSchema {
  let result = schema;
  for (const { name, text } of tags) {
    const { of, read } = TAGS.get(name) as { of: ValueKind; read: string };
    if (kinds !== undefined && !kinds.has(of)) {
      throw new TagProblem(`@${name} speaks of a ${of}, which this is not`, 'leave the tag out');
    }
    const value = readTag(name, text, read);
    if (name === 'asType') {
      if (value !== 'integer') {
        throw new TagProblem(`@asType ${text} is not known`, 'write @asType integer');
      }
      result =
        schema.type === 'number'
          ? { ...result, type: 'integer' }
          : { ...result, allOf: [{ type: 'integer' }] };
    } else if (name === 'additionalProperties') {
      if (schema.type !== 'object') {
        throw new TagProblem('@additionalProperties stands at an object type itself', 'move the tag there');
      }
      if (value === true && result.additionalProperties === false) {
        const { additionalProperties: _, ...open } = result;
        result = open;
      }
    } else if (name in result) {
      result = { ...result, allOf: [...((result.allOf as unknown[]) ?? []), { [name]: value }] };
    } else {
      result = { ...result, [name]: value };
    }
  }
  return result;
}

function readTag(name: string, text: string, read: string): unknown {
  if (read === 'text') {
    if (text !== '') return text;
    throw new TagProblem(`@${name} has no value`, `write it behind the tag: @${name} …`);
  }
  if (read === 'flag') {
    if (text === '' || text === 'true') return true;
    if (text === 'false') return false;
    throw new TagProblem(`@${name} ${text}: expected true or false`, `write @${name} true`);
  }
  const value = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?$/.test(text)
    ? Number(text)
    : Number.NaN;
  if (!Number.isFinite(value) || (read === 'count' && !(Number.isInteger(value) && value >= 0))) {
    const expected = read === 'count' ? 'a whole number of 0 or more' : 'a number';
    throw new TagProblem(`@${name} ${text}: expected ${expected}`, `write only ${expected} behind @${name}`);
  }
  return value;
}
