import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { createBuildBudget } from '../build-budget.js';
import { jsonFromJs } from '../json-schema/json-from-js.js';
import { parseJsonText } from '../json-schema/json-text.js';
import type { JsonObject, JsonValue } from '../json-schema/json-value.js';
import { type Place, placeBelow } from '../json-schema/place.js';
import { styleWords } from '../json-schema/style.js';
import type { JsonSchemaOptions, JsonStyle } from '../json-schema/types.js';
import { createProgramBuilder } from '../program-builder.js';
import type { GrammarLimits } from '../program-format.js';
import { lowerRules } from '../rules/lower-rules.js';
import { lowerFormat } from './formats.js';
import { createTagRules } from './rule-body.js';
import type { TagContext } from './tag-context.js';
import { tagError } from './tag-error.js';
import { readObject } from './tag-reader.js';

/** Options of a structural tag. */
export interface StructuralTagOptions extends Pick<JsonSchemaOptions, 'draft' | 'formats' | 'resolve'> {
  /**
   * Narrows the JSON in it, word by word. Default: members in the order of the schema (any order where the format says
   * `any_order`), and undeclared ones only where the schema says something of them, or declares none.
   */
  style?: JsonStyle | undefined;
  /**
   * Names of special tokens of the vocabulary that the tag writes as text: wherever one stands in a text of the tag, that
   * token is meant. Free text cannot hold it. Default: none, every text is text.
   */
  specialTokens?: readonly string[] | undefined;
  /** Bounds of the work; `memoryBytes` also bounds the tag as it is read. */
  limits?: GrammarLimits | undefined;
}

export const STRUCTURAL_TAG_OPTIONS = ['style', 'specialTokens', 'draft', 'formats', 'resolve', 'limits'];

/**
 * The program of a structural tag, as XGrammar's JSON writes it. A string is exact JSON text.
 *
 * @throws {GrammaskError} `SYNTAX` for what is no structural tag, with its pointer; what schemas, patterns and grammars
 *   in it are guilty of, below its pointer; `UNSUPPORTED`, `ARGUMENT`, `DEADLINE`, `MEMORY`
 */
export function structuralTagProgram(tag: object | string, options?: StructuralTagOptions): Uint8Array {
  const checked = checkOptions(options, STRUCTURAL_TAG_OPTIONS);
  const { style, limits, draft, formats, resolve } = checked;
  const specialTokens = checkTokenNames(checked.specialTokens);
  // A wrong word is one of the options, not of a format.
  styleWords(style);
  if (typeof tag !== 'string' && (typeof tag !== 'object' || tag === null)) {
    throw expected('an object or JSON text', 'tag', tag);
  }
  const builder = createProgramBuilder(limits);
  const budget = createBuildBudget({ timeoutMs: limits?.timeoutMs, memoryBytes: limits?.memoryBytes });
  const root = typeof tag === 'string' ? parseJsonText(tag, budget) : fromJs(tag, budget);
  const rules = createTagRules(builder, specialTokens);
  const start = rules.reserve('root');
  const errors: ((message: string, hint: string) => Error)[] = [];
  const schemas: JsonSchemaOptions = {};
  if (draft !== undefined) schemas.draft = draft;
  if (formats !== undefined) schemas.formats = formats;
  if (resolve !== undefined) schemas.resolve = resolve;
  if (limits !== undefined) schemas.limits = limits;
  const context: TagContext = {
    builder,
    budget,
    rules,
    body: rules.body(),
    schemas,
    style,
    errorAt: (make) => errors.push(make) - 1,
  };
  context.errorAt((message, hint) => tagError('UNSUPPORTED', null, '', message, hint));
  const format = readRoot(root);
  const around = { place: format.place, depth: 0, endTexts: [], endTokens: [] };
  const node =
    format.structures === undefined
      ? lowerFormat(context, format.value, around)
      : inStructures(format.structures, () => lowerFormat(context, format.value, around));
  rules.set(start, context.body, node);
  const refuse = (offset: number, message: string, hint: string): Error =>
    (errors[offset] as (typeof errors)[number])(message, hint);
  return builder.finish(lowerRules(builder, { rules: rules.rules, root: start, refuse }));
}

function checkTokenNames(names: unknown): readonly string[] {
  if (names === undefined) return [];
  if (!Array.isArray(names) || names.some((name) => typeof name !== 'string' || name === '')) {
    throw expected('a list of names of tokens', 'specialTokens', names);
  }
  return names as string[];
}

function fromJs(tag: object, budget: Parameters<typeof jsonFromJs>[1]): JsonValue {
  try {
    return jsonFromJs(tag, budget);
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'SCHEMA') throw error;
    const message = error.message.replace('the schema is not JSON', 'the structural tag is not JSON');
    const { hint, location } = error;
    throw new GrammaskError('SYNTAX', message, { hint, location });
  }
}

interface Root {
  readonly value: JsonValue;
  readonly place: Place | null;
  /** In the older form, the name of its list of tags. */
  readonly structures?: string;
}

/** The format of a tag; the older form with a list of tags becomes one. */
function readRoot(root: JsonValue): Root {
  if (root.kind === 'object' && !root.members.has('format') && root.members.has('triggers')) {
    const structures = root.members.has('structures') ? 'structures' : 'tags';
    return { value: readLegacy(root, structures), place: null, structures };
  }
  const object = readObject(root, null, 'a structural tag', ['type', 'format']);
  if (object.has('type') && object.text('type') !== 'structural_tag') {
    const hint = 'put the format below: {"type": "structural_tag", "format": {…}}';
    throw object.error('type', '`type` of a structural tag is "structural_tag"', hint);
  }
  return { value: object.value('format'), place: placeBelow(null, 'format') };
}

/** Errors of the format that an older form became point into that form. */
function inStructures<T>(name: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.location === undefined || !('pointer' in error.location))
      throw error;
    const { code, message, hint, location } = error;
    const pointer = location.pointer
      .replace(/^\/tags/, `/${name}`)
      .replace(/^(\/[^/]+\/[0-9]+)\/content(?:\/json_schema)?/, '$1/schema');
    throw new GrammaskError(code, message, { hint, location: { pointer, keyword: location.keyword } });
  }
}

/** `{"structures": [{"begin", "schema", "end"}], "triggers"}`, and the same with `tags`. */
function readLegacy(root: JsonObject, name: string): JsonValue {
  const object = readObject(root, null, 'a structural tag', ['type', name, 'triggers']);
  const tags = object.list(name).map((value, index): JsonValue => {
    const item = readObject(value, placeBelow(placeBelow(null, name), index), 'a structure', [
      'begin',
      'schema',
      'end',
    ]);
    const schema = item.value('schema');
    const content = members({ type: text('json_schema'), json_schema: schema });
    return members({ begin: text(item.text('begin')), content, end: text(item.text('end')) });
  });
  return members({
    type: text('triggered_tags'),
    triggers: object.value('triggers'),
    tags: { kind: 'array', items: tags },
  });
}

const text = (value: string): JsonValue => ({ kind: 'string', value });
const members = (of: Readonly<Record<string, JsonValue>>): JsonObject => ({
  kind: 'object',
  members: new Map(Object.entries(of)),
});
