import { type DecodeContext, type DecodeOutcome, decode } from './decode.js';
import { type FinishValue, prepareFinish } from './finished-value.js';
import { type GenerateOptions, readGenerateOptions } from './options.js';
import type { GenerateTimings } from './timings.js';

/** A generated answer. */
export interface GenerateResult<Value = unknown> {
  /**
   * With `schema`: the parsed JSON, or with a library's schema what the library makes of it; undefined where the answer
   * was left unfinished (`onLimit: 'partial'`). Numbers are JavaScript's, so `text` may be more exact. Otherwise: the text.
   */
  value: Value;
  /** Where a grammar has texts that are no UTF-8, U+FFFD stands for what is no character; `bytes` has it. */
  text: string;
  /** The answer as bytes: the UTF-8 of `text`, or what `text` cannot show. An unfinished answer may end inside of a character. */
  bytes: Uint8Array;
  /** `'stop'`: the model ended it; `'closed'`: brought to a valid end at the limit; `'length'`: unfinished at the limit. */
  finishReason: 'stop' | 'length' | 'closed' | 'aborted';
  /** Tokens; the stop token is not counted. */
  usage: { promptTokens: number; completionTokens: number; totalTokens: number };
  /** What was tried in vain, because the engine could not foresee it. All zeros for nearly every constraint. */
  backtracking: Backtracking;
  timings: GenerateTimings;
}

/** Where the engine could not decide in its budget whether a text can be finished. */
export interface Backtracking {
  /** States that could not be decided. While it is 0, no token is taken back. */
  undecided: number;
  /** Tokens that were taken back, because nothing could follow them or no end was known behind them. */
  takenBack: number;
}

/** Generates an answer to the end. */
export async function generate(context: DecodeContext, options: GenerateOptions): Promise<GenerateResult> {
  const request = readGenerateOptions(options);
  const finish = await prepareFinish(request);
  const run = decode(context, request, false);
  for (;;) {
    const next = await run.next();
    if (next.done) return resultOf(next.value, finish);
  }
}

export async function resultOf(outcome: DecodeOutcome, finish: FinishValue): Promise<GenerateResult> {
  const { text, bytes, finishReason, promptTokens, completionTokens, backtracking, timings } = outcome;
  return {
    value: await finish(outcome),
    text,
    bytes,
    finishReason,
    usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
    backtracking,
    timings,
  };
}
