import { type ErrorCode, GrammaskError, type GrammaskErrorOptions } from './errors.js';

/** An error that crosses threads. */
export interface WireError<Code extends ErrorCode | undefined = ErrorCode | undefined> {
  /** undefined: it is no error of this package. */
  readonly code: Code;
  readonly message: string;
  readonly options: GrammaskErrorOptions;
  readonly stack: string | undefined;
}

/** @param failed what an error that is not of this package becomes: its code, and what has failed */
export function wireError(
  error: unknown,
  failed: { readonly code: ErrorCode; readonly what: string },
): WireError<ErrorCode>;
export function wireError(error: unknown): WireError;
export function wireError(
  error: unknown,
  failed?: { readonly code: ErrorCode; readonly what: string },
): WireError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (GrammaskError.isInstance(error)) {
    const { code, hint, location } = error;
    // Of what may be a cause, only errors are sure to cross.
    const cause = error.cause instanceof Error ? error.cause : undefined;
    return { code, message, options: { hint, location, cause }, stack };
  }
  if (failed === undefined) return { code: undefined, message, options: {}, stack };
  return { code: failed.code, message: `${failed.what} failed: ${message}`, options: {}, stack };
}

export function errorOfWire(error: WireError<ErrorCode>): GrammaskError;
export function errorOfWire(error: WireError): Error;
export function errorOfWire({ code, message, options, stack }: WireError): Error {
  if (code !== undefined) return new GrammaskError(code, message, options);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
