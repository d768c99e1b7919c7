import { checkOptions, expected } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { watchAbort } from './abort.js';
import type { DecodeContext } from './decode.js';

/** Which texts a model is to judge. */
export interface ScoreOptions {
  /** What the model has read, as token ids; at least one. */
  prompt: Int32Array;
  /** What may follow, each as token ids. */
  continuations: readonly Int32Array[];
  /** As in `generate`. */
  keepPrompt?: boolean | undefined;
  /** Ends it with `ABORTED`. */
  signal?: AbortSignal | undefined;
}

/**
 * The natural logarithm of the probability of each continuation. The prompt is read once, each continuation in one step.
 *
 * @throws GrammaskError `ARGUMENT`, `TOKEN_RANGE`, `BUDGET_TOO_SMALL` where they do not fit into the model, `ABORTED`, and what the
 *   model throws
 */
export async function score(context: DecodeContext, options: ScoreOptions): Promise<number[]> {
  const { prompt, continuations, keepPrompt, signal } = checkOptions(options, [
    'prompt',
    'continuations',
    'keepPrompt',
    'signal',
  ]);
  if (!(prompt instanceof Int32Array) || prompt.length === 0) throw expected('token ids', 'prompt', prompt);
  if (!Array.isArray(continuations)) throw expected('a list of token ids', 'continuations', continuations);
  const { worker, vocabulary, contextLength = Number.POSITIVE_INFINITY } = context;
  for (const tokens of [prompt, ...continuations] as readonly Int32Array[]) {
    if (!(tokens instanceof Int32Array)) throw expected('token ids', 'continuations', tokens);
    const wrong = tokens.find((token) => token < 0 || token >= vocabulary.tokenCount);
    if (wrong !== undefined) throw new GrammaskError('TOKEN_RANGE', `there is no token ${wrong}`);
    if (prompt.length + tokens.length > contextLength && tokens !== prompt) {
      throw new GrammaskError('BUDGET_TOO_SMALL', `the model has ${contextLength} positions`, {
        hint: 'shorten the prompt',
      });
    }
  }
  const watch = watchAbort(signal);
  const sequence = worker.openSequence();
  try {
    watch.check();
    // The last token of the prompt is read with each continuation: behind it is the first row that counts.
    const keep = prompt.length - 1;
    const before = prompt.subarray(0, keep);
    if (keep > 0) {
      await watch.race<unknown>(keepPrompt === true ? sequence.prompt(before) : sequence.forward(before));
    }
    const scores: number[] = [];
    for (const tokens of continuations) {
      const read = Int32Array.of(prompt[keep] as number, ...tokens);
      scores.push(tokens.length === 0 ? 0 : await watch.race(sequence.score(read, keep)));
    }
    return scores;
  } finally {
    watch.end();
    sequence.close();
  }
}
