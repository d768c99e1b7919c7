import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import t, { type Test } from 'tap';
import { createBuildBudget } from '../../src/frontends/build-budget.js';
import { loadTypeScript } from '../../src/frontends/typescript/load-typescript.js';
import { exportedType, readTypeFile } from '../../src/frontends/typescript/type-source.js';
import { schemaOfType } from '../../src/frontends/typescript/type-walker.js';
import { Grammar, jsonSchemaOfType } from '../../src/index.js';

/** The tables of docs/abnf.md and docs/typescript-types.md: what each row says is so. */

interface Row {
  readonly source: string;
  readonly right: readonly string[];
  readonly wrong: readonly string[];
}

const page = (name: string): string => readFileSync(new URL(`../../docs/${name}`, import.meta.url), 'utf8');

/** The rows with four columns: source, meaning, texts of it, texts not of it. */
function rowsOf(text: string): Row[] {
  const codes = (cell: string): string[] =>
    Array.from(cell.matchAll(/(`+)(.*?)\1(?!`)/g), ([, , code = '']) => code.trim());
  return text.split('\n').flatMap((line) => {
    const cells = line
      .replaceAll('\\|', '\u0000')
      .split('|')
      .map((cell) => cell.trim().replaceAll('\u0000', '|'));
    if (!line.startsWith('| ') || cells.length !== 6) return [];
    const [, source = '', , right = '', wrong = ''] = cells;
    const [code, ...more] = codes(source);
    return code === undefined || more.length > 0
      ? []
      : [{ source: code, right: codes(right), wrong: codes(wrong) }];
  });
}

function checkRow(t: Test, row: Row, grammar: Grammar): void {
  for (const text of row.right) t.ok(grammar.test(text), `${text} is of ${row.source}`);
  for (const text of row.wrong) t.notOk(grammar.test(text), `${text} is not of ${row.source}`);
}

t.test('ABNF', async (t) => {
  const rows = rowsOf(page('abnf.md'));
  t.equal(rows.length, 19);
  for (const row of rows) checkRow(t, row, Grammar.abnf(`a = ${row.source}`));
});

t.test('TypeScript types', async (t) => {
  const text = page('typescript-types.md');
  const rows = rowsOf(text);
  t.equal(rows.length, 33);
  const preamble = /```ts preamble\n([\s\S]*?)```/.exec(text)?.[1] ?? '';
  const types = rows.map(({ source }, index) => `export type X${index} = ${source};`);
  const order = /```ts\n(export interface Order[\s\S]*?)```/.exec(text)?.[1] ?? '';
  const folder = t.testdir({
    'tsconfig.json': '{"compilerOptions":{"lib":["es2022"],"types":[]}}',
    'types.ts': `${preamble}\n${types.join('\n')}\n${order}`,
  });
  const opened = readTypeFile(loadTypeScript(), join(folder, 'types.ts'), undefined);
  const schemaOf = (name: string) => schemaOfType(exportedType(opened, name), createBuildBudget());
  rows.forEach((row, index) => {
    checkRow(t, row, Grammar.jsonSchema(schemaOf(`X${index}`)));
  });
  t.match(jsonSchemaOfType(join(folder, 'types.ts'), 'Order'), {
    properties: { count: { type: 'integer', minimum: 1 }, created: { type: 'string', format: 'date-time' } },
  });
});

t.test('the example of the page on ABNF prints what it says', async (t) => {
  const code = /```js\n([\s\S]*?)```/.exec(page('abnf.md'))?.[1] ?? '';
  const engine = new URL('../../dist/index.js', import.meta.url).href;
  const folder = t.testdir({ 'example.mjs': code.replace("'grammask'", JSON.stringify(engine)) });
  const printed = t.capture(console, 'log');
  await import(pathToFileURL(join(folder, 'example.mjs')).href);
  const expected = Array.from(code.matchAll(/console\.log\(.*\/\/ (.*)$/gm), ([, text]) => text);
  t.same(
    printed().map(({ args }) => String(args[0])),
    expected,
  );
  t.equal(expected.length, 2);
});
