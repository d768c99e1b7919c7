// All texts of at most k symbols, each read once: what is not among their outcomes is unreachable with k symbols.
import { expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { addSkipped, type CandidateMaker, createCandidateMaker, noCounts } from './candidates.js';
import { type Enumeration, enumeration, walk } from './enumeration.js';
import { addFinding, type Findings, findingsJson } from './findings.js';
import { settingOf } from './fingerprint.js';

import { addOnce, checkSetting, type Journal, openJournal, readJournal } from './journal.js';
import { createJudge, type Judge } from './judge.js';
import type { Outcome } from './outcome.js';
import { checkReachOptions } from './reach-options.js';
import { createScoreTable } from './score-table.js';
import { type Shard, type SweepChunk, type SweepSetting, shardOf } from './sweep-chunks.js';
import { type SweepReport, sweepReport } from './sweep-report.js';
import { openSystem, type System, type SystemOptions, systemOptionNames, whole } from './system.js';

/** The options of `sweep`. */
export interface SweepOptions extends SystemOptions {
  /** Symbols of a text at most. Default 1. The cost grows with the number of symbols to the power of k. */
  k?: number | undefined;
  /** Outcomes that are to have a label: token ids or texts of tokens, texts of answers, or values of the field. Default: the
   * values that the schema lists for the field, else none beside those that were found. */
  targets?: readonly unknown[] | undefined;
  /** Texts that have the target in them do not count for its label. Default false: they count, and are told apart. */
  forbidTarget?: boolean | undefined;
  /** Whether `report.table` holds the score of every text for every target. Default false. */
  scores?: boolean | undefined;
  /** A file to go on from, and to write to: what was done is not done again, wherever the last run ended. */
  journal?: string | undefined;
  /** Only one of several parts, from 1: `{ index: 2, of: 4 }`. `mergeSweeps` joins their journals. */
  shard?: Shard | undefined;
  /** Sequences of a chunk: the work that is lost when the run is ended, and what a line of the journal tells. Default 512. */
  chunk?: number | undefined;
  /** Outcomes are replayed through `generate`, so many at most. Default 1000; those beyond have no label. */
  replays?: number | undefined;
  /** Called behind each chunk. */
  onProgress?: ((progress: SweepProgress) => void) | undefined;
}

/** How far a sweep is. */
export interface SweepProgress {
  readonly chunks: number;
  readonly of: number;
  /** Texts read since the call. */
  readonly read: number;
  readonly reached: number;
}

const sweepOptionNames = [
  ...systemOptionNames,
  ...['k', 'targets', 'forbidTarget', 'scores', 'journal', 'shard', 'chunk', 'replays', 'onProgress'],
];

const mergeOptionNames = [
  ...sweepOptionNames.filter((name) => !['journal', 'shard', 'onProgress'].includes(name)),
  'journals',
];

/**
 * Reads every text of at most `k` symbols, and tells which outcomes there are: exactly, for this model, prompt and control.
 *
 * @throws GrammaskError `ARGUMENT` for options, a prompt that does not fit, and a journal of another setting; `UNSATISFIABLE`;
 *   `LOGITS` where the model gives NaN; `ABORTED`: what is in the journal stays; what the model throws
 */
export async function sweep(options: SweepOptions): Promise<SweepReport> {
  return prepared(options, sweepOptionNames, (plan) => runChunks(options, plan));
}

/** The options of `mergeSweeps`. */
export interface MergeOptions extends Omit<SweepOptions, 'journal' | 'shard' | 'onProgress'> {
  /** Files that `sweep` wrote for parts of the same work. */
  journals: readonly string[];
}

/**
 * The report of a sweep whose parts were done apart. Each chunk counts once, whoever did it; where some are missing the report is
 * not complete, and certifies nothing.
 *
 * @throws GrammaskError `ARGUMENT` for journals that are damaged, of another setting or contradict each other
 */
export async function mergeSweeps(options: MergeOptions): Promise<SweepReport> {
  return prepared(options, mergeOptionNames, async ({ setting, count }) => {
    const { journals } = options;
    if (!Array.isArray(journals) || journals.length === 0)
      throw expected('a list of files', 'journals', journals);
    const chunks = new Map<number, SweepChunk>();
    for (const path of journals) {
      const read = await readJournal<SweepChunk>(pathOf(path));
      checkSetting(path, setting, read.setting);
      for (const entry of read.entries.values()) if (entry.chunk < count) addOnce(chunks, entry, path);
    }
    return chunks;
  });
}

interface Plan {
  readonly system: System;
  readonly all: Enumeration;
  readonly setting: SweepSetting;
  /** Chunks of the whole. */
  readonly count: number;
}

async function prepared(
  options: Omit<SweepOptions, 'journal' | 'shard' | 'onProgress'>,
  names: readonly string[],
  run: (plan: Plan) => Promise<ReadonlyMap<number, SweepChunk>>,
): Promise<SweepReport> {
  checkReachOptions(options, names);
  const k = whole(options.k, 'k', 1, 0);
  const chunk = whole(options.chunk, 'chunk', 512, 1);
  const replays = whole(options.replays, 'replays', 1000, 0);
  const system = await openSystem(options);
  try {
    const symbols = system.control.symbols.length;
    const all = enumeration(symbols, k);
    if (all === undefined) {
      throw new GrammaskError('ARGUMENT', `there are too many texts of at most ${k} of ${symbols} symbols`, {
        hint: 'take a smaller k or fewer symbols; `find` and `flip` search without reading all texts',
      });
    }
    const targets = targetsOf(options, system);
    const setting: SweepSetting = {
      kind: 'sweep',
      system: await settingOf(system),
      ...{ k, chunk },
      scored: options.scores === true ? targets : null,
    };
    const chunks = await run({ system, all, setting, count: Math.ceil(all.total / chunk) });
    const forbidTarget = options.forbidTarget === true;
    return await sweepReport({ system, setting, all, chunks, targets, replays, forbidTarget });
  } finally {
    system.close();
  }
}

/** The outcomes that are asked about. */
export function targetsOf({ targets }: Pick<SweepOptions, 'targets'>, system: System): Outcome[] {
  if (targets !== undefined) {
    if (!Array.isArray(targets)) throw expected('a list', 'targets', targets);
    return [...new Set(targets.map((target) => system.outcomeOf(target)))];
  }
  return system.listedOutcomes();
}

async function runChunks(
  options: SweepOptions,
  { system, all, setting, count }: Plan,
): Promise<ReadonlyMap<number, SweepChunk>> {
  const [from, end] = shardOf(options.shard, count);
  const journal: Journal<SweepChunk> | undefined =
    options.journal === undefined
      ? undefined
      : await openJournal<SweepChunk>(pathOf(options.journal), setting);
  const done = new Map([...(journal?.entries ?? [])].filter(([chunk]) => chunk < count));
  const judge = createJudge(system, setting.scored ?? []);
  const reached = new Set<Outcome>();
  let read = 0;
  try {
    const maker = await createCandidateMaker(system);
    for (const { findings } of done.values()) for (const [outcome] of findings) reached.add(outcome);
    for (let chunk = from; chunk < end; chunk++) {
      if (done.has(chunk)) continue;
      system.watch.check();
      const result = await runChunk(system, judge, maker, all, setting, chunk);
      await journal?.add(result);
      done.set(chunk, result);
      read += result.counts.read;
      for (const [outcome] of result.findings) reached.add(outcome);
      options.onProgress?.({ chunks: done.size, of: count, read, reached: reached.size });
    }
    return done;
  } finally {
    judge.close();
    await journal?.close();
  }
}

async function runChunk(
  system: System,
  judge: Judge,
  maker: CandidateMaker,
  all: Enumeration,
  { chunk: size, scored }: SweepSetting,
  chunk: number,
): Promise<SweepChunk> {
  const counts = noCounts();
  const skip = (count: number): void => addSkipped(counts, count);
  const end = Math.min(all.total, (chunk + 1) * size);
  const sequences = [...walk(all, chunk * size, end, maker.mayBegin, skip)].map(({ sequence }) => sequence);
  const candidates = await maker.make(sequences, counts);
  const judged = await judge.judge(candidates);
  const findings: Findings = new Map();
  for (const each of judged) addFinding(findings, system, each);
  return {
    ...{ chunk, counts, findings: findingsJson(findings), numeric: judge.takeReport() },
    ...(scored === null ? {} : { scores: createScoreTable(all, judged) }),
  };
}

function pathOf(path: unknown): string {
  if (typeof path === 'string' && path !== '') return path;
  throw expected('the path of a file', 'journal', path);
}
