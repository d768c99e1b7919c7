import type { JsonObject } from '../frontends/json-schema/json-value.js';
import { patternFeatures } from './pattern-features.js';
import { type Located, numberOf, textOf } from './schema-document.js';
import type { FindingSink } from './target-report.js';

const FORMATS = new Set([
  ...['email', 'date', 'time', 'date-time', 'duration', 'ipv4', 'ipv6', 'hostname', 'uuid', 'uri'],
  ...['uri-reference', 'uri-template', 'json-pointer', 'relative-json-pointer'],
]);

/** What becomes of a string's keywords; a pattern stands under another keyword where it is one of `patternProperties`. */
export function checkString(sink: FindingSink, at: Located, schema: JsonObject, keyword = 'pattern'): void {
  const pointer = at;
  const pattern = textOf(schema, 'pattern');
  const format = textOf(schema, 'format');
  const decides =
    format !== undefined && FORMATS.has(format) ? 'format' : pattern !== undefined ? 'pattern' : '';
  if (format !== undefined && !FORMATS.has(format)) {
    const hint = `the formats are ${[...FORMATS].join(', ')}`;
    sink.add(
      pointer,
      'format',
      'ignored',
      `the format ${JSON.stringify(format)} is not known and dropped`,
      hint,
    );
  }
  if (format === 'date' || format === 'date-time') {
    sink.add(pointer, 'format', 'weakened', 'every month has 31 days: 30 February passes');
  }
  if (pattern !== undefined && decides === 'format') {
    sink.add(pointer, 'pattern', 'ignored', 'a format hides the pattern beside it', 'leave one of them out');
  }
  if (decides === 'pattern' && pattern !== undefined) checkPattern(sink, pointer, keyword, pattern);
  for (const length of ['minLength', 'maxLength']) {
    if (!schema.members.has(length)) continue;
    if (decides !== '') {
      const hint = decides === 'pattern' ? 'write the length into the pattern' : undefined;
      sink.add(pointer, length, 'ignored', `${length} beside ${decides} is dropped`, hint);
    } else {
      sink.add(
        pointer,
        length,
        'narrowed',
        `with ${length}, no character can be escaped, and a raw tab passes`,
      );
    }
  }
  const [least, most] = [numberOf(schema, 'minLength'), numberOf(schema, 'maxLength')];
  if (least !== undefined && most !== undefined && least > most && decides === '') {
    sink.add(pointer, 'minLength', 'refused', 'minLength is greater than maxLength');
  }
}

function checkPattern(sink: FindingSink, pointer: Located, keyword: string, pattern: string): void {
  const found = patternFeatures(pattern);
  const refused: [boolean, string][] = [
    [found.lookBehind, 'look-behind'],
    [found.backReference, 'back-references'],
    [found.wordBorder, String.raw`\b and \B`],
    [found.unicodeProperty, String.raw`\p and \P`],
    [found.hasNull, 'the character U+0000'],
  ];
  for (const [isUsed, what] of refused) {
    if (isUsed) sink.add(pointer, keyword, 'refused', `${what}: the pattern /${pattern}/ is refused`);
  }
  if (found.lookAhead)
    sink.add(pointer, keyword, 'weakened', `look-ahead is dropped from the pattern /${pattern}/`);
  if (found.innerAnchor) sink.add(pointer, keyword, 'weakened', '^ and $ inside of a pattern are dropped');
  if (!found.isAnchored) {
    const hint = 'write ^ and $ where the whole text is meant, and .* where not';
    sink.add(pointer, keyword, 'narrowed', `the whole text must match /${pattern}/, not a part of it`, hint);
  }
}

const LIMIT = 2 ** 63;
const BOUNDS = ['minimum', 'maximum', 'exclusiveMinimum', 'exclusiveMaximum'];

export function checkNumber(
  sink: FindingSink,
  at: Located,
  schema: JsonObject,
  type: 'number' | 'integer',
): void {
  const pointer = at;
  const bounds = BOUNDS.filter((keyword) => schema.members.has(keyword));
  for (const keyword of bounds) {
    const bound = numberOf(schema, keyword);
    if (bound === undefined) {
      sink.add(pointer, keyword, 'refused', `${keyword} must be a number`);
    } else if (type === 'integer' && !Number.isInteger(bound)) {
      sink.add(pointer, keyword, 'refused', `${keyword} of an integer must be a whole number`);
    } else if (type === 'integer' && Math.abs(bound) >= LIMIT) {
      sink.add(pointer, keyword, 'refused', `${keyword} of an integer must fit into 64 bits`);
    }
  }
  const low = Math.max(
    ...['minimum', 'exclusiveMinimum'].map((keyword) => numberOf(schema, keyword) ?? -Infinity),
  );
  const high = Math.min(
    ...['maximum', 'exclusiveMaximum'].map((keyword) => numberOf(schema, keyword) ?? Infinity),
  );
  if (low > high) sink.add(pointer, 'minimum', 'refused', 'minimum is greater than maximum');
  if (!schema.members.has('multipleOf')) return;
  const factor = numberOf(schema, 'multipleOf') ?? 0;
  if (type === 'number') {
    sink.add(
      pointer,
      'multipleOf',
      'ignored',
      'multipleOf of a number is dropped',
      'write type: integer if whole numbers do',
    );
  } else if (!Number.isInteger(factor) || factor <= 0 || factor > 1024) {
    sink.add(
      pointer,
      'multipleOf',
      'ignored',
      'multipleOf is dropped unless it is a whole number from 1 to 1024',
    );
  } else if (bounds.length > 0) {
    sink.add(
      pointer,
      'multipleOf',
      'ignored',
      'multipleOf beside a bound is dropped unless both ends are bounded',
    );
  }
}
