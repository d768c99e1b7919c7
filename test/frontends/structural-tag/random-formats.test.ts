import t from 'tap';
import { Grammar } from '../../../src/index.js';
import { type NaiveFormat, type NaiveTag, naiveTest } from './naive-formats.js';

/** Random tags over few letters, and all short texts: the engine agrees with a naive reading. */

const LETTERS = 'ab';
const LENGTH = 6;

function generator(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

function randomFormat(random: (below: number) => number, depth: number): NaiveFormat {
  const word = (most: number): string =>
    Array.from({ length: 1 + random(most) }, () => LETTERS[random(LETTERS.length)]).join('');
  const words = (): string[] => Array.from({ length: random(3) }, () => word(3));
  const inner = (): NaiveFormat => randomFormat(random, depth - 1);
  const tag = (begin = word(2)): NaiveTag => ({
    type: 'tag',
    begin,
    content: inner(),
    end: random(4) === 0 ? [word(2), random(2) === 0 ? '' : word(2)] : word(2),
  });
  switch (depth <= 0 ? random(2) : random(11)) {
    case 0:
      return { type: 'const_string', value: word(2) };
    case 1:
      return random(3) === 0
        ? { type: 'any_text', excludes: words(), max_chars: random(4) }
        : { type: 'any_text', excludes: words() };
    case 2:
      return { type: 'sequence', elements: [inner(), inner()] };
    case 3:
      return { type: 'or', elements: [inner(), inner()] };
    case 4:
      return { type: (['optional', 'plus', 'star'] as const)[random(3)] ?? 'star', content: inner() };
    case 5: {
      const min = random(3);
      return { type: 'repeat', min, max: random(3) === 0 ? -1 : min + random(2), content: inner() };
    }
    case 6:
      return tag();
    case 7:
      return {
        type: 'tags_with_separator',
        tags: [tag(), tag()],
        separator: random(3) === 0 ? '' : word(2),
        at_least_one: random(2) === 0,
        stop_after_first: random(3) === 0,
      };
    case 8: {
      const rules = [word(3), word(2)].map((pattern) => [pattern, inner()] as const);
      return { type: 'dispatch', rules, excludes: words(), loop: random(3) > 0 };
    }
    default: {
      const trigger = word(2);
      return {
        type: 'triggered_tags',
        triggers: [trigger],
        tags: [tag(trigger), tag(`${trigger}${word(2)}`)],
        excludes: words(),
        at_least_one: random(2) === 0,
        stop_after_first: random(2) === 0,
      };
    }
  }
}

const texts: string[] = [''];
for (let from = 0; from < texts.length && (texts[from] as string).length < LENGTH; from++) {
  for (const letter of LETTERS) texts.push(`${texts[from]}${letter}`);
}

t.test('random tags read as a naive reading does', async (t) => {
  const seeds = process.env.GRAMMASK_TEST_FULL === undefined ? 60 : 3000;
  for (let seed = 1; seed <= seeds; seed++) {
    const format = randomFormat(generator(seed), 3);
    const grammar = Grammar.structuralTag({ type: 'structural_tag', format });
    const wrong = texts.find((text) => grammar.test(text) !== naiveTest(format, text));
    if (wrong === undefined) continue;
    t.fail(`seed ${seed}: ${JSON.stringify(wrong)} of ${JSON.stringify(format)}`);
  }
  t.pass(`${seeds} tags, ${texts.length} texts each`);
});
