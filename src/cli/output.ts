import pc from 'picocolors';
import { GrammaskError } from '../errors.js';
import { EXIT } from './exit-codes.js';

export type Colors = ReturnType<typeof pc.createColors>;

/** Colours for a stream: none where it is no terminal, or where NO_COLOR is set. */
export function colorsFor(stream: NodeJS.WriteStream): Colors {
  const noColor = process.env.NO_COLOR !== undefined && process.env.NO_COLOR !== '';
  return pc.createColors(stream.isTTY === true && !noColor && process.env.TERM !== 'dumb');
}

/**
 * A reader that closes the pipe early, such as head, is no error; a full disk is one. No exit here: the model's thread
 * may be at work.
 */
export function watchOutput(): void {
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') return;
    process.stderr.write(`grammask: the output cannot be written: ${error.message}\n`);
    process.exitCode = EXIT.internal;
    process.once('exit', () => {
      process.exitCode = EXIT.internal;
    });
  });
}

export function print(text: string): void {
  process.stdout.write(`${text}\n`);
}

export function printJson(value: unknown): void {
  print(JSON.stringify(value, null, 2));
}

/** An error on standard error, or with `--json` as an object on standard output. */
export function printError(error: unknown, asJson: boolean): void {
  if (asJson) {
    printJson({ error: errorObject(error) });
    return;
  }
  const colors = colorsFor(process.stderr);
  const text = GrammaskError.isInstance(error)
    ? error.toString().replace(/^GrammaskError /, '')
    : stackOf(error);
  const [first = '', ...rest] = text.split('\n');
  process.stderr.write(`${[colors.red(`grammask: ${first}`), ...rest].join('\n')}\n`);
}

/** An error as JSON tells it. */
export function errorObject(error: unknown): object {
  if (!GrammaskError.isInstance(error)) return { code: 'INTERNAL', message: String(error) };
  const { code, message, hint, location } = error;
  return { code, message, hint, location };
}

function stackOf(error: unknown): string {
  return error instanceof Error ? (error.stack ?? error.message) : String(error);
}

/** Milliseconds, short. */
export function ms(value: number): string {
  return value >= 100
    ? `${value.toFixed(0)} ms`
    : value >= 1
      ? `${value.toFixed(1)} ms`
      : `${value.toFixed(2)} ms`;
}

export function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[sorted.length >> 1] ?? 0;
}
