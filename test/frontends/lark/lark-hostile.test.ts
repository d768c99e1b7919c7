import t from 'tap';
import { larkGrammar } from '../../../src/frontends/lark/lark-program.js';
import { GrammaskError } from '../../../src/index.js';
import { grammaskError } from '../../support/frontend-errors.js';

/** Grammars that are deep, long or endless: a result or an error within the limits, never a stack overflow. */

const DEPTH = 6_000;
const limits = { timeoutMs: 2000 };

/** A result, or an error of ours. */
function survives(grammar: string): string {
  try {
    larkGrammar(grammar, { limits });
    return 'made';
  } catch (error) {
    if (GrammaskError.isInstance(error)) return error.code;
    throw error;
  }
}

t.test('depth costs no stack', (t) => {
  const chain = Array.from({ length: DEPTH }, (_, i) => `T${i}: T${i + 1} "a"`).join('\n');
  const rules = Array.from({ length: DEPTH }, (_, i) => `r${i}: r${i + 1} "a"`).join('\n');
  const lazy = `t[lazy]: /.*x/`;
  for (const grammar of [
    `start: ${'('.repeat(DEPTH)}"a"${')'.repeat(DEPTH)}`,
    `start: ${'['.repeat(DEPTH)}"a"${']'.repeat(DEPTH)}`,
    `start: ${'('.repeat(DEPTH)}`,
    `start: ${'~'.repeat(DEPTH)}"a"`,
    `start: T0\n${chain}\nT${DEPTH}: "b"`,
    `start: r0\n${rules}\nr${DEPTH}: "b"`,
    `start: ${'('.repeat(2000)}t${' | "a")'.repeat(2000)}\n${lazy}`,
    `start: ${'t? '.repeat(200)}\n${lazy}`,
    `start: ${'t* '.repeat(2000)}\n${lazy}`,
    `start: a::0\na::_: "x" %if ${'not('.repeat(DEPTH)}true${')'.repeat(DEPTH)}`,
    `start: ${'%lark { start: '.repeat(29)}"a"${'}'.repeat(29)}`,
    `start: %json ${'['.repeat(DEPTH)}`,
    `start: %json ${'{"not":'.repeat(DEPTH)}true${'}'.repeat(DEPTH)}`,
  ]) {
    t.ok(survives(grammar), `${grammar.slice(0, 40)}…`);
  }
  t.equal(survives(`start: ${'%lark { start: '.repeat(40)}"a"${'}'.repeat(40)}`), 'UNSUPPORTED');
  t.end();
});

t.test('endless parameters end at a bound', (t) => {
  const error = grammaskError(
    () => larkGrammar('start: a::0\na::_: "x" a::incr(_)', { limits: { timeoutMs: 300 } }),
    'DEADLINE',
  );
  t.match(error.message, /300 ms/);
  t.end();
});

t.test('long texts without an end', (t) => {
  for (const start of ['/', '"', '<', '%json {"', '// ', 'start: "a"\n\n\n', 'a'.repeat(10)]) {
    t.ok(survives(start + 'x'.repeat(1_000_000)), start);
  }
  t.ok(survives(`${'\n'.repeat(10_000_000)}start: "a"`), 'line ends');
  t.equal(survives(`start: ${'a'.repeat(10_000_000)}`), 'SYNTAX', 'a name');
  t.end();
});

t.test('a hyphen belongs to a name, but before > to an arrow', (t) => {
  t.equal(survives('start: a-b- -> c\na-b-: "x"'), 'made');
  t.equal(survives('start: a-b-> c\na-b: "x"'), 'made');
  t.equal(survives('start: a-b--> c\na-b-: "x"'), 'made');
  t.end();
});

t.test('names that objects have anyway are names as others', (t) => {
  larkGrammar('start: constructor valueOf\nconstructor: "a"\nvalueOf: "b"');
  grammaskError(() => larkGrammar('start: toString'), 'SYNTAX');
  grammaskError(() => larkGrammar('start: @constructor'), 'SYNTAX');
  t.end();
});

t.test('named grammars that refer to each other are recursive rules', (t) => {
  const grammars = new Map([
    ['a', 'start: "(" @b ")" | ""'],
    ['b', 'start: "[" @a "]"'],
  ]);
  t.ok(larkGrammar('start: @a', { grammars }));
  t.end();
});
