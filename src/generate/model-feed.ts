import type { Sequence } from '../model/model-worker.js';

/** What the model has read of the prompt and the answer, and its step under way. */
export interface ModelFeed {
  /**
   * Starts the step that gives the logits behind the prompt and these tokens of the answer, unless they are there or under
   * way. Tokens that were not read before are read together.
   */
  read(tokens: readonly number[]): void;
  /** The answer was cut to so many tokens; the model forgets the others when it reads on. */
  cut(length: number): void;
  /** The end of the step under way. */
  readonly done: Promise<unknown>;
  /** When its end was seen. */
  readonly doneAt: number | undefined;
}

/**
 * Begins with the prompt.
 *
 * @param keepsPrompt whether the model remembers it
 * @param onPrompt told the milliseconds of the prompt's step, and the tokens that were known; `onStep` those of each other
 */
export function createModelFeed(
  sequence: Sequence,
  prompt: Int32Array,
  keepsPrompt: boolean,
  onPrompt: (ms: number, known: number) => void,
  onStep: (ms: number) => void,
): ModelFeed {
  // Tokens of the answer that are in the model's cache, and the length of the answer that the last step was behind.
  let known = 0;
  let logitsBehind = 0;
  let step = follow(
    keepsPrompt
      ? sequence.prompt(prompt).then((read) => onPrompt(read.ms, read.known))
      : sequence.forward(prompt).then((ms) => onPrompt(ms, 0)),
  );

  function follow(running: Promise<void>): { done: Promise<unknown>; doneAt: number | undefined } {
    const started = { done: Promise.resolve(), doneAt: undefined as number | undefined };
    started.done = running.then(() => {
      started.doneAt = performance.now();
    });
    // It may be given up.
    started.done.catch(() => {});
    return started;
  }

  return {
    read(tokens) {
      if (logitsBehind === tokens.length) return;
      // Behind a cut the last token that is left is read again, for its logits.
      const from = Math.min(known, tokens.length - 1);
      const unread = from < 0 ? [prompt.at(-1) as number] : tokens.slice(from);
      step = follow(sequence.forward(unread, prompt.length + from).then(onStep));
      known = tokens.length;
      logitsBehind = tokens.length;
    },
    cut(length) {
      known = Math.min(known, length);
      if (logitsBehind > length) logitsBehind = Number.NaN;
    },
    get done() {
      return step.done;
    },
    get doneAt() {
      return step.doneAt;
    },
  };
}
