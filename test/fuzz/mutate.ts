import type { SeededRandom } from '../support/seeded-random.js';

/** A text with a few pieces cut, doubled, moved, replaced or inserted. */
export function mutateText(text: string, random: SeededRandom, pieces: readonly string[]): string {
  let result = text;
  for (let round = 1 + random.below(4); round > 0; round--) {
    const at = random.below(result.length + 1);
    const end = Math.min(result.length, at + random.below(random.chance(0.7) ? 4 : 40));
    const cut = result.slice(at, end);
    switch (random.below(6)) {
      case 0:
        result = result.slice(0, at) + result.slice(end);
        break;
      case 1:
        result = result.slice(0, end) + cut.repeat(1 + random.below(3)) + result.slice(end);
        break;
      case 2:
        result = random.chance(0.2)
          ? result.slice(0, at)
          : result.slice(0, at) + random.pick(pieces) + result.slice(at);
        break;
      case 3: {
        const to = random.below(result.length + 1);
        result = result.slice(0, to) + cut + result.slice(to);
        break;
      }
      default:
        result = result.slice(0, at) + random.pick(pieces) + result.slice(end);
    }
  }
  return result;
}

/** Values that are wrong in most places. */
const JUNK: readonly unknown[] = [
  null,
  true,
  false,
  0,
  -1,
  0.5,
  1e300,
  2 ** 31,
  2 ** 53,
  '',
  'a',
  '\ud800',
  '__proto__',
  '#',
  '#/$defs/d0',
  '^a*$',
  '(((',
  [],
  [[]],
  {},
  [true],
  ['string'],
  { type: 'integer' },
];

/** A JSON value with a few of its parts replaced by junk, removed, renamed, or by another of its own parts. */
export function mutateJson(root: unknown, random: SeededRandom, names: readonly string[]): unknown {
  const whole = { root: structuredClone(root) };
  for (let round = 1 + random.below(3); round > 0; round--) {
    const holders = containersOf(whole);
    const holder = random.pick(holders);
    const keys = Object.keys(holder);
    const key = keys.length === 0 ? random.pick(names) : random.pick(keys);
    switch (random.below(5)) {
      case 0:
        holder[key] = structuredClone(random.pick(JUNK));
        break;
      case 1:
        if (holder === (whole as Record<string, unknown>)) break;
        if (Array.isArray(holder)) holder.splice(Number(key) || 0, 1);
        else delete holder[key];
        break;
      case 2:
        holder[key] = structuredClone(random.pick(holders));
        break;
      case 3:
        if (Array.isArray(holder)) holder.push(structuredClone(random.pick(JUNK)));
        else if (holder !== (whole as Record<string, unknown>))
          holder[random.pick(names)] = structuredClone(holder[key]);
        break;
      default:
        if (typeof holder[key] === 'number') holder[key] = random.pick([0, 1, 2, -1, 3.5, 1e9, 1e15, 1e-9]);
        else if (typeof holder[key] === 'string') holder[key] = mutateText(holder[key], random, names);
        else holder[key] = structuredClone(random.pick(JUNK));
    }
  }
  return whole.root;
}

type Holder = Record<string, unknown>;

function containersOf(root: object): Holder[] {
  const found: Holder[] = [];
  const open: object[] = [root];
  for (let next = open.pop(); next !== undefined && found.length < 5000; next = open.pop()) {
    found.push(next as Holder);
    for (const value of Object.values(next))
      if (typeof value === 'object' && value !== null) open.push(value);
  }
  return found;
}
