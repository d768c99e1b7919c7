import { dialectOfDraft, draftOfMetaSchema } from './drafts.js';
import { quoteShort } from './json-text.js';
import { describeKind } from './json-value.js';
import { isSchema, type KeywordLowering, malformed, type SchemaObject, warn } from './lowering.js';
import { membersOf } from './object-keywords.js';
import { placeBelow } from './place.js';

/** Definitions are lowered where something refers to them; the others are checked at the end. */
export const lowerDefinitions: KeywordLowering = (lowering, schema, keyword, value) => {
  for (const [name, definition] of membersOf(lowering, schema, keyword, value)) {
    lowering.builder.step();
    if (isSchema(definition))
      lowering.define(schema, definition, placeBelow(placeBelow(schema.place, keyword), name));
    else {
      const what = describeKind(definition);
      malformed(lowering, schema, keyword, `must hold a schema at ${quoteShort(name)}, not ${what}`);
    }
  }
  return undefined;
};

/** `$schema` was read when the resource was found; elsewhere it means nothing. */
export const lowerDialect: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  if (isResourceRoot(schema)) return undefined;
  const root = schema.node.scope.resource.root;
  const own = root.kind === 'object' ? root.members.get('$schema') : undefined;
  const named = withoutEmptyFragment(value.value);
  if (own?.kind === 'string' && withoutEmptyFragment(own.value) === named) return undefined;
  const draft = draftOfMetaSchema(named);
  if (draft !== undefined && schema.dialect === dialectOfDraft(draft)) return undefined;
  const { idKeyword } = schema.dialect;
  const message = `\`$schema\` has no effect below the root of a schema without \`${idKeyword}\``;
  warn(lowering, schema, keyword, message);
  return undefined;
};

function withoutEmptyFragment(uri: string): string {
  return uri.endsWith('#') ? uri.slice(0, -1) : uri;
}

function isResourceRoot(schema: SchemaObject): boolean {
  return schema.node.scope.resource.root === schema.node.value;
}

export const lowerId: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  const hash = value.value.indexOf('#');
  if (hash === -1 || hash === value.value.length - 1) return undefined;
  if (!schema.dialect.refHidesSiblings) {
    if (hash === 0) {
      const message = `\`$id\` is only a fragment, which names nothing in draft ${schema.draft}: it has no effect`;
      warn(lowering, schema, keyword, message);
      return undefined;
    }
    const hint = 'write the part before the `#` only, and the name with `$anchor`';
    return malformed(lowering, schema, keyword, 'may not have a fragment', hint);
  }
  return undefined;
};

const ANCHOR = /^[A-Za-z_][-A-Za-z0-9._]*$/;

export const lowerAnchor: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'string') {
    return malformed(lowering, schema, keyword, `must be a string, not ${describeKind(value)}`);
  }
  if (ANCHOR.test(value.value)) return undefined;
  const hint = 'a name begins with a letter or `_`; letters, digits, `-`, `_` and `.` follow';
  // 2019-09 has no `_` at the beginning and a `:` in its names, which harms nothing here.
  if (schema.draft === '2019-09' && /^[A-Za-z][-A-Za-z0-9.:_]*$/.test(value.value)) return undefined;
  return malformed(lowering, schema, keyword, `is no plain name: ${quoteShort(value.value)}`, hint);
};

export const lowerRecursiveAnchor: KeywordLowering = (lowering, schema, keyword, value) => {
  if (value.kind !== 'boolean') return malformed(lowering, schema, keyword, 'must be a boolean');
  if (value.value && !isResourceRoot(schema)) {
    warn(lowering, schema, keyword, '`$recursiveAnchor` has no effect below the root of a schema');
  }
  return undefined;
};
