// A text for a target, or for each of several; and the least number of symbols that changes an answer.
import { checkOptions, expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { randomSearch, upstreamGreedy } from './baselines.js';
import { type CandidateCounts, type CandidateMaker, createCandidateMaker } from './candidates.js';
import type { Witness } from './findings.js';
import { type Setting, settingOf } from './fingerprint.js';
import { type GcgSettings, gcg, gradientFile } from './gradient/gcg.js';
import type { NumericReport } from './judge.js';
import { type ReachLabel, shareBound } from './labels.js';
import { climb } from './ladder.js';
import { type Outcome, valueOfOutcome } from './outcome.js';
import { createSearch, type Goal, type Hit, type Search } from './search.js';
import { openStepJournal, type StepJournal } from './search-journal.js';
import type { OnSearchProgress } from './search-progress.js';
import { shorten } from './shorten.js';
import { openSystem, type System, type SystemOptions, systemOptionNames, whole } from './system.js';

/** How a search goes, and how far. */
export interface SearchSettings {
  /** Symbols of a text at most. Default 4. */
  maxK?: number | undefined;
  /** Prompts that may be read. Default 10,000. */
  budget?: number | undefined;
  /** Milliseconds that it may take. Default: no bound. A search that this ends does not give the same on every machine. */
  budgetMs?: number | undefined;
  /** Every text of at most so many symbols is read, where the budget allows. Default 1. */
  certifyK?: number | undefined;
  /** Texts that are tried first: what somebody would write. Those that the control has not are left out. */
  seeds?: readonly string[] | undefined;
  /** Texts that have the target in them do not count. Default false. */
  forbidTarget?: boolean | undefined;
  /**
   * `'ladder'` (default). To compare with: `'upstream-greedy'`, the greedy search of "What's the Magic Word?", for one next token;
   * `'gcg'`, greedy coordinate gradient, for one next token and texts of `maxK` tokens, where the model's folder has a
   * `model.grad.onnx`; `'random'`: texts of `maxK` symbols, drawn at random.
   */
  method?: 'ladder' | 'upstream-greedy' | 'gcg' | 'random' | undefined;
  /** For `'random'` and `'gcg'`. Default 0. */
  seed?: number | undefined;
  /** For `'gcg'`. */
  gcg?: Partial<GcgSettings> | undefined;
  /** A file to go on from, and to write to: what the model said is not asked again, wherever the last run ended. */
  journal?: string | undefined;
  /** Called behind each step. */
  onProgress?: OnSearchProgress | undefined;
}

/** The options of `find`. */
export interface FindOptions extends SystemOptions, SearchSettings {
  /** What is to be reached: a token id or the text of a token, the text of an answer, or a value of the field. */
  target?: unknown;
  /** Several, in place of one: each text that is read counts for all of them. */
  targets?: readonly unknown[] | undefined;
}

/** What is known of the least number of symbols that does it. */
export interface LeastLength {
  /** Every text with fewer symbols was read, and none does it; null: no text of any length does. */
  readonly lower: number | null;
  /** A text of so many symbols does it; null: none was found. */
  readonly upper: number | null;
  readonly exact: boolean;
}

/** What a search found for a target. */
export interface FoundTarget {
  readonly target: Outcome;
  readonly value?: unknown;
  readonly label: ReachLabel;
  /** Symbols: of the witness, or at most of the texts that the label speaks of; null for `masked-out`. */
  readonly k: number | null;
  readonly least: LeastLength;
  readonly witness: Witness | null;
  /** Prompts that had been read when it was found. */
  readonly evaluations: number | null;
  /** The part of the search that found it. */
  readonly method: string | null;
  /** With `statistical`: at most this share of the texts of `k` symbols gives the target, with 95 % confidence. */
  readonly shareBound?: number | undefined;
}

/** What a search found. */
export interface FindReport {
  readonly kind: 'find';
  readonly format: 1;
  readonly setting: SearchSetting;
  readonly targets: readonly FoundTarget[];
  /** Prompts read. */
  readonly evaluations: number;
  readonly counts: CandidateCounts;
  readonly numeric: NumericReport;
  /** Texts that hit in a batch, and not through `generate`. */
  readonly contradicted: number;
  /** With `'gcg'`: gradients that were computed, beside the prompts that were read. */
  readonly gradients?: number | undefined;
  /** Why the method was not run, where it was not: nothing was read then. */
  readonly notRun?: string | undefined;
}

/** What a search's report is bound to. */
export interface SearchSetting {
  readonly system: Setting;
  readonly maxK: number;
  readonly budget: number;
  readonly budgetMs: number | null;
  readonly certifyK: number;
  readonly seeds: readonly string[];
  readonly forbidTarget: boolean;
  readonly method: string;
  readonly seed: number;
  /** With `'gcg'`. */
  readonly gcg?: GcgSettings | undefined;
}

export const searchOptionNames = [
  ...systemOptionNames,
  ...[
    'maxK',
    'budget',
    'budgetMs',
    'certifyK',
    'seeds',
    'forbidTarget',
    'method',
    'seed',
    'gcg',
    'journal',
    'onProgress',
  ],
];

/**
 * Looks for a text that makes the model give a target. What is not found is not proved to be out of reach, but where every text was
 * read.
 *
 * @throws GrammaskError `ARGUMENT`, `UNSUPPORTED`, `TOKEN_RANGE`, `UNSATISFIABLE`, `LOGITS`, `ABORTED`, and what the model throws
 */
export async function find(options: FindOptions): Promise<FindReport> {
  checkOptions(options, [...searchOptionNames, 'target', 'targets']);
  const settings = readSettings(options);
  const system = await openSystem(options);
  try {
    const targets = targetsOf(options, system);
    const setting = { system: await settingOf(system), ...settings };
    const maker = await createCandidateMaker(system);
    const reachable = targets.filter((target) => !system.isMaskedOut(target));
    const goals = reachable.map((outcome): Goal => ({ kind: 'reach', outcome }));
    const journal = await openSteps('find', options, setting, targets);
    const { onProgress } = options;
    const { search, complete, ...about } = await run({ system, maker, goals, settings, journal, onProgress });
    const found = new Map(
      reachable.map((target, goal) => [target, foundTarget(search, goal, target, complete, settings)]),
    );
    return {
      ...{ kind: 'find', format: 1, setting },
      targets: targets.map((target) => found.get(target) ?? maskedOut(target)),
      ...{ evaluations: search.evaluations, counts: search.counts, numeric: search.numeric },
      contradicted: search.contradicted,
      ...about,
    };
  } finally {
    system.close();
  }
}

function targetsOf({ target, targets }: FindOptions, system: System): Outcome[] {
  if ((target === undefined) === (targets === undefined)) {
    throw new GrammaskError('ARGUMENT', 'expected either `target` or `targets`');
  }
  if (targets === undefined) return [system.outcomeOf(target)];
  if (!Array.isArray(targets) || targets.length === 0)
    throw expected('a list, with at least one,', 'targets', targets);
  return [...new Set(targets.map((each) => system.outcomeOf(each)))];
}

export type FullSettings = Omit<SearchSetting, 'system'>;

/** @throws GrammaskError `ARGUMENT` */
export function readSettings(options: SearchSettings): FullSettings {
  const { seeds = [], forbidTarget = false, method = 'ladder', budgetMs, seed = 0, onProgress } = options;
  if (!Array.isArray(seeds) || !seeds.every((text) => typeof text === 'string')) {
    throw expected('a list of texts', 'seeds', seeds);
  }
  if (typeof forbidTarget !== 'boolean') throw expected('true or false', 'forbidTarget', forbidTarget);
  if (!['ladder', 'upstream-greedy', 'gcg', 'random'].includes(method)) {
    throw expected("'ladder', 'upstream-greedy', 'gcg' or 'random'", 'method', method);
  }
  if (budgetMs !== undefined && (typeof budgetMs !== 'number' || !(budgetMs > 0))) {
    throw expected('a number of milliseconds above 0', 'budgetMs', budgetMs);
  }
  if (!Number.isSafeInteger(seed)) throw expected('a whole number', 'seed', seed);
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw expected('a function', 'onProgress', onProgress);
  }
  return {
    maxK: whole(options.maxK, 'maxK', 4, 0),
    budget: whole(options.budget, 'budget', 10_000, 1),
    budgetMs: budgetMs ?? null,
    certifyK: whole(options.certifyK, 'certifyK', 1, 0),
    ...{ seeds, forbidTarget, method, seed },
    ...(method === 'gcg' ? { gcg: readGcg(options.gcg) } : {}),
  };
}

function readGcg(options: SearchSettings['gcg']): GcgSettings {
  const { topK, swaps } = checkOptions(options, ['topK', 'swaps']);
  return { topK: whole(topK, 'gcg.topK', 256, 1), swaps: whole(swaps, 'gcg.swaps', 512, 1) };
}

const noGradient =
  'there is no model.grad.onnx beside the weights; models/train/gradient_file.py makes it for models of its shape';

/** The journal of a search, where one is wanted: of this system, these settings and goals. */
export async function openSteps(
  kind: 'find' | 'flip',
  { journal }: SearchSettings,
  { budgetMs: _budgetMs, ...setting }: SearchSetting,
  asked: readonly (Outcome | null)[],
): Promise<StepJournal | undefined> {
  if (journal === undefined) return undefined;
  if (typeof journal !== 'string' || journal === '') throw expected('the path of a file', 'journal', journal);
  return openStepJournal(journal, { kind, ...setting, asked });
}

interface Searched {
  readonly search: Search;
  readonly complete: number;
  readonly gradients?: number;
  readonly notRun?: string;
}

export interface SearchRun {
  readonly system: System;
  readonly maker: CandidateMaker;
  readonly goals: readonly Goal[];
  readonly settings: FullSettings;
  readonly journal: StepJournal | undefined;
  readonly onProgress: OnSearchProgress | undefined;
}

/** Searches for goals, and closes the journal; `complete`: every text of at most so many symbols was read, and counts. */
export async function run(search: SearchRun): Promise<Searched> {
  try {
    return await runSearch(search);
  } finally {
    await search.journal?.close();
  }
}

async function runSearch({
  system,
  maker,
  goals,
  settings,
  journal,
  onProgress,
}: SearchRun): Promise<Searched> {
  const { maxK, method, budget, budgetMs, forbidTarget } = settings;
  const byProbability = method === 'upstream-greedy' || method === 'gcg';
  if (byProbability && (system.reading.kind !== 'token' || goals.length > 1)) {
    throw new GrammaskError('UNSUPPORTED', `method: '${method}' looks for one next token`);
  }
  if (method === 'gcg' && system.control.unit !== 'token') {
    throw new GrammaskError('UNSUPPORTED', "method: 'gcg' changes tokens", {
      hint: "take control: { tokens: 'all' }",
    });
  }
  const search = createSearch(system, maker, {
    ...{ goals, budget, budgetMs: budgetMs ?? Number.POSITIVE_INFINITY, forbidTarget },
    ...{ byProbability, journal, maxK, onProgress },
  });
  try {
    if (goals.length === 0) return { search, complete: -1 };
    if (method === 'gcg') {
      const path = gradientFile(system);
      if (path === undefined) return { search, complete: -1, notRun: noGradient };
      const gradients = await gcg(search, maxK, path, {
        ...(settings.gcg as GcgSettings),
        seed: settings.seed,
      });
      return { search, complete: -1, gradients };
    }
    if (method === 'upstream-greedy') await upstreamGreedy(search, maxK);
    else if (method === 'random') await randomSearch(search, maxK, settings.seed);
    else {
      const seeds = await sequencesOfTexts(system, settings.seeds);
      const { complete } = await climb(search, { ...settings, seeds });
      await shorten(search, complete);
      return { search, complete: counts(search) ? complete : -1 };
    }
    return { search, complete: -1 };
  } finally {
    search.close();
  }
}

/** Whether what was read proves something of what it did not give. */
function counts(search: Search): boolean {
  return search.numeric.holds && !search.hasUndecided && search.contradicted === 0;
}

function foundTarget(
  search: Search,
  goal: number,
  target: Outcome,
  complete: number,
  { maxK, method }: FullSettings,
): FoundTarget {
  const hit = search.hits.get(goal);
  const named = { target, value: valueOfOutcome(target), least: leastLength(hit, complete) };
  if (hit !== undefined) {
    const { witness, evaluations } = hit;
    return {
      ...named,
      label: 'exact-reachable',
      k: witness.length,
      witness,
      evaluations,
      method: hit.method,
    };
  }
  const nothing = { ...named, witness: null, evaluations: null, method: null };
  if (complete >= maxK) return { ...nothing, label: 'certified-unreachable', k: maxK };
  if (method === 'random' && counts(search)) {
    return { ...nothing, label: 'statistical', k: maxK, shareBound: shareBound(search.evaluations) };
  }
  return { ...nothing, label: 'searched-unreached', k: maxK };
}

export function leastLength(hit: Hit | undefined, complete: number): LeastLength {
  const upper = hit?.witness.length ?? null;
  const lower = upper === null ? complete + 1 : Math.min(upper, complete + 1);
  return { lower, upper, exact: lower === upper };
}

/** Of what no text of any length does. */
export const unreachable: LeastLength = { lower: null, upper: null, exact: true };

function maskedOut(target: Outcome): FoundTarget {
  return {
    ...{ target, value: valueOfOutcome(target), label: 'masked-out', k: null, witness: null },
    least: unreachable,
    ...{ evaluations: null, method: null },
  };
}

/** The texts that the control has, as its symbols. */
async function sequencesOfTexts(
  { control, context, watch }: System,
  texts: readonly string[],
): Promise<number[][]> {
  const symbolOf = new Map(Array.from(control.ids, (id, symbol) => [id, symbol]));
  const { worker } = context;
  const all: number[][] = [];
  for (const text of texts) {
    const ids =
      control.unit === 'character'
        ? Array.from(text, (char) => char.codePointAt(0) as number)
        : [...(await watch.race(worker.encode({ prompt: text, isRendered: true }))).tokens];
    const symbols = ids.map((id) => symbolOf.get(id));
    if (symbols.every((symbol) => symbol !== undefined)) all.push(symbols);
  }
  return all;
}
