import type { CoveragePoint } from '../coverage/coverage-map.js';
import { coverageSummary, gapInWords, gapsOf, lineAt, lineStarts } from '../coverage/coverage-report.js';
import type { SuiteFuzz } from '../fuzz/fuzz-suites.js';
import type { Outcome } from '../judge-text.js';
import { formatPlace, placeOf } from '../place.js';
import type { RunResult, SuiteResult } from '../run.js';
import { totalsOf } from '../totals.js';
import { outcomeWords } from './failure-words.js';
import type { Reporter } from './reporter.js';

/** One JSON object for the whole run. */
export function jsonReporter(): Reporter {
  return { end: (run, fuzz) => `${JSON.stringify(runObject(run, fuzz), null, 2)}\n` };
}

function runObject(run: RunResult, fuzz: readonly SuiteFuzz[] | undefined): object {
  return {
    totals: totalsOf(run.suites),
    ms: round(run.ms),
    ...(run.interrupted ? { interrupted: true } : {}),
    suites: run.suites.map(suiteObject),
    ...(run.coverage.length + run.notCovered.length > 0 ? { coverage: coverageObjects(run) } : {}),
    ...(fuzz === undefined ? {} : { fuzz }),
  };
}

function suiteObject({ name, problem, cases, outcomes, times }: SuiteResult): object {
  if (problem !== undefined) {
    const { code, message, hint, location } = problem;
    return { name, error: { code, message, hint, location } };
  }
  const texts = cases.map((text, index) => ({
    name: text.name,
    verdict: text.verdict,
    ...(text.at === undefined ? {} : { at: formatPlace(text.at) }),
    ...outcomeObject(outcomes[index]),
    ms: round(times[index] ?? 0),
  }));
  return { name, texts };
}

function outcomeObject(outcome: Outcome | undefined): object {
  const result = outcome?.kind ?? 'notRun';
  const message = outcomeWords(outcome)?.message;
  if (outcome === undefined || outcome.kind === 'undecided') return { result, message };
  const place = outcome.place === undefined ? {} : { found: formatPlace(outcome.place) };
  if (outcome.kind === 'passed') return { result, ...place };
  const { failure } = outcome;
  if (failure.kind !== 'rejected' && failure.kind !== 'place') return { result, message };
  const { line, column, validBytes, viable, expected, excerpt } = failure.found;
  const found = formatPlace(placeOf(failure.found, failure.kind === 'place' ? failure.expected : undefined));
  return { result, message, found, line, column, validBytes, viable, expected, excerpt };
}

function coverageObjects({ coverage, notCovered }: RunResult): object[] {
  return [
    ...coverage.map((own) => {
      const starts = lineStarts(own.map.source);
      const gaps = gapsOf(own).map((points) => {
        const gap = points[0] as CoveragePoint;
        const line = lineAt(starts, gap.from);
        const column = Array.from(own.map.source.slice(starts[line], gap.from)).length + 1;
        return { rule: gap.rule, kind: gap.kind, line: line + 1, column, message: gapInWords(points) };
      });
      const { measured, unmeasured } = own.counts;
      return {
        grammar: own.name,
        texts: measured,
        notFollowed: unmeasured,
        summary: coverageSummary(own),
        gaps,
      };
    }),
    ...notCovered.map(({ name, reason }) => ({ grammar: name, notMeasured: reason })),
  ];
}

function round(ms: number): number {
  return Math.round(ms * 1000) / 1000;
}
