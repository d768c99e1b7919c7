// What every search does: read sequences within a budget, each once, look at each for every goal, and replay what hits.
import { type CandidateCounts, type CandidateMaker, copyMark, isCopy, noCounts } from './candidates.js';
import type { Witness } from './findings.js';
import { createJudge, type Judge, type Judged, type NumericReport } from './judge.js';
import { type Outcome, UNDECIDED } from './outcome.js';
import type { StepJournal } from './search-journal.js';
import type { OnSearchProgress } from './search-progress.js';
import type { System } from './system.js';

/** What is looked for: an outcome, or any but one. */
export interface Goal {
  readonly kind: 'reach' | 'leave';
  readonly outcome: Outcome;
}

/** A sequence that was read, and how near it came to each goal. */
export interface Scored {
  readonly sequence: readonly number[];
  /** Above 0: there. Higher is nearer; −∞: nothing is known. */
  readonly scores: Float32Array;
  readonly outcome: Outcome;
}

/** A text that gives what a goal wants, and gave it again through `generate`. */
export interface Hit {
  readonly sequence: readonly number[];
  readonly witness: Witness;
  readonly outcome: Outcome;
  /** How many prompts had been read. */
  readonly evaluations: number;
  /** The part of the search that found it. */
  readonly method: string;
}

export interface Search {
  readonly system: System;
  readonly goals: readonly Goal[];
  readonly maker: CandidateMaker;
  /** The shortest hit of each goal. */
  readonly hits: ReadonlyMap<number, Hit>;
  /** Goals without a hit, or with one that is longer than the length that is searched. */
  open(): number[];
  isOpen(goal: number): boolean;
  /** Says which length is searched: hits of at most so many symbols are good. Default: of any. */
  searchLength(k: number): void;
  /** Says that every text of at most so many symbols was read. */
  noteComplete(k: number): void;
  /**
   * Reads sequences that were not read before, in their order, until every goal has its hit or the budget ends.
   *
   * @param options `most`: of those that were not read before, so many at most; `looks`: whether they are looked at for hits,
   *   default true
   * @returns those that were read; `isWhole`: none was left out for the budget or because all goals had their hits
   */
  read(
    sequences: Iterable<readonly number[]>,
    method: string,
    options?: { most?: number; looks?: boolean },
  ): Promise<{ scored: Scored[]; isWhole: boolean }>;
  /** Reads sequences for a goal that has its hit, until a shorter one hits. */
  improve(goal: number, sequences: readonly (readonly number[])[], method: string): Promise<void>;
  /** Looks at a sequence that was read without looking. */
  confirm(sequence: readonly number[], method: string): Promise<void>;
  /** Prompts read, and those that may still be. */
  readonly evaluations: number;
  readonly left: number;
  readonly counts: CandidateCounts;
  readonly numeric: NumericReport;
  /** Some answer did not come to its outcome. */
  readonly hasUndecided: boolean;
  /** Hits of a batch that `generate` did not confirm. */
  readonly contradicted: number;
  close(): void;
}

export interface SearchOptions {
  readonly goals: readonly Goal[];
  /** Prompts. */
  readonly budget: number;
  /** Milliseconds; Infinity: no bound. */
  readonly budgetMs: number;
  /** Texts that have the goal in them are no hits. */
  readonly forbidTarget: boolean;
  /** Whether the logarithms of probabilities are wanted in place of the scores. */
  readonly byProbability?: boolean | undefined;
  /** What the model said is written there, and taken from there where it stands there already. */
  readonly journal?: StepJournal | undefined;
  /** Symbols of a text at most, for progress. */
  readonly maxK: number;
  readonly onProgress?: OnSearchProgress | undefined;
}

// Sequences of one step of a search: between steps it looks at its hits and its budget.
const stepSize = 64;

export function createSearch(system: System, maker: CandidateMaker, options: SearchOptions): Search {
  const { goals, forbidTarget, byProbability = false } = options;
  const asked: Judge = createJudge(
    system,
    goals.map(({ outcome }) => outcome),
    byProbability,
  );
  const judge = options.journal?.record(asked) ?? asked;
  const endsAt = performance.now() + options.budgetMs;
  const seen = new Set<string>();
  const hits = new Map<number, Hit>();
  // What was read without looking for hits, since the last time.
  const unseen = new Map<string, Judged>();
  const marks = goals.map(({ kind, outcome }) => (kind === 'reach' ? copyMark(outcome, system) : undefined));
  const counts = noCounts();
  let evaluations = 0;
  let hasUndecided = false;
  let contradicted = 0;
  // Below Infinity, which stands for no hit.
  let length = Number.MAX_SAFE_INTEGER;
  let complete = -1;

  const isReached = ({ kind, outcome }: Goal, found: Outcome): boolean =>
    kind === 'reach' ? found === outcome : found !== outcome && found !== UNDECIDED;
  const isOpen = (goal: number): boolean =>
    (hits.get(goal)?.sequence.length ?? Number.POSITIVE_INFINITY) > length;
  const isAnyOpen = (): boolean => goals.some((_, goal) => isOpen(goal));
  const open = (): number[] => goals.flatMap((_, goal) => (isOpen(goal) ? [goal] : []));

  async function tryHit(
    goal: number,
    { candidate, outcome, margin }: Pick<Judged, 'candidate' | 'outcome' | 'margin'>,
    method: string,
  ): Promise<void> {
    const copies = isCopy(candidate.text, marks[goal] ?? copyMark(outcome, system));
    if (forbidTarget && copies) return;
    const { sequence, text } = candidate;
    const known = hits.get(goal);
    if (known !== undefined && known.sequence.length <= sequence.length) return;
    const { control } = system;
    const tokens =
      control.unit === 'token' ? sequence.map((symbol) => control.ids[symbol] as number) : undefined;
    if ((await system.replay(text, tokens)) !== outcome) {
      contradicted++;
      return;
    }
    const witness: Witness = {
      ...{ text, length: sequence.length },
      ...(tokens === undefined ? {} : { tokens }),
      margin: Number.isFinite(margin) ? margin : null,
      copiesTarget: copies,
    };
    hits.set(goal, { sequence, witness, outcome, evaluations, method });
  }

  async function readStep(
    sequences: readonly (readonly number[])[],
    method: string,
    looks: boolean,
  ): Promise<Scored[]> {
    const candidates = await maker.make(sequences, counts);
    const judged = await judge.judge(candidates);
    if (!looks) for (const each of judged) unseen.set(each.candidate.sequence.join(), each);
    evaluations += candidates.length;
    const scored: Scored[] = [];
    for (const { candidate, outcome, margin, scores, logProbabilities } of judged) {
      if (outcome === UNDECIDED) hasUndecided = true;
      const own = byProbability ? (logProbabilities ?? scores) : scores;
      const signed = own.map((score, goal) => (goals[goal]?.kind === 'leave' ? -score : score));
      scored.push({ sequence: candidate.sequence, scores: signed, outcome });
      if (looks) await look({ candidate, outcome, margin }, method);
    }
    options.onProgress?.({
      ...{ k: Math.min(length, options.maxK), complete, evaluations, left: left() },
      ...{ reached: hits.size, of: goals.length },
    });
    return scored;
  }

  async function look(
    found: Pick<Judged, 'candidate' | 'outcome' | 'margin'>,
    method: string,
  ): Promise<void> {
    for (const [index, goal] of goals.entries()) {
      if (isReached(goal, found.outcome)) await tryHit(index, found, method);
    }
  }

  const left = (): number => (performance.now() >= endsAt ? 0 : Math.max(0, options.budget - evaluations));

  return {
    ...{ system, goals, maker, hits, open, isOpen },
    searchLength(k) {
      length = k;
    },
    noteComplete(k) {
      complete = k;
    },
    async read(sequences, method, { most = Number.POSITIVE_INFINITY, looks = true } = {}) {
      const scored: Scored[] = [];
      let step: (readonly number[])[] = [];
      let count = 0;
      const flush = async (): Promise<void> => {
        system.watch.check();
        if (step.length > 0) scored.push(...(await readStep(step, method, looks)));
        step = [];
      };
      for (const sequence of sequences) {
        const key = sequence.join();
        if (seen.has(key)) continue;
        if (!isAnyOpen() || count++ >= most) {
          await flush();
          return { scored, isWhole: false };
        }
        if (step.length >= Math.min(stepSize, left())) {
          await flush();
          if (left() === 0 || !isAnyOpen()) return { scored, isWhole: false };
        }
        seen.add(key);
        step.push(sequence);
      }
      await flush();
      return { scored, isWhole: true };
    },
    async improve(goal, sequences, method) {
      const before = hits.get(goal)?.sequence.length ?? Number.POSITIVE_INFINITY;
      for (const sequence of sequences) {
        const key = sequence.join();
        if (left() === 0 || (hits.get(goal)?.sequence.length ?? before) < before) return;
        if (seen.has(key)) continue;
        seen.add(key);
        system.watch.check();
        await readStep([sequence], method, true);
      }
    },
    async confirm(sequence, method) {
      const found = unseen.get(sequence.join());
      if (found !== undefined) await look(found, method);
    },
    get evaluations() {
      return evaluations;
    },
    get left() {
      return left();
    },
    get numeric() {
      return judge.report();
    },
    get hasUndecided() {
      return hasUndecided;
    },
    get contradicted() {
      return contradicted;
    },
    counts,
    close: () => judge.close(),
  };
}
