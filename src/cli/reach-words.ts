// Reports of `grammask reach` for people.
import { leastText, outcomeText, quoted } from '../reach/audit/outcome-words.js';
import { countOf } from '../reach/audit/symbol-words.js';
import type { FindReport, FoundTarget } from '../reach/find.js';
import type { FlipReport } from '../reach/flip.js';
import { ABSENT } from '../reach/outcome.js';
import { countLines, labelWords, numericLine, witnessWords } from '../reach/report/explain-words.js';
import type { SearchProgress } from '../reach/search-progress.js';
import type { SweepReport } from '../reach/sweep-report.js';
import type { Colors } from './output.js';

/** Asked where the answer to the empty text has no such field: a slip of the pen looks the same. */
export const isFieldSpelled =
  'the answer to the empty text has no such field: is it spelled as in the schema?';

/** Columns side by side, each as wide as its widest cell. */
export function columns(rows: readonly (readonly string[])[]): string[] {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [column, cell] of row.entries()) widths[column] = Math.max(widths[column] ?? 0, cell.length);
  }
  return rows.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] as number))
      .join('  ')
      .trimEnd(),
  );
}

/** How far a search is, in a line; of a server the budget counts requests. */
export function progressWords(
  { k, complete, evaluations, left, reached, of }: SearchProgress,
  unit: 'prompt' | 'request' = 'prompt',
): string {
  const read = complete < 0 ? '' : `, all of at most ${complete}`;
  const texts = `${evaluations.toLocaleString('en')} texts of up to ${k} symbols read${read}`;
  return `${texts}; ${reached} of ${of} found, ${left.toLocaleString('en')} ${unit}s left`;
}

export function sweepWords(report: SweepReport, colors: Colors): string[] {
  const { setting, total, complete, counts, baseline, outcomes, targets, numeric, chunks } = report;
  const unit = setting.system.control.unit;
  const head = `${countOf(total, 'text')} of at most ${countOf(setting.k, unit)}`;
  const lines = [
    complete
      ? colors.bold(`${head}, all of them looked at`)
      : colors.yellow(
          `${head}: ${chunks.done} of ${countOf(chunks.of, 'part')} done, so that nothing is certified`,
        ),
    ...countLines(counts),
    `the empty text gives ${outcomeText(baseline)}`,
    ...(baseline === ABSENT ? [colors.yellow(isFieldSpelled)] : []),
    '',
  ];
  const rows = outcomes.map(({ outcome, tokenText, lengths, witness }) => [
    tokenText === undefined ? outcomeText(outcome) : `${outcome} ${quoted(tokenText)}`,
    String(lengths.reduce((sum, { texts }) => sum + texts, 0)),
    witness === null ? 'none was replayed' : witnessWords(witness),
  ]);
  lines.push(...columns([['outcome', 'texts', 'a shortest one'], ...rows]));
  if (targets.length > 0) {
    const labels = targets.map(({ target, label, k, reason }) => [
      outcomeText(target),
      label,
      k === null ? '' : `k = ${k}`,
      reason ?? '',
    ]);
    lines.push('', ...columns([['target', 'label', '', ''], ...labels]));
  }
  return [...lines, '', colors.dim(numericLine(numeric))];
}

export function findWords(
  { targets, evaluations, numeric, contradicted, notRun }: FindReport,
  colors: Colors,
): string[] {
  if (notRun !== undefined) return [`not run: ${notRun}`];
  return [
    ...targets.flatMap((found) => foundWords(found, colors)),
    '',
    `${countOf(evaluations, 'prompt')} read`,
    ...(contradicted === 0
      ? []
      : [`${countOf(contradicted, 'text')} hit in a batch, and not through generate`]),
    colors.dim(numericLine(numeric)),
  ];
}

function foundWords(
  { target, label, least, witness, method, shareBound }: FoundTarget,
  colors: Colors,
): string[] {
  const paint = label === 'exact-reachable' ? colors.yellow : colors.green;
  const bound =
    shareBound === undefined ? '' : ` At most the share ${shareBound.toPrecision(2)} of them does it.`;
  return [
    `${outcomeText(target)}: ${label === 'searched-unreached' ? label : paint(label)}`,
    `  ${labelWords[label]}${bound}`,
    `  symbols that it takes: ${leastText(least)}`,
    ...(witness === null ? [] : [`  a text: ${witnessWords(witness)}, found by ${method}`]),
  ];
}

export function flipWords(report: FlipReport, colors: Colors): string[] {
  const { baseline, target, outcome, label, least, witness, method, evaluations, numeric } = report;
  const other = target === null ? 'another value' : outcomeText(target);
  return [
    `the empty text gives ${outcomeText(baseline)}; to get ${other} it takes ${leastText(least)}`,
    ...(baseline === ABSENT ? [colors.yellow(isFieldSpelled)] : []),
    `${label}: ${labelWords[label]}`,
    ...(witness === null
      ? []
      : [colors.yellow(`${outcomeText(outcome)} with ${witnessWords(witness)}`), `found by ${method}`]),
    '',
    `${countOf(evaluations, 'prompt')} read`,
    colors.dim(numericLine(numeric)),
  ];
}
