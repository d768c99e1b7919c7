import { pointerOf } from '../frontends/json-schema/place.js';
import type { Located } from './schema-document.js';

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
  /** How many further findings are not listed; 0 but for very large schemas. */
  more: number;
  /** What holds of this back end and every schema. */
  notes: string[];
}

/** Takes findings; the second of a place, keyword and effect is dropped. */
export interface FindingSink {
  /** A place that is `''` is the root. */
  add(at: Located | '', keyword: string, effect: TargetEffect, message: string, hint?: string): void;
  readonly findings: TargetFinding[];
  /** Findings that are not listed, and whether one of them is a refusal or lets values pass. */
  readonly more: { count: number; isRefused: boolean; isOpen: boolean };
}

/** Thousands of findings tell nobody more, and the pointers of a schema that nests deeply are long. */
const MAX_FINDINGS = 1000;
const MAX_LETTERS = 4_000_000;

export function createFindingSink(): FindingSink {
  const seen = new Set<string>();
  const findings: TargetFinding[] = [];
  const more = { count: 0, isRefused: false, isOpen: false };
  let letters = 0;
  return {
    findings,
    more,
    add(at, keyword, effect, message, hint) {
      if (findings.length >= MAX_FINDINGS || letters >= MAX_LETTERS) {
        more.count += 1;
        if (effect === 'refused') more.isRefused = true;
        if (effect !== 'narrowed') more.isOpen = true;
        return;
      }
      const pointer = at === '' ? '' : pointerOf(at.place);
      const key = JSON.stringify([pointer, keyword, effect]);
      if (seen.has(key)) return;
      seen.add(key);
      letters += pointer.length;
      findings.push({ pointer, keyword, effect, message, ...(hint === undefined ? {} : { hint }) });
    },
  };
}
