// Type checks while samples are drawn: a finished text that the checker turns down is written anew from where it went wrong.
import type { DeadTexts } from '../../generate/dead-texts.js';
import type { FinishedAnswer, Veto } from '../../generate/finished-answer.js';
import { fillHole, type Hole } from '../holes.js';
import type { CheckReport } from '../patch.js';
import { contentHash } from '../source-text.js';
import type { TemplateHole } from '../templates.js';
import { compareReports } from '../validate/compare.js';
import { type FaultPlace, faultPlace } from './fault-place.js';
import type { WrittenHole } from './hole-text.js';
import { neededPart } from './needed-part.js';

/** The checks of a hole, for all its samples. */
export interface HoleChecks {
  /** What the checker says of a text; asked once. Only who makes the check pays for it. */
  check(text: string): Promise<MadeCheck>;
  /** The part of the old text that what stands around it needs: a check, the first time. */
  needed(): Promise<{ readonly part: TemplateHole | undefined; readonly cost: CheckCost }>;
  /** Nothing can be written beside that part: all of the text is written from here on. */
  dropNeeded(): void;
  /** The same, where it was asked. */
  known(text: string): CheckReport | undefined;
  /** Whether a text is the old one, or was proposed before. */
  isOld(text: string): boolean;
  /** The text is proposed. */
  propose(text: string): void;
  /** So many tries the next sample has: fewer where one after the other failed, for nothing may fit there. */
  tries(most: number): number;
  /** A sample found a text without errors, or did not. */
  note(isFound: boolean): void;
  readonly hole: Hole;
  readonly base: CheckReport;
}

/** What a check took. */
export interface CheckCost {
  /** 0 where it was made before. */
  readonly count: number;
  /** Milliseconds of the check; and for which was waited, which may be fewer where someone else made it. */
  readonly ms: number;
  readonly waitedMs: number;
}

export interface MadeCheck extends CheckCost {
  readonly report: CheckReport;
}

export const noCheck: CheckCost = { count: 0, ms: 0, waitedMs: 0 };

const ONLY_COMMENT = /^\s*(?:\/\/[^\n]*|\/\*(?:[^*]|\*(?!\/))*\*\/)?\s*$/;

/** @param check the type check of the file with a content */
export function createHoleChecks(
  hole: Hole,
  base: CheckReport,
  check: (content: string) => Promise<CheckReport>,
): HoleChecks {
  const reports = new Map<string, Promise<CheckReport>>();
  const settled = new Map<string, CheckReport>();
  const old = new Set([hole.hash]);
  let failed = 0;
  // Whatever a comment says, the line is left out.
  const hashOf = (text: string): string => contentHash(fillHole(hole, ONLY_COMMENT.test(text) ? '' : text));
  function reportOf(text: string): Promise<CheckReport> {
    const content = fillHole(hole, text);
    const hash = contentHash(content);
    const report = reports.get(hash) ?? check(content);
    reports.set(hash, report);
    report.then(
      (found) => settled.set(hash, found),
      () => reports.delete(hash),
    );
    return report;
  }
  const known = (text: string): CheckReport | undefined => settled.get(contentHash(fillHole(hole, text)));
  async function checked(text: string): Promise<MadeCheck> {
    const started = performance.now();
    const isNew = known(text) === undefined;
    const report = await reportOf(text);
    const waitedMs = performance.now() - started;
    return { report, waitedMs, count: isNew ? 1 : 0, ms: isNew ? report.ms : 0 };
  }
  let needed: { readonly part: TemplateHole | undefined } | undefined;
  return {
    ...{ hole, base, known },
    check: checked,
    async needed() {
      if (needed !== undefined) return { ...needed, cost: noCheck };
      const { report, ...cost } = await checked('');
      const part = await neededPart(hole, base, report);
      needed ??= { part };
      return { ...needed, cost };
    },
    dropNeeded() {
      needed = { part: undefined };
    },
    isOld: (text) => old.has(hashOf(text)),
    propose: (text) => void old.add(hashOf(text)),
    tries: (most) => Math.min(most, Math.max(2, most >> (failed >> 1))),
    note(isFound) {
      failed = isFound ? 0 : failed + 1;
    },
  };
}

/** What a sample may ask, and what it cost. */
export interface SampleChecks extends CheckCost {
  onFinished(answer: FinishedAnswer): Promise<Veto | undefined>;
  /** The text that was turned down for the fewest errors, where none was taken. */
  readonly best: string | undefined;
}

/**
 * Turns a sample back from texts that have errors, are the old text or were proposed before. When the tries are over, the one with the fewest
 * errors is what came of it.
 *
 * @param before a check that was made for the sample already
 */
export function createSampleChecks(
  checks: HoleChecks,
  written: WrittenHole,
  most: number,
  before: CheckCost = noCheck,
): SampleChecks {
  const { hole, base } = checks;
  const tries = checks.tries(most);
  let tried = 0;
  let { count, ms, waitedMs } = before;
  let isFound = false;
  let best: { text: string; errors: number } | undefined;

  /** How the answer goes on, where `end` is that of what is at fault; undefined when the tries are over. */
  function veto(answer: string, { end, isWord }: FaultPlace): Veto | undefined {
    tried += 1;
    if (tried >= tries) {
      checks.note(false);
      return undefined;
    }
    const deadAt = end === undefined ? undefined : Buffer.byteLength(answer.slice(0, end));
    // What is wrong at the end is often wrong from the start: going on from the last branch found fewer than half as many texts.
    return { deadAt, isWord, backTo: 0 };
  }

  async function check(text: string): Promise<CheckReport> {
    const made = await checks.check(text);
    waitedMs += made.waitedMs;
    count += made.count;
    ms += made.ms;
    return made.report;
  }

  return {
    async onFinished({ text: answer }) {
      const text = written.textOf(answer);
      if (checks.isOld(text)) return veto(answer, nowhere);
      const report = await check(text);
      const end = fillHole(hole, text).length - hole.suffix.length;
      const found = compareReports(base, report, hole.file, { start: hole.start, end });
      if (found.compiles !== false) {
        isFound = true;
        checks.propose(text);
        checks.note(true);
        return undefined;
      }
      const errors = [...new Set([...found.introduced, ...found.inside])];
      if (best === undefined || errors.length < best.errors) best = { text, errors: errors.length };
      // Line ends of another length shift what is behind them.
      const isPlain = hole.lineEnd === '\n' || !text.includes('\n');
      const fault = isPlain ? faultPlace(errors, hole.file, text, hole.start) : nowhere;
      return veto(answer, { ...fault, end: fault.end && written.placeOf(answer, fault.end) });
    },
    get count() {
      return count;
    },
    get ms() {
      return ms;
    },
    get waitedMs() {
      return waitedMs;
    },
    get best() {
      return isFound ? undefined : best?.text;
    },
  };
}

const nowhere: FaultPlace = { end: undefined, isWord: false };

/** The dead texts of templates: what a sample found is not written again by the next ones. */
export type Avoided = WeakMap<WrittenHole, DeadTexts>;
