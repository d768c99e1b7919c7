// What a full reading and a search say together of one field: never more than one of them shows.

import { noCounts } from '../candidates.js';
import type { FindReport, FoundTarget, LeastLength } from '../find.js';
import { unreachable } from '../find.js';
import type { Witness } from '../findings.js';
import type { FlipReport } from '../flip.js';
import { emptyReport } from '../judge.js';
import { ABSENT, type Outcome, UNDECIDED, valueOfOutcome } from '../outcome.js';
import type { OutcomeReport, SweepReport, TargetReport } from '../sweep-report.js';
import type { CaseDefinition } from './audit-definition.js';
import type { CaseReport, FlipFinding, SearchFinding, SymbolFinding, TargetFinding } from './audit-report.js';

/** What a search found, without its setting. */
export type SearchResult = Omit<FindReport, 'setting' | 'format'> | Omit<FlipReport, 'setting' | 'format'>;

export interface CaseResults {
  readonly definition: CaseDefinition;
  /** undefined: nothing was read. */
  readonly sweep: SweepReport | undefined;
  readonly total: number;
  readonly baseline: Outcome | null;
  readonly search: SearchResult | undefined;
  /** Whether the search ended by itself. */
  readonly searched: boolean;
  readonly symbols: readonly SymbolFinding[];
  readonly tolerance: number;
  /** Why no search was made, where one was wanted. */
  readonly missing: string | undefined;
  /** What the model did wrong, so that not every text was read. */
  readonly fault?: string | undefined;
}

const notBegun = 'nothing was read';

export function caseReport(results: CaseResults): CaseReport {
  const { definition, sweep, baseline, search, tolerance } = results;
  const { id, template, field, certifyK, maxK, forbidTarget } = definition;
  const targets = (sweep?.targets ?? []).map((target) => targetFinding(target, results));
  const known = new Set(targets.map(({ target }) => target));
  const others = (sweep?.outcomes ?? []).map(({ outcome }) => outcome).filter((each) => !known.has(each));
  return {
    ...{ id, template, field, setting: sweep?.setting.system ?? null, baseline },
    ...{ certifyK, maxK, forbidTarget, total: results.total, complete: sweep?.complete === true },
    counts: sweep?.counts ?? noCounts(),
    numeric: sweep?.numeric ?? emptyReport(tolerance),
    flip: flipFinding(targets, results),
    targets,
    others,
    search: search === undefined ? null : searchFinding(search, results),
    symbols: results.symbols,
  };
}

function searchFinding(search: SearchResult, { definition, searched }: CaseResults): SearchFinding {
  const { evaluations, counts, numeric, contradicted } = search;
  const { maxK, budget } = definition;
  return { maxK, budget, evaluations, counts, numeric, contradicted, finished: searched };
}

/** Why no certificate of the full reading or of the search stands; undefined: nothing speaks against them. */
function doubtOf(results: CaseResults): string | undefined {
  const { sweep, search } = results;
  if (sweep === undefined) return undefined;
  if (!sweep.numeric.holds || search?.numeric.holds === false) {
    return 'the logits of a batch differ by more than half of the tolerance from those of a text alone';
  }
  if (sweep.contradicted > 0 || (search?.contradicted ?? 0) > 0) {
    return 'a text gave another outcome in a batch than through generate: nothing is certified';
  }
  if (!foundMore(results)) return undefined;
  return 'the search found a text that the full reading had not found: nothing is certified';
}

/** Whether a search found what by the full reading is not there. It should not happen. */
function foundMore({ definition, sweep, search }: CaseResults): boolean {
  if (sweep === undefined || search === undefined) return false;
  const found =
    search.kind === 'find'
      ? search.targets.map(({ target, witness }) => ({ target, witness }))
      : [{ target: search.outcome, witness: search.witness }];
  return found.some(({ target, witness }) => {
    if (witness === null || !sweep.complete || witness.length > definition.certifyK) return false;
    const outcome = sweep.outcomes.find((each) => each.outcome === target);
    return witness.length < shortest(outcome, definition.forbidTarget);
  });
}

/** Whether what a full reading did not show is proved not to be there. */
function counts(results: CaseResults): boolean {
  const { sweep } = results;
  if (sweep === undefined || !sweep.complete || doubtOf(results) !== undefined) return false;
  return !sweep.outcomes.some(({ outcome }) => outcome === UNDECIDED);
}

/** The length of the shortest text that gave an outcome, though it may not have been replayed; Infinity: none. */
function shortest(found: OutcomeReport | undefined, forbidTarget: boolean): number {
  const given = found?.lengths.find(({ plainTexts }) => !forbidTarget || plainTexts > 0);
  return given?.length ?? Number.POSITIVE_INFINITY;
}

function boundsOf(lower: number, witness: Witness | null): LeastLength {
  const upper = witness?.length ?? null;
  const least = upper === null ? lower : Math.min(lower, upper);
  return { lower: least, upper, exact: least === upper };
}

function searchedTarget(search: SearchResult | undefined, target: Outcome): FoundTarget | undefined {
  return search?.kind === 'find' ? search.targets.find((each) => each.target === target) : undefined;
}

/** Of two texts the shorter one; of equals the one of the full reading. */
function shorter(read: Witness | null, found: Witness | null): Witness | null {
  if (read === null || found === null) return read ?? found;
  return found.length < read.length ? found : read;
}

function targetFinding(read: TargetReport, results: CaseResults): TargetFinding {
  const { definition, sweep, search } = results;
  const { forbidTarget, certifyK, maxK } = definition;
  const report = sweep as SweepReport;
  const outcome = report.outcomes.find((each) => each.outcome === read.target);
  const found = searchedTarget(search, read.target);
  const witness = shorter(read.witness, found?.witness ?? null);
  const plain = outcome?.plainWitness ?? (found?.witness?.copiesTarget === false ? found.witness : null);
  const named = {
    id: `${definition.id}=${nameOf(read.target)}`,
    target: read.target,
    value: valueOfOutcome(read.target),
    texts: (outcome?.lengths ?? []).map(({ length, texts, plainTexts }) => ({ length, texts, plainTexts })),
    plainWitness: plain?.text === witness?.text ? null : plain,
  };
  const readTo = counts(results) ? Math.min(shortest(outcome, forbidTarget), certifyK + 1) : 0;
  const doubt = doubtOf(results);
  const isSure = doubt === undefined;
  const searchedTo = isSure ? (found?.least.lower ?? 0) : 0;
  const least = boundsOf(Math.max(readTo, searchedTo), witness);
  if (witness !== null) {
    const method = witness === read.witness ? 'all texts' : (found?.method ?? null);
    return { ...named, label: 'exact-reachable', k: witness.length, least, witness, method };
  }
  const nothing = { ...named, witness: null, method: null };
  if (read.label === 'masked-out') return { ...nothing, label: 'masked-out', k: null, least: unreachable };
  if (isSure && found?.label === 'certified-unreachable') {
    return { ...nothing, label: found.label, k: found.k, least };
  }
  const reason = results.fault ?? read.reason ?? doubt ?? beyond(results);
  if (isSure && read.label === 'certified-unreachable') {
    // What the search did beyond that proves nothing.
    return { ...nothing, label: read.label, k: certifyK, least, ...(reason === undefined ? {} : { reason }) };
  }
  return {
    ...nothing,
    label: 'searched-unreached',
    k: maxK,
    least,
    ...(reason === undefined ? {} : { reason }),
  };
}

/** Why nothing is said of longer texts. */
function beyond({ definition, search, missing, searched }: CaseResults): string | undefined {
  const { certifyK, maxK } = definition;
  if (maxK === certifyK) return undefined;
  if (search === undefined) return missing;
  const ended = searched ? `the search read ${search.evaluations} prompts` : 'the time ran out in the search';
  const lengths = maxK === certifyK + 1 ? `${maxK}` : `${certifyK + 1} to ${maxK}`;
  return `with ${lengths} symbols: ${ended}, and found none`;
}

function flipFinding(targets: readonly TargetFinding[], results: CaseResults): FlipFinding {
  const { definition, sweep, baseline, search } = results;
  const { certifyK, maxK, forbidTarget } = definition;
  if (sweep === undefined || baseline === null) {
    const least = { lower: 0, upper: null, exact: false };
    return {
      label: 'searched-unreached',
      k: 0,
      outcome: null,
      witness: null,
      least,
      reason: results.fault ?? noBaseline(sweep),
    };
  }
  const changes = sweep.outcomes.filter(({ outcome }) => outcome !== baseline && outcome !== UNDECIDED);
  const found: { outcome: Outcome; witness: Witness | null }[] = [
    ...changes.map(({ outcome, witness, plainWitness }) => ({
      outcome,
      witness: forbidTarget ? plainWitness : witness,
    })),
    ...targets
      .filter(({ target }) => target !== baseline)
      .map(({ target, witness }) => ({ outcome: target, witness })),
    ...(search?.kind === 'flip' && search.outcome !== null
      ? [{ outcome: search.outcome, witness: search.witness }]
      : []),
  ];
  let best: { outcome: Outcome; witness: Witness } | undefined;
  for (const { outcome, witness } of found) {
    if (witness === null || (best !== undefined && best.witness.length <= witness.length)) continue;
    best = { outcome, witness };
  }
  const readTo = Math.min(certifyK + 1, ...changes.map((each) => shortest(each, forbidTarget)));
  const lower = counts(results) ? readTo : 0;
  const doubt = doubtOf(results);
  const searchedTo = search?.kind === 'flip' && doubt === undefined ? (search.least.lower ?? 0) : 0;
  const least = boundsOf(Math.max(lower, searchedTo), best?.witness ?? null);
  if (best !== undefined) {
    return { label: 'exact-reachable', k: best.witness.length, least, ...best };
  }
  const nothing = { least, outcome: null, witness: null };
  if (search?.kind === 'flip' && search.label === 'certified-unreachable' && doubt === undefined) {
    return { ...nothing, label: search.label, k: search.k };
  }
  const reason =
    results.fault ??
    doubt ??
    targets.find((target) => target.reason !== undefined)?.reason ??
    beyond(results);
  const why = reason === undefined ? {} : { reason };
  if (lower > certifyK) return { ...nothing, label: 'certified-unreachable', k: certifyK, ...why };
  return { ...nothing, label: 'searched-unreached', k: maxK, ...why };
}

function noBaseline(sweep: SweepReport | undefined): string {
  if (sweep === undefined) return notBegun;
  if (sweep.baseline === UNDECIDED) {
    return 'the answer to the empty text does not come to the field within maxTokens: raise it, or name the baseline';
  }
  return sweep.complete
    ? 'the empty text is no text of the control, so that it is not known what is to stay: name the baseline'
    : 'it is not known what the model gives to the empty text: not every text was read';
}

/** A value in an id: a plain word as it is, else as JSON. */
function nameOf(outcome: Outcome): string {
  if (outcome === ABSENT || outcome === UNDECIDED) return outcome;
  const value = valueOfOutcome(outcome);
  const isWord = typeof value === 'string' && /^[A-Za-z][\w.-]*$/.test(value);
  return isWord && !['true', 'false', 'null', ABSENT, UNDECIDED].includes(value) ? value : outcome;
}
