import { Ajv2020 } from 'ajv/dist/2020.js';
import t from 'tap';
import { randomSchema } from '../differential/random-schema.js';
import { type SeededRandom, seededRandom } from '../support/seeded-random.js';
import { contains } from './code-points.js';
import { spelledCharacter, spelledCharacters } from './json-character.js';
import { DEAD, type Machine, memoised, run } from './machine.js';
import { type OracleStyle, schemaMachine } from './schema-machine.js';

const exact: OracleStyle = {
  space: 'any',
  ordered: false,
  canonical: false,
  declaredOnly: false,
  naming: 'live',
};
const generation: OracleStyle = {
  space: 'none',
  ordered: true,
  canonical: true,
  declaredOnly: true,
  naming: 'live',
};

function accepts(machine: Machine, text: string): boolean {
  const state = run(machine, Buffer.from(text));
  return state !== DEAD && machine.accepts(state);
}
function viable(machine: Machine, text: string): boolean {
  return run(machine, Buffer.from(text)) !== DEAD;
}

t.test('every spelling of a character is known from its beginning', async (t) => {
  const random = seededRandom(1);
  const wrong: string[] = [];
  const hex = (unit: number): string =>
    `\\u${unit.toString(16).padStart(4, '0')}`.replace(/[a-f]/g, (digit) =>
      random.chance(0.5) ? digit.toUpperCase() : digit,
    );
  for (let round = 0; round < 2000; round++) {
    const point =
      round < 300
        ? round
        : random.pick([
            random.below(0xd800),
            0xe000 + random.below(0x2000),
            0x10000 + random.below(0x100000),
          ]);
    const char = String.fromCodePoint(point);
    const escaped = Array.from({ length: char.length }, (_, index) => hex(char.charCodeAt(index))).join('');
    const canonical = JSON.stringify(char).slice(1, -1);
    const spellings = [escaped, canonical, ...(char === '/' ? ['\\/'] : [])];
    for (const spelling of spellings) {
      const bytes = [...Buffer.from(spelling)];
      for (let end = 1; end <= bytes.length; end++) {
        const part = bytes.slice(0, end);
        if (!contains(spelledCharacters(part, false), point)) wrong.push(spelling);
        if (spelling === canonical && !contains(spelledCharacters(part, true), point)) wrong.push(spelling);
        if (spelledCharacter(part) !== (end === bytes.length ? point : undefined) && !/^\\u/.test(spelling))
          wrong.push(spelling);
      }
      if (spelledCharacter(bytes) !== point) wrong.push(spelling);
    }
  }
  t.strictSame(wrong, []);
  for (const text of ['\\x', '\\ud83dx', '\\udc00', '\\ud83d\\u0041', '\\u00g', '\n', '"']) {
    t.strictSame(spelledCharacters([...Buffer.from(text)], false), [], text);
  }
  t.strictSame(spelledCharacters([...Buffer.from('\\u0041')], true), [], 'no escape where none is needed');
});

/** A random JSON value, near to what the schema speaks about. */
function randomValue(random: SeededRandom, words: readonly unknown[], depth: number): unknown {
  const kind = random.below(depth > 0 ? 8 : 4);
  if (kind < 4) return random.pick(words);
  const length = random.below(4);
  if (kind < 6) return Array.from({ length }, () => randomValue(random, words, depth - 1));
  const names = words.filter((word) => typeof word === 'string');
  return Object.fromEntries(
    Array.from({ length }, () => [random.pick([...names, 'a', 'b']), randomValue(random, words, depth - 1)]),
  );
}

/** The scalars and names of a schema, and what lies next to them. */
function wordsOf(schema: unknown): unknown[] {
  const words: unknown[] = [null, true, false, 0, 1, -1, 2.5, 100, '', 'a', 'ab', 'b1', 'é', 'aab'];
  JSON.parse(JSON.stringify(schema), (key, value) => {
    words.push(key);
    if (typeof value === 'number') words.push(value, value + 1, value - 0.5);
    else if (typeof value !== 'object') words.push(value);
    else words.push(value);
    return value;
  });
  return words;
}

t.test('accepts what ajv accepts', async (t) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  const wrong: string[] = [];
  let valid = 0;
  let invalid = 0;
  for (let seed = 0; seed < 600; seed++) {
    const random = seededRandom(seed);
    const text = randomSchema(random);
    // ajv does not see that a required member named "" is missing.
    if (/"required":\[[^\]]*""/.test(text)) continue;
    const schema = JSON.parse(text) as object;
    const validate = ajv.compile(schema);
    const machine = memoised(schemaMachine(text, exact));
    const words = wordsOf(schema);
    for (let round = 0; round < 40; round++) {
      const value = randomValue(random, words, 2);
      const written = JSON.stringify(value, null, random.below(2));
      const expected = validate(JSON.parse(written)) as boolean;
      if (expected) valid += 1;
      else invalid += 1;
      if (accepts(machine, written) !== expected) wrong.push(`${text}: ${written}`);
    }
  }
  t.strictSame(wrong, []);
  t.ok(valid > 3000 && invalid > 3000, `${valid} valid texts, ${invalid} invalid ones`);
});

t.test('viable is what some walk completes: random walks never meet a dead end', async (t) => {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, logger: false });
  const closers = [...'"}]0123456789.,:{[nulltruefalse-e+\\ ab'].map((char) => char.charCodeAt(0));
  const wrong: string[] = [];
  let ended = 0;
  for (let seed = 0; seed < 250; seed++) {
    const random = seededRandom(seed);
    const text = randomSchema(random);
    const validate = ajv.compile(JSON.parse(text) as object);
    for (const style of [exact, generation]) {
      const machine = memoised(schemaMachine(text, style));
      let state = machine.start;
      const bytes: number[] = [];
      while (state !== DEAD && bytes.length < 120) {
        if (machine.accepts(state) && random.chance(0.3)) break;
        const all = Array.from({ length: 256 }, (_, byte) => byte).filter(
          (byte) => machine.step(state, byte) !== DEAD,
        );
        if (all.length === 0) break;
        const near = all.filter((byte) => closers.includes(byte));
        const byte = random.pick(near.length > 0 && random.chance(0.9) ? near : all);
        bytes.push(byte);
        state = machine.step(state, byte);
      }
      if (state === DEAD || bytes.length >= 120) continue;
      const written = Buffer.from(bytes).toString();
      if (!machine.accepts(state)) wrong.push(`dead end: ${text}: ${written}`);
      else if (!validate(JSON.parse(written)) && !/\d{15}|[eE]/.test(written))
        wrong.push(`invalid: ${text}: ${written}`);
      else ended += 1;
      if (style === generation && machine.accepts(state) && !/[\d.]{15}|[eE]/.test(written)) {
        // Members that look like numbers lose their place in JSON.parse.
        const again = JSON.stringify(JSON.parse(written));
        if (again !== written && !written.includes('"0"')) wrong.push(`not canonical: ${written}`);
      }
    }
  }
  t.strictSame(wrong, []);
  t.ok(ended > 250, `${ended} texts`);
});

/** All texts up to a length that begin with what is given and go on over an alphabet: is one of them accepted? */
function completes(machine: Machine, text: string, alphabet: readonly string[], length: number): boolean {
  if (accepts(machine, text)) return true;
  return length > 0 && alphabet.some((part) => completes(machine, text + part, alphabet, length - 1));
}

const small: [schema: string, alphabet: string[]][] = [
  ['{"type":"array","items":{"enum":[1,22]},"minItems":1,"maxItems":2}', ['[', ']', ',', '1', '2']],
  [
    '{"type":"object","properties":{"a":{"const":1},"b":{"type":"null"}},"required":["a"],"additionalProperties":false}',
    ['{', '}', '"a"', '"b"', ':', '1', ',', 'null'],
  ],
  ['{"anyOf":[{"const":"ab"},{"type":"string","pattern":"^b","maxLength":2}]}', ['"', 'a', 'b', '\\']],
  ['{"type":["integer","null"],"minimum":2,"exclusiveMaximum":11}', ['1', '0', '2', 'null', '.']],
];
for (const [schema, alphabet] of small) {
  t.test(`viable is what can be completed: ${schema}`, async (t) => {
    const machine = memoised(schemaMachine(schema, { ...generation, declaredOnly: false }));
    const wrong: string[] = [];
    const visit = (text: string, depth: number): void => {
      const found = completes(machine, text, alphabet, 7 - Math.min(depth, 2));
      if (found && !viable(machine, text)) wrong.push(`not viable: ${text}`);
      if (depth < 4)
        for (const part of alphabet) if (viable(machine, text + part)) visit(text + part, depth + 1);
      if (!found && viable(machine, text) && depth < 3) wrong.push(`viable: ${text}`);
    };
    visit('', 0);
    t.strictSame(wrong, []);
  });
}

t.test('what holds together only', async (t) => {
  const machine = (text: string, style = exact) => schemaMachine(text, style);
  t.equal(machine('{"allOf":[{"minimum":5},{"maximum":3}],"type":"number"}').start, DEAD);
  t.equal(machine('{"type":"object","properties":{"a":{"$ref":"#"}},"required":["a"]}').start, DEAD);
  t.equal(machine('{"type":"array","items":false,"minItems":1}').start, DEAD);
  t.equal(machine('{"type":"string","pattern":"^a{3}$","maxLength":2}').start, DEAD);
  const unique = machine('{"type":"object","additionalProperties":true}');
  t.ok(viable(unique, '{"a":1,"a'));
  t.notOk(viable(unique, '{"a":1,"\\u0061"'), 'a name stands once, however it is spelled');
  const ordered = machine('{"type":"object","properties":{"b":{},"a":{}},"required":["b"]}', generation);
  t.notOk(viable(ordered, '{"a'), 'b comes first');
  t.ok(accepts(ordered, '{"b":1,"a":2}'));
  t.notOk(viable(ordered, '{"b":1,"a":2,'));
  t.notOk(viable(ordered, '{ '));
  t.notOk(viable(ordered, '{"b":1.0}'));
});
