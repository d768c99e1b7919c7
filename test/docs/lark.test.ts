import { readFileSync } from 'node:fs';
import t from 'tap';
import { Grammar, GrammaskError } from '../../src/index.js';

/** The tables and blocks of docs/lark.md: every grammar is read, and takes exactly the texts that stand beside it. */

const page = readFileSync(new URL('../../docs/lark.md', import.meta.url), 'utf8');

/** The cells of the rows of every table whose head begins with these columns. */
function rowsOf(...head: readonly string[]): string[][] {
  const rows: string[][] = [];
  let inTable = false;
  for (const line of page.split('\n')) {
    const cells = line.startsWith('|') ? line.slice(1, -1).split(/(?<!\\)\|/) : [];
    const trimmed = cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
    if (trimmed.length === 0) inTable = false;
    else if (head.every((name, index) => trimmed[index] === name)) inTable = true;
    else if (inTable && !/^-+$/.test(trimmed[0] ?? '')) rows.push(trimmed);
  }
  return rows;
}

const lines = (text: string): string => text.replaceAll(' ⏎ ', '\n').replaceAll('⏎', '\n');
const spans = (cell = ''): string[] =>
  Array.from(cell.matchAll(/`([^`]*)`/g), ([, text = '']) => lines(text));

const accepting = [
  ...rowsOf('written', 'means', 'in', 'out').map((row) => ({ row, prefix: '' })),
  ...rowsOf('body', 'means', 'in', 'out').map((row) => ({ row, prefix: 'start: ' })),
];

t.test('tables with texts', (t) => {
  t.ok(accepting.length > 30, `${accepting.length} rows`);
  for (const { row, prefix } of accepting) {
    const [written = '', , inside, outside] = row;
    const grammar = Grammar.lark(prefix + (spans(written)[0] ?? ''));
    t.ok(spans(inside).length > 0 && spans(outside).length > 0, `${written} has texts`);
    for (const text of spans(inside)) t.ok(grammar.test(text), `${written} takes ${JSON.stringify(text)}`);
    for (const text of spans(outside))
      t.notOk(grammar.test(text), `${written} leaves ${JSON.stringify(text)}`);
  }
  t.end();
});

t.test('tokens and named grammars', (t) => {
  const grammars = { name: Grammar.choice(['x']) };
  const [tokens, ids, others] = rowsOf('body', 'means').filter((row) => row.length === 2);
  for (const cell of [tokens?.[0], ids?.[0], others?.[0]]) {
    for (const body of spans(cell)) t.ok(Grammar.lark(`start: ${body}`, { grammars }), body);
  }
  t.ok(Grammar.lark('start: @name', { grammars }).test('x'));
  t.end();
});

t.test('refused', (t) => {
  const refused = rowsOf('written', 'code', 'why');
  t.ok(refused.length > 15, `${refused.length} rows`);
  for (const [written = '', code] of refused) {
    const run = (): unknown => Grammar.lark(spans(written)[0] ?? '');
    t.throws(run, { code }, written);
    try {
      run();
    } catch (error) {
      t.ok(GrammaskError.isInstance(error) && error.location !== undefined, `${written}: has a place`);
    }
  }
  t.end();
});

t.test('blocks', (t) => {
  const blocks = Array.from(page.matchAll(/```lark\n([\s\S]*?)```/g), ([, block = '']) => block);
  t.equal(blocks.length, 3);
  const [calls, tools, permutation] = blocks.map((block) => Grammar.lark(block));
  t.ok(calls?.test('f( g(1, "a b"), 2 ) '));
  t.notOk(calls?.test('f(,)'));
  t.ok(tools?.test('free <text> <tool>12</tool> <other>x end'));
  t.notOk(tools?.test('free <tool>'));
  t.ok(tools?.testPrefix('free <tool>'));
  t.notOk(tools?.testPrefix('free <tool>x'));
  t.ok(permutation?.test('cab'));
  t.notOk(permutation?.test('ca'));
  t.end();
});
