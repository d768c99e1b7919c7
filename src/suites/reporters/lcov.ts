import { type GrammarCoverage, lineAt, lineStarts, textsByLine } from '../coverage/coverage-report.js';

/**
 * Coverage as lcov tools read it: rules are functions, alternatives, optional parts, classes and their ranges are branches,
 * and a line has as many hits as texts exercise what begins on it. Grammars that stand in a table have no file and are left
 * out.
 */
export function lcov(coverages: readonly GrammarCoverage[]): string {
  return coverages
    .filter(({ isFile }) => isFile)
    .map(record)
    .join('');
}

function record(coverage: GrammarCoverage): string {
  const { name, map, counts } = coverage;
  const starts = lineStarts(map.source);
  const lineOf = (offset: number): number => lineAt(starts, offset) + 1;
  const rules: string[] = [];
  const hits: string[] = [];
  const branches: string[] = [];
  const branchOfLine = new Map<number, number>();
  let [rulesHit, branchesHit] = [0, 0];
  const points = map.points.map((point, index) => ({ point, count: counts.texts[index] ?? 0 }));
  points.sort((a, b) => a.point.from - b.point.from || b.point.to - a.point.to);
  for (const { point, count } of points) {
    const line = lineOf(point.from);
    if (point.kind === 'rule') {
      rules.push(`FN:${line},${point.rule}`);
      hits.push(`FNDA:${count},${point.rule}`);
      if (count > 0) rulesHit += 1;
      continue;
    }
    const branch = branchOfLine.get(line) ?? 0;
    branchOfLine.set(line, branch + 1);
    branches.push(`BRDA:${line},0,${branch},${count}`);
    if (count > 0) branchesHit += 1;
  }
  const lines = [...textsByLine(coverage)].sort(([a], [b]) => a - b);
  return [
    'TN:',
    `SF:${name}`,
    ...rules,
    ...hits,
    `FNF:${rules.length}`,
    `FNH:${rulesHit}`,
    ...branches,
    `BRF:${branches.length}`,
    `BRH:${branchesHit}`,
    ...lines.map(([line, count]) => `DA:${line + 1},${count}`),
    `LF:${lines.length}`,
    `LH:${lines.filter(([, count]) => count > 0).length}`,
    'end_of_record',
    '',
  ].join('\n');
}
