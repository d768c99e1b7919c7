import { parseJson } from '../oracle/json-text.js';
import type { JsonTree } from '../oracle/json-tree.js';
import type { SeededRandom } from '../support/seeded-random.js';
import type { Universe } from './universe.js';

const SCALARS = [
  'null',
  'true',
  'false',
  '0',
  '1',
  '2',
  '-1',
  '2.5',
  '6',
  '100',
  '""',
  '"a"',
  '"b"',
  '"ab"',
  '"ba"',
  '"é"',
];
const OTHERS = [
  '[]',
  '{}',
  '[1]',
  '[1,1]',
  '{"a":1}',
  '{"b":"a","zz":null}',
  '[[1],[1.0]]',
  '[{"a":1,"b":2},{"b":2,"a":1}]',
];
const NAMES = ['a', 'b', 'c', 'ab', 'zz', '', 'é'];

/** A random JSON value, most of it out of a universe, and often next to it. */
export function randomInstance(random: SeededRandom, universe: Universe): JsonTree {
  if (random.chance(0.08)) return read(random.pick(random.chance(0.5) ? SCALARS : OTHERS));
  switch (universe.kind) {
    case 'scalars':
      return read(random.chance(0.75) ? random.pick(universe.values) : random.pick(SCALARS));
    case 'union':
      return randomInstance(random, random.pick(universe.parts));
    case 'array': {
      const { prefix, rest, max } = universe;
      const length = random.chance(0.15) ? max + 1 : random.below(max + 1);
      const items: JsonTree[] = [];
      for (let index = 0; index < length; index++) {
        const again = items.length > 0 && random.chance(0.25);
        const next = prefix[index] ?? rest ?? universe;
        items.push(again ? random.pick(items) : randomInstance(random, next));
      }
      return { kind: 'array', items };
    }
    case 'object': {
      const members = new Map<string, JsonTree>();
      for (const [name, inner] of universe.members) {
        if (universe.required.includes(name) ? random.chance(0.9) : random.chance(0.6)) {
          members.set(name, randomInstance(random, inner));
        }
      }
      if (random.chance(0.15)) {
        const [, inner] = random.pick(universe.members);
        members.set(random.pick(NAMES), randomInstance(random, inner));
      }
      return { kind: 'object', members: [...members] };
    }
  }
}

function read(text: string): JsonTree {
  return parseJson(text) as JsonTree;
}

/** A text of a value: any order of members, white space, and spelling. */
export function writeFreely(random: SeededRandom, tree: JsonTree): string {
  const space = (): string => (random.chance(0.15) ? random.pick([' ', '\n', '\t', '\r', '  ']) : '');
  return `${space()}${bare(random, tree, space)}${space()}`;
}

function bare(random: SeededRandom, tree: JsonTree, space: () => string): string {
  const inner = (part: JsonTree): string => space() + bare(random, part, space) + space();
  switch (tree.kind) {
    case 'array':
      return `[${tree.items.length === 0 ? space() : tree.items.map(inner).join()}]`;
    case 'object': {
      const left = [...tree.members];
      const written = tree.members.map(() => {
        const [[name, member]] = left.splice(random.below(left.length), 1) as [[string, JsonTree]];
        return `${space()}${string(random, name)}${space()}:${inner(member)}`;
      });
      return `{${written.length === 0 ? space() : written.join()}}`;
    }
    case 'string':
      return string(random, tree.value);
    case 'number':
      return number(random, tree.text);
    default:
      return tree.kind === 'null' ? 'null' : String(tree.value);
  }
}

function string(random: SeededRandom, text: string): string {
  const escaped = (unit: string): string => {
    const hex = unit.charCodeAt(0).toString(16).padStart(4, '0');
    return `\\u${random.chance(0.5) ? hex.toUpperCase() : hex}`;
  };
  const written = [...text].map((char) => {
    if (random.chance(0.1))
      return [...Array(char.length).keys()].map((at) => escaped(char[at] as string)).join('');
    return JSON.stringify(char).slice(1, -1);
  });
  return `"${written.join('')}"`;
}

/** The same number, sometimes written otherwise. An integer is spelled as an integer nine times in ten. */
function number(random: SeededRandom, text: string): string {
  if (!random.chance(0.1) || /[eE]/.test(text)) return text;
  if (text.includes('.')) return random.pick([`${text}0`, `${text}e0`, `${text}E+0`]);
  if (/^-?0/.test(text)) return random.pick([`${text}.0`, `${text}e5`, text === '0' ? '-0' : '0']);
  return random.pick([`${text}.0`, `${text}e0`, `${text}0e-1`, `${text}.000`]);
}
