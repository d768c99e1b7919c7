import type { Vocabulary } from '../engine/vocabulary.js';
import type { AbortWatch } from './abort.js';
import type { Answer } from './answer.js';
import type { Guide } from './guide.js';
import type { ModelFeed } from './model-feed.js';
import type { GenerateRequest } from './options.js';
import type { GenerateTimings } from './timings.js';

/** A generation under way: what the steps of the loop work on. */
export interface Writing {
  readonly request: GenerateRequest;
  readonly vocabulary: Vocabulary;
  readonly answer: Answer;
  /** None without a constraint. */
  readonly guide: Guide | undefined;
  readonly feed: ModelFeed;
  readonly logits: Float32Array | Uint16Array;
  /** Masks: what there is without a constraint, and what ends the answer. */
  readonly everyToken: Int32Array;
  readonly stops: Int32Array;
  readonly stopTokens: ReadonlySet<number>;
  readonly doneTokens: ReadonlySet<number>;
  /** Tokens of the answer at most. */
  readonly limit: number;
  readonly random: () => number;
  readonly watch: AbortWatch;
  readonly timings: GenerateTimings;
  /** What must come next, with `forced: 'text'`; it is read by the model together. */
  run: readonly number[];
  /** Whether a token was ruled out here, so that the mask is another one now. */
  isRuledOut: boolean;
  /** So often the model was turned back where it was done and the text was not. */
  turns: number;
  /** So often the host turned the answer down. */
  turnedDown: number;
}

/** Goes on behind so many tokens. */
export function cutTo({ answer, feed, guide }: Writing, length: number): void {
  answer.cut(length);
  feed.cut(length);
  guide?.begin();
}
