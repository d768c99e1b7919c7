// What comes of a case: whether it is as it should be, and if not, in which way and why.
export type Part = 'suite' | 'maskbench' | 'roundtrip';

/** In which way a case is not as it should be. */
export type Fault =
  /** The schema does not compile; the reason is the error that a user would see. */
  | 'refused'
  | 'invalid accepted'
  | 'valid rejected'
  /** Two ways to ask the same thing gave different answers. */
  | 'ways differ'
  /** A drawn text is not valid. */
  | 'invalid drawn'
  /** Nothing could follow in the middle of a drawn text. */
  | 'dead end'
  /** No end of a text was found. */
  | 'no end'
  /** An error where none should be. */
  | 'error'
  /** The process ended. */
  | 'crash'
  | 'time-out';

export interface Finding {
  readonly part: Part;
  readonly name: string;
  readonly fault: Fault;
  readonly reason: string;
  /** Which test of the case, or which drawing. */
  readonly about?: string;
  /** The text that it is about. */
  readonly text?: string;
  /** States on the way to it whose liveness could not be decided. */
  readonly undecided?: number;
}

/** What is not as it should be about the verdict on a text; null where it is right. */
export function verdictFault(accepted: boolean, valid: boolean): Fault | null {
  if (accepted === valid) return null;
  return valid ? 'valid rejected' : 'invalid accepted';
}

export function faultCounts(findings: readonly Finding[]): Record<Fault, number> {
  const counts: Record<Fault, number> = {
    refused: 0,
    'invalid accepted': 0,
    'valid rejected': 0,
    'ways differ': 0,
    'invalid drawn': 0,
    'dead end': 0,
    'no end': 0,
    error: 0,
    crash: 0,
    'time-out': 0,
  };
  for (const { fault } of findings) counts[fault] += 1;
  return counts;
}
