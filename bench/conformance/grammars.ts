// Whether the dialects mean what other engines mean by them: rows of grammar, text and verdict, each in its own dialect.
//
//   npm run conformance:grammars                    all rows of ../shared/grammar-cases
//   npm run conformance:grammars -- --only ebnf     one file; --row xg:00012 one row, with the reason
//   npm run conformance:grammars -- --list          every difference that bench/conformance/grammar-differences.json lacks
//   npm run conformance:grammars -- --json          the report as JSON in place of the table
//
// Exit code: 0 each difference is listed, 1 not, 2 wrong use, 3 the rows are not there.
import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type Difference,
  defaultGrammarCasesFolder,
  type Row,
  readDifferences,
  readRows,
  rowKey,
  type Verdict,
} from './grammar-rows.js';
import { createJudge, expectedVerdict, type Way, waysOf } from './grammar-verdict.js';

interface Finding {
  readonly key: string;
  readonly file: string;
  readonly suite: string;
  readonly expected: Verdict;
  readonly ours: Verdict;
  readonly message?: string | undefined;
  readonly grammar: string;
  readonly input?: unknown;
}

interface Line {
  readonly file: string;
  readonly suite: string;
  rows: number;
  asExpected: number;
  listed: number;
  unlisted: number;
  unsupported: number;
}

function main(): number {
  const { values } = parseArgs({
    options: {
      cases: { type: 'string', default: defaultGrammarCasesFolder },
      differences: { type: 'string' },
      only: { type: 'string' },
      row: { type: 'string' },
      list: { type: 'boolean', default: false },
      json: { type: 'boolean', default: false },
    },
  });
  if (!existsSync(values.cases)) {
    console.error(`conformance:grammars: not there: ${values.cases}; --cases DIR names another folder`);
    return 3;
  }
  const only = values.only?.replace(/\.jsonl$/, '');
  const all = readRows(values.cases, only);
  const rows = values.row === undefined ? all : all.filter(({ id }) => id === values.row);
  if (rows.length === 0) {
    console.error('conformance:grammars: no row is of that name; --only takes the name of a file, as ebnf');
    return 2;
  }
  const files = new Set(rows.map(({ file }) => file));
  const differences = readDifferences(values.differences).filter(({ file }) => files.has(file));
  const { lines, findings, stale } = compare(rows, differences);
  // Only a run of whole files says whether a listed difference is still one.
  const old = values.row === undefined ? stale : [];
  if (values.json) console.log(JSON.stringify({ lines, findings, stale: old }, null, 1));
  else {
    printTable(lines);
    if (values.list || values.row !== undefined) for (const finding of findings) printFinding(finding);
    else if (findings.length > 0)
      console.log(`\n${findings.length} differences are not listed: --list shows them`);
    for (const key of old) console.log(`listed, but as expected or not there: ${key}`);
  }
  return findings.length + old.length > 0 ? 1 : 0;
}

function compare(
  rows: readonly Row[],
  differences: readonly Difference[],
): { lines: Line[]; findings: Finding[]; stale: string[] } {
  const known = new Map<string, Verdict>();
  for (const { verdict, rows: keys } of differences) for (const key of keys) known.set(key, verdict);
  const lines = new Map<string, Line>();
  const findings: Finding[] = [];
  const judge = createJudge();
  for (const row of rows) {
    for (const way of waysOf(row)) {
      const line = lineOf(lines, row, way);
      line.rows += 1;
      const { verdict, message } = judge(row, way);
      const expected = expectedVerdict(row);
      if (verdict === 'unsupported') line.unsupported += 1;
      else if (verdict === expected) line.asExpected += 1;
      else {
        const key = way === 'source' ? rowKey(row) : `${rowKey(row)}/${way}`;
        if (known.get(key) === verdict) {
          line.listed += 1;
          known.delete(key);
          continue;
        }
        line.unlisted += 1;
        findings.push({
          key,
          file: row.file,
          suite: line.suite,
          expected,
          ours: verdict,
          message,
          grammar: row.grammar,
          input: row.input ?? row.inputB64 ?? row.steps,
        });
      }
    }
  }
  return { lines: [...lines.values()], findings, stale: [...known.keys()] };
}

function lineOf(lines: Map<string, Line>, { file, suite: name }: Row, way: Way): Line {
  const suite = way === 'source' ? name : `${name}, ${way}`;
  const key = `${file} ${suite}`;
  let line = lines.get(key);
  if (line === undefined) {
    line = { file, suite, rows: 0, asExpected: 0, listed: 0, unlisted: 0, unsupported: 0 };
    lines.set(key, line);
  }
  return line;
}

function printTable(lines: readonly Line[]): void {
  const cells = lines.map((line) => [
    line.file,
    line.suite,
    ...[line.rows, line.asExpected, line.listed, line.unlisted, line.unsupported].map(String),
    `${((100 * line.asExpected) / line.rows).toFixed(1)} %`,
  ]);
  const head = ['file', 'suite', 'rows', 'as expected', 'listed', 'unlisted', 'not supported', ''];
  const table = [head, ...cells];
  const widths = head.map((_, column) => Math.max(...table.map((cell) => (cell[column] as string).length)));
  for (const row of table) {
    const text = row.map((cell, column) =>
      column < 2 ? cell.padEnd(widths[column] as number) : cell.padStart(widths[column] as number),
    );
    console.log(text.join('  ').trimEnd());
  }
}

function printFinding({ key, file, suite, expected, ours, message, grammar, input }: Finding): void {
  const short = (value: unknown): string => {
    const text = typeof value === 'string' ? value : JSON.stringify(value);
    return text.length > 600 ? `${text.slice(0, 600)}…` : text;
  };
  console.log(`\n${key}  ${file}, ${suite}: ${expected} is expected, ours: ${ours}`);
  if (message !== undefined) console.log(`  ${message}`);
  console.log(short(grammar).replace(/^/gm, '  | '));
  if (input !== undefined)
    console.log(`  ${short(typeof input === 'string' ? JSON.stringify(input) : input)}`);
}

try {
  process.exitCode = main();
} catch (error) {
  if (!(error as { code?: string }).code?.startsWith('ERR_PARSE_ARGS')) throw error;
  console.error(`conformance:grammars: ${(error as Error).message}`);
  process.exitCode = 2;
}
