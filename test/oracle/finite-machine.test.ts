import t from 'tap';
import { randomInstance, writeFreely } from '../differential/random-instance.js';
import { randomUniverse } from '../differential/random-universe.js';
import { type Universe, universeSchema, universeValues } from '../differential/universe.js';
import { seededRandom } from '../support/seeded-random.js';
import { type FiniteStyle, finiteMachine } from './finite-machine.js';
import { equalityKey, parseJson, writeJson } from './json-text.js';
import type { JsonTree } from './json-tree.js';
import { DEAD, type Machine, memoised, run } from './machine.js';
import { naiveValidator } from './validator.js';

const exact: FiniteStyle = { space: 'any', ordered: false, canonical: false };
const plain: FiniteStyle = { space: 'none', ordered: true, canonical: true };

function accepts(machine: Machine, text: string): boolean {
  const state = run(machine, Buffer.from(text));
  return state !== DEAD && machine.accepts(state);
}
function viable(machine: Machine, text: string | Uint8Array): boolean {
  return run(machine, Buffer.from(text)) !== DEAD;
}

/** Values, or null where there are too many. */
function valuesOf(universe: Universe): JsonTree[] | null {
  try {
    return universeValues(universe);
  } catch {
    return null;
  }
}

t.test('a universe has the values that its schema validates', async (t) => {
  const wrong: string[] = [];
  let checked = 0;
  for (let seed = 0; seed < 150; seed++) {
    const random = seededRandom(seed);
    const universe = randomUniverse(random);
    const values = valuesOf(universe);
    if (values === null) continue;
    const keys = new Set(values.map(equalityKey));
    for (const draft of ['2020-12', '2019-09', '7', '4'] as const) {
      const { tree } = naiveValidator(universeSchema(universe, draft), { draft });
      const others = Array.from({ length: 20 }, () => randomInstance(random, universe));
      for (const value of [...values.slice(0, 20), ...others]) {
        checked += 1;
        // Draft 4 asks how an integer is spelled.
        if (draft === '4' && /[.e]/.test(writeJson(value))) continue;
        if (tree(value) !== keys.has(equalityKey(value))) wrong.push(`${seed} ${draft} ${writeJson(value)}`);
      }
    }
  }
  t.strictSame(wrong, []);
  t.ok(checked > 10_000, `${checked} values`);
});

t.test('accepts every spelling of the values, and nothing else', async (t) => {
  const wrong: string[] = [];
  const counts = { in: 0, out: 0 };
  for (let seed = 0; seed < 120; seed++) {
    const random = seededRandom(seed);
    const universe = randomUniverse(random);
    const values = valuesOf(universe);
    if (values === null || values.length > 300) continue;
    // Half of them, so that others are near.
    const chosen = values.filter(() => random.chance(0.5));
    const keys = new Set(chosen.map(equalityKey));
    const machine = memoised(finiteMachine(chosen, exact));
    const others = Array.from({ length: 10 }, () => randomInstance(random, universe));
    for (const value of [...values.filter(() => random.chance(0.2)), ...others]) {
      const text = writeFreely(random, value);
      const expected = keys.has(equalityKey(parseJson(text)!));
      counts[expected ? 'in' : 'out'] += 1;
      if (accepts(machine, text) !== expected) wrong.push(`${seed}: ${text}`);
      const bytes = Buffer.from(text);
      for (let end = 0; expected && end < bytes.length; end++) {
        if (!viable(machine, bytes.subarray(0, end))) wrong.push(`${seed}: ${text} up to ${end}`);
      }
    }
  }
  t.strictSame(wrong, []);
  t.ok(counts.in > 500 && counts.out > 500, JSON.stringify(counts));
});

t.test('in the plain style, what can be completed is what some text begins with', async (t) => {
  const wrong: string[] = [];
  const tokens = [
    '{',
    '}',
    '"',
    ':',
    ',',
    '[',
    ']',
    'a',
    'b',
    '1',
    '0',
    '-',
    '.',
    'e',
    '5',
    'true',
    '\\',
    'u',
    ' ',
    'null',
  ];
  for (let seed = 0; seed < 60; seed++) {
    const random = seededRandom(seed);
    const values = valuesOf(randomUniverse(random));
    if (values === null || values.length > 300 || /[Ee]|-0|\.\d*0\b/.test(values.map(writeJson).join(' ')))
      continue;
    const machine = memoised(finiteMachine(values, plain));
    const texts = values.map(writeJson);
    for (let round = 0; round < 100; round++) {
      const text = random.pick(texts);
      const prefix = text.slice(0, random.below(text.length + 1)) + random.pick(tokens);
      if (viable(machine, prefix) !== texts.some((other) => other.startsWith(prefix)))
        wrong.push(`${seed}: ${prefix}`);
      if (accepts(machine, prefix) !== texts.includes(prefix)) wrong.push(`${seed}: ${prefix} as a whole`);
    }
  }
  t.strictSame(wrong, []);
});

t.test('members stand in any order, or in theirs', async (t) => {
  const value = parseJson('{"a":1,"b":[{"c":2,"d":3}]}')!;
  const other = '{"b":[{"d":3,"c":2}],"a":1}';
  t.equal(accepts(finiteMachine([value], exact), other), true);
  t.equal(viable(finiteMachine([value], plain), other.slice(0, 3)), false);
  t.equal(accepts(finiteMachine([value], plain), writeJson(value)), true);
  t.equal(finiteMachine([], exact).start, DEAD);
});
