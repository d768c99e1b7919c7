import { type ErrorCode, GrammaskError, type GrammaskErrorOptions } from './errors.js';

/** An error that crosses threads. */
export interface WireError {
  /** undefined: it is no error of this package. */
  readonly code: ErrorCode | undefined;
  readonly message: string;
  readonly options: GrammaskErrorOptions;
  readonly stack: string | undefined;
}

export function wireError(error: unknown): WireError {
  const { message, stack } = error instanceof Error ? error : new Error(String(error));
  if (!GrammaskError.isInstance(error)) return { code: undefined, message, options: {}, stack };
  return { code: error.code, message, options: { hint: error.hint, location: error.location }, stack };
}

export function errorOfWire({ code, message, options, stack }: WireError): Error {
  if (code !== undefined) return new GrammaskError(code, message, options);
  const error = new Error(message);
  if (stack !== undefined) error.stack = stack;
  return error;
}
