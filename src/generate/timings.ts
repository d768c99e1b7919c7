/** Where the time of a generation went, in milliseconds. */
export interface GenerateTimings {
  /** Chat template and tokenizer. */
  tokenize: number;
  /** The grammar, from its source to its first matcher; beside the tokenizer and the prompt. */
  compile: number;
  /** The first mask, beside the prompt's pass through the model. */
  firstMask: number;
  /** All masks but the first, from the start of each until it was there. */
  mask: number;
  /** What was waited for masks after the model had finished its step. */
  maskWait: number;
  /** The pass of the prompt through the model. */
  prefill: number;
  /** All steps of the model after the prompt. */
  forward: number;
  /** Drawing tokens. */
  sample: number;
  /** Finding the shortest ends that `onLimit: 'close'` keeps ready. */
  close: number;
  /** Questions to `onSlot`. */
  slots: {
    asked: number;
    /** Answers that said that the names are not known, and those that came too late. */
    unknown: number;
    timedOut: number;
    /** From each question to its answer; most of it beside a step of the model. */
    ms: number;
  };
  /** What was waited for the host's word on finished answers. */
  finished: number;
  /** Making the value: reading the JSON, and the checks of the schema's library and of `verify`. */
  validate: number;
  /** From the call to the result. */
  total: number;
  tokens: {
    prompt: number;
    /** Tokens of the prompt that the model had not to read again (`keepPrompt`). */
    remembered: number;
    /** Tokens that were drawn, the stop token not counted; also those that were taken back. */
    sampled: number;
    /** Tokens that had to come, so that nothing was drawn, and no pass of the model was needed for them alone. */
    forced: number;
    /** Tokens of the end that `onLimit: 'close'` wrote. */
    closed: number;
  };
  /** One entry a mask, wait, step or draw, for medians. */
  perToken: {
    mask: number[];
    maskWait: number[];
    forward: number[];
    sample: number[];
  };
}

export function createTimings(): GenerateTimings {
  return {
    tokenize: 0,
    compile: 0,
    firstMask: 0,
    mask: 0,
    maskWait: 0,
    prefill: 0,
    forward: 0,
    sample: 0,
    close: 0,
    slots: { asked: 0, unknown: 0, timedOut: 0, ms: 0 },
    finished: 0,
    validate: 0,
    total: 0,
    tokens: { prompt: 0, remembered: 0, sampled: 0, forced: 0, closed: 0 },
    perToken: { mask: [], maskWait: [], forward: [], sample: [] },
  };
}

/** Adds one measurement of a token. */
export function note(
  timings: GenerateTimings,
  part: 'mask' | 'maskWait' | 'forward' | 'sample',
  ms: number,
): void {
  timings[part] += ms;
  timings.perToken[part].push(ms);
}
