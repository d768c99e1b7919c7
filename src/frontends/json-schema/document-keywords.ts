import { TypeBits } from '../program-format.js';
import { quoteShort } from './json-text.js';
import { describeKind } from './json-value.js';
import { isSchema, type KeywordLowering, malformed } from './lowering.js';
import { placeBelow } from './place.js';

const DRAFT_2020_12 = 'https://json-schema.org/draft/2020-12/schema';

/** The formats that draft 2020-12 defines, all of them about strings. */
const FORMATS = new Set([
  'date-time',
  'date',
  'time',
  'duration',
  'email',
  'idn-email',
  'hostname',
  'idn-hostname',
  'ipv4',
  'ipv6',
  'uri',
  'uri-reference',
  'iri',
  'iri-reference',
  'uuid',
  'uri-template',
  'json-pointer',
  'relative-json-pointer',
  'regex',
]);

export const lowerFormat: KeywordLowering = (lowering, schema, keyword, value) => {
  const { place } = schema;
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  const shown = quoteShort(value.value);
  if (!FORMATS.has(value.value)) {
    lowering.issues.info({
      place,
      keyword,
      message: `the format ${shown} is not known: it is an annotation`,
    });
  } else if (lowering.formats === 'annotate') {
    lowering.issues.info({
      place,
      keyword,
      message: `the format ${shown} is not enforced (formats: 'annotate')`,
    });
  } else if ((schema.types & TypeBits.string) === 0) {
    lowering.issues.info({ place, keyword, message: "`format` has no effect on the schema's `type`" });
  } else {
    lowering.issues.error('UNSUPPORTED', {
      place,
      keyword,
      message: `the format ${shown} cannot be enforced yet`,
      hint: "pass formats: 'annotate' to take formats as annotations, or write a `pattern`",
    });
  }
  return undefined;
};

export const lowerDefinitions: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'object') {
    return malformed(lowering, schema, keyword, `must be an object, not ${describeKind(value)}`);
  }
  for (const [name, definition] of value.members) {
    lowering.builder.step();
    if (isSchema(definition)) lowering.define(definition, placeBelow(schema.place, keyword, name));
    else {
      const what = describeKind(definition);
      malformed(lowering, schema, keyword, `must hold a schema at ${quoteShort(name)}, not ${what}`);
    }
  }
  return undefined;
};

export const lowerDialect: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  if (value.value === DRAFT_2020_12 || value.value === `${DRAFT_2020_12}#`) return undefined;
  lowering.issues.error('UNSUPPORTED', {
    place: schema.place,
    keyword,
    message: `the dialect ${quoteShort(value.value)} cannot be enforced yet`,
    hint: `only draft 2020-12 can: rewrite the schema for it, with "$schema": "${DRAFT_2020_12}"`,
  });
  return undefined;
};

export const lowerId: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  if (schema.place !== null) {
    lowering.issues.error('UNSUPPORTED', {
      place: schema.place,
      keyword,
      message: '`$id` below the root begins another document, which cannot be followed yet',
      hint: 'remove it, and write references as `#/$defs/NAME`',
    });
  } else if (/#./.test(value.value)) {
    return malformed(
      lowering,
      schema,
      keyword,
      'may not have a fragment',
      'write the part before the `#` only',
    );
  }
  return undefined;
};

/** The root's `$id` without an empty fragment: what a reference to this document may begin with. */
export function idWithoutFragment(id: string): string {
  return id.endsWith('#') ? id.slice(0, -1) : id;
}
