// What a bench prints: a table a measure, one row an engine, and how ours stands to the better peer.
import type { Run } from './result-lines.js';
import {
  type Common,
  commonOf,
  type Figures,
  figuresOf,
  type Measure,
  measureTitles,
  percentiles,
  timesOf,
  verdictOf,
  verdicts,
} from './statistics.js';

const measures: readonly Measure[] = ['compile', 'ttfm', 'tbm', 'mask'];

export function printTable(
  title: string,
  head: readonly string[],
  rows: readonly (readonly string[])[],
): void {
  const widths = head.map((cell, column) =>
    Math.max(cell.length, ...rows.map((row) => (row[column] ?? '').length)),
  );
  const line = (cells: readonly string[]): string =>
    `| ${cells
      .map((cell, column) =>
        column === 0 ? cell.padEnd(widths[0] as number) : cell.padStart(widths[column] as number),
      )
      .join(' | ')} |`;
  console.log(`\n${title}\n\n${line(head)}`);
  console.log(
    line(
      widths.map((width, column) => (column === 0 ? '-' : '') + '-'.repeat(width - (column === 0 ? 1 : 0))),
    ),
  );
  for (const row of rows) console.log(line(row));
}

export function microseconds(nanoseconds: number): string {
  const us = nanoseconds / 1000;
  return us >= 100 ? Math.round(us).toLocaleString('en') : us >= 10 ? us.toFixed(1) : us.toFixed(2);
}

export function printTables(runs: readonly Run[]): void {
  printCounts(runs);
  printWork(runs);
  printTimes(runs, 'each engine on what it compiled');
  if (runs.length > 1) {
    const common = commonOf(runs);
    const scope = `${common.names.size} schemas that all compiled, ${common.tests.size} tests of equal length`;
    printTimes(runs, scope, common);
  }
}

const label = ({ meta }: Run): string => `${meta.engine} ${meta.version}`;

function printCounts(runs: readonly Run[]): void {
  const rows = runs.map((run) => {
    const words = [...run.schemas.values()].map(verdictOf);
    const counts = verdicts.map((verdict) => String(words.filter((word) => word === verdict).length));
    const memory = Math.max(...[...run.schemas.values()].map((line) => line.peak_rss_kib ?? 0));
    const load = run.end.highest_load?.toFixed(1) ?? '-';
    return [label(run), String(words.length), ...counts, String(Math.round(memory / 1024)), load];
  });
  printTable('Schemas', ['engine', 'schemas', ...verdicts, 'peak MiB', 'load'], rows);
}

/** What does not depend on the machine: the nodes of the vocabulary's trie that were stepped. */
function printWork(runs: readonly Run[]): void {
  const rows = runs.flatMap((run) => {
    const lines = [...run.schemas.values()].flatMap(({ work }) => (work === undefined ? [] : [work]));
    if (lines.length === 0) return [];
    const sum = (key: 'masks' | 'cache_hits' | 'nodes_walked'): number =>
      lines.reduce((total, line) => total + line[key], 0);
    const [masks, hits, nodes] = [sum('masks'), sum('cache_hits'), sum('nodes_walked')];
    return [
      [label(run), ...[masks, hits, nodes, Math.round(nodes / masks)].map((n) => n.toLocaleString('en'))],
    ];
  });
  if (rows.length > 0) {
    printTable('Work of the masks', ['engine', 'masks', 'met before', 'nodes stepped', 'a mask'], rows);
  }
}

function printTimes(runs: readonly Run[], scope: string, common?: Common): void {
  for (const measure of measures) {
    const figures = runs.map((run) => figuresOf(timesOf(run, measure, common)));
    const cells = (each: Figures, show: (value: number) => string): string[] => [
      show(each.average),
      ...each.percentiles.map(show),
      show(each.maximum),
    ];
    const rows = runs.map((run, index) => {
      const each = figures[index] as Figures;
      return [label(run), each.count.toLocaleString('en'), ...cells(each, microseconds)];
    });
    const [ours, ...peers] = figures;
    if (ours !== undefined && peers.length > 0) rows.push(['ours / better peer', '', ...ratios(ours, peers)]);
    const head = ['engine', 'n', 'avg', ...percentiles.map((percent) => `p${percent}`), 'max'];
    printTable(`${measureTitles[measure]}; ${scope}`, head, rows);
  }
}

function ratios(ours: Figures, peers: readonly Figures[]): string[] {
  const flat = (each: Figures): number[] => [each.average, ...each.percentiles, each.maximum];
  const better = flat(ours).map((_, index) => Math.min(...peers.map((peer) => flat(peer)[index] as number)));
  return flat(ours).map((value, index) => (value / (better[index] as number)).toFixed(2));
}

/** A row of a table: its cells by their columns. */
export type Row = Readonly<Record<string, string>>;

/** A table whose columns are those of its first row. */
export function printRows(title: string, rows: readonly (readonly [string, Row])[]): void {
  const columns = Object.keys(rows[0]?.[1] ?? {});
  printTable(
    title,
    ['case', ...columns],
    rows.map(([name, row]) => [name, ...columns.map((column) => row[column] ?? '')]),
  );
}
