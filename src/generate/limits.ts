// What a generation may not be: its limits, and the errors at them.
import { GrammaskError } from '../errors.js';
import type { Guide } from './guide.js';
import type { GenerateRequest } from './options.js';

/** The tokens that an answer may have. `ARGUMENT` where the prompt leaves no room. */
export function answerLimit(
  maxTokens: number,
  promptTokens: number,
  contextLength: number | undefined,
): number {
  if (promptTokens === 0) {
    throw new GrammaskError('ARGUMENT', 'the prompt has no tokens', {
      hint: 'a model needs at least one to begin',
    });
  }
  const limit = Math.min(maxTokens, (contextLength ?? Number.POSITIVE_INFINITY) - promptTokens);
  if (limit >= 1) return limit;
  throw new GrammaskError(
    'ARGUMENT',
    `the prompt has ${promptTokens} tokens, and the model's context holds ${contextLength}`,
    { hint: 'shorten the prompt' },
  );
}

export function unsatisfiable({ constraint }: GenerateRequest): GrammaskError {
  return new GrammaskError('UNSATISFIABLE', `no text at all fits the ${constraint?.kind ?? 'grammar'}`, {
    hint:
      constraint?.kind === 'schema'
        ? 'two of its demands contradict each other, such as a minimum above a maximum'
        : 'every way through it comes to an end without a text',
    location: constraint?.kind === 'schema' ? { pointer: '', keyword: '' } : undefined,
  });
}

export function checkBudget(guide: Guide, limit: number, { maxTokens }: GenerateRequest): void {
  const needed = guide.end?.tokens.length;
  if (needed !== undefined && needed <= limit) return;
  const { words, hint } = emptySlots(guide);
  const given = limit < maxTokens ? `the model's context leaves ${limit}` : `maxTokens is ${limit}`;
  throw new GrammaskError(
    'BUDGET_TOO_SMALL',
    needed === undefined
      ? `no shortest answer could be found, so it is not certain that one fits: ${given}${words}`
      : `the shortest answer needs ${needed} tokens, but ${given}`,
    {
      hint:
        needed === undefined
          ? (hint ?? "simplify the constraint, or allow an open end with onLimit: 'partial'")
          : `give at least maxTokens: ${needed}, and room for more than the shortest answer`,
    },
  );
}

/** What is said of slots that had no name, where an answer cannot be ended. */
function emptySlots({ emptied }: Guide): { words: string; hint: string | undefined } {
  if (emptied.size === 0) return { words: '', hint: undefined };
  const names = [...emptied].join(', ');
  return {
    words: `; onSlot gave an empty list for the slot ${names}`,
    hint: 'an empty list says that no name fits: give null where the names are not known, or another way in the grammar',
  };
}

export function limitReached(tokens: number, limit: number): GrammaskError {
  return new GrammaskError(
    'BUDGET_TOO_SMALL',
    `the answer was not finished after ${tokens} tokens, of ${limit}`,
    {
      hint: "raise maxTokens, or use onLimit: 'close' or 'partial'",
    },
  );
}

/** @param turnedDown answers that `onFinished` did not take */
export function deadEnd(
  tokens: readonly number[],
  guide: Guide,
  isGiven: boolean,
  turnedDown: number,
): GrammaskError {
  const { takenBack } = guide.backtracking;
  const { words, hint } = emptySlots(guide);
  const last = tokens.at(-1);
  const where = `nothing can follow the first ${tokens.length} tokens of the answer`;
  const why = isGiven
    ? ', and the stream has given them'
    : takenBack > 0
      ? `, and ${takenBack} tokens were taken back already`
      : '';
  const refused = turnedDown === 0 ? '' : `; answers that onFinished turned down: ${turnedDown}`;
  const others =
    turnedDown === 0
      ? "onLimit: 'close' keeps a valid end ready at every token; another seed takes another way"
      : 'let onFinished take one of the answers that there are, or rule out less with `deadAt` and `avoid`';
  return new GrammaskError('DEAD_END', where + why + words + refused, {
    hint: hint ?? others,
    location: last === undefined ? undefined : { token: last },
  });
}
