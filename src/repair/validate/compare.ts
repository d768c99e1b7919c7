import type { CheckReport, Diagnostic } from '../patch.js';

/** What a change did to the errors of a project. */
export interface Comparison {
  /** Errors that were not there before. */
  readonly introduced: readonly Diagnostic[];
  /** Errors that are gone. */
  readonly resolved: readonly Diagnostic[];
  /** Errors in the new text itself, old or new. */
  readonly inside: readonly Diagnostic[];
  /** No error in the new text and none that is new anywhere; null where a check is unknown. */
  readonly compiles: boolean | null;
}

/**
 * Compares what the checker said before and after. Errors are the same where file, code and message are: lines move.
 *
 * @param inside offsets of the new text, UTF-16
 */
export function compareReports(
  before: CheckReport,
  after: CheckReport,
  file: string,
  inside: { readonly start: number; readonly end: number },
): Comparison {
  if (before.status === 'unknown' || after.status === 'unknown') {
    return { introduced: [], resolved: [], inside: [], compiles: null };
  }
  const introduced = difference(after, before);
  const within = errorsOf(after).filter(
    ({ file: own, range }) =>
      own === file &&
      range !== null &&
      range.start <= inside.end &&
      Math.max(range.end, range.start + 1) > inside.start,
  );
  return {
    introduced,
    resolved: difference(before, after),
    inside: within,
    compiles: introduced.length === 0 && within.length === 0,
  };
}

function errorsOf(report: CheckReport): readonly Diagnostic[] {
  return report.diagnostics.filter(({ severity }) => severity === 'error');
}

function difference(from: CheckReport, other: CheckReport): Diagnostic[] {
  const left = new Map<string, number>();
  const keyOf = ({ file, code, message }: Diagnostic): string => `${file}\0${code}\0${message}`;
  for (const diagnostic of errorsOf(other))
    left.set(keyOf(diagnostic), (left.get(keyOf(diagnostic)) ?? 0) + 1);
  return errorsOf(from).filter((diagnostic) => {
    const key = keyOf(diagnostic);
    const count = left.get(key) ?? 0;
    left.set(key, count - 1);
    return count <= 0;
  });
}
