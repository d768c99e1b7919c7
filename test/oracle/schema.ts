import { type Bound, decimalOf } from './decimal.js';
import { type JsonTree, type JsonTreeObject, memberOf, readJsonTree } from './json-tree.js';

/**
 * A schema with its own assertions, and the schemas that apply to the same value. `enum` and `const` are spelled out in
 * the other keywords: an object that equals {"a": 1} has the member a, which equals 1, and no other.
 */
export interface Schema {
  readonly id: number;
  /** The types that a value may have: those of JSON, and integer. */
  readonly types: readonly string[];
  /** If not null, the one boolean that a value may be. */
  readonly truth: boolean | null;
  /** If not null, the one string that a value may be. */
  readonly text: string | null;
  readonly bounds: readonly { side: 'low' | 'high'; bound: Bound }[];
  readonly minLength: number;
  readonly maxLength: number;
  readonly pattern: string | null;
  readonly minItems: number;
  readonly maxItems: number;
  readonly prefixItems: readonly Schema[];
  readonly items: Schema | null;
  readonly properties: ReadonlyMap<string, Schema>;
  readonly required: readonly string[];
  readonly additional: Schema | null;
  /** Whether `additionalProperties` is written as an object. */
  readonly additionalIsObject: boolean;
  /** What else applies, as the keywords stand in the source; 'members' and 'items' are the
   * places of this schema's own keywords about these. */
  readonly parts: readonly Part[];
}
export type Part =
  | { readonly kind: 'members' | 'items' }
  | { readonly kind: 'all' | 'any'; readonly schemas: () => readonly Schema[] };

export const ALL_TYPES = ['null', 'boolean', 'number', 'string', 'array', 'object'] as const;

type Fields = { -readonly [Key in keyof Schema]: Schema[Key] };

/** Reads a schema's text. */
export function readSchema(text: string): Schema {
  const root = readJsonTree(text);
  const schemas = new Map<JsonTree, Schema>();
  const equals = new Map<JsonTree, Schema>();
  let count = 0;

  function blank(): Fields {
    return {
      id: count++,
      types: ALL_TYPES,
      truth: null,
      text: null,
      bounds: [],
      minLength: 0,
      maxLength: Number.POSITIVE_INFINITY,
      pattern: null,
      minItems: 0,
      maxItems: Number.POSITIVE_INFINITY,
      prefixItems: [],
      items: null,
      properties: new Map(),
      required: [],
      additional: null,
      additionalIsObject: false,
      parts: [{ kind: 'members' }, { kind: 'items' }],
    };
  }

  function schemaOf(tree: JsonTree): Schema {
    let schema = schemas.get(tree);
    if (schema === undefined) {
      const fields = blank();
      schemas.set(tree, fields);
      if (tree.kind === 'object') fill(fields, tree);
      else if (tree.kind !== 'boolean') throw new Error('a schema is an object or a boolean');
      else if (!tree.value) fields.types = [];
      schema = fields;
    }
    return schema;
  }

  function fill(schema: Fields, tree: JsonTreeObject): void {
    const parts: Part[] = [];
    const own = (part: 'members' | 'items'): void => {
      if (!parts.some(({ kind }) => kind === part)) parts.push({ kind: part });
    };
    const bound = (side: 'low' | 'high', value: JsonTree, open: boolean): void => {
      schema.bounds = [...schema.bounds, { side, bound: { value: decimalOf(textOf(value)), open } }];
    };
    for (const [keyword, value] of tree.members) {
      switch (keyword) {
        case 'type':
          schema.types = value.kind === 'array' ? value.items.map(textOf) : [textOf(value)];
          break;
        case 'const':
          parts.push({ kind: 'all', schemas: () => [equalTo(value)] });
          break;
        case 'enum':
          parts.push({ kind: 'any', schemas: () => listOf(value).map(equalTo) });
          break;
        case 'allOf':
          parts.push({ kind: 'all', schemas: () => listOf(value).map(schemaOf) });
          break;
        case 'anyOf':
          parts.push({ kind: 'any', schemas: () => listOf(value).map(schemaOf) });
          break;
        case '$ref':
          parts.push({ kind: 'all', schemas: () => [schemaOf(pointedAt(textOf(value)))] });
          break;
        case 'minimum':
        case 'exclusiveMinimum':
          bound('low', value, keyword === 'exclusiveMinimum');
          break;
        case 'maximum':
        case 'exclusiveMaximum':
          bound('high', value, keyword === 'exclusiveMaximum');
          break;
        case 'minLength':
        case 'maxLength':
        case 'minItems':
        case 'maxItems':
          schema[keyword] = Number(textOf(value));
          if (keyword.endsWith('Items')) own('items');
          break;
        case 'pattern':
          schema.pattern = textOf(value);
          break;
        case 'prefixItems':
          schema.prefixItems = listOf(value).map(schemaOf);
          own('items');
          break;
        case 'items':
          schema.items = schemaOf(value);
          own('items');
          break;
        case 'properties':
          if (value.kind !== 'object') throw new Error('properties is an object');
          schema.properties = new Map(value.members.map(([name, member]) => [name, schemaOf(member)]));
          own('members');
          break;
        case 'required':
          schema.required = listOf(value).map(textOf);
          own('members');
          break;
        case 'additionalProperties':
          schema.additional = schemaOf(value);
          schema.additionalIsObject = value.kind === 'object';
          own('members');
          break;
        case '$defs':
        case 'definitions':
        case '$schema':
        case 'title':
        case 'description':
          break;
        default:
          throw new Error(`the oracle does not know the keyword ${keyword}`);
      }
    }
    own('members');
    own('items');
    schema.parts = parts;
  }

  function equalTo(tree: JsonTree): Schema {
    let schema = equals.get(tree);
    if (schema === undefined) {
      const fields = blank();
      equals.set(tree, fields);
      fields.types = [tree.kind];
      if (tree.kind === 'boolean') fields.truth = tree.value;
      if (tree.kind === 'string') fields.text = tree.value;
      if (tree.kind === 'number') {
        const bound = { value: decimalOf(tree.text), open: false };
        fields.bounds = [
          { side: 'low', bound },
          { side: 'high', bound },
        ];
      }
      if (tree.kind === 'array') {
        fields.prefixItems = tree.items.map(equalTo);
        fields.minItems = tree.items.length;
        fields.maxItems = tree.items.length;
      }
      if (tree.kind === 'object') {
        fields.properties = new Map(tree.members.map(([name, member]) => [name, equalTo(member)]));
        fields.required = tree.members.map(([name]) => name);
        fields.additional = { ...blank(), types: [] };
      }
      schema = fields;
    }
    return schema;
  }

  function pointedAt(reference: string): JsonTree {
    if (!reference.startsWith('#')) throw new Error(`a reference out of the document: ${reference}`);
    let tree = root;
    for (const step of decodeURIComponent(reference.slice(1)).split('/').slice(1)) {
      const key = step.replaceAll('~1', '/').replaceAll('~0', '~');
      const next: JsonTree | undefined =
        tree.kind === 'object'
          ? memberOf(tree, key)
          : tree.kind === 'array'
            ? tree.items[Number(key)]
            : undefined;
      if (next === undefined) throw new Error(`nothing at ${reference}`);
      tree = next;
    }
    return tree;
  }

  return schemaOf(root);
}

function textOf(tree: JsonTree): string {
  if (tree.kind === 'string') return tree.value;
  if (tree.kind === 'number') return tree.text;
  throw new Error('expected a string or a number');
}

function listOf(tree: JsonTree): readonly JsonTree[] {
  if (tree.kind !== 'array') throw new Error('expected a list');
  return tree.items;
}
