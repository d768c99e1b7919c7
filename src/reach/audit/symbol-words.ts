import type { CaseReport } from './audit-report.js';

/** `1 character`, `3 tokens`. */
export function symbolsOf({ setting }: Pick<CaseReport, 'setting'>, count: number): string {
  return countOf(count, setting?.control.unit === 'token' ? 'token' : 'character');
}

/** A number of things. */
export function countOf(count: number, thing: string): string {
  return `${count.toLocaleString('en')} ${thing}${count === 1 ? '' : 's'}`;
}
