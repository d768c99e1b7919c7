import { writeJson } from '../oracle/json-text.js';
import type { JsonTree } from '../oracle/json-tree.js';
import { type Draft, isFrom } from '../oracle/schema-documents.js';
import type { SeededRandom } from '../support/seeded-random.js';
import { type Universe, universeValues } from './universe.js';

/** A schema out of all keywords of a draft: the text of its root, and of the schemas that it refers to. */
export interface FullSchema {
  readonly draft: Draft;
  readonly root: string;
  readonly definitions: readonly string[];
}

export interface FullSchemaOptions {
  readonly draft: Draft;
  readonly universe: Universe;
  /** Whether keywords stand beside `$ref` where the draft ignores them; default true. */
  readonly ignored?: boolean;
}

const MULTIPLES = ['2', '3', '0.5', '5', '1', '1.5', '0.25', '10'];
const PATTERNS = ['^a', 'b$', '^[ab]$', 'a|b', '^.?$', '[^a]', '^(ab|a)*$', '^$', 'é', '.', '^a.*b$', '(?:)'];
const NAME_PATTERNS = ['^a', 'b', '^[ab]$', '.', '^.$', '[^b]', '^$', '^(?:a|c)', 'zz'];

/**
 * A random schema that speaks about the values of a universe (and allows others too, as a rule), made so that keywords meet:
 * branches overlap, what is negated is composite, counts meet closed sets of names, equal items meet small sets of values.
 */
export function randomFullSchema(random: SeededRandom, options: FullSchemaOptions): FullSchema {
  const { draft, universe, ignored = true } = options;
  const from = (first: Draft): boolean => isFrom(draft, first);
  const count = random.below(3);
  /** What each definition is about. */
  const subjects = Array.from({ length: count }, () => random.pick(parts(universe)));

  /** How each is referred to: by its place, by a name, or by a name that a resource further out could take over. */
  const kinds = subjects.map(() =>
    random.pick([
      'place',
      'place',
      from('6') ? 'name' : 'place',
      from('2020-12') ? 'dynamic' : 'place',
    ] as const),
  );
  const reference = (index: number): string => {
    if (kinds[index] === 'place' || random.chance(0.5)) {
      return `"$ref":"#/${definitionsName(draft)}/d${index}"`;
    }
    return kinds[index] === 'dynamic' && random.chance(0.7)
      ? `"$dynamicRef":"#d${index}"`
      : `"$ref":"#d${index}"`;
  };
  const named = (text: string, index: number): string => {
    const kind = kinds[index];
    if (kind === undefined || kind === 'place') return text;
    // Up to draft 7, an identifier beside $ref does not count.
    if (!from('2019-09')) return `{"$id":"#d${index}","allOf":[${text}]}`;
    const anchor = `"$${kind === 'dynamic' ? 'dynamicAnchor' : 'anchor'}":"d${index}"`;
    return text.startsWith('{')
      ? `{${[anchor, ...(text === '{}' ? [] : [text.slice(1, -1)])].join()}}`
      : `{${anchor},"allOf":[${text}]}`;
  };

  const some = (chance: number, make: () => string | null): string[] => {
    const made = random.chance(chance) ? make() : null;
    return made === null ? [] : [made];
  };
  const repeat = (times: number, make: () => string): string => Array.from({ length: times }, make).join();
  const everything = (): string => (from('6') ? 'true' : '{}');
  const nothing = (): string => (from('6') ? 'false' : '{"not":{}}');

  /** `first`: in place, only definitions from there on are referred to, so that no reference goes in a circle. */
  function schema(about: Universe, depth: number, first: number): string {
    const kind = random.below(24);
    if (kind === 0) return random.chance(0.6) ? everything() : nothing();
    if (kind === 1) return object([]);
    if (kind < 4 && first < count) {
      const target = first + random.below(count - first);
      const beside = from('2019-09') ? random.chance(0.3) : ignored && random.chance(0.1);
      return object([reference(target), ...(beside ? own(about, depth, first) : [])]);
    }
    if (kind < 14 || depth <= 0) return object(own(about, depth, first));
    const combined = combination(about, depth - 1, first);
    if (random.chance(0.5)) return object(combined);
    const others = own(about, depth - 1, first);
    const keywords = random.chance(0.5) ? [...combined, ...others] : [...others, ...combined];
    if (from('2019-09') && random.chance(0.4)) keywords.push(...unevaluated(about, depth - 1));
    return object(keywords);
  }
  /** Inside of a member or an item, any definition may be referred to. */
  function inner(about: Universe, depth: number): string {
    if (count > 0 && random.chance(0.12)) return `{${reference(random.below(count))}}`;
    if (random.chance(0.03)) return '{"$ref":"#"}';
    return schema(about, depth - 1, 0);
  }
  /** Later keywords of the same name are left out. */
  function object(keywords: readonly string[]): string {
    const byName = new Map<string, string>();
    for (const keyword of keywords) {
      const name = keyword.slice(0, keyword.indexOf(':'));
      if (!byName.has(name)) byName.set(name, keyword);
    }
    return `{${[...byName.values()].join()}}`;
  }

  function combination(about: Universe, depth: number, first: number): string[] {
    const branch = (): string => schema(about, depth, first);
    switch (random.below(9)) {
      case 0:
      case 1:
        return [`"anyOf":[${repeat(1 + random.below(3), branch)}]`];
      case 2:
        return [`"allOf":[${repeat(1 + random.below(3), branch)}]`];
      case 3:
      case 4:
        return [`"oneOf":[${repeat(1 + random.below(3), branch)}]`];
      case 5:
      case 6:
        return [`"not":${branch()}`];
      default:
        if (!from('7')) return [`"not":${branch()}`, `"anyOf":[${repeat(2, branch)}]`];
        return [
          ...some(0.95, () => `"if":${branch()}`),
          ...some(0.8, () => `"then":${branch()}`),
          ...some(0.7, () => `"else":${branch()}`),
        ];
    }
  }

  /** Keywords for one kind of value that the universe has. */
  function own(about: Universe, depth: number, first: number): string[] {
    const one = about.kind === 'union' ? random.pick(about.parts) : about;
    if (random.chance(0.12)) return [listed(one)];
    switch (one.kind) {
      case 'object':
        return depth > 0 ? objectKeywords(one, depth, first) : flatObjectKeywords(one);
      case 'array':
        return depth > 0 ? arrayKeywords(one, depth) : flatArrayKeywords();
      case 'scalars':
        return scalarKeywords(one.values);
      default:
        return own(one, depth, first);
    }
  }

  /** `enum` or `const` of values that the universe has, or has not quite. */
  function listed(about: Universe): string {
    const values = valuesOf(about);
    const one = (): string =>
      values.length === 0 ? 'null' : writeJson(respelled(random, random.pick(values)));
    if (from('6') && random.chance(0.35)) return `"const":${one()}`;
    return `"enum":[${[...new Set(Array.from({ length: 1 + random.below(4) }, one))].join()}]`;
  }

  function scalarKeywords(values: readonly string[]): string[] {
    const one = random.pick(values);
    if (random.chance(0.15)) {
      const types = ['null', 'boolean', 'string', 'number', 'integer', 'array', 'object'];
      return [
        random.chance(0.6)
          ? `"type":"${random.pick(types)}"`
          : `"type":["${random.pick(types.slice(0, 3))}","${random.pick(types.slice(3))}"]`,
      ];
    }
    if (one.startsWith('"')) {
      return [
        ...some(0.3, () => '"type":"string"'),
        ...some(0.3, () => `"minLength":${random.below(3)}`),
        ...some(0.3, () => `"maxLength":${random.below(3)}`),
        ...some(0.4, () => `"pattern":${JSON.stringify(random.pick(PATTERNS))}`),
      ];
    }
    if (/^[-\d]/.test(one)) {
      const bound = (): string => (/^-?\d{1,3}$/.test(one) && random.chance(0.5) ? near(random, one) : one);
      const exclusive = (side: 'Minimum' | 'Maximum'): string =>
        draft === '4'
          ? `"exclusive${side}":${random.pick(['true', 'false'])}`
          : `"exclusive${side}":${bound()}`;
      return [
        ...some(0.3, () => `"type":"${random.pick(['number', 'integer'])}"`),
        ...some(0.35, () => `"minimum":${bound()}`),
        ...some(0.35, () => `"maximum":${bound()}`),
        ...some(0.15, () => exclusive('Minimum')),
        ...some(0.15, () => exclusive('Maximum')),
        ...some(0.35, () => `"multipleOf":${random.pick(MULTIPLES)}`),
      ].filter((keyword, _, all) => draft !== '4' || hasItsBound(keyword, all));
    }
    return [`"enum":[${one}]`];
  }

  function flatArrayKeywords(): string[] {
    return [
      ...some(0.4, () => '"type":"array"'),
      ...some(0.4, () => `"minItems":${random.below(3)}`),
      ...some(0.4, () => `"maxItems":${random.below(3)}`),
      ...some(0.4, () => '"uniqueItems":true'),
    ];
  }
  function arrayKeywords(about: Universe & { kind: 'array' }, depth: number): string[] {
    const subjects = [...about.prefix, ...(about.rest === null ? [] : [about.rest])];
    const item = (): string => inner(random.pick(subjects), depth);
    const list = (): string =>
      `[${
        about.prefix
          .slice(0, 1 + random.below(2))
          .map((part) => inner(part, depth))
          .join() || item()
      }]`;
    const keywords = [
      ...some(0.3, () => '"type":"array"'),
      ...some(0.3, () => (draft === '2020-12' ? `"prefixItems":${list()}` : `"items":${list()}`)),
      ...some(0.35, () => `"items":${item()}`),
      ...some(0.15, () => (draft === '2020-12' ? null : `"additionalItems":${item()}`)),
      ...some(0.15, () => `"minItems":${random.below(3)}`),
      ...some(0.15, () => `"maxItems":${1 + random.below(3)}`),
      ...some(0.35, () => '"uniqueItems":true'),
      ...some(0.1, () => (from('2019-09') ? `"unevaluatedItems":${item()}` : null)),
    ];
    if (from('6') && random.chance(0.4)) {
      keywords.push(`"contains":${item()}`);
      if (from('2019-09')) {
        keywords.push(...some(0.4, () => `"minContains":${random.below(3)}`));
        keywords.push(...some(0.5, () => `"maxContains":${random.below(3)}`));
      }
    }
    return keywords;
  }

  function flatObjectKeywords(about: Universe & { kind: 'object' }): string[] {
    return [
      ...some(0.3, () => '"type":"object"'),
      ...some(0.5, () => `"required":${someNames(about, from('6') ? 0 : 1)}`),
      ...some(0.3, () => `"minProperties":${random.below(3)}`),
      ...some(0.3, () => `"maxProperties":${random.below(3)}`),
      ...some(0.3, () => (from('6') ? `"propertyNames":${nameSchema(about)}` : null)),
      ...some(0.3, () => (from('2019-09') ? `"dependentRequired":${dependentNames(about)}` : null)),
    ];
  }
  function objectKeywords(about: Universe & { kind: 'object' }, depth: number, first: number): string[] {
    const { members } = about;
    const member = (): string => inner(members.length > 0 ? random.pick(members)[1] : about, depth);
    const chosen = members.filter(() => random.chance(0.5));
    const byPattern = [
      ...new Set(Array.from({ length: 1 + random.below(2) }, () => random.pick(NAME_PATTERNS))),
    ];
    const dependent = (): string =>
      `{${chosen.map(([name]) => `${JSON.stringify(name)}:${schema(about, depth - 1, first)}`).join()}}`;
    return shuffled(random, [
      ...flatObjectKeywords(about).filter(() => random.chance(0.5)),
      ...some(
        0.55,
        () =>
          `"properties":{${chosen.map(([name, part]) => `${JSON.stringify(name)}:${inner(part, depth)}`).join()}}`,
      ),
      ...some(0.2, () => `"additionalProperties":${random.chance(0.4) ? 'false' : member()}`),
      ...some(
        0.3,
        () =>
          `"patternProperties":{${byPattern.map((pattern) => `${JSON.stringify(pattern)}:${member()}`).join()}}`,
      ),
      ...some(0.15, () => (from('2019-09') ? `"dependentSchemas":${dependent()}` : null)),
      ...some(0.15, () => `"dependencies":${random.chance(0.5) ? dependentNames(about) : dependent()}`),
      ...some(0.15, () =>
        from('2019-09') ? `"unevaluatedProperties":${random.chance(0.5) ? 'false' : member()}` : null,
      ),
    ]);
  }
  function unevaluated(about: Universe, depth: number): string[] {
    const kinds = parts(about).filter((part) => part.kind === 'object' || part.kind === 'array');
    if (kinds.length === 0) return [];
    const part = random.pick(kinds);
    const operand = random.chance(0.5) ? 'false' : inner(random.pick(parts(part)), depth);
    return [`"${part.kind === 'object' ? 'unevaluatedProperties' : 'unevaluatedItems'}":${operand}`];
  }
  function nameSchema(about: Universe & { kind: 'object' }): string {
    const names = someNames(about, 1);
    return random.pick([
      `{"enum":${names}}`,
      `{"not":{"enum":${names}}}`,
      `{"pattern":${JSON.stringify(random.pick(NAME_PATTERNS))}}`,
      `{"maxLength":1}`,
      `{"minLength":1}`,
      `{"type":"string"}`,
      ...(count > 0 ? [`{${reference(random.below(count))}}`] : []),
    ]);
  }
  function someNames(about: Universe & { kind: 'object' }, least: number): string {
    const names = about.members.map(([name]) => name).filter(() => random.chance(0.5));
    if (names.length < least) names.push(about.members[0]?.[0] ?? 'a');
    if (random.chance(0.05)) names.push('zz');
    return JSON.stringify(names);
  }
  function dependentNames(about: Universe & { kind: 'object' }): string {
    const chosen = about.members.filter(() => random.chance(0.5));
    return `{${chosen.map(([name]) => `${JSON.stringify(name)}:${someNames(about, from('6') ? 0 : 1)}`).join()}}`;
  }

  const root = schema(universe, 3, 0);
  return {
    draft,
    root,
    definitions: subjects.map((subject, index) => named(schema(subject, 2, index + 1), index)),
  };
}

/** Draft 4's `exclusiveMinimum` stands beside `minimum`. */
function hasItsBound(keyword: string, all: readonly string[]): boolean {
  const side = /^"exclusive(Minimum|Maximum)"/.exec(keyword)?.[1]?.toLowerCase();
  return side === undefined || all.some((other) => other.startsWith(`"${side}"`));
}

/** A universe and everything in it. */
function parts(universe: Universe): Universe[] {
  switch (universe.kind) {
    case 'scalars':
      return [universe];
    case 'union':
      return [universe, ...universe.parts.flatMap(parts)];
    case 'array':
      return [
        universe,
        ...[...universe.prefix, ...(universe.rest === null ? [] : [universe.rest])].flatMap(parts),
      ];
    case 'object':
      return [universe, ...universe.members.flatMap(([, inner]) => parts(inner))];
  }
}

const known = new WeakMap<Universe, JsonTree[]>();
function valuesOf(universe: Universe): JsonTree[] {
  let values = known.get(universe);
  if (values === undefined) {
    try {
      values = universeValues(universe);
    } catch {
      // It is too large; its values are not needed.
      values = [];
    }
    known.set(universe, values);
  }
  return values;
}

/** The same value, seldom a number in another spelling, or another value. */
function respelled(random: SeededRandom, tree: JsonTree): JsonTree {
  switch (tree.kind) {
    case 'number':
      if (/^-?\d+$/.test(tree.text) && random.chance(0.1)) return { kind: 'number', text: `${tree.text}.0` };
      return tree;
    case 'array': {
      const items = tree.items.map((item) => respelled(random, item));
      return { kind: 'array', items: random.chance(0.1) ? items.slice(1) : items };
    }
    case 'object': {
      const members = tree.members.map(([name, member]) => [name, respelled(random, member)] as const);
      return { kind: 'object', members: random.chance(0.5) ? members : [...members].reverse() };
    }
    case 'string':
      return random.chance(0.05) ? { kind: 'string', value: `${tree.value}a` } : tree;
    default:
      return tree;
  }
}

function near(random: SeededRandom, number: string): string {
  return random.pick([
    String(Number(number) - 1),
    String(Number(number) + 1),
    `${number}.0`,
    `${number}.5`,
    number,
  ]);
}

function shuffled<T>(random: SeededRandom, items: readonly T[]): T[] {
  const left = [...items];
  return items.map(() => left.splice(random.below(left.length), 1)[0] as T);
}

function definitionsName(draft: Draft): string {
  return isFrom(draft, '2019-09') ? '$defs' : 'definitions';
}

/** The document of a schema. */
export function documentOf({ draft, root, definitions }: FullSchema): string {
  if (!root.startsWith('{') || definitions.length === 0) return root;
  const written = definitions.map((text, index) => `"d${index}":${text}`);
  const keywords = root.slice(1, -1);
  return `{"${definitionsName(draft)}":{${written.join()}}${keywords === '' ? '' : ','}${keywords}}`;
}
