import { quoteShort } from './json-text.js';
import { describeKind, type JsonValue } from './json-value.js';
import { isSchema, type KeywordLowering, type Lowering, malformed, type SchemaObject } from './lowering.js';
import { type Place, placeBelow } from './place.js';

export const lowerRef: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  const target = resolve(lowering, schema, keyword, value.value);
  if (target === undefined) return undefined;
  if (!isSchema(target.value)) {
    const what = describeKind(target.value);
    return malformed(
      lowering,
      schema,
      keyword,
      `${quoteShort(value.value)} points at ${what}, not at a schema`,
    );
  }
  const to = lowering.node(target.value, target.place);
  lowering.inPlace(schema, { to, keyword });
  return { tag: 'allOf', nodes: [to] };
};

interface Target {
  value: JsonValue;
  place: Place | null;
}

function resolve(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  reference: string,
): Target | undefined {
  const hash = reference.indexOf('#');
  const document = hash === -1 ? reference : reference.slice(0, hash);
  if (document !== '' && document !== lowering.rootId) {
    return unsupported(
      lowering,
      schema,
      keyword,
      `\`${keyword}\` ${quoteShort(reference)} leaves the document`,
      'copy the schema into `$defs`, and refer to it as `#/$defs/NAME`',
    );
  }
  const fragment = hash === -1 ? '' : decodeFragment(reference.slice(hash + 1));
  if (fragment === undefined) {
    return malformed(lowering, schema, keyword, `${quoteShort(reference)} has a wrong percent escape`);
  }
  if (fragment === '') return { value: lowering.root, place: null };
  if (!fragment.startsWith('/')) {
    return unsupported(
      lowering,
      schema,
      keyword,
      `\`${keyword}\` ${quoteShort(reference)} names an anchor`,
      'refer to the schema by a pointer such as `#/$defs/NAME`',
    );
  }
  return followPointer(lowering, schema, keyword, fragment);
}

function followPointer(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  pointer: string,
): Target | undefined {
  let target: Target = { value: lowering.root, place: null };
  for (const escaped of pointer.slice(1).split('/')) {
    lowering.builder.step();
    if (/~(?![01])/.test(escaped)) {
      return malformed(
        lowering,
        schema,
        keyword,
        `${quoteShort(`#${pointer}`)} has a \`~\` that is not ~0 or ~1`,
      );
    }
    if (target.place !== null && hasOwnBase(target.value)) {
      return unsupported(
        lowering,
        schema,
        keyword,
        `\`${keyword}\` ${quoteShort(`#${pointer}`)} leads into a schema with its own \`$id\``,
        'remove that `$id`',
      );
    }
    const token = escaped.replaceAll('~1', '/').replaceAll('~0', '~');
    const value = step(target.value, token);
    if (value === undefined) {
      const shown = quoteShort(`#${pointer}`);
      return malformed(
        lowering,
        schema,
        keyword,
        `${shown} points at nothing: there is no ${quoteShort(token)}`,
        'define it under `$defs`, and refer to it as `#/$defs/NAME`',
      );
    }
    target = { value, place: placeBelow(target.place, token) };
  }
  return target;
}

function step(value: JsonValue, token: string): JsonValue | undefined {
  if (value.kind === 'object') return value.members.get(token);
  if (value.kind === 'array' && /^(?:0|[1-9][0-9]{0,14})$/.test(token)) return value.items[Number(token)];
  return undefined;
}

/** A reference inside such a schema is relative to its `$id`, so that `#` means another document there. */
function hasOwnBase(value: JsonValue): boolean {
  return value.kind === 'object' && value.members.get('$id')?.kind === 'string';
}

function decodeFragment(fragment: string): string | undefined {
  try {
    return decodeURIComponent(fragment);
  } catch {
    return undefined;
  }
}

function unsupported(
  lowering: Lowering,
  schema: SchemaObject,
  keyword: string,
  message: string,
  hint: string,
): undefined {
  lowering.issues.error('UNSUPPORTED', { place: schema.place, keyword, message, hint });
  return undefined;
}
