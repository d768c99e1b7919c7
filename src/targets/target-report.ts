/** The back ends that {@link explainTarget} knows. */
export const TARGETS = ['openai-strict', 'llguidance', 'xgrammar', 'llama.cpp'] as const;
export type TargetName = (typeof TARGETS)[number];

/**
 * What a back end does with a keyword that it does not enforce.
 *
 * - `'refused'`: it answers with an error, and nothing is generated
 * - `'ignored'`: the keyword has no effect; values that break it pass
 * - `'weakened'`: it is enforced in part; some values that break it pass
 * - `'narrowed'`: no wrong value passes, yet some valid ones cannot be written
 */
export type TargetEffect = 'refused' | 'ignored' | 'weakened' | 'narrowed';

/** A finding about one keyword of a schema, for one back end. */
export interface TargetFinding {
  /** JSON Pointer to the schema that holds the keyword; `''` is the root. */
  pointer: string;
  /** The keyword; `''` where the place itself is meant. */
  keyword: string;
  effect: TargetEffect;
  message: string;
  /** What to do about it, in one sentence. */
  hint?: string;
}

/** What a back end makes of a schema. */
export interface TargetReport {
  target: TargetName;
  /** The version of the back end that the statement is about. */
  version: string;
  /** Whether the back end takes the schema: no finding is `'refused'`. */
  accepted: boolean;
  /** Whether no value passes that the schema does not allow: every finding is `'narrowed'`, or there is none. */
  enforced: boolean;
  findings: TargetFinding[];
  /** What holds of this back end and every schema. */
  notes: string[];
}

/** Takes findings; the second of a place, keyword and effect is dropped. */
export interface FindingSink {
  add(pointer: string, keyword: string, effect: TargetEffect, message: string, hint?: string): void;
  readonly findings: TargetFinding[];
}

export function createFindingSink(): FindingSink {
  const seen = new Set<string>();
  const findings: TargetFinding[] = [];
  return {
    findings,
    add(pointer, keyword, effect, message, hint) {
      const key = JSON.stringify([pointer, keyword, effect]);
      if (seen.has(key)) return;
      seen.add(key);
      findings.push({ pointer, keyword, effect, message, ...(hint === undefined ? {} : { hint }) });
    },
  };
}
