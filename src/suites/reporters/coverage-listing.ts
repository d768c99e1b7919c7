import type { Colors } from '../../cli/output.js';
import { printableText } from '../../frontends/source-location.js';
import type { CoveragePoint } from '../coverage/coverage-map.js';
import {
  coverageSummary,
  type GrammarCoverage,
  gapInWords,
  gapsOf,
  lineAt,
  lineStarts,
  textsByLine,
} from '../coverage/coverage-report.js';

/** A longer grammar is listed only where something is missing. */
const MAX_LINES = 200;

/** The grammar, how many texts exercise each line, and marks under what none does. */
export function coverageListing(coverage: GrammarCoverage, colors: Colors): string {
  const { map, counts, name } = coverage;
  const summary = coverageSummary(coverage)
    .filter(({ total }) => total > 0)
    .map(({ name: group, total, exercised }) => {
      const words = `${exercised} of ${total} ${group}`;
      return exercised === total ? colors.green(words) : colors.yellow(words);
    });
  const lines = [`${colors.bold(`Coverage of ${printableText(name)}`)}  ${summary.join(', ')}`];
  if (counts.unmeasured > 0) {
    lines.push(
      colors.yellow(`  ${counts.unmeasured} texts were not followed: the time was over (--timeout)`),
    );
  }
  const starts = lineStarts(map.source);
  const texts = textsByLine(coverage);
  const marks = new Map<number, string[]>();
  for (const points of gapsOf(coverage)) {
    const gap = points[0] as CoveragePoint;
    const line = lineAt(starts, gap.from);
    const start = starts[line] as number;
    const end = Math.min(gap.to, (starts[line + 1] ?? map.source.length + 1) - 1);
    const before = Array.from(map.source.slice(start, gap.from)).length;
    const length = Math.max(1, Array.from(map.source.slice(gap.from, end)).length);
    const mark = `${' '.repeat(before)}${colors.red('^'.repeat(length))} ${colors.red(gapInWords(points))}`;
    marks.set(line, [...(marks.get(line) ?? []), mark]);
  }
  const source = map.source.split('\n');
  if (source.at(-1) === '') source.pop();
  source.forEach((text, line) => {
    const own = marks.get(line) ?? [];
    if (own.length === 0 && source.length > MAX_LINES) return;
    const count = texts.get(line);
    const gutter = (count === undefined ? '' : String(count)).padStart(7);
    lines.push(`${colors.dim(`${gutter} |`)} ${printableText(text.trimEnd())}`);
    for (const mark of own) lines.push(`${colors.dim(`${' '.repeat(7)} |`)} ${mark}`);
  });
  return `${lines.join('\n')}\n`;
}
