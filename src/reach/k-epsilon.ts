// Over many prompts, each with its target: what share is reached with at most k symbols?
import { checkOptions, expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import {
  type FindOptions,
  type FoundTarget,
  find,
  readSettings,
  type SearchSettings,
  searchOptionNames,
} from './find.js';
import { hashOf, settingOf } from './fingerprint.js';
import { type Journal, type JournalEntry, openJournal } from './journal.js';
import { wilsonInterval } from './labels.js';
import type { SearchProgress } from './search-progress.js';
import { openSystem, type SystemOptions } from './system.js';
import { readTemplate } from './template.js';

/** A prompt with a slot, and what is to be reached. */
export interface ReachCase extends Pick<SystemOptions, 'template' | 'slot' | 'placement'> {
  target: unknown;
  /** For reports. Default: its number, from 1. */
  id?: string | undefined;
}

/** The options of `kEpsilon`: those of `find` that are the same for all cases. */
export type KEpsilonOptions = Omit<
  FindOptions,
  'template' | 'slot' | 'placement' | 'target' | 'targets' | 'onProgress'
> & {
  /** A file to go on from, and to write to: a case that is done is not done again, wherever the last run ended. */
  journal?: string | undefined;
  /** Called behind each case, and behind each step of a search in a case. */
  onProgress?: ((progress: KEpsilonProgress) => void) | undefined;
};

/** How far a curve is. */
export interface KEpsilonProgress {
  /** Cases that are done, and how many there are. */
  readonly cases: number;
  readonly of: number;
  readonly reached: number;
  /** Of the case that is searched; behind a case there is none. */
  readonly search?: SearchProgress;
}

/** How many targets at most k symbols reach. */
export interface KEpsilonPoint {
  readonly k: number;
  /** Cases with a text of at most k symbols that was replayed. */
  readonly reached: number;
  /** Cases of which it is proved that no text of at most k symbols does it. */
  readonly excluded: number;
  /** Reached, as a share of all, with Wilson's interval at 95 %: what more cases of this kind would show. */
  readonly share: number;
  readonly lower: number;
  readonly upper: number;
  /** What is not reached by what was found; and at least, counting only what is proved to be out of reach. */
  readonly epsilon: { readonly found: number; readonly proved: number };
}

/** A curve over k, and the cases that it sums up. */
export interface KEpsilonReport {
  readonly kind: 'k-epsilon';
  readonly format: 1;
  readonly points: readonly KEpsilonPoint[];
  readonly labels: Readonly<Record<string, number>>;
  readonly cases: readonly (FoundTarget & { readonly id: string })[];
  /** Prompts read. */
  readonly evaluations: number;
  /** Why the method was not run, where it was not. */
  readonly notRun?: string | undefined;
}

/**
 * Searches for each case by itself, and sums up.
 *
 * @throws GrammaskError as `find`: one case for which the model gives NaN ends the curve with `LOGITS`, and the message names it;
 * `ARGUMENT`, before the first search, for a case whose template has not its slot once
 */
export async function kEpsilon(
  dataset: readonly ReachCase[],
  options: KEpsilonOptions,
): Promise<KEpsilonReport> {
  checkOptions(options, [
    ...searchOptionNames.filter((name) => !['template', 'slot', 'placement'].includes(name)),
    'onProgress',
  ]);
  if (!Array.isArray(dataset) || dataset.length === 0)
    throw expected('a list of cases, at least one,', 'dataset', dataset);
  dataset.forEach(checkCase);
  const { onProgress, journal: path, ...shared } = options;
  const journal = path === undefined ? undefined : await openCases(path, dataset, shared);
  const cases: (FoundTarget & { id: string })[] = [];
  let evaluations = 0;
  let notRun: string | undefined;
  const tell = (search?: SearchProgress): void =>
    onProgress?.({
      ...{ cases: cases.length, of: dataset.length },
      reached: cases.filter(({ witness }) => witness !== null).length,
      ...(search === undefined ? {} : { search }),
    });
  try {
    for (const [index, each] of dataset.entries()) {
      const { id = String(index + 1), target, template, slot, placement } = each;
      let done = journal?.entries.get(index);
      if (done === undefined) {
        const report = await find({ ...shared, template, slot, placement, target, onProgress: tell }).catch(
          (error: unknown) => {
            throw ofCase(error, id);
          },
        );
        const [found] = report.targets;
        done = {
          ...{ chunk: index, found: found as FoundTarget, evaluations: report.evaluations },
          ...(report.notRun === undefined ? {} : { notRun: report.notRun }),
        };
        await journal?.add(done);
      }
      evaluations += done.evaluations;
      notRun ??= done.notRun;
      cases.push({ id, ...done.found });
      tell();
    }
  } finally {
    await journal?.close();
  }
  return { ...summaryOf(cases, options), evaluations, ...(notRun === undefined ? {} : { notRun }) };
}

/** A wrong case at the end of a long list is told before the first search. */
function checkCase(each: ReachCase, index: number): void {
  if (typeof each !== 'object' || each === null) throw expected('an object', `case ${index + 1}`, each);
  const { id = String(index + 1), template, slot, placement } = each;
  try {
    readTemplate({ template, slot, placement }, undefined);
  } catch (error) {
    throw ofCase(error, id, 'ARGUMENT');
  }
}

/** Says which case it is. A model that gives no numbers (`LOGITS`) gives them to some prompts only. */
function ofCase(error: unknown, id: string, code: 'ARGUMENT' | 'LOGITS' = 'LOGITS'): unknown {
  if (!GrammaskError.isInstance(error) || error.code !== code) return error;
  const { hint, location } = error;
  return new GrammaskError(code, `the case ${id}: ${error.message}`, { hint, location, cause: error });
}

interface CaseEntry extends JournalEntry {
  readonly found: FoundTarget;
  readonly evaluations: number;
  readonly notRun?: string;
}

type Shared = Omit<KEpsilonOptions, 'journal' | 'onProgress'>;

async function openCases(
  path: string,
  dataset: readonly ReachCase[],
  shared: Shared,
): Promise<Journal<CaseEntry>> {
  const [first] = dataset as [ReachCase];
  const { template, slot, placement } = first;
  const { budgetMs: _budgetMs, ...settings } = readSettings(shared);
  const system = await openSystem({ ...shared, template, slot, placement });
  try {
    const exact = (_name: string, value: unknown): unknown =>
      typeof value === 'bigint' ? { integer: String(value) } : value;
    const cases = hashOf(JSON.stringify(dataset, exact));
    return await openJournal(path, {
      kind: 'k-epsilon',
      system: await settingOf(system),
      cases,
      ...settings,
    });
  } finally {
    system.close();
  }
}

/** The curve of cases that were searched. */
export function summaryOf(
  cases: readonly (FoundTarget & { id: string })[],
  { maxK = 4 }: Pick<SearchSettings, 'maxK'>,
): Omit<KEpsilonReport, 'evaluations' | 'notRun'> {
  const labels: Record<string, number> = {};
  for (const { label } of cases) labels[label] = (labels[label] ?? 0) + 1;
  const of = cases.length;
  const points = Array.from({ length: maxK + 1 }, (_, k): KEpsilonPoint => {
    const reached = cases.filter(({ witness }) => witness !== null && witness.length <= k).length;
    const excluded = cases.filter(({ least }) => least.lower === null || least.lower > k).length;
    const share = reached / of;
    return {
      k,
      reached,
      excluded,
      share,
      ...wilsonInterval(reached, of),
      epsilon: { found: 1 - share, proved: excluded / of },
    };
  });
  return { kind: 'k-epsilon', format: 1, points, labels, cases };
}
