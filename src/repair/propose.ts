import type { TypeScriptApi } from '../frontends/typescript/load-typescript.js';
import type { NameSource } from './candidates/names.js';
import { type Candidate, rankedCandidates } from './candidates/ranked-candidates.js';
import type { Hole } from './holes.js';
import type { Patch } from './patch.js';
import type { Validator } from './validate/validator.js';

/** What is asked of whoever proposes patches. */
export interface ProposeRequest {
  readonly hole: Hole;
  /** Good patches after which it ends: plausible ones where tests are asked, else those that compile. */
  readonly limit: number;
  readonly budgetMs: number;
  /** Whether the test command is asked, where there is one. */
  readonly test: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Proposes patches for a hole, each with its verdict, as they are found. Those that are no good are among them. The places
 * where patches are asked for take any function of this type.
 */
export type ProposePatches = (request: ProposeRequest) => AsyncIterable<Patch>;

export interface RankedOptions {
  readonly validator: Validator;
  /** Whether the validator has a test command. */
  readonly hasTests: boolean;
  readonly names?: NameSource | undefined;
  /** Scores texts for a hole, the likelier ones higher: a model's logarithm of probability. Default: none, a fixed order. */
  readonly score?: ((hole: Hole, texts: readonly string[]) => Promise<readonly number[]>) | undefined;
  /** Candidates of a hole at most. Default 400. */
  readonly candidates?: number | undefined;
  readonly typescript?: TypeScriptApi | undefined;
}

/** Proposes ranked candidates: texts one change away from the old one, checked one by one. */
export function proposeRanked(options: RankedOptions): ProposePatches {
  const { validator, hasTests, names, score, candidates: limit, typescript } = options;
  return async function* propose({ hole, limit: wanted, budgetMs, test, signal: outer }) {
    const budget = AbortSignal.timeout(Math.ceil(budgetMs));
    const signal = outer === undefined ? budget : AbortSignal.any([outer, budget]);
    const made = rankedCandidates(hole, { names, limit, signal, typescript });
    const ordered = score === undefined ? scoreless(made) : sorted(hole, made, score);
    let good = 0;
    let refresh = true;
    for await (const { candidate, logprob } of ordered) {
      if (good >= wanted || signal.aborted) return;
      const origin = { kind: 'ranked', detail: candidate.kind } as const;
      const patch = await validator.validate(
        hole,
        candidate.text,
        { origin, logprob },
        { signal, test, refresh },
      );
      refresh = false;
      // Cut off by the budget: that says nothing of the patch.
      if (patch.status === 'unknown' && signal.aborted) return;
      if (patch.status === (test && hasTests ? 'plausible' : 'compiles')) good += 1;
      yield patch;
    }
  };
}

interface Scored {
  readonly candidate: Candidate;
  readonly logprob: number | null;
}

async function* scoreless(made: AsyncIterable<Candidate>): AsyncGenerator<Scored> {
  for await (const candidate of made) yield { candidate, logprob: null };
}

async function* sorted(
  hole: Hole,
  made: AsyncIterable<Candidate>,
  score: NonNullable<RankedOptions['score']>,
): AsyncGenerator<Scored> {
  const all: Candidate[] = [];
  for await (const candidate of made) all.push(candidate);
  const texts = all.map(({ text }) => text);
  const scores = await score(hole, texts);
  const scored = all.map((candidate, i) => ({ candidate, logprob: scores[i] ?? Number.NEGATIVE_INFINITY }));
  // Of the same score, the earlier one: sorting is stable.
  yield* scored.sort((a, b) => b.logprob - a.logprob);
}
