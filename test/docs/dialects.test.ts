import { existsSync, readFileSync } from 'node:fs';
import t, { type Test } from 'tap';
import type { ErrorCode } from '../../src/errors.js';
import { ebnfProgram } from '../../src/frontends/ebnf/ebnf-program.js';
import { type RegexDialect, regexProgram } from '../../src/frontends/regex/regex-program.js';
import { matchesProgram } from '../support/expr-matcher.js';
import { grammaskError } from '../support/frontend-errors.js';

/** The tables of docs/ebnf.md and docs/regex.md: what they say is taken is taken, what they say is refused is refused. */

type Row = ReadonlyMap<string, string>;

/** The rows of every table of a page, each with the heading that it stands under. */
function rowsOf(file: string): { heading: string; row: Row }[] {
  const rows: { heading: string; row: Row }[] = [];
  let heading = '';
  let columns: string[] | undefined;
  for (const line of readFileSync(new URL(`../../docs/${file}`, import.meta.url), 'utf8').split('\n')) {
    if (line.startsWith('#')) heading = line.replace(/^#+ /, '');
    if (!line.startsWith('|')) {
      columns = undefined;
      continue;
    }
    const cells = line.slice(1, -1).split(/(?<!\\)\|/);
    const texts = cells.map((cell) => cell.trim().replaceAll('\\|', '|'));
    if (columns === undefined) columns = texts;
    else if (!/^[-| ]+$/.test(line)) {
      const names = columns;
      rows.push({ heading, row: new Map(texts.map((text, index) => [names[index] ?? '', text])) });
    }
  }
  return rows;
}

const codes = (cell: string | undefined): string[] =>
  Array.from((cell ?? '').matchAll(/`([^`]+)`/g), ([, code = '']) => code);

/** The texts of a cell: code with escapes, and the word `empty`. */
function textsOf(cell: string | undefined): string[] {
  const texts = codes(cell).map((code) =>
    code
      .replaceAll('\\n', '\n')
      .replaceAll('\\t', '\t')
      .replaceAll('\\0', '\0')
      .replace(/\\u\{([0-9a-f]+)\}/g, (_, digits: string) =>
        String.fromCodePoint(Number.parseInt(digits, 16)),
      ),
  );
  return /\bempty\b/.test((cell ?? '').replace(/`[^`]+`/g, '')) ? ['', ...texts] : texts;
}

function checkTexts(t: Test, program: Uint8Array, row: Row, what: string): void {
  for (const [column, expected] of [
    ['takes', true],
    ['not', false],
  ] as const) {
    for (const text of textsOf(row.get(column))) {
      t.equal(matchesProgram(program, text), expected, `${what}: ${column} ${JSON.stringify(text)}`);
    }
  }
}

t.test('docs/ebnf.md', (t) => {
  let checked = 0;
  for (const { row } of rowsOf('ebnf.md')) {
    const cell = row.get('written') ?? row.get('grammar');
    if (row.has('takes')) {
      const parts = codes(cell);
      // Lines of one grammar, or forms that mean the same.
      const grammars = row.has('grammar') ? [parts.join('\n')] : parts.map((part) => `root ::= ${part}`);
      for (const grammar of grammars) checkTexts(t, ebnfProgram(grammar), row, grammar);
      checked += 1;
    } else if (row.has('code')) {
      const [code] = codes(row.get('code'));
      const source = `root ::= ${codes(cell)[0]}`.replaceAll(' ⏎ ', '\n');
      grammaskError(() => ebnfProgram(source), code as ErrorCode);
      checked += 1;
    }
  }
  t.ok(checked >= 35, `${checked} rows`);
  t.end();
});

t.test('docs/regex.md', (t) => {
  let checked = 0;
  for (const { heading, row } of rowsOf('regex.md')) {
    const pattern = codes(row.get('pattern'))[0];
    if (pattern === undefined) continue;
    const dialect = heading.toLowerCase() as RegexDialect;
    const [flags] = codes(row.get('flags'));
    const make = (): Uint8Array => regexProgram(pattern, { dialect, flags });
    const [code] = codes(row.get('code'));
    if (code === undefined) checkTexts(t, make(), row, `${dialect}: ${pattern}`);
    else {
      const error = grammaskError(make, code as ErrorCode);
      t.ok(error.location, `${dialect}: ${pattern} has a place`);
    }
    checked += 1;
  }
  t.ok(checked >= 90, `${checked} rows`);
  t.end();
});

t.test('the pages are linked', (t) => {
  const page = readFileSync(new URL('../../docs/grammars.md', import.meta.url), 'utf8');
  for (const name of ['ebnf.md', 'regex.md']) {
    t.ok(existsSync(new URL(`../../docs/${name}`, import.meta.url)));
    t.match(page, `(${name})`);
  }
  t.end();
});
