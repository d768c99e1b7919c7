import { quoteShort } from '../json-schema/json-text.js';
import { describeKind, type JsonValue } from '../json-schema/json-value.js';
import { type Place, placeBelow } from '../json-schema/place.js';
import { nearestName } from '../rules/nearest-name.js';
import type { LowerFormat, Surroundings, TagContext } from './tag-context.js';
import { tagError } from './tag-error.js';
import {
  anyTokens,
  dispatch,
  excludedTokens,
  tag,
  tagsWithSeparator,
  tokenDispatch,
  tokenNode,
  tokenTriggeredTags,
  triggeredTags,
} from './tag-formats.js';
import { itemPlace, readObject, type TagObject } from './tag-reader.js';
import { anyText, constString, grammar, jsonSchema, regex } from './text-formats.js';

/** Formats in formats up to this depth; the lowering recurses. */
const MAX_DEPTH = 256;

interface FormatKind {
  readonly members: readonly string[];
  lower(context: TagContext, format: TagObject, around: Surroundings, value: JsonValue): number;
}

const child = (around: Surroundings, place: Place): Surroundings => ({
  ...around,
  place,
  depth: around.depth + 1,
});

function lowerContent(context: TagContext, format: TagObject, around: Surroundings): number {
  const place = placeBelow(format.place, 'content');
  return lowerFormat(context, format.value('content'), child(around, place));
}

function lowerElements(context: TagContext, format: TagObject, around: Surroundings): number[] {
  const elements = format.list('elements');
  if (elements.length === 0) throw format.error('elements', `${format.what} needs at least one element`);
  return elements.map((element, index) =>
    lowerFormat(context, element, child(around, itemPlace(format, 'elements', index))),
  );
}

function repeated(
  context: TagContext,
  format: TagObject,
  around: Surroundings,
  min: number,
  max?: number,
): number {
  const offset = context.errorAt((message, hint) =>
    tagError('UNSUPPORTED', format.place, 'max', message, hint),
  );
  return context.body.repeat(lowerContent(context, format, around), min, max, offset);
}

function lowerRepeat(context: TagContext, format: TagObject, around: Surroundings): number {
  const min = format.integer('min');
  const max = format.integer('max');
  if (min < 0) throw format.error('min', '`min` must be 0 or more');
  if (max < -1) throw format.error('max', '`max` must be 0 or more, or -1 for no bound');
  if (max !== -1 && max < min) throw format.error('max', `\`max\` ${max} is less than \`min\` ${min}`);
  return repeated(context, format, around, min, max === -1 ? undefined : max);
}

const lowerWith =
  (context: TagContext): LowerFormat =>
  (value, around) =>
    lowerFormat(context, value, around);

const KINDS: ReadonlyMap<string, FormatKind> = new Map<string, FormatKind>([
  ['const_string', { members: ['value'], lower: constString }],
  [
    'json_schema',
    {
      members: ['json_schema', 'style', 'any_order', 'max_whitespace_cnt'],
      lower: (context, format) => jsonSchema(context, format),
    },
  ],
  [
    'qwen_xml_parameter',
    {
      members: ['json_schema', 'any_order', 'max_whitespace_cnt'],
      lower: (context, format) => jsonSchema(context, format, 'qwen_xml'),
    },
  ],
  ['grammar', { members: ['grammar'], lower: grammar }],
  ['regex', { members: ['pattern'], lower: regex }],
  ['any_text', { members: ['excludes', 'max_tokens', 'max_chars'], lower: anyText }],
  [
    'sequence',
    {
      members: ['elements'],
      lower: (context, format, around) => context.body.concat(lowerElements(context, format, around)),
    },
  ],
  [
    'or',
    {
      members: ['elements'],
      lower: (context, format, around) => context.body.union(lowerElements(context, format, around)),
    },
  ],
  [
    'optional',
    { members: ['content'], lower: (context, format, around) => repeated(context, format, around, 0, 1) },
  ],
  [
    'plus',
    { members: ['content'], lower: (context, format, around) => repeated(context, format, around, 1) },
  ],
  [
    'star',
    { members: ['content'], lower: (context, format, around) => repeated(context, format, around, 0) },
  ],
  ['repeat', { members: ['min', 'max', 'content'], lower: lowerRepeat }],
  [
    'tag',
    {
      members: ['begin', 'content', 'end'],
      lower: (context, _format, around, value) => tag(context, value, around, lowerWith(context)),
    },
  ],
  [
    'triggered_tags',
    {
      members: ['triggers', 'tags', 'at_least_one', 'stop_after_first', 'excludes'],
      lower: (context, format, around) => triggeredTags(context, format, around, lowerWith(context)),
    },
  ],
  [
    'tags_with_separator',
    {
      members: ['tags', 'separator', 'at_least_one', 'stop_after_first'],
      lower: (context, format, around) => tagsWithSeparator(context, format, around, lowerWith(context)),
    },
  ],
  [
    'dispatch',
    {
      members: ['rules', 'loop', 'excludes'],
      lower: (context, format, around) => dispatch(context, format, around, lowerWith(context)),
    },
  ],
  [
    'token',
    { members: ['token'], lower: (context, format) => tokenNode(context, [format.token('token')], false) },
  ],
  ['exclude_token', { members: ['exclude_tokens'], lower: excludedTokens }],
  ['any_tokens', { members: ['exclude_tokens', 'max_tokens'], lower: anyTokens }],
  [
    'token_triggered_tags',
    {
      members: ['trigger_tokens', 'tags', 'exclude_tokens', 'at_least_one', 'stop_after_first'],
      lower: (context, format, around) => tokenTriggeredTags(context, format, around, lowerWith(context)),
    },
  ],
  [
    'token_dispatch',
    {
      members: ['rules', 'loop', 'exclude_tokens'],
      lower: (context, format, around) => tokenDispatch(context, format, around, lowerWith(context)),
    },
  ],
]);

/** The names of the formats. */
export const FORMAT_NAMES: readonly string[] = [...KINDS.keys()];

/** Lowers a format to a node of the tag's body. */
export function lowerFormat(context: TagContext, value: JsonValue, around: Surroundings): number {
  const { place, depth } = around;
  context.builder.step();
  if (depth > MAX_DEPTH) {
    const hint = 'write nested parts as a `grammar`, where rules may refer to each other';
    throw tagError('UNSUPPORTED', place, '', `formats are nested deeper than ${MAX_DEPTH}`, hint);
  }
  if (value.kind !== 'object') {
    throw tagError('SYNTAX', place, '', `a format must be an object, not ${describeKind(value)}`);
  }
  const type = value.members.get('type');
  if (type?.kind !== 'string') {
    throw tagError(
      'SYNTAX',
      place,
      'type',
      'a format needs its `type`',
      `the types are ${FORMAT_NAMES.join(', ')}`,
    );
  }
  const kind = KINDS.get(type.value);
  if (kind === undefined) {
    const near = nearestName(type.value, FORMAT_NAMES);
    const hint = near === undefined ? `the types are ${FORMAT_NAMES.join(', ')}` : `did you mean ${near}?`;
    throw tagError('SYNTAX', place, 'type', `there is no format ${quoteShort(type.value)}`, hint);
  }
  const format = readObject(value, place, `\`${type.value}\``, ['type', ...kind.members]);
  return kind.lower(context, format, around, value);
}
