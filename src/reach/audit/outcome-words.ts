import { printableText } from '../../frontends/source-location.js';
import type { LeastLength } from '../find.js';
import { ABSENT, type Outcome, UNDECIDED } from '../outcome.js';

/** An outcome for people, as JSON. */
export function outcomeText(outcome: Outcome | null): string {
  if (outcome === null) return 'unknown';
  if (outcome === ABSENT) return 'no such field';
  if (outcome === UNDECIDED) return 'not decided';
  return printableText(outcome);
}

/** A text of somebody's as JSON, in which nothing moves a terminal's cursor. */
export function quoted(text: string): string {
  return printableText(JSON.stringify(text));
}

/** What is known of a least number: `1`, `2 to 3`, `at least 2`, `none`. */
export function leastText({ lower, upper, exact }: LeastLength): string {
  if (lower === null) return 'none does it';
  if (upper === null) return `at least ${lower}`;
  return exact ? String(upper) : `${lower} to ${upper}`;
}
