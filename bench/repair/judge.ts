// Joins the samples of a journal with the verdicts of their texts.
import { fillHole, holeAt } from '../../src/repair/holes.js';
import { type ArmName, armNames, drawnArms, fullArm } from './arms.js';
import type { Bug } from './data.js';
import { checkKey, type Entry, type SampleRecord, testsKey, type UnitEntry, unitKey } from './records.js';
import { isExact, isSubstantive } from './texts.js';

/** A sample with its verdict. */
export interface Judged {
  readonly record: SampleRecord;
  /** There is a whole text. */
  readonly isFinished: boolean;
  /** The first of its text in this unit. */
  readonly isUnique: boolean;
  /** The checker finds nothing in the project with it. */
  readonly isClean: boolean;
  readonly isPlausible: boolean;
  readonly isSubstantive: boolean;
  readonly isExact: boolean;
  /** Codes of the checker's errors. */
  readonly codes: readonly number[];
}

export interface JudgedUnit {
  readonly arm: ArmName;
  readonly bug: Bug;
  readonly seed: number;
  readonly samples: readonly Judged[];
  readonly entry: UnitEntry;
}

const withoutText: ReadonlySet<string> = new Set(['unfinished', 'pruned_dead_end', 'timeout']);

export function judgeSamples(
  records: readonly SampleRecord[],
  bug: Bug,
  entries: ReadonlyMap<string, Entry>,
): Judged[] {
  const seen = new Set<string>();
  return records.map((record) => {
    const { hash, status, text } = record;
    const isFinished = !withoutText.has(status);
    const isUnique = isFinished && !seen.has(hash);
    if (isFinished) seen.add(hash);
    const isUnchanged = status === 'unchanged';
    const check = isFinished && !isUnchanged ? entries.get(checkKey(hash)) : undefined;
    const tests = entries.get(testsKey(hash));
    const isClean =
      (isUnchanged && bug.category === 'semantic') || (check?.kind === 'check' && check.status === 'clean');
    return {
      record,
      isFinished,
      isUnique,
      isClean,
      isPlausible:
        isClean && tests?.kind === 'tests' && tests.status === 'ran' && tests.passed === tests.total,
      isSubstantive: status !== 'pruned_dead_end' && isSubstantive(text, bug.buggy_line),
      isExact: isFinished && isExact(text, bug.fixed_line),
      codes: check?.kind === 'check' ? check.codes : [],
    };
  });
}

/** Milliseconds of drawing and checks. Tests do not count: they are the same for every arm, and one that never ends would decide. */
export const usedBy = (samples: readonly SampleRecord[]): number =>
  samples.reduce((total, { draw, check }) => total + draw + check, 0);

/** The samples that fit in a time. */
export function within(samples: readonly SampleRecord[], ms: number): SampleRecord[] {
  let used = 0;
  return samples.filter(({ draw, check }) => {
    used += draw + check;
    return used <= ms;
  });
}

/** All units of a journal, by arm. Of vanilla those that every arm has; what was drawn beyond them is for `resample`. */
export function judgeJournal(
  bugs: readonly Bug[],
  entries: ReadonlyMap<string, Entry>,
  samples: number,
): Map<ArmName, JudgedUnit[]> {
  const byId = new Map(bugs.map((bug) => [bug.id, bug]));
  const units = new Map<ArmName, JudgedUnit[]>(armNames.map((arm) => [arm, []]));
  const add = (arm: ArmName, entry: UnitEntry, records: readonly SampleRecord[]): void => {
    const bug = byId.get(entry.bug);
    if (bug === undefined) return;
    const judged = judgeSamples(records, bug, entries);
    units.get(arm)?.push({ arm, bug, seed: entry.seed, samples: judged, entry });
  };
  for (const entry of entries.values()) {
    if (entry.kind !== 'unit') continue;
    add(entry.arm, entry, entry.samples.slice(0, samples));
    if (entry.arm !== 'vanilla') continue;
    const full = entries.get(unitKey(fullArm, entry.bug, entry.seed));
    if (full?.kind !== 'unit' || !isLongEnough(entry, full)) continue;
    add('resample', entry, within(entry.samples, usedBy(full.samples)));
  }
  return units;
}

/** Whether vanilla went on until it had used the time of the full arm. */
export const isLongEnough = (vanilla: UnitEntry, full: UnitEntry): boolean =>
  usedBy(vanilla.samples) >= usedBy(full.samples);

/** What is still to be drawn for these arms, a bug and a seed; ranked does not depend on a seed. */
export function missingUnits(
  arms: readonly ArmName[],
  bug: string,
  seed: number,
  turn: { readonly isFirstSeed: boolean; readonly number: number },
  entries: ReadonlyMap<string, Entry>,
): ReturnType<typeof drawnArms> {
  return drawnArms(arms, turn.number).filter((arm) => {
    if (arm === 'ranked' && !turn.isFirstSeed) return false;
    const entry = entries.get(unitKey(arm, bug, seed));
    if (entry?.kind !== 'unit') return true;
    const full = entries.get(unitKey(fullArm, bug, seed));
    // Drawn before the time was known.
    return (
      arm === 'vanilla' && arms.includes('resample') && (full?.kind !== 'unit' || !isLongEnough(entry, full))
    );
  });
}

/** Texts of a bug that compile and whose tests have not been run yet, as whole files by their hash. */
export function untested(bug: Bug, entries: ReadonlyMap<string, Entry>): Map<string, string> {
  const hole = holeAt(`${bug.slug}.ts`, bug.buggy, { startLine: bug.line, endLine: bug.line });
  const found = new Map<string, string>();
  for (const entry of entries.values()) {
    if (entry.kind !== 'unit' || entry.bug !== bug.id) continue;
    for (const { isClean, isUnique, record } of judgeSamples(entry.samples, bug, entries)) {
      if (!isClean || !isUnique || record.status === 'unchanged' || entries.has(testsKey(record.hash)))
        continue;
      found.set(record.hash, fillHole(hole, record.text));
    }
  }
  return found;
}
