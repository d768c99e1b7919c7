import type { Outcome } from './outcome.js';

/** What the model answers to a prompt. */
export interface Reading {
  readonly outcome: Outcome;
  /** The smallest distance between the token that was taken and the next best one, in logits, on the way to the outcome. */
  readonly margin: number;
  /**
   * Of each target: how far the best token towards it lies above the best one away from it, in logits, where the answer
   * first comes to a choice between the two. Below 0: it went away. −∞: it never came to a choice.
   */
  readonly scores: Float32Array;
  /** The logarithm of the probability of each target token among the allowed ones; only for the next token, on request. */
  readonly logProbabilities: Float32Array | undefined;
  /** The largest logit of the first step; to compare two ways of reading. */
  readonly firstLogit: number;
}

/** A reading that goes on. */
export interface Draft {
  outcome: Outcome | undefined;
  margin: number;
  scores: Float32Array;
  logProbabilities: Float32Array | undefined;
  firstLogit: number;
}

export const draftOf = (targetCount: number): Draft => ({
  outcome: undefined,
  margin: Number.POSITIVE_INFINITY,
  scores: new Float32Array(targetCount).fill(Number.NEGATIVE_INFINITY),
  logProbabilities: undefined,
  firstLogit: Number.NaN,
});

/** Of a draft whose outcome is known. */
export const finished = (draft: Draft): Reading => ({ ...draft, outcome: draft.outcome as Outcome });
