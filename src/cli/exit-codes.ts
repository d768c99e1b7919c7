import { type ErrorCode, GrammaskError } from '../errors.js';

/** Exit codes of every command; `violated` is the one of a policy. */
export const EXIT = {
  holds: 0,
  doesNot: 1,
  wrongUse: 2,
  inconclusive: 3,
  internal: 70,
  violated: 100,
  interrupted: 130,
} as const;

const byCode: Readonly<Partial<Record<ErrorCode, number>>> = {
  ARGUMENT: EXIT.wrongUse,
  SYNTAX: EXIT.wrongUse,
  SCHEMA: EXIT.wrongUse,
  UNSUPPORTED: EXIT.wrongUse,
  STYLE_EMPTY: EXIT.doesNot,
  VOCABULARY: EXIT.wrongUse,
  VOCABULARY_INCOMPLETE: EXIT.wrongUse,
  TOKEN_RANGE: EXIT.wrongUse,
  MODEL: EXIT.wrongUse,
  ENGINE: EXIT.wrongUse,
  UNSATISFIABLE: EXIT.doesNot,
  BUDGET_TOO_SMALL: EXIT.doesNot,
  DEAD_END: EXIT.doesNot,
  INVALID: EXIT.doesNot,
  VERIFY: EXIT.doesNot,
  DEADLINE: EXIT.inconclusive,
  MEMORY: EXIT.inconclusive,
  ABORTED: EXIT.interrupted,
};

/** The exit code that tells of an error. */
export function exitCodeOf(error: unknown): number {
  if (!GrammaskError.isInstance(error)) return EXIT.internal;
  const { code, location } = error;
  // With a path it is a file that cannot be used as it is: an engine that was not built, a source that has changed meanwhile.
  if (code === 'STATE' && location !== undefined && 'path' in location) return EXIT.wrongUse;
  return byCode[code] ?? EXIT.internal;
}
