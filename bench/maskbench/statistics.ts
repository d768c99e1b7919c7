// Times of a run, and what they come to.
import type { Run, SchemaLine } from './result-lines.js';

export type Measure = 'compile' | 'ttfm' | 'tbm' | 'mask';

export const measureTitles: Readonly<Record<Measure, string>> = {
  compile: 'Compile, µs',
  ttfm: 'Compile and first mask, µs',
  tbm: 'Mask and accept, µs a token',
  mask: 'Mask alone, µs a token',
};

/** Percentile p of n sorted times is number int(n p / 100), as the runner of the peers counts. */
export const percentiles = [50, 90, 95, 99, 99.9] as const;

export function percentile(sorted: readonly number[], percent: number): number {
  return sorted[Math.min(Math.floor((sorted.length * percent) / 100), sorted.length - 1)] ?? Number.NaN;
}

export type Verdict =
  | 'passing'
  | 'compile error'
  | 'valid rejected'
  | 'invalid accepted'
  | 'run error'
  | 'crash'
  | 'timeout';

export const verdicts: readonly Verdict[] = [
  'passing',
  'compile error',
  'valid rejected',
  'invalid accepted',
  'run error',
  'crash',
  'timeout',
];

/** One word for a schema; to accept an invalid text is the gravest. */
export function verdictOf({ status, tests = [] }: SchemaLine): Verdict {
  if (status === 'compile_error') return 'compile error';
  if (status !== 'ok') return status;
  if (tests.some(({ accepted, valid }) => accepted && !valid)) return 'invalid accepted';
  if (tests.some(({ accepted, valid }) => !accepted && valid)) return 'valid rejected';
  return tests.some(({ error }) => error !== undefined) ? 'run error' : 'passing';
}

/** What all engines have in common, so that their times are of the same work. */
export interface Common {
  readonly names: ReadonlySet<string>;
  /** `name/index` of each test in which every engine went equally far. */
  readonly tests: ReadonlySet<string>;
}

export function commonOf(runs: readonly Run[]): Common {
  const [first, ...others] = runs;
  const names = new Set<string>();
  const tests = new Set<string>();
  for (const [name, line] of first?.schemas ?? []) {
    const lines = [line, ...others.map((run) => run.schemas.get(name))];
    if (!lines.every((each) => each?.status === 'ok')) continue;
    names.add(name);
    line.tests?.forEach((test, index) => {
      const isEqual = lines.every((each) => each?.tests?.[index]?.step_ns.length === test.step_ns.length);
      if (isEqual) tests.add(`${name}/${index}`);
    });
  }
  return { names, tests };
}

/** The times of a run in nanoseconds, sorted. A time-out while compiling counts as the limit. */
export function timesOf(run: Run, measure: Measure, common?: Common): number[] {
  const times: number[] = [];
  for (const line of run.schemas.values()) {
    if (common !== undefined && !common.names.has(line.name)) continue;
    const { compile_ns, open_ns, first_mask_ns } = line;
    if (measure === 'compile') {
      if (compile_ns !== undefined) times.push(compile_ns);
      else if (line.status === 'timeout') times.push((line.limit_s ?? 0) * 1e9);
    } else if (measure === 'ttfm') {
      if (compile_ns !== undefined && open_ns !== undefined && first_mask_ns !== undefined) {
        times.push(compile_ns + open_ns + first_mask_ns);
      }
    } else {
      line.tests?.forEach((test, index) => {
        if (common !== undefined && !common.tests.has(`${line.name}/${index}`)) return;
        for (const time of measure === 'tbm' ? test.step_ns : test.mask_ns) times.push(time);
      });
    }
  }
  return times.sort((a, b) => a - b);
}

export interface Figures {
  readonly count: number;
  readonly average: number;
  /** In the order of {@link percentiles}. */
  readonly percentiles: readonly number[];
  readonly maximum: number;
}

export function figuresOf(sorted: readonly number[]): Figures {
  return {
    count: sorted.length,
    average: sorted.reduce((sum, time) => sum + time, 0) / sorted.length,
    percentiles: percentiles.map((percent) => percentile(sorted, percent)),
    maximum: sorted.at(-1) ?? Number.NaN,
  };
}
