import type { SeededRandom } from '../support/seeded-random.js';

const CHARACTERS = [
  'a',
  'b',
  'a',
  'b',
  '0',
  '"',
  '\\\\',
  'é',
  '😀',
  '\\.',
  '\\n',
  '\\d',
  '\\w',
  '\\s',
  '.',
  '\\u00e9',
];
const CLASSES = [
  '[ab]',
  '[^a]',
  '[a-c0-9]',
  '[^"\\\\]',
  '[é-ü]',
  '[\\d_]',
  '[^\\s]',
  '[\\u{1f600}-\\u{1f64f}]',
];
const COUNTS = ['*', '+', '?', '{2}', '{1,3}', '{0,2}', '{2,}', '*?', '{3}'];

/** A random regular expression; most match something. */
export function randomRegex(random: SeededRandom, depth = 2): string {
  const parts: string[] = [];
  const length = 1 + random.below(3);
  for (let index = 0; index < length; index++) {
    let part: string;
    if (depth > 0 && random.chance(0.35)) {
      const inner = Array.from({ length: 1 + random.below(3) }, () => randomRegex(random, depth - 1));
      part = `${random.chance(0.5) ? '(?:' : '('}${inner.join('|')})`;
    } else {
      part = random.chance(0.7) ? random.pick(CHARACTERS) : random.pick(CLASSES);
    }
    parts.push(random.chance(0.35) ? part + random.pick(COUNTS) : part);
  }
  return parts.join('');
}

/** A pattern of a schema: sometimes anchored. */
export function randomPattern(random: SeededRandom): string {
  const body = randomRegex(random, 1);
  const alternatives = random.chance(0.2) ? `(?:${body}|${randomRegex(random, 0)})` : body;
  return `${random.chance(0.6) ? '^' : ''}${alternatives}${random.chance(0.6) ? '$' : ''}`;
}
