import { type ErrorCode, GrammaskError } from '../../src/errors.js';

/** Runs something that must throw a GrammaskError of this code, and returns the error. */
export function grammaskError(run: () => unknown, code: ErrorCode): GrammaskError {
  let thrown: unknown;
  try {
    run();
  } catch (error) {
    thrown = error;
  }
  if (GrammaskError.isInstance(thrown) && thrown.code === code) return thrown;
  throw new Error(`expected ${code}, but ${thrown === undefined ? 'nothing was thrown' : thrown}`);
}

/** Line and column of an error, as `2:5`. */
export function placeOf(error: GrammaskError): string {
  const { location } = error;
  return location !== undefined && 'line' in location ? `${location.line}:${location.column}` : 'none';
}
