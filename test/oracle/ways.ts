import { both, type Interval, inhabited } from './decimal.js';
import type { NumberWish } from './number-text.js';
import { ALL_TYPES, type Schema } from './schema.js';
import { TextLanguage, type TextWish } from './text-language.js';

/** A list of schemas that must hold together, each once, sorted. */
export type Conjunction = readonly Schema[];

export function conjunction(schemas: Iterable<Schema>): Conjunction {
  return [...new Set(schemas)].sort((a, b) => a.id - b.id);
}

export function keyOf(schemas: readonly Schema[]): string {
  return schemas.map(({ id }) => id).join();
}

const MOST_WAYS = 20_000;

/**
 * The ways in which a value can satisfy some schemas: each `anyOf` is decided for one branch. A way is the list of schemas
 * whose own assertions must all hold; a value is valid if and only if it satisfies one of the ways.
 */
export class Ways {
  readonly #ways = new Map<string, readonly Conjunction[]>();
  readonly #satisfiable = new Map<string, boolean>();
  readonly #languages = new Map<string, TextLanguage>();

  of(schemas: Conjunction): readonly Conjunction[] {
    const key = keyOf(schemas);
    let ways = this.#ways.get(key);
    if (ways === undefined) {
      const product = schemas.reduce<readonly Conjunction[]>(
        (so, schema) => together(so, this.#ofOne(schema)),
        [[]],
      );
      ways = distinct(product);
      this.#ways.set(key, ways);
    }
    return ways;
  }

  #ofOne(schema: Schema): readonly Conjunction[] {
    let ways: readonly Conjunction[] = [[schema]];
    for (const part of schema.parts) {
      if (!('schemas' in part)) continue;
      const each = part.schemas().map((inner) => this.of([inner]));
      if (part.kind === 'any') ways = together(ways, each.flat());
      else ways = each.reduce(together, ways);
    }
    return ways;
  }

  /** Whether a way allows values of a type, leaving out what is said about their content. */
  allowsType(way: Conjunction, type: string): boolean {
    return way.every(({ types }) => types.includes(type) || (type === 'number' && types.includes('integer')));
  }

  truths(way: Conjunction): boolean[] {
    if (!this.allowsType(way, 'boolean')) return [];
    return [true, false].filter((value) => way.every(({ truth }) => truth === null || truth === value));
  }

  /** Which numbers a way allows; null if none. */
  number(way: Conjunction): NumberWish | null {
    if (!this.allowsType(way, 'number')) return null;
    const intervals = way.flatMap(({ bounds }) =>
      bounds.map(
        ({ side, bound }): Interval =>
          side === 'low' ? { low: bound, high: null } : { low: null, high: bound },
      ),
    );
    const interval = intervals.reduce(both, { low: null, high: null });
    const integer = way.some(({ types }) => !types.includes('number'));
    return inhabited(interval, integer) ? { ...interval, integer } : null;
  }

  /** Which strings a way allows; null if none. */
  string(way: Conjunction): TextLanguage | null {
    if (!this.allowsType(way, 'string')) return null;
    const only = new Set(way.flatMap(({ text }) => (text === null ? [] : [text])));
    if (only.size > 1) return null;
    const patterns = new Set(way.flatMap(({ pattern }) => (pattern === null ? [] : [pattern])));
    const wish: TextWish = {
      only: [...only][0] ?? null,
      patterns: [...patterns].map((source) => ({ source, search: true })),
      min: Math.max(0, ...way.map(({ minLength }) => minLength)),
      max: Math.min(...way.map(({ maxLength }) => maxLength)),
    };
    const key = JSON.stringify([wish.only, [...patterns], wish.min, String(wish.max)]);
    let language = this.#languages.get(key);
    if (language === undefined) {
      language = new TextLanguage(wish);
      this.#languages.set(key, language);
    }
    return language.alive(language.start) ? language : null;
  }

  /** What the item at a position must satisfy. */
  item(way: Conjunction, index: number): Conjunction {
    return conjunction(way.flatMap((schema) => schema.prefixItems[index] ?? schema.items ?? []));
  }

  /** What the member of a name must satisfy. */
  member(way: Conjunction, name: string): Conjunction {
    return conjunction(way.flatMap((schema) => schema.properties.get(name) ?? schema.additional ?? []));
  }

  /** What a member must satisfy whose name no schema declares. */
  otherMember(way: Conjunction): Conjunction {
    return conjunction(way.flatMap((schema) => schema.additional ?? []));
  }

  required(way: Conjunction): string[] {
    return [...new Set(way.flatMap(({ required }) => required))];
  }

  itemBounds(way: Conjunction): { min: number; max: number } {
    return {
      min: Math.max(0, ...way.map(({ minItems }) => minItems)),
      max: Math.min(Number.POSITIVE_INFINITY, ...way.map(({ maxItems }) => maxItems)),
    };
  }

  /** What must have values so that the way has one of the type; null if it has none at all. */
  needs(way: Conjunction, type: string): Conjunction[] | null {
    switch (type) {
      case 'null':
        return this.allowsType(way, 'null') ? [] : null;
      case 'boolean':
        return this.truths(way).length > 0 ? [] : null;
      case 'number':
        return this.number(way) === null ? null : [];
      case 'string':
        return this.string(way) === null ? null : [];
      case 'array': {
        const { min, max } = this.itemBounds(way);
        if (!this.allowsType(way, 'array') || min > max) return null;
        const differing = Math.max(0, ...way.map(({ prefixItems }) => prefixItems.length)) + 1;
        return Array.from({ length: Math.min(min, differing) }, (_, index) => this.item(way, index));
      }
      default:
        if (!this.allowsType(way, 'object')) return null;
        return this.required(way).map((name) => this.member(way, name));
    }
  }

  /**
   * Whether some value satisfies all the schemas: the least fixed point. At first nothing is known to have a value; what
   * needs only such things as are known to have one has one too, until nothing new is found.
   */
  satisfiable(schemas: Conjunction): boolean {
    const known = this.#satisfiable.get(keyOf(schemas));
    if (known !== undefined) return known;
    const open = new Map<string, string[][]>();
    const work = [schemas];
    for (let next = work.pop(); next !== undefined; next = work.pop()) {
      const key = keyOf(next);
      if (open.has(key) || this.#satisfiable.has(key)) continue;
      const options: string[][] = [];
      open.set(key, options);
      for (const way of this.of(next)) {
        for (const type of ALL_TYPES) {
          const needs = this.needs(way, type);
          if (needs === null) continue;
          options.push(needs.map(keyOf));
          work.push(...needs);
        }
      }
    }
    const found = new Set<string>();
    const has = (key: string): boolean => found.has(key) || this.#satisfiable.get(key) === true;
    for (let before = -1; before < found.size; ) {
      before = found.size;
      for (const [key, options] of open) {
        if (options.some((needs) => needs.every(has))) found.add(key);
      }
    }
    for (const key of open.keys()) this.#satisfiable.set(key, found.has(key));
    return found.has(keyOf(schemas));
  }

  /** Whether some value of the type satisfies the way. */
  possible(way: Conjunction, type: string): boolean {
    return this.needs(way, type)?.every((need) => this.satisfiable(need)) ?? false;
  }
}

function together(some: readonly Conjunction[], others: readonly Conjunction[]): readonly Conjunction[] {
  const all = some.flatMap((way) => others.map((other) => conjunction([...way, ...other])));
  if (all.length > MOST_WAYS) throw new Error('too many ways for the oracle');
  return distinct(all);
}

function distinct(ways: readonly Conjunction[]): readonly Conjunction[] {
  return [...new Map(ways.map((way) => [keyOf(way), way])).values()];
}
