import type { JsonValue } from '../frontends/json-schema/json-value.js';
import { placeBelow } from '../frontends/json-schema/place.js';
import { type Located, type SchemaDocument, textOf } from './schema-document.js';
import type { FindingSink } from './target-report.js';

/** Where XGrammar follows a reference to. It splits at `/` and undoes no escape; other documents mean any value. */
export function followXgrammarReference(
  document: SchemaDocument,
  at: Located,
  value: JsonValue,
  sink: FindingSink,
): Located | undefined {
  const pointer = at;
  if (value.kind !== 'string') {
    sink.add(pointer, '$ref', 'refused', '$ref must be a string');
    return undefined;
  }
  if (value.value === '#') return document.root;
  if (!value.value.startsWith('#/')) {
    const hint = 'refer to a place under $defs, as #/$defs/name';
    sink.add(
      pointer,
      '$ref',
      'ignored',
      'a reference that does not begin with #/ means any JSON value',
      hint,
    );
    return undefined;
  }
  const target = walkRaw(document, value.value);
  if (target !== undefined) return target;
  const hint = 'choose a name without / ~ and % for what it refers to';
  sink.add(pointer, '$ref', 'refused', 'the reference leads nowhere: escapes in it are not undone', hint);
  return undefined;
}

function walkRaw(document: SchemaDocument, reference: string): Located | undefined {
  let { value, place } = document.root;
  for (const name of reference.slice(2).split('/')) {
    const next: JsonValue | undefined =
      value.kind === 'object'
        ? value.members.get(name)
        : value.kind === 'array' && /^[0-9]+$/.test(name)
          ? value.items[Number(name)]
          : undefined;
    if (next === undefined) return undefined;
    value = next;
    place = placeBelow(place, name);
  }
  return { value, place };
}

/** Whether the branches of a `oneOf` have types or constants that no two share. What is not clear counts as shared. */
export function xgrammarBranchesApart(
  document: SchemaDocument,
  at: Located,
  branches: readonly JsonValue[],
): boolean {
  const seen = new Set<string>();
  for (const branch of branches) {
    const kinds = kindsOf(document, at, branch);
    if (kinds === undefined || kinds.some((kind) => seen.has(kind) || seen.has(kind.split(' ')[0] as string)))
      return false;
    for (const kind of kinds) {
      if (!kind.includes(' ') && [...seen].some((other) => other.startsWith(`${kind} `))) return false;
    }
    for (const kind of kinds) seen.add(kind);
  }
  return true;
}

/** Types of a branch, or `type constant`; undefined where it is not clear. */
function kindsOf(document: SchemaDocument, at: Located, branch: JsonValue): string[] | undefined {
  let schema = branch;
  for (let hops = 0; hops < 8 && schema.kind === 'object'; hops++) {
    const reference = textOf(schema, '$ref');
    if (reference === undefined) break;
    schema = (reference === '#' ? at : walkRaw(document, reference))?.value ?? { kind: 'null' };
  }
  if (schema.kind !== 'object') return undefined;
  const constants = schema.members.get('enum');
  const constant = schema.members.get('const');
  const items =
    constant !== undefined ? [constant] : constants?.kind === 'array' ? constants.items : undefined;
  if (items !== undefined) {
    return items.map((item) =>
      item.kind === 'string'
        ? `string ${item.value}`
        : item.kind === 'number'
          ? `number ${Number(item.text)}`
          : item.kind === 'boolean'
            ? `boolean ${item.value}`
            : item.kind,
    );
  }
  if (
    ['anyOf', 'oneOf', 'allOf'].some((keyword) => schema.kind === 'object' && schema.members.has(keyword))
  ) {
    return undefined;
  }
  const type = schema.members.get('type');
  const names = type?.kind === 'array' ? type.items : type === undefined ? [] : [type];
  if (names.length === 0) return undefined;
  return names.map((name) =>
    name.kind !== 'string' ? '' : name.value === 'integer' ? 'number' : name.value,
  );
}
