import t from 'tap';
import { realVocabulary } from '../../../bench/conformance/real-vocabulary.js';
import type { SlotQuestion } from '../../../src/generate/slot-asker.js';
import { Compiler, Grammar, type Matcher, type SlotRequest } from '../../../src/index.js';
import { onSlotFromEngine, staticEngine } from '../../../src/repair/index.js';

/** Queries whose tables and columns are those of a database: `sql-select` with names that SQLite itself tells. */

interface Database {
  exec(sql: string): { values: unknown[][] }[];
  prepare(sql: string): { free(): void };
}

/** SQLite as WebAssembly; undefined where the package is not installed. */
async function openDatabase(): Promise<Database | undefined> {
  // Named by a variable, so that types are checked where it is missing too.
  const name = process.env.GRAMMASK_SQL_JS ?? 'sql.js';
  try {
    const { default: start } = await import(name);
    const { Database } = (await start()) as { Database: new () => Database };
    return new Database();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ERR_MODULE_NOT_FOUND') return undefined;
    throw error;
  }
}

const database = await openDatabase();
database?.exec(`
  CREATE TABLE orders (id INTEGER, customer_id INTEGER, total REAL, "Shipped At" TEXT, "order" INTEGER);
  CREATE TABLE customers (id INTEGER, name TEXT, email TEXT);
`);

/** As it is written in a query: in quotes where it is not plain, or where SQLite would take it for a keyword. */
const written = (name: string): string =>
  /^[a-z_][a-z0-9_]*$/.test(name) && name !== 'order' ? name : `"${name.replaceAll('"', '""')}"`;

const columns = new Map<string, string[]>();
const listed = database?.exec(
  "SELECT m.name, p.name FROM sqlite_master m JOIN pragma_table_info(m.name) p WHERE m.type = 'table'",
);
for (const [table, column] of (listed?.[0]?.values ?? []) as [string, string][]) {
  columns.set(table, [...(columns.get(table) ?? []), written(column)]);
}

const aliasesIn = (text: string): string[] => [...text.matchAll(/ AS (\w+)/g)].map(([, name = '']) => name);
const engine = staticEngine({
  names: {
    table: [...columns.keys()],
    schema: ['main'],
    // Aliases come later than their first use.
    qualifier: ({ text }) => (/ FROM /.test(text) ? [...columns.keys(), ...aliasesIn(text)] : null),
    column: ({ text }) => [...[...columns.values()].flat(), ...aliasesIn(text)],
  },
});
const onSlot = onSlotFromEngine(engine, {
  file: 'query.sql',
  balance: (prefix, text, suffix) => ({
    text: prefix + text + suffix,
    offset: prefix.length + text.length,
    inside: null,
  }),
});

const skip = database === undefined ? 'the package sql.js is not installed' : false;

t.test('what is no table or column of the database is pruned by the mask', { skip }, async (t) => {
  const { engine: vocabulary, encode, tokens, stopToken } = await realVocabulary('o200k_base');
  const matcher = new Compiler(vocabulary).compileSync(Grammar.builtin('sql-select')).matcher();
  const mask = new Int32Array(Math.ceil(vocabulary.size / 32));
  const allows = (token: number): boolean => (((mask[token >> 5] as number) >>> (token & 31)) & 1) === 1;
  const decode = (ids: readonly number[]): string =>
    Buffer.concat(ids.map((id) => tokens[id] ?? Buffer.alloc(0))).toString();

  async function answer(of: Matcher, requests: readonly SlotRequest[], text: string): Promise<void> {
    for (const request of requests) {
      const question: SlotQuestion = { ...request, text, signal: new AbortController().signal };
      const names = await onSlot(question);
      of.provide(request.id, names === false ? [] : names);
    }
  }

  /** The text as far as masks whose names were all asked for let it be written; with the stop where it is whole. */
  async function write(text: string): Promise<string> {
    matcher.reset();
    const ids = encode(text);
    for (const [at, id] of [...ids, stopToken].entries()) {
      const before = decode(ids.slice(0, at));
      for (;;) {
        const asked = matcher.slots();
        if (asked.length === 0) break;
        await answer(matcher, asked, before);
      }
      matcher.fillMask(mask);
      if (!allows(id)) return before;
      if (id === stopToken) return `${text}<end>`;
      t.ok(matcher.accept(id), `the mask is right: ${before}`);
    }
    return text;
  }

  const right = [
    'SELECT total FROM orders',
    'SELECT id, total AS amount FROM orders WHERE "Shipped At" IS NULL ORDER BY amount DESC',
    'SELECT o.total, c.name FROM main.orders AS o JOIN customers AS c ON o.customer_id = c.id',
    'SELECT COUNT(*), MAX("order") FROM orders GROUP BY customer_id HAVING SUM(total) > 10',
    'SELECT name FROM customers WHERE id IN (SELECT customer_id FROM orders WHERE orders.total > 5)',
  ];
  for (const query of right) {
    database?.prepare(query).free();
    t.equal(await write(query), `${query}<end>`, query);
  }

  // null: SQLite takes a name in quotes that it does not know for a string, and says nothing.
  const wrong: readonly [query: string, name: string, says: RegExp | null][] = [
    ['SELECT totals FROM orders', 'totals', /no such column: totals/],
    ['SELECT total FROM orderz', 'orderz', /no such table: orderz/],
    ['SELECT total FROM orders WHERE shipped_at = 1', 'shipped_at', /no such column: shipped_at/],
    ['SELECT total FROM orders WHERE clients.id = 1', 'clients', /no such column: clients.id/],
    ['SELECT total FROM orders ORDER BY "Shipped at"', 'Shipped at', null],
    ['SELECT MAX(price) FROM orders', 'price', /no such column: price/],
  ];
  for (const [query, name, says] of wrong) {
    if (says !== null) t.throws(() => database?.prepare(query), says, `SQLite: ${query}`);
    const got = await write(query);
    // Until its end a name may be that of a table or an alias, if FROM has not said what there is.
    const at = query.indexOf(name);
    t.ok(got.length <= at + name.length && query.startsWith(got), `${query}: stopped behind ${got}`);
  }

  matcher.reset();
  matcher.acceptBytes('SELECT total FROM orders WHERE');
  const count = (): number => {
    matcher.fillMask(mask);
    return tokens.filter((_, id) => allows(id)).length;
  };
  const open = count();
  await answer(matcher, matcher.slots(), 'SELECT total FROM orders WHERE');
  const closed = count();
  const names = [...columns.values(), ...columns.keys()].flat();
  const words = tokens.flatMap((bytes, id) =>
    allows(id) ? (/^ ([a-z][a-z0-9_]*)$/.exec(Buffer.from(bytes ?? []).toString())?.[1] ?? []) : [],
  );
  t.ok(words.includes('total') && words.length < 100);
  t.same(
    words.filter((word) => !names.some((name) => name.startsWith(word))),
    [],
    'what a token begins is the beginning of a name',
  );
  t.comment(`${open} tokens behind WHERE without names, ${closed} with those of the database`);
  t.ok(closed < open / 10);
});
