/** How far a search is. */
export interface SearchProgress {
  /** Symbols of the texts that are read now. */
  readonly k: number;
  /** Every text of at most so many symbols was read; −1: not even the empty one. */
  readonly complete: number;
  /** Prompts that were read, and those that may still be; of a server, texts that were answered, and requests that may still be sent. */
  readonly evaluations: number;
  readonly left: number;
  /** Targets that are reached, and all of them. */
  readonly reached: number;
  readonly of: number;
}

/** Called behind each step of a search. */
export type OnSearchProgress = (progress: SearchProgress) => void;
