import { compare, type Decimal, decimalOf, isInteger } from './decimal.js';
import { equalityKey, parseJson } from './json-text.js';
import { type JsonTree, type JsonTreeObject, memberOf } from './json-tree.js';
import { type Draft, isFrom, SchemaDocuments } from './schema-documents.js';

export interface ValidatorOptions {
  /** Where `$schema` is absent; default 2020-12. */
  readonly draft?: Draft;
  /** The text of another document; undefined where there is none. */
  readonly load?: (uri: string) => string | undefined;
}

/** A schema as a judge of JSON values. */
export interface Validator {
  /** Whether a text is JSON and its value fits the schema. */
  text(text: string): boolean;
  tree(tree: JsonTree): boolean;
}

/** What a schema has looked at of a value that fits it: names of members, indices of items. */
interface Seen {
  readonly names: Set<string>;
  readonly items: Set<number>;
}

/** The keywords of vocabularies that a dialect may leave out. */
const VOCABULARIES: readonly (readonly [vocabulary: string, keywords: readonly string[]])[] = [
  [
    'validation',
    (
      'type const enum multipleOf maximum exclusiveMaximum minimum exclusiveMinimum maxLength minLength pattern ' +
      'maxItems minItems uniqueItems maxContains minContains maxProperties minProperties required dependentRequired'
    ).split(' '),
  ],
  [
    'applicator',
    (
      'prefixItems items additionalItems contains additionalProperties properties patternProperties ' +
      'dependentSchemas propertyNames if then else allOf anyOf oneOf not'
    ).split(' '),
  ],
  ['unevaluated', ['unevaluatedItems', 'unevaluatedProperties']],
];

/** The first draft that knows a keyword, where it is not draft 4, and the last, where it is not the last of all. */
const KNOWN: ReadonlyMap<string, readonly [first: Draft, last?: Draft]> = new Map([
  ['const', ['6']],
  ['contains', ['6']],
  ['propertyNames', ['6']],
  ['if', ['7']],
  ['dependentRequired', ['2019-09']],
  ['dependentSchemas', ['2019-09']],
  ['unevaluatedItems', ['2019-09']],
  ['unevaluatedProperties', ['2019-09']],
  ['additionalItems', ['4', '2019-09']],
  ['$recursiveRef', ['2019-09', '2019-09']],
  ['$dynamicRef', ['2020-12']],
  ['prefixItems', ['2020-12']],
] as const);

/**
 * A JSON Schema validator that does what the drafts say, word by word: each schema gives an answer for the one value, and the
 * members and items that it looked at. Numbers are exact decimals. Formats are annotations.
 */
export function naiveValidator(text: string, { draft = '2020-12', load }: ValidatorOptions = {}): Validator {
  const documents = new SchemaDocuments(text, draft, load ?? (() => undefined));
  const patterns = new Map<string, RegExp>();
  let depth = 0;

  function matches(source: string, content: string): boolean {
    let pattern = patterns.get(source);
    if (pattern === undefined) {
      pattern = regExp(source);
      patterns.set(source, pattern);
    }
    return pattern.test(content);
  }

  /** `scope`: the resources on the way to this schema, from the outermost on. Null: the value does not fit. */
  function evaluate(schema: JsonTree, value: JsonTree, outer: readonly string[]): Seen | null {
    const seen: Seen = { names: new Set(), items: new Set() };
    if (schema.kind === 'boolean') return schema.value ? seen : null;
    if (schema.kind !== 'object') throw new Error('the oracle knows schemas that are objects or booleans');
    if (depth > 1_000) throw new Error('the oracle goes in a circle');
    depth += 1;
    try {
      return inObject(schema, value, outer, seen);
    } finally {
      depth -= 1;
    }
  }

  function inObject(
    schema: JsonTreeObject,
    value: JsonTree,
    outer: readonly string[],
    seen: Seen,
  ): Seen | null {
    const { base, dialect } = documents.place(schema);
    const scope = outer.at(-1) === base ? outer : [...outer, base];
    const own = (keyword: string): JsonTree | undefined => memberOf(schema, keyword);
    const at = dialect.draft;

    /** Whether a part fits a schema, whatever that schema looks at. */
    const fits = (part: JsonTree, inner: JsonTree): boolean => evaluate(inner, part, scope) !== null;
    /** Whether the value itself fits; what the schema looks at counts as looked at. */
    const here = (inner: JsonTree): boolean => {
      const found = evaluate(inner, value, scope);
      for (const name of found?.names ?? []) seen.names.add(name);
      for (const index of found?.items ?? []) seen.items.add(index);
      return found !== null;
    };
    const members = value.kind === 'object' ? value.members : [];
    const items = value.kind === 'array' ? value.items : [];
    const has = (name: string): boolean => members.some(([other]) => other === name);
    /** Whether all members that are chosen fit. */
    const chosenMembers = (chosen: (name: string) => boolean, inner: JsonTree): boolean =>
      members.every(([name, member]) => {
        if (!chosen(name)) return true;
        seen.names.add(name);
        return fits(member, inner);
      });
    const itemsFrom = (from: number, inner: JsonTree): boolean =>
      items.every((item, index) => {
        if (index < from) return true;
        seen.items.add(index);
        return fits(item, inner);
      });
    const itemsOneByOne = (schemas: readonly JsonTree[]): boolean =>
      schemas.every((inner, index) => {
        const item = items[index];
        if (item === undefined) return true;
        seen.items.add(index);
        return fits(item, inner);
      });
    const declares = (name: string): boolean => {
      const properties = own('properties');
      const byPattern = own('patternProperties');
      return (
        (properties !== undefined && membersOf(properties).some(([other]) => other === name)) ||
        (byPattern !== undefined && membersOf(byPattern).some(([pattern]) => matches(pattern, name)))
      );
    };
    /** A schema, or the names that must be there too. */
    const dependency = (inner: JsonTree): boolean =>
      inner.kind === 'array' ? inner.items.every((name) => has(stringOf(name))) : here(inner);

    const number = value.kind === 'number' ? decimalOf(value.text) : null;
    const bounded = (operand: JsonTree, right: (order: number) => boolean): boolean =>
      number === null || right(compare(number, decimalOfTree(operand)));
    /** Draft 4 says `exclusiveMinimum: true` beside `minimum`. */
    const strict = (keyword: string): boolean => at === '4' && isTrue(own(keyword));
    const characters = value.kind === 'string' ? [...value.value].length : null;

    function holds(keyword: string, operand: JsonTree): boolean {
      switch (keyword) {
        case '$ref':
          return here(documents.resolve(stringOf(operand), schema));
        case '$dynamicRef':
          return here(dynamicTarget(stringOf(operand), schema, scope));
        case '$recursiveRef':
          return here(recursiveTarget(stringOf(operand), schema, scope));
        case 'allOf':
          return itemsOf(operand).every(here);
        case 'anyOf':
          return itemsOf(operand).filter(here).length > 0;
        case 'oneOf':
          return itemsOf(operand).filter(here).length === 1;
        case 'not':
          return !fits(value, operand);
        case 'if': {
          const branch = own(here(operand) ? 'then' : 'else');
          return branch === undefined || here(branch);
        }
        case 'type':
          return (operand.kind === 'array' ? operand.items : [operand]).some((type) =>
            hasType(value, stringOf(type), at),
          );
        case 'const':
          return equalityKey(value) === equalityKey(operand);
        case 'enum':
          return itemsOf(operand).some((each) => equalityKey(each) === equalityKey(value));

        case 'minimum':
          return bounded(operand, (order) => (strict('exclusiveMinimum') ? order > 0 : order >= 0));
        case 'maximum':
          return bounded(operand, (order) => (strict('exclusiveMaximum') ? order < 0 : order <= 0));
        case 'exclusiveMinimum':
          return at === '4' || bounded(operand, (order) => order > 0);
        case 'exclusiveMaximum':
          return at === '4' || bounded(operand, (order) => order < 0);
        case 'multipleOf':
          return number === null || isMultiple(number, decimalOfTree(operand));

        case 'minLength':
          return characters === null || characters >= countOf(operand);
        case 'maxLength':
          return characters === null || characters <= countOf(operand);
        case 'pattern':
          return value.kind !== 'string' || matches(stringOf(operand), value.value);

        case 'minItems':
          return value.kind !== 'array' || items.length >= countOf(operand);
        case 'maxItems':
          return value.kind !== 'array' || items.length <= countOf(operand);
        case 'uniqueItems':
          return !isTrue(operand) || new Set(items.map(equalityKey)).size === items.length;
        case 'prefixItems':
          return itemsOneByOne(itemsOf(operand));
        case 'items': {
          if (operand.kind === 'array') return itemsOneByOne(operand.items);
          const prefix = at === '2020-12' ? own('prefixItems') : undefined;
          return itemsFrom(prefix === undefined ? 0 : itemsOf(prefix).length, operand);
        }
        case 'additionalItems': {
          const list = own('items');
          return list?.kind !== 'array' || itemsFrom(list.items.length, operand);
        }
        case 'contains': {
          if (value.kind !== 'array') return true;
          const found = [...items.keys()].filter((index) => fits(items[index] as JsonTree, operand));
          if (at === '2020-12') for (const index of found) seen.items.add(index);
          const [least, most] = isFrom(at, '2019-09') ? [own('minContains'), own('maxContains')] : [];
          return (
            found.length >= (least === undefined ? 1 : countOf(least)) &&
            (most === undefined || found.length <= countOf(most))
          );
        }

        case 'minProperties':
          return value.kind !== 'object' || members.length >= countOf(operand);
        case 'maxProperties':
          return value.kind !== 'object' || members.length <= countOf(operand);
        case 'required':
          return value.kind !== 'object' || itemsOf(operand).every((name) => has(stringOf(name)));
        case 'properties':
          return membersOf(operand).every(([name, inner]) => chosenMembers((other) => other === name, inner));
        case 'patternProperties':
          return membersOf(operand).every(([pattern, inner]) =>
            chosenMembers((name) => matches(pattern, name), inner),
          );
        case 'additionalProperties':
          return chosenMembers((name) => !declares(name), operand);
        case 'propertyNames':
          return members.every(([name]) => fits({ kind: 'string', value: name }, operand));
        case 'dependentRequired':
        case 'dependentSchemas':
        case 'dependencies':
          return membersOf(operand).every(([name, inner]) => !has(name) || dependency(inner));

        case 'unevaluatedItems':
          return items.every((item, index) => {
            if (seen.items.has(index)) return true;
            seen.items.add(index);
            return fits(item, operand);
          });
        case 'unevaluatedProperties': {
          const before = new Set(seen.names);
          return chosenMembers((name) => !before.has(name), operand);
        }
        default:
          return true;
      }
    }

    const isKnown = (keyword: string): boolean => {
      const [first, last] = KNOWN.get(keyword) ?? ['4'];
      if (!isFrom(at, first as Draft) || (last !== undefined && !isFrom(last, at))) return false;
      const vocabulary = VOCABULARIES.find(([, keywords]) => keywords.includes(keyword))?.[0];
      return vocabulary === undefined || (dialect.vocabularies?.has(vocabulary) ?? true);
    };
    const alone = !isFrom(at, '2019-09') && own('$ref')?.kind === 'string';
    const keywords = schema.members.filter(([keyword]) => isKnown(keyword) && (!alone || keyword === '$ref'));
    const last = (keyword: string): boolean => keyword.startsWith('unevaluated');
    for (const [keyword, operand] of keywords) if (!last(keyword) && !holds(keyword, operand)) return null;
    for (const [keyword, operand] of keywords) if (last(keyword) && !holds(keyword, operand)) return null;
    return seen;
  }

  function dynamicTarget(reference: string, from: JsonTree, scope: readonly string[]): JsonTree {
    const target = documents.resolve(reference, from);
    const anchor = reference.slice(reference.indexOf('#') + 1);
    if (documents.dynamic(documents.place(target).base, anchor) !== target) return target;
    for (const base of scope) {
      const other = documents.dynamic(base, anchor);
      if (other !== undefined) return other;
    }
    return target;
  }

  function recursiveTarget(reference: string, from: JsonTree, scope: readonly string[]): JsonTree {
    const recursive = (tree: JsonTree): boolean =>
      tree.kind === 'object' && isTrue(memberOf(tree, '$recursiveAnchor'));
    const target = documents.resolve(reference, from);
    if (!recursive(target)) return target;
    return scope.map((base) => documents.resource(base)).find(recursive) ?? target;
  }

  const tree = (value: JsonTree): boolean => evaluate(documents.root, value, []) !== null;
  return {
    tree,
    text(text) {
      const value = parseJson(text);
      return value !== null && tree(value);
    },
  };
}

/** ECMA-262 with the flag u; without it where the pattern is none with it. */
function regExp(source: string): RegExp {
  try {
    return new RegExp(source, 'u');
  } catch {
    return new RegExp(source);
  }
}

function hasType(value: JsonTree, type: string, draft: Draft): boolean {
  if (type !== 'integer') return value.kind === type;
  if (value.kind !== 'number') return false;
  return draft === '4' ? /^-?\d+$/.test(value.text) : isInteger(decimalOf(value.text));
}

/** Whether a ÷ b is an integer, without writing out powers of ten that may be as large as one likes. */
export function isMultiple(a: Decimal, b: Decimal): boolean {
  const [divisor, shift] = [b.mantissa, a.exponent - b.exponent];
  if (a.mantissa === 0n) return true;
  // a ÷ b = a.mantissa × 10^shift ÷ divisor
  if (shift >= 0n) return (a.mantissa * powerOfTen(shift, divisor)) % divisor === 0n;
  if (-shift > BigInt(String(a.mantissa).length)) return false;
  return a.mantissa % (divisor * 10n ** -shift) === 0n;
}

/** 10^exponent modulo `modulus`. */
function powerOfTen(exponent: bigint, modulus: bigint): bigint {
  let result = 1n;
  let square = 10n;
  for (let rest = exponent; rest > 0n; rest >>= 1n) {
    if ((rest & 1n) === 1n) result = (result * square) % modulus;
    square = (square * square) % modulus;
  }
  return result;
}

function stringOf(tree: JsonTree): string {
  if (tree.kind !== 'string') throw new Error('the oracle expects a string');
  return tree.value;
}

function itemsOf(tree: JsonTree): readonly JsonTree[] {
  if (tree.kind !== 'array') throw new Error('the oracle expects a list');
  return tree.items;
}

function membersOf(tree: JsonTree): readonly (readonly [string, JsonTree])[] {
  if (tree.kind !== 'object') throw new Error('the oracle expects an object');
  return tree.members;
}

function decimalOfTree(tree: JsonTree): Decimal {
  if (tree.kind !== 'number') throw new Error('the oracle expects a number');
  return decimalOf(tree.text);
}

function countOf(tree: JsonTree): number {
  const value = decimalOfTree(tree);
  return Number(value.mantissa) * 10 ** Number(value.exponent);
}

function isTrue(tree: JsonTree | undefined): boolean {
  return tree?.kind === 'boolean' && tree.value;
}
