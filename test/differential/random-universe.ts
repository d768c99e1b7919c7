import type { SeededRandom } from '../support/seeded-random.js';
import type { Universe } from './universe.js';

const NAMES = ['a', 'b', 'c'];
/** Names that are hard to write, or that begin like others. */
const HARD_NAMES = ['a', 'ab', '', 'é', '😀', 'q"', 'c\n', '0', '__proto__', 'constructor'];
const SCALARS = ['null', 'true', 'false', '0', '1', '2', '""', '"a"', '"b"', '"ab"'];
const HARD_SCALARS = [
  '-1',
  '0.5',
  '1.50',
  '1e2',
  '1e21',
  '1e-7',
  '12',
  '-0',
  '"é"',
  '"😀"',
  '"q\\""',
  '"c\\n"',
  '"aab"',
];

const range = (from: number, to: number): string[] =>
  Array.from({ length: to - from + 1 }, (_, index) => String(from + index));
const words = (letters: string, length: number): string[] =>
  length === 0
    ? ['']
    : words(letters, length - 1).flatMap((word) => [...letters].map((letter) => word + letter));
const texts = (found: readonly string[]): string[] => found.map((text) => JSON.stringify(text));

/** Scalars that are not written as `enum`, so that automata and arithmetic decide and not a list. */
const SPELLED: readonly Universe[] = [
  { kind: 'scalars', schema: '{"type":"boolean"}', values: ['true', 'false'] },
  { kind: 'scalars', schema: '{"type":["null","boolean"]}', values: ['null', 'true', 'false'] },
  { kind: 'scalars', schema: '{"type":"integer","minimum":0,"maximum":12}', values: range(0, 12) },
  { kind: 'scalars', schema: '{"type":"integer","minimum":-3,"maximum":3}', values: range(-3, 3) },
  { kind: 'scalars', schema: '{"type":"integer","minimum":95,"maximum":105}', values: range(95, 105) },
  {
    kind: 'scalars',
    schema: '{"type":"number","multipleOf":0.5,"minimum":-1,"maximum":2}',
    values: range(-2, 4).map((half) => String(Number(half) / 2)),
  },
  {
    kind: 'scalars',
    schema: '{"type":"number","multipleOf":0.15,"minimum":0,"maximum":1}',
    values: ['0', '0.15', '0.3', '0.45', '0.6', '0.75', '0.9'],
  },
  {
    kind: 'scalars',
    schema: '{"type":"string","pattern":"^[ab]{0,2}$"}',
    values: texts([...words('ab', 0), ...words('ab', 1), ...words('ab', 2)]),
  },
  {
    kind: 'scalars',
    schema: '{"type":"string","pattern":"^[abé]*$","minLength":1,"maxLength":2}',
    values: texts([...words('abé', 1), ...words('abé', 2)]),
  },
  { kind: 'scalars', schema: '{"type":"string","maxLength":0}', values: ['""'] },
];

/** A random universe of a few hundred values at most. */
export function randomUniverse(random: SeededRandom): Universe {
  const hard = random.chance(0.25);
  return universe(random, hard ? HARD_NAMES : NAMES, hard ? [...SCALARS, ...HARD_SCALARS] : SCALARS, 2);
}

function universe(
  random: SeededRandom,
  names: readonly string[],
  scalars: readonly string[],
  depth: number,
): Universe {
  const inner = (): Universe => universe(random, names, scalars, depth - 1);
  const kind = depth <= 0 ? 0 : random.below(10);
  if (kind < (depth === 2 ? 1 : 4)) return scalarUniverse(random, scalars);
  if (kind < 7) return objectUniverse(random, names, inner);
  if (kind < 9) return arrayUniverse(random, inner);
  return {
    kind: 'union',
    parts: [scalarUniverse(random, scalars), inner(), ...(random.chance(0.4) ? [inner()] : [])],
  };
}

function scalarUniverse(random: SeededRandom, scalars: readonly string[]): Universe {
  if (random.chance(0.35)) return random.pick(SPELLED);
  const values = Array.from({ length: 1 + random.below(4) }, () => random.pick(scalars));
  return { kind: 'scalars', values: [...new Set(values)] };
}

function objectUniverse(random: SeededRandom, names: readonly string[], inner: () => Universe): Universe {
  const chosen = [...new Set(Array.from({ length: 1 + random.below(4) }, () => random.pick(names)))];
  return {
    kind: 'object',
    members: chosen.map((name) => [name, inner()]),
    required: chosen.filter(() => random.chance(0.25)),
    closing: random.pick(['properties', 'properties', 'patternProperties', 'propertyNames']),
  };
}

function arrayUniverse(random: SeededRandom, inner: () => Universe): Universe {
  const prefix = Array.from({ length: random.chance(0.4) ? 1 + random.below(2) : 0 }, inner);
  const rest = prefix.length > 0 && random.chance(0.4) ? null : inner();
  const max = 1 + random.below(3);
  return { kind: 'array', prefix, rest, min: random.chance(0.2) ? 1 : 0, max: Math.max(max, prefix.length) };
}
