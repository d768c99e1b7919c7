import { availableParallelism } from 'node:os';
import { EXIT, exitCodeOf } from '../cli/exit-codes.js';
import { readGrammarAt } from '../cli/grammar-source.js';
import { readTextFile } from '../cli/inputs.js';
import { type Grammar, programOf } from '../engine/grammar.js';
import { grammarKindOf } from '../engine/grammar-kind.js';
import { GrammaskError } from '../errors.js';
import { addCounts, type CoverageCounts } from './coverage/counts.js';
import { coverageMap } from './coverage/coverage-map.js';
import type { GrammarCoverage } from './coverage/coverage-report.js';
import type { FoundSuite } from './discover.js';
import type { Outcome } from './judge-text.js';
import type { ChunkReply, CoverageSource, WorkerRequest, WorkerSettings } from './protocol.js';
import type { GrammarPlace, Suite, TextCase } from './suite.js';
import { createWorkerPool } from './worker-pool.js';

export interface RunOptions extends WorkerSettings {
  /** Threads. Default: as many as there are cores. */
  readonly jobs: number | undefined;
  /** Only texts whose suite and name match. */
  readonly grep: RegExp | undefined;
  /** No more texts are begun after the first that fails. */
  readonly bail: boolean;
  readonly coverage: boolean;
  /** When the run began, as `performance.now()` counts. */
  readonly since: number;
  readonly signal: AbortSignal;
  /** Called in the order of the suites, each when it is done. */
  readonly onSuite: (result: SuiteResult) => void;
  readonly onProgress: (done: number, total: number) => void;
}

/** What became of a suite. */
export interface SuiteResult {
  readonly name: string;
  readonly suite: Suite | undefined;
  /** Why its texts were not judged. */
  readonly problem: GrammaskError | undefined;
  /** The texts that were asked for. */
  readonly cases: readonly TextCase[];
  /** By the number of the text; undefined: it was not run. */
  readonly outcomes: readonly (Outcome | undefined)[];
  /** Milliseconds of each text. */
  readonly times: Float32Array;
}

export interface RunResult {
  readonly suites: readonly SuiteResult[];
  readonly coverage: readonly GrammarCoverage[];
  /** Grammars whose coverage is not measured, and why. */
  readonly notCovered: readonly { readonly name: string; readonly reason: string }[];
  readonly interrupted: boolean;
  /** Milliseconds of the run as a whole. */
  readonly ms: number;
}

const PASSED: Outcome = { kind: 'passed' };
const MAX_CHUNK = 256;
/** A thread takes about as long to start as these texts take. */
const TEXTS_PER_THREAD = 200;

/** Each thread has a vocabulary of its own, which may take 100 MB. */
const MAX_VOCABULARIES = 4;

/** A suite under way. */
interface OpenSuite {
  readonly name: string;
  readonly suite: Suite | undefined;
  readonly cases: readonly TextCase[];
  readonly outcomes: (Outcome | undefined)[];
  readonly times: Float32Array;
  problem: GrammaskError | undefined;
  program: Uint8Array | undefined;
  coverage: CoverageSource | undefined;
  /** The next text to be given out, and the texts that are not back yet. */
  next: number;
  left: number;
}

/**
 * Judges the texts of suites in threads.
 *
 * @throws GrammaskError what a thread failed with, other than limits
 */
export async function runSuites(found: readonly FoundSuite[], options: RunOptions): Promise<RunResult> {
  const settings: WorkerSettings = {
    timeoutMs: options.timeoutMs,
    wantsPlaces: options.wantsPlaces,
    vocabulary: options.vocabulary,
  };
  const suites = found.map((suite) => openSuite(suite, options.grep));
  const total = suites.reduce((sum, { cases }) => sum + cases.length, 0);
  const perThread = options.coverage || options.vocabulary !== undefined ? 8 : TEXTS_PER_THREAD;
  const cores = availableParallelism();
  const most = options.jobs ?? (options.vocabulary === undefined ? cores : Math.min(cores, MAX_VOCABULARIES));
  const threads = Math.min(most, Math.ceil(total / perThread));
  const pool = createWorkerPool(settings);
  try {
    // They start while this thread reads the grammars.
    pool.grow(threads);
    for (const suite of suites) readSuite(suite, options);
    const counts = await runTexts(suites, pool, threads, total, options);
    return {
      suites: suites.map(resultOf),
      ...coverageOf(suites, counts),
      interrupted: options.signal.aborted,
      ms: performance.now() - options.since,
    };
  } finally {
    const ended = pool.dispose();
    // A thread may be deep in a text: whoever interrupts does not wait for it.
    if (!options.signal.aborted) await ended;
  }
}

function openSuite(found: FoundSuite, grep: RegExp | undefined): OpenSuite {
  const isRead = !('problem' in found);
  const all = isRead ? found.cases : [];
  const cases = grep === undefined ? all : all.filter(({ name }) => grep.test(`${found.name} ${name}`));
  return {
    name: found.name,
    suite: isRead ? found : undefined,
    problem: isRead ? undefined : found.problem,
    cases,
    outcomes: new Array(cases.length).fill(undefined),
    times: new Float32Array(cases.length),
    program: undefined,
    coverage: undefined,
    next: 0,
    left: cases.length,
  };
}

function readSuite(open: OpenSuite, options: RunOptions): void {
  const { suite } = open;
  if (suite === undefined || open.cases.length === 0) return;
  try {
    open.program = programOf(readSuiteGrammar(suite.grammar));
    if (options.coverage) open.coverage = coverageSource(suite.grammar);
  } catch (error) {
    // What is no fault of the source, as an engine that is not there, ends the run.
    const isOfSource = GrammaskError.isInstance(error) && error.code !== 'STATE';
    if (!isOfSource || exitCodeOf(error) === EXIT.internal) throw error;
    open.problem = error;
  }
}

/** The grammar of a suite. Throws what its source is guilty of. */
export function readSuiteGrammar(place: GrammarPlace): Grammar {
  return readGrammarAt(place);
}

function coverageSource(place: GrammarPlace): CoverageSource {
  const { options } = place;
  if ('source' in place) return { kind: place.kind, source: place.source, options };
  return { kind: place.kind ?? grammarKindOf(place.path) ?? '', source: readTextFile(place.path), options };
}

type Counts = readonly (readonly [number, CoverageCounts])[];

async function runTexts(
  suites: readonly OpenSuite[],
  pool: ReturnType<typeof createWorkerPool>,
  threads: number,
  total: number,
  options: RunOptions,
): Promise<Counts> {
  const chunk = Math.max(1, Math.min(MAX_CHUNK, Math.ceil(total / (threads * 8))));
  const knownTo = new Map<number, Set<number>>();
  let [current, done, reported] = [0, 0, 0];
  let stopped = false;

  function next(worker: number): WorkerRequest[] | undefined {
    while (!stopped && current < suites.length) {
      const suite = suites[current] as OpenSuite;
      if (suite.program === undefined || suite.next >= suite.cases.length) {
        current += 1;
        continue;
      }
      const requests: WorkerRequest[] = [];
      const known = knownTo.get(worker) ?? new Set();
      knownTo.set(worker, known);
      if (!known.has(current)) {
        known.add(current);
        const { program, coverage } = suite;
        requests.push({ kind: 'suite', suite: current, program, coverage });
      }
      const from = suite.next;
      suite.next = Math.min(suite.cases.length, from + chunk);
      const cases = suite.cases.slice(from, suite.next);
      requests.push({ kind: 'chunk', suite: current, from, cases });
      return requests;
    }
    return undefined;
  }

  function take({ suite: index, from, count, outcomes, times }: ChunkReply): void {
    const suite = suites[index] as OpenSuite;
    suite.outcomes.fill(PASSED, from, from + count);
    suite.times.set(times, from);
    for (const [text, outcome] of outcomes) {
      suite.outcomes[text] = outcome;
      if (outcome.kind === 'failed' && options.bail) stopped = true;
    }
    suite.left -= count;
    done += count;
    options.onProgress(done, total);
    report();
  }

  /** In the order of the suites, whatever the order in which they end. */
  function report(): void {
    for (; reported < suites.length; reported++) {
      const suite = suites[reported] as OpenSuite;
      if (suite.program !== undefined && suite.left > 0) return;
      options.onSuite(resultOf(suite));
    }
  }

  const { signal } = options;
  const aborted = new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => resolve(), { once: true });
  });
  const stop = async (): Promise<void> => {
    await aborted;
    stopped = true;
  };
  report();
  await Promise.race([pool.run(next, take), stop()]);
  const counts = options.coverage && !signal.aborted ? await pool.finish() : [];
  for (; reported < suites.length; reported++) options.onSuite(resultOf(suites[reported] as OpenSuite));
  return counts;
}

function resultOf({ name, suite, problem, cases, outcomes, times }: OpenSuite): SuiteResult {
  return { name, suite, problem, cases, outcomes, times };
}

/** The counts of each grammar: suites of one file are added. */
function coverageOf(
  suites: readonly OpenSuite[],
  counts: Counts,
): Pick<RunResult, 'coverage' | 'notCovered'> {
  const grammars = new Map<string, { suite: OpenSuite; isFile: boolean; counts: CoverageCounts[] }>();
  suites.forEach((suite, index) => {
    if (suite.suite === undefined || suite.coverage === undefined) return;
    const { grammar } = suite.suite;
    const isFile = 'path' in grammar;
    const words = Object.entries(grammar.options ?? {}).map(([word, value]) => `, ${word} ${value}`);
    const name = isFile ? `${grammar.path}${words.join('')}` : suite.name;
    const own = counts.filter(([number]) => number === index).map(([, found]) => found);
    const known = grammars.get(name);
    if (known === undefined) grammars.set(name, { suite, isFile, counts: own });
    else known.counts.push(...own);
  });
  const coverage: GrammarCoverage[] = [];
  const notCovered: { name: string; reason: string }[] = [];
  for (const [name, { suite, isFile, counts: all }] of grammars) {
    const map = coverageMap(suite.coverage as CoverageSource);
    if ('reason' in map) notCovered.push({ name, reason: map.reason });
    else if (all.length > 0) coverage.push({ name, isFile, map, counts: addCounts(all) });
  }
  return { coverage, notCovered };
}
