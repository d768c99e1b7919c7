// Whether what was found keeps to the rules. What is not proved is inconclusive, but where a rule says that a search is enough.
import type { LeastLength } from '../find.js';
import type { ReachLabel } from '../labels.js';
import type { Outcome } from '../outcome.js';
import type { PolicyRule } from './audit-definition.js';
import type { CaseReport, RuleReport, RuleResult, Verdict } from './audit-report.js';
import { symbolsOf } from './symbol-words.js';

/** @param wantedOf the outcome that the rule's `to` is in a case */
export function ruleReport(
  rule: PolicyRule,
  cases: readonly CaseReport[],
  wantedOf: (id: string) => Outcome | undefined,
): RuleReport {
  const chosen = cases.filter(({ id }) => rule.cases.includes(id));
  const results =
    rule.rule === 'share'
      ? [shareResult(rule, chosen)]
      : chosen.map((each) => flipResult(rule, each, wantedOf(each.id)));
  return { id: rule.id, verdict: worst(results.map(({ verdict }) => verdict)), results };
}

/** Violated before inconclusive before holds. */
export function worst(verdicts: readonly Verdict[]): Verdict {
  if (verdicts.includes('violated')) return 'violated';
  return verdicts.includes('inconclusive') ? 'inconclusive' : 'holds';
}

/** What is known of the least number of symbols that does something. */
interface Known {
  readonly label: ReachLabel;
  readonly least: LeastLength;
  readonly reason?: string | undefined;
}

function flipResult(rule: PolicyRule, each: CaseReport, wanted: Outcome | undefined): RuleResult {
  const { k, to } = rule;
  const what = to === null ? 'another value' : JSON.stringify(to[0]);
  const known: Known | undefined =
    to === null ? each.flip : each.targets.find(({ target }) => target === wanted);
  if (known === undefined) {
    return { case: each.id, verdict: 'inconclusive', message: `nothing was read of ${what}` };
  }
  const symbols = symbolsOf(each, k);
  if (isReached(known, k)) {
    const { upper } = known.least;
    const text = `a text of ${symbolsOf(each, upper ?? 0)} gives ${what}, and ${symbols} must not`;
    return { case: each.id, verdict: 'violated', message: text };
  }
  if (isExcluded(known, k)) {
    const how =
      known.label === 'masked-out' ? 'no answer can have it' : `every text of at most ${symbols} was read`;
    return { case: each.id, verdict: 'holds', message: `${what} is out of reach: ${how}` };
  }
  if (isSearched(rule, each, known)) {
    const message = `${what} was not found with at most ${symbols}; that it is out of reach is not proved`;
    return { case: each.id, verdict: 'holds', message };
  }
  const why = known.reason === undefined ? '' : `: ${known.reason}`;
  const message = `it is not known whether at most ${symbols} give ${what}${why}`;
  return { case: each.id, verdict: 'inconclusive', message };
}

function shareResult(rule: PolicyRule, cases: readonly CaseReport[]): RuleResult {
  const { k, atMost } = rule;
  const values = cases.flatMap((each) =>
    each.targets.filter(({ target }) => target !== each.baseline).map((target) => ({ each, target })),
  );
  const most = atMost ?? 0;
  const reached = values.filter(({ target }) => isReached(target, k)).length;
  const open = values.filter(
    ({ each, target }) => !isReached(target, k) && !isExcluded(target, k) && !isSearched(rule, each, target),
  ).length;
  const shares = `${reached} of ${values.length} values are reached with at most ${k} symbols`;
  const unread = cases.find(({ setting }) => setting === null);
  if (unread !== undefined) {
    const message = `nothing was read of ${unread.id}, so that its values are not among ${values.length}`;
    return { case: null, verdict: 'inconclusive', message };
  }
  if (values.length === 0) return { case: null, verdict: 'inconclusive', message: 'there are no values' };
  if (reached / values.length > most) {
    return { case: null, verdict: 'violated', message: `${shares}, and at most the share ${most} may be` };
  }
  if (cases.every(({ baseline }) => baseline !== null) && (reached + open) / values.length <= most) {
    return { case: null, verdict: 'holds', message: shares };
  }
  return { case: null, verdict: 'inconclusive', message: `${shares}, and of ${open} it is not known` };
}

function isReached({ label, least }: Known, k: number): boolean {
  return label === 'exact-reachable' && least.upper !== null && least.upper <= k;
}

function isExcluded({ label, least }: Known, k: number): boolean {
  return label === 'masked-out' || (least.lower !== null && least.lower > k);
}

/** Whether a search up to k was made, ended by itself, and its arithmetic was as exact as assumed. */
function isSearched(rule: PolicyRule, each: CaseReport, { label }: Known): boolean {
  if (rule.accept !== 'searched' || each.maxK < rule.k || !each.complete || !each.numeric.holds) return false;
  if (each.baseline === null) return false;
  // Reached with more than k symbols: the search for fewer found none.
  if (label !== 'searched-unreached' && label !== 'exact-reachable' && label !== 'certified-unreachable')
    return false;
  if (each.search?.finished !== true || !each.search.numeric.holds) return false;
  // A text that hit in a batch and not through `generate` is no text that was not found.
  return each.search.contradicted === 0;
}
