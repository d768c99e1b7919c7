import type { SeededRandom } from '../support/seeded-random.js';
import { randomPattern } from './random-regex.js';

const NAMES = ['a', 'b', 'ab', 'kind', 'é', 'q"', '', 'c\n', '😀', '0'];
const NUMBERS = [
  '0',
  '1',
  '-1',
  '5',
  '10',
  '0.5',
  '1.5',
  '-2.25',
  '100',
  '12',
  '99',
  '1e21',
  '1e-7',
  '0.000001',
  '-120',
  '3e2',
  '123456789',
  '1e30',
  '-0.01',
  '2.50',
];
const STRINGS = ['', 'a', 'ab', 'b', 'kind', 'é', '😀', 'q"', 'x\\y', 'c\n', '\u0001', 'true', 'abab', '/'];

/** A random schema, as text, out of every keyword that can be enforced. Some hold no value at all. */
export function randomSchema(random: SeededRandom): string {
  const definitions = random.below(3);
  const names = random.chance(0.7) ? NAMES.slice(0, 2 + random.below(4)) : NAMES;
  /** `from`: in place, only definitions from there on may be referred to, so that no reference goes in a circle. */
  const schema = (depth: number, from: number): string => {
    const kind = random.below(20);
    if (kind === 0) return random.chance(0.7) ? 'true' : 'false';
    if (kind === 1) return '{}';
    if (kind < 5 || depth <= 0) return leaf();
    if (kind < 7 && from < definitions) {
      return object([
        `"$ref":"#/$defs/d${from + random.below(definitions - from)}"`,
        ...(random.chance(0.2) ? leafKeywords() : []),
      ]);
    }
    if (kind < 12) return object(objectKeywords(depth));
    if (kind < 15) return object(arrayKeywords(depth));
    const branches = Array.from({ length: 1 + random.below(3) }, () => schema(depth - 1, from));
    const combined = `"${random.chance(0.6) ? 'anyOf' : 'allOf'}":[${branches.join(',')}]`;
    if (kind < 18) return object([combined]);
    const others = random.pick([leafKeywords, () => objectKeywords(depth), () => arrayKeywords(depth)])();
    return object(random.chance(0.5) ? [combined, ...others] : [...others, combined]);
  };
  /** Inside of a member or an item, any definition may be referred to. */
  const inner = (depth: number): string =>
    definitions > 0 && random.chance(0.15)
      ? `{"$ref":"#/$defs/d${random.below(definitions)}"}`
      : random.chance(0.05)
        ? '{"$ref":"#"}'
        : schema(depth - 1, 0);

  function object(keywords: readonly string[]): string {
    return `{${keywords.join(',')}}`;
  }
  function some(keyword: string, chance: number, value: () => string | number): string[] {
    return random.chance(chance) ? [`"${keyword}":${value()}`] : [];
  }
  function leaf(): string {
    return object(leafKeywords());
  }
  function leafKeywords(): string[] {
    switch (random.below(7)) {
      case 0:
        return [
          `"type":"${random.pick(['null', 'boolean', 'string', 'number', 'integer', 'array', 'object'])}"`,
        ];
      case 1:
      case 2:
        return [
          `"type":${random.pick(['"number"', '"integer"', '"number"', '["integer","null"]', '["string","number"]'])}`,
          ...some('minimum', 0.35, () => random.pick(NUMBERS)),
          ...some('exclusiveMinimum', 0.2, () => random.pick(NUMBERS)),
          ...some('maximum', 0.35, () => random.pick(NUMBERS)),
          ...some('exclusiveMaximum', 0.2, () => random.pick(NUMBERS)),
        ];
      case 3:
      case 4:
        return [
          ...some('type', 0.8, () => '"string"'),
          ...some('minLength', 0.3, () => random.below(4)),
          ...some('maxLength', 0.4, () => random.below(6)),
          ...some('pattern', 0.4, () => JSON.stringify(randomPattern(random))),
        ];
      case 5:
        return [`"const":${constant(1)}`];
      default:
        return [`"enum":[${Array.from({ length: 1 + random.below(4) }, () => constant(1)).join(',')}]`];
    }
  }
  function constant(depth: number): string {
    const kind = random.below(depth > 0 ? 8 : 6);
    if (kind < 2) return JSON.stringify(random.pick(STRINGS));
    if (kind < 4) return random.pick(NUMBERS);
    if (kind < 6) return random.pick(['true', 'false', 'null']);
    if (kind === 6)
      return `[${Array.from({ length: random.below(3) }, () => constant(depth - 1)).join(',')}]`;
    return `{${distinctNames(random.below(3))
      .map((name) => `${JSON.stringify(name)}:${constant(depth - 1)}`)
      .join(',')}}`;
  }
  function distinctNames(count: number): string[] {
    return [...new Set(Array.from({ length: count }, () => random.pick(names)))];
  }
  function objectKeywords(depth: number): string[] {
    const declared = distinctNames(random.below(4));
    const properties = declared.map((name) => `${JSON.stringify(name)}:${inner(depth)}`);
    const required = [
      ...declared.filter(() => random.chance(0.4)),
      ...distinctNames(random.chance(0.1) ? 1 : 0),
    ];
    return [
      ...some('type', 0.7, () => '"object"'),
      ...(properties.length > 0 ? [`"properties":{${properties.join(',')}}`] : []),
      ...(required.length > 0 ? [`"required":${JSON.stringify([...new Set(required)])}`] : []),
      ...some('additionalProperties', 0.5, () => (random.chance(0.6) ? 'false' : inner(depth))),
    ];
  }
  function arrayKeywords(depth: number): string[] {
    return [
      ...some('type', 0.7, () => '"array"'),
      ...some(
        'prefixItems',
        0.35,
        () => `[${Array.from({ length: 1 + random.below(2) }, () => inner(depth)).join(',')}]`,
      ),
      ...some('items', 0.7, () => inner(depth)),
      ...some('minItems', 0.3, () => random.below(3)),
      ...some('maxItems', 0.4, () => random.below(4)),
    ];
  }

  const root = schema(3, 0);
  if (definitions === 0 || !root.startsWith('{')) return root.includes('$defs') ? '{}' : root;
  const written = Array.from({ length: definitions }, (_, index) => `"d${index}":${schema(2, index + 1)}`);
  const defs = `"$defs":{${written.join(',')}}`;
  return root === '{}' ? `{${defs}}` : `{${defs},${root.slice(1)}`;
}
