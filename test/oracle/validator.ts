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
  const judge = new Judge(new SchemaDocuments(text, draft, load ?? (() => undefined)));
  return {
    tree: (value) => judge.fits(value),
    text(text) {
      const value = parseJson(text);
      return value !== null && judge.fits(value);
    },
  };
}

type Members = JsonTreeObject['members'];

class Judge {
  readonly #documents: SchemaDocuments;
  readonly #patterns = new Map<string, RegExp>();
  readonly #keywords = new Map<JsonTree, Members>();
  readonly #keys = new Map<JsonTree, string>();
  #depth = 0;

  constructor(documents: SchemaDocuments) {
    this.#documents = documents;
  }

  fits(value: JsonTree): boolean {
    return this.evaluate(this.#documents.root, value, []) !== null;
  }

  /** `outer`: the resources on the way to this schema, from the outermost on. Null: the value does not fit. */
  evaluate(schema: JsonTree, value: JsonTree, outer: readonly string[]): Seen | null {
    if (schema.kind === 'boolean') return schema.value ? { names: new Set(), items: new Set() } : null;
    if (schema.kind !== 'object') throw new Error('the oracle knows schemas that are objects or booleans');
    if (this.#depth > 1_000) throw new Error('the oracle goes in a circle');
    const { base, dialect } = this.#documents.place(schema);
    const scope = outer.at(-1) === base ? outer : [...outer, base];
    this.#depth += 1;
    try {
      const question = new Question(this, schema, value, scope, dialect.draft);
      for (const [keyword, operand] of this.#keywordsOf(schema)) {
        if (!question.holds(keyword, operand)) return null;
      }
      return question.seen;
    } finally {
      this.#depth -= 1;
    }
  }

  /** The keywords that count; `unevaluated…` come last, since they ask what the others have looked at. */
  #keywordsOf(schema: JsonTreeObject): Members {
    let found = this.#keywords.get(schema);
    if (found !== undefined) return found;
    const { draft: at, vocabularies } = this.#documents.place(schema).dialect;
    const isKnown = (keyword: string): boolean => {
      const [first, last] = KNOWN.get(keyword) ?? ['4'];
      if (!isFrom(at, first as Draft) || (last !== undefined && !isFrom(last, at))) return false;
      const vocabulary = VOCABULARIES.find(([, all]) => all.includes(keyword))?.[0];
      return vocabulary === undefined || (vocabularies?.has(vocabulary) ?? true);
    };
    // Up to draft 7, nothing counts beside $ref.
    const alone = !isFrom(at, '2019-09') && memberOf(schema, '$ref')?.kind === 'string';
    const known = schema.members.filter(([keyword]) => isKnown(keyword) && (!alone || keyword === '$ref'));
    const isLast = ([keyword]: readonly [string, JsonTree]): boolean => keyword.startsWith('unevaluated');
    found = [...known.filter((each) => !isLast(each)), ...known.filter(isLast)];
    this.#keywords.set(schema, found);
    return found;
  }

  keyOf(operand: JsonTree): string {
    let key = this.#keys.get(operand);
    if (key === undefined) {
      key = equalityKey(operand);
      this.#keys.set(operand, key);
    }
    return key;
  }

  matches(source: string, content: string): boolean {
    let pattern = this.#patterns.get(source);
    if (pattern === undefined) {
      pattern = regExp(source);
      this.#patterns.set(source, pattern);
    }
    return pattern.test(content);
  }

  target(reference: string, from: JsonTree): JsonTree {
    return this.#documents.resolve(reference, from);
  }

  /** What `$dynamicRef` leads to: where that is a dynamic anchor, the outermost one of that name. */
  dynamicTarget(reference: string, from: JsonTree, scope: readonly string[]): JsonTree {
    const target = this.target(reference, from);
    const anchor = reference.slice(reference.indexOf('#') + 1);
    if (this.#documents.dynamic(this.#documents.place(target).base, anchor) !== target) return target;
    for (const base of scope) {
      const other = this.#documents.dynamic(base, anchor);
      if (other !== undefined) return other;
    }
    return target;
  }

  /** What `$recursiveRef` leads to: where that is recursive, the outermost resource that is. */
  recursiveTarget(reference: string, from: JsonTree, scope: readonly string[]): JsonTree {
    const recursive = (tree: JsonTree): boolean =>
      tree.kind === 'object' && isTrue(memberOf(tree, '$recursiveAnchor'));
    const target = this.target(reference, from);
    if (!recursive(target)) return target;
    return scope.map((base) => this.#documents.resource(base)).find(recursive) ?? target;
  }
}

/** One schema asked about one value. */
class Question {
  readonly seen: Seen = { names: new Set(), items: new Set() };
  readonly #members: Members;
  readonly #items: readonly JsonTree[];

  constructor(
    readonly judge: Judge,
    readonly schema: JsonTreeObject,
    readonly value: JsonTree,
    readonly scope: readonly string[],
    readonly draft: Draft,
  ) {
    this.#members = value.kind === 'object' ? value.members : [];
    this.#items = value.kind === 'array' ? value.items : [];
  }

  #own(keyword: string): JsonTree | undefined {
    return memberOf(this.schema, keyword);
  }

  /** Whether a part fits a schema, whatever that schema looks at. */
  #fits(part: JsonTree, inner: JsonTree): boolean {
    return this.judge.evaluate(inner, part, this.scope) !== null;
  }

  /** Whether the value itself fits; what the schema looks at counts as looked at. */
  #here(inner: JsonTree): boolean {
    const found = this.judge.evaluate(inner, this.value, this.scope);
    for (const name of found?.names ?? []) this.seen.names.add(name);
    for (const index of found?.items ?? []) this.seen.items.add(index);
    return found !== null;
  }

  #has(name: string): boolean {
    return this.#members.some(([other]) => other === name);
  }

  #membersFit(chosen: (name: string) => boolean, inner: JsonTree): boolean {
    return this.#members.every(([name, member]) => {
      if (!chosen(name)) return true;
      this.seen.names.add(name);
      return this.#fits(member, inner);
    });
  }

  #itemsFit(chosen: (index: number) => boolean, inner: JsonTree): boolean {
    return this.#items.every((item, index) => {
      if (!chosen(index)) return true;
      this.seen.items.add(index);
      return this.#fits(item, inner);
    });
  }

  #firstItemsFit(schemas: readonly JsonTree[]): boolean {
    return schemas.every((inner, at) => this.#itemsFit((index) => index === at, inner));
  }

  #declares(name: string): boolean {
    const properties = this.#own('properties');
    const byPattern = this.#own('patternProperties');
    return (
      (properties !== undefined && membersOf(properties).some(([other]) => other === name)) ||
      (byPattern !== undefined && membersOf(byPattern).some(([pattern]) => this.judge.matches(pattern, name)))
    );
  }

  /** A schema, or the names that must be there too. */
  #dependency(inner: JsonTree): boolean {
    if (inner.kind === 'array') return inner.items.every((name) => this.#has(stringOf(name)));
    return this.#here(inner);
  }

  #contains(operand: JsonTree): boolean {
    const found = [...this.#items.keys()].filter((index) => this.#fits(this.#items[index]!, operand));
    if (this.draft === '2020-12') for (const index of found) this.seen.items.add(index);
    const counted = isFrom(this.draft, '2019-09');
    const least = counted ? this.#own('minContains') : undefined;
    const most = counted ? this.#own('maxContains') : undefined;
    return (
      found.length >= (least === undefined ? 1 : countOf(least)) &&
      (most === undefined || found.length <= countOf(most))
    );
  }

  /** If a number: how it stands to another. */
  #compared(operand: JsonTree, right: (order: number) => boolean): boolean {
    return this.value.kind !== 'number' || right(compare(decimalOf(this.value.text), decimalOfTree(operand)));
  }

  /** Draft 4 says `exclusiveMinimum: true` beside `minimum`. */
  #isStrict(keyword: string): boolean {
    return this.draft === '4' && isTrue(this.#own(keyword));
  }

  holds(keyword: string, operand: JsonTree): boolean {
    const { judge, value, schema, scope, draft } = this;
    switch (keyword) {
      case '$ref':
        return this.#here(judge.target(stringOf(operand), schema));
      case '$dynamicRef':
        return this.#here(judge.dynamicTarget(stringOf(operand), schema, scope));
      case '$recursiveRef':
        return this.#here(judge.recursiveTarget(stringOf(operand), schema, scope));
      case 'allOf':
        return itemsOf(operand).every((inner) => this.#here(inner));
      case 'anyOf':
        return itemsOf(operand).filter((inner) => this.#here(inner)).length > 0;
      case 'oneOf':
        return itemsOf(operand).filter((inner) => this.#here(inner)).length === 1;
      case 'not':
        return !this.#fits(value, operand);
      case 'if': {
        const branch = this.#own(this.#here(operand) ? 'then' : 'else');
        return branch === undefined || this.#here(branch);
      }
      case 'type':
        return (operand.kind === 'array' ? operand.items : [operand]).some((type) =>
          hasType(value, stringOf(type), draft),
        );
      case 'const':
        return equalityKey(value) === judge.keyOf(operand);
      case 'enum': {
        const key = equalityKey(value);
        return itemsOf(operand).some((each) => judge.keyOf(each) === key);
      }

      case 'minimum':
        return this.#compared(operand, (order) =>
          this.#isStrict('exclusiveMinimum') ? order > 0 : order >= 0,
        );
      case 'maximum':
        return this.#compared(operand, (order) =>
          this.#isStrict('exclusiveMaximum') ? order < 0 : order <= 0,
        );
      case 'exclusiveMinimum':
        return draft === '4' || this.#compared(operand, (order) => order > 0);
      case 'exclusiveMaximum':
        return draft === '4' || this.#compared(operand, (order) => order < 0);
      case 'multipleOf':
        return value.kind !== 'number' || isMultiple(decimalOf(value.text), decimalOfTree(operand));

      case 'minLength':
        return value.kind !== 'string' || [...value.value].length >= countOf(operand);
      case 'maxLength':
        return value.kind !== 'string' || [...value.value].length <= countOf(operand);
      case 'pattern':
        return value.kind !== 'string' || judge.matches(stringOf(operand), value.value);

      case 'minItems':
        return value.kind !== 'array' || this.#items.length >= countOf(operand);
      case 'maxItems':
        return value.kind !== 'array' || this.#items.length <= countOf(operand);
      case 'uniqueItems':
        return !isTrue(operand) || new Set(this.#items.map(equalityKey)).size === this.#items.length;
      case 'prefixItems':
        return this.#firstItemsFit(itemsOf(operand));
      case 'items': {
        if (operand.kind === 'array') return this.#firstItemsFit(operand.items);
        const prefix = draft === '2020-12' ? this.#own('prefixItems') : undefined;
        const from = prefix === undefined ? 0 : itemsOf(prefix).length;
        return this.#itemsFit((index) => index >= from, operand);
      }
      case 'additionalItems': {
        const list = this.#own('items');
        return list?.kind !== 'array' || this.#itemsFit((index) => index >= list.items.length, operand);
      }
      case 'contains':
        return value.kind !== 'array' || this.#contains(operand);

      case 'minProperties':
        return value.kind !== 'object' || this.#members.length >= countOf(operand);
      case 'maxProperties':
        return value.kind !== 'object' || this.#members.length <= countOf(operand);
      case 'required':
        return value.kind !== 'object' || itemsOf(operand).every((name) => this.#has(stringOf(name)));
      case 'properties':
        return membersOf(operand).every(([name, inner]) =>
          this.#membersFit((other) => other === name, inner),
        );
      case 'patternProperties':
        return membersOf(operand).every(([pattern, inner]) =>
          this.#membersFit((name) => judge.matches(pattern, name), inner),
        );
      case 'additionalProperties':
        return this.#membersFit((name) => !this.#declares(name), operand);
      case 'propertyNames':
        return this.#members.every(([name]) => this.#fits({ kind: 'string', value: name }, operand));
      case 'dependentRequired':
      case 'dependentSchemas':
      case 'dependencies':
        return membersOf(operand).every(([name, inner]) => !this.#has(name) || this.#dependency(inner));

      case 'unevaluatedItems': {
        const before = new Set(this.seen.items);
        return this.#itemsFit((index) => !before.has(index), operand);
      }
      case 'unevaluatedProperties': {
        const before = new Set(this.seen.names);
        return this.#membersFit((name) => !before.has(name), operand);
      }
      default:
        return true;
    }
  }
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
