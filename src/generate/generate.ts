import { type DecodeContext, type DecodeOutcome, decode } from './decode.js';
import { type GenerateOptions, type GenerateRequest, readGenerateOptions } from './options.js';
import type { GenerateTimings } from './timings.js';

/** A generated answer. */
export interface GenerateResult<Value = unknown> {
  /**
   * With `schema`: the parsed JSON; undefined where the answer was left unfinished (`onLimit: 'partial'`). Numbers are
   * JavaScript's, so `text` may be more exact. Otherwise: the text.
   */
  value: Value;
  text: string;
  /** `'stop'`: the model ended it; `'closed'`: brought to a valid end at the limit; `'length'`: unfinished at the limit. */
  finishReason: 'stop' | 'length' | 'closed' | 'aborted';
  /** Tokens; the stop token is not counted. */
  usage: { promptTokens: number; completionTokens: number; totalTokens: number };
  timings: GenerateTimings;
}

/** Generates an answer to the end. */
export async function generate<Value>(
  context: DecodeContext,
  options: GenerateOptions,
): Promise<GenerateResult<Value>> {
  const request = readGenerateOptions(options);
  const run = decode(context, request, false);
  for (;;) {
    const next = await run.next();
    if (next.done) return resultOf(request, next.value);
  }
}

export function resultOf<Value>(request: GenerateRequest, outcome: DecodeOutcome): GenerateResult<Value> {
  const { text, isComplete, finishReason, promptTokens, completionTokens, timings } = outcome;
  return {
    value: answerValue(request, text, isComplete) as Value,
    text,
    finishReason,
    usage: { promptTokens, completionTokens, totalTokens: promptTokens + completionTokens },
    timings,
  };
}

function answerValue({ constraint }: GenerateRequest, text: string, isComplete: boolean): unknown {
  if (constraint?.kind !== 'schema') return text;
  // JSON.parse makes an own member of "__proto__", as of every name.
  return isComplete ? JSON.parse(text) : undefined;
}
