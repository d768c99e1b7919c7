import type { Hole } from '../holes.js';
import { type Candidate, type CandidateOptions, rankedCandidates } from './ranked-candidates.js';

/** How likely texts for a hole are: a model's logarithm of probability. */
export type Score = (hole: Hole, texts: readonly string[]) => Promise<readonly number[]>;

export interface ScoredCandidate {
  readonly candidate: Candidate;
  /** null: there is no score. */
  readonly logprob: number | null;
}

/**
 * Ranked candidates: first the nearest spellings of names that do not exist, then the likeliest; without a score in their own order, and
 * made as they are taken.
 */
export async function* orderedCandidates(
  hole: Hole,
  score: Score | undefined,
  options: CandidateOptions,
): AsyncGenerator<ScoredCandidate> {
  const made = rankedCandidates(hole, options);
  if (score === undefined) {
    for await (const candidate of made) yield { candidate, logprob: null };
    return;
  }
  const all: Candidate[] = [];
  for await (const candidate of made) all.push(candidate);
  const texts = all.map(({ text }) => text);
  const scores = await score(hole, texts);
  const scored = all.map((candidate, i) => ({ candidate, logprob: scores[i] ?? Number.NEGATIVE_INFINITY }));
  // A small model knows less of a name than its spelling says. Of the same score, the earlier one: sorting is stable.
  const distance = ({ candidate }: ScoredCandidate): number => candidate.distance ?? Number.POSITIVE_INFINITY;
  yield* scored.sort((a, b) => compare(distance(a), distance(b)) || b.logprob - a.logprob);
}

/** Numbers that may be infinite. */
function compare(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
