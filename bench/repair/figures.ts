// What is counted of the samples of an arm. Each figure is a share: what is counted, of how many.
import type { Count } from './bootstrap.js';
import type { Judged, JudgedUnit } from './judge.js';
import type { SampleRecord } from './records.js';

/** Names that do not exist: not found, no such member, and both with a guess what was meant. */
export const nameCodes: ReadonlySet<number> = new Set([2304, 2339, 2551, 2552]);
export const argumentCode = 2554;
/** Below and above these, messages are about syntax. */
const isSyntax = (code: number): boolean => code < 2000 || code >= 17_000;

export interface Figure {
  readonly id: string;
  /** What is counted, and of what. */
  readonly label: string;
  readonly kind: 'share' | 'number' | 'ms';
  readonly of: (unit: JudgedUnit) => Count;
}

type Test = (sample: Judged) => boolean;
const all: Test = () => true;
const count = (samples: readonly Judged[], test: Test): number => samples.filter(test).length;

const share = (id: string, label: string, counted: Test, among: Test = all): Figure => ({
  id,
  label,
  kind: 'share',
  of: ({ samples }) => ({
    num: count(samples, (sample) => among(sample) && counted(sample)),
    den: count(samples, among),
  }),
});

/** Of each bug and seed, whether any sample is so. */
const anyOf = (id: string, label: string, test: Test): Figure => ({
  id,
  label,
  kind: 'share',
  of: ({ samples }) => ({ num: samples.some(test) ? 1 : 0, den: 1 }),
});

const perSample = (
  id: string,
  label: string,
  value: (sample: Judged) => number,
  kind: 'number' | 'ms' = 'number',
): Figure => ({
  id,
  label,
  kind,
  of: ({ samples }) => ({
    num: samples.reduce((sum, sample) => sum + value(sample), 0),
    den: samples.length,
  }),
});

const part = (
  id: string,
  label: string,
  num: (sample: Judged) => number,
  den: (sample: Judged) => number,
  kind: Figure['kind'] = 'share',
): Figure => ({
  id,
  label,
  kind,
  of: ({ samples }) => ({
    num: samples.reduce((sum, sample) => sum + num(sample), 0),
    den: samples.reduce((sum, sample) => sum + den(sample), 0),
  }),
});

const isPatch: Test = ({ isClean, isSubstantive }) => isClean && isSubstantive;
const has = (sample: Judged, codes: (code: number) => boolean): number => sample.codes.filter(codes).length;

export const distinctPatches = (samples: readonly Judged[]): number =>
  count(samples, (sample) => sample.isUnique && isPatch(sample));

/** How good the texts are. */
export const quality: readonly Figure[] = [
  share('compile-all', 'compile, of all samples', ({ isClean }) => isClean),
  share(
    'compile-unique',
    "compile, of unique finished ones (Repilot's share)",
    ({ isClean }) => isClean,
    ({ isUnique }) => isUnique,
  ),
  share(
    'fail',
    'fail the check, of substantive samples (unfinished ones fail)',
    ({ isClean }) => !isClean,
    ({ isSubstantive }) => isSubstantive,
  ),
  share(
    'fail-finished',
    'the same, of finished ones',
    ({ isClean }) => !isClean,
    ({ isSubstantive, isFinished }) => isSubstantive && isFinished,
  ),
  share('substantive', 'substantive, of all samples', ({ isSubstantive }) => isSubstantive),
  share('plausible', 'plausible, of all samples', ({ isPlausible }) => isPlausible),
  {
    id: 'pass1',
    label: 'plausible patch with one sample (pass@1)',
    kind: 'share',
    // Small changes come in an order, so their first one is it; of samples, any.
    of: ({ arm, samples }) =>
      arm === 'ranked'
        ? { num: samples[0]?.isPlausible ? 1 : 0, den: 1 }
        : { num: count(samples, ({ isPlausible }) => isPlausible), den: samples.length },
  },
  anyOf('any-compile', 'bugs with a substantive patch that compiles', isPatch),
  anyOf('any-plausible', 'bugs with a plausible patch (pass@k)', ({ isPlausible }) => isPlausible),
  share('exact', 'the reference line, of all samples', ({ isExact }) => isExact),
  anyOf('any-exact', 'bugs with the reference line', ({ isExact }) => isExact),
  {
    id: 'distinct',
    label: 'distinct substantive patches that compile, a bug',
    kind: 'number',
    of: ({ samples }) => ({ num: distinctPatches(samples), den: 1 }),
  },
  share('unfinished', 'unfinished', ({ record }) => record.status === 'unfinished'),
  share('dead-end', 'dead ends', ({ record }) => record.status === 'pruned_dead_end'),
  share('duplicate', 'duplicates', ({ record }) => record.status === 'duplicate'),
  share('unchanged', 'the old line', ({ record }) => record.status === 'unchanged'),
];

/** Which errors the checker finds, a sample. */
export const errors: readonly Figure[] = [
  perSample('names', 'TS2304, 2339, 2551, 2552: names', (sample) =>
    has(sample, (code) => nameCodes.has(code)),
  ),
  perSample('arguments', 'TS2554: number of arguments', (sample) =>
    has(sample, (code) => code === argumentCode),
  ),
  perSample('syntax', 'syntax', (sample) => has(sample, isSyntax)),
  perSample('others', 'all others', (sample) =>
    has(sample, (code) => !nameCodes.has(code) && code !== argumentCode && !isSyntax(code)),
  ),
];

/** Tokens that were written, also those that were taken back. */
export const drawnOf = ({ drawn, tokens }: SampleRecord): number => drawn ?? tokens;

/** What it costs. */
export const costs: readonly Figure[] = [
  perSample('ms', 'ms a patch: drawing and check', ({ record }) => record.draw + record.check, 'ms'),
  perSample('draw', 'ms a patch: drawing', ({ record }) => record.draw, 'ms'),
  part(
    'token',
    'ms a token, of drawing',
    ({ record }) => (record.tokens > 0 ? record.draw : 0),
    ({ record }) => record.tokens,
    'ms',
  ),
  part(
    'loop-token',
    'ms a token that was written behind the first, without type checks',
    ({ record }) => record.loop,
    ({ record }) => (record.loop > 0 ? drawnOf(record) : 0),
    'ms',
  ),
  part(
    'written',
    'tokens that were written, for one that is kept',
    ({ record }) => (record.tokens > 0 ? drawnOf(record) : 0),
    ({ record }) => record.tokens,
    'number',
  ),
  perSample('checks', 'type checks while it is drawn', ({ record }) => record.checks ?? 0),
  perSample('tokens', 'tokens', ({ record }) => record.tokens),
  perSample('passes', 'steps of the model', ({ record }) => record.passes),
  part(
    'saved',
    'tokens without a step of their own',
    ({ record }) => Math.max(0, record.tokens - record.steps),
    ({ record }) => record.tokens,
  ),
  perSample('queries', 'questions for names', ({ record }) => record.queries),
  part(
    'hits',
    'of them known already',
    ({ record }) => record.hits,
    ({ record }) => record.queries,
  ),
  part(
    'unknown',
    'slots whose names are unknown, of those asked',
    ({ record }) => record.unknowns,
    ({ record }) => record.asked,
  ),
  part(
    'engine',
    'time of questions, of drawing',
    ({ record }) => record.engine,
    ({ record }) => record.draw,
  ),
  part(
    'hidden',
    'of that, beside a step of the model (at least)',
    ({ record }) => Math.max(0, record.engine - record.wait),
    ({ record }) => record.engine,
  ),
];

/**
 * Samples whose names were all known, of the full arm those that were drawn again: what a token costs then, also one that is taken back. What
 * is written anew is work of another kind.
 */
export const warmToken: Figure = {
  id: 'warm-token',
  label: 'the same, all names known',
  kind: 'ms',
  of: (unit) => {
    const known = warmRecords(unit);
    return {
      num: known.reduce((sum, { loop }) => sum + loop, 0),
      den: known.reduce((sum, record) => sum + drawnOf(record), 0),
    };
  },
};

/** The samples for which no name had to be asked for. */
export function warmRecords({ samples, entry }: JudgedUnit): SampleRecord[] {
  const all = entry.warm ?? samples.map(({ record }) => record);
  return all.filter(({ queries, hits, loop }) => queries === hits && loop > 0);
}
