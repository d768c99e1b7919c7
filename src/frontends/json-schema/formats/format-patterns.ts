import type { ProgramBuilder } from '../../program-builder.js';
import { regexToExpr } from '../../regex/regex-to-expr.js';

/** Builds the expression of a format; `draft` matters to the few that changed their meaning. */
export type FormatBuilder = (builder: ProgramBuilder, draft: FormatDraft) => number;

export type FormatDraft = '2020-12' | '2019-09' | '7' | '6' | '4';

/** The expression of a pattern that the whole text must match. */
export function patternExpr(builder: ProgramBuilder, source: string): number {
  return regexToExpr(builder, source, { mode: 'full', dotAll: true });
}

/** A format that is one pattern in every draft. */
export function patternFormat(source: string): FormatBuilder {
  return (builder) => patternExpr(builder, source);
}
