import { GrammaskError } from '../../errors.js';
import { type Place, pointerOf } from './place.js';
import type { SchemaIssue } from './types.js';

/** Codes of errors that stand at a keyword. */
export type KeywordErrorCode = 'SCHEMA' | 'UNSUPPORTED' | 'SYNTAX';

/** A finding: where, about which keyword, what, and what to do about it. */
export interface Finding {
  place: Place | null;
  keyword: string;
  message: string;
  hint?: string | undefined;
}

/** Where the lowering reports to. `error` throws in the sink of a grammar and returns in that of an analysis. */
export interface IssueSink {
  /** Whether warnings and infos go anywhere: where not, their texts need not be made. */
  readonly takesNotes: boolean;
  error(code: KeywordErrorCode, finding: Finding): void;
  warning(finding: Finding): void;
  info(finding: Finding): void;
}

/** The first error is thrown, the rest of no interest. */
export const throwingSink: IssueSink = {
  takesNotes: false,
  error(code, finding) {
    const { place, keyword, message, hint } = finding;
    throw new GrammaskError(code, message, { location: { pointer: pointerOf(place), keyword }, hint });
  },
  warning() {},
  info() {},
};

export function collectingSink(issues: SchemaIssue[]): IssueSink {
  function push(severity: SchemaIssue['severity'], { place, keyword, message, hint }: Finding): void {
    const issue: SchemaIssue = { pointer: pointerOf(place), keyword, severity, message };
    if (hint !== undefined) issue.hint = hint;
    issues.push(issue);
  }
  return {
    takesNotes: true,
    error: (_code, finding) => push('error', finding),
    warning: (finding) => push('warning', finding),
    info: (finding) => push('info', finding),
  };
}

/** For definitions that nothing refers to: what is unsupported there has no effect, what is malformed stays an error. */
export function unreachedSink(sink: IssueSink): IssueSink {
  return {
    ...sink,
    error(code, finding) {
      if (code !== 'UNSUPPORTED') sink.error(code, finding);
      else
        sink.warning({
          ...finding,
          message: `${finding.message} (no effect: nothing refers to this definition)`,
        });
    },
  };
}
