/** Tokens to read behind texts, and what is asked of the logits behind some of them. */
export interface RowsQuestion {
  /** Of the first text, then of the second, and so on; of each the same number, at least one. */
  tokens: Int32Array;
  /** In the order of the tokens. */
  places: readonly PlaceQuestion[];
}

/** What is asked of the logits behind a token; the same for all texts. */
export interface PlaceQuestion {
  /** How many tokens are read behind this one. 0: it is the last one. */
  back: number;
  /** The tokens that may come next, as `fillMask` writes them, with a bit for each logit. */
  mask: Int32Array;
  /** Sets of tokens, as masks: of each the largest logit is asked for. */
  sets: readonly Int32Array[];
  /** Tokens whose logits are asked for. */
  targets: Int32Array;
  /** Whether the logarithm of the sum of the exponentials of the allowed logits is asked for. */
  wantsLogSum: boolean;
}

/** What was found, one entry (or `sets`, or `targets` entries) for each text. */
export interface PlaceAnswer {
  /** The allowed token with the largest logit, of equals the smallest id. */
  best: Int32Array;
  bestLogits: Float32Array;
  /** The next allowed one; `best` again where only one is allowed. */
  second: Int32Array;
  /** −∞ where only one is allowed. */
  secondLogits: Float32Array;
  /** −∞ for a set without an allowed token, or without a finite logit. */
  sets: Float32Array;
  targets: Float32Array;
  /** Empty where it was not asked for. */
  logSums: Float64Array;
}
