import type { Test } from 'tap';
import { type ErrorLocation, GrammaskError } from '../../../src/errors.js';

/** Runs something that must throw a `GrammaskError`, and gives it. */
export function errorOf(run: () => unknown): GrammaskError {
  try {
    run();
  } catch (error) {
    if (GrammaskError.isInstance(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}

/** Expects a code and, where given, a place. */
export function expectError(
  t: Test,
  run: () => unknown,
  code: string,
  location?: Partial<ErrorLocation>,
  name = code,
): GrammaskError {
  const error = errorOf(run);
  t.equal(error.code, code, `${name}: ${error.message}`);
  if (location !== undefined) t.match(error.location, location, `${name}: place`);
  return error;
}
