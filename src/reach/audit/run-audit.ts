// Runs an audit: each field is read in full up to a length, then searched. What is done is on the disk before the next part
// begins, so that a run that was ended at any byte goes on to the same report.
import { mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { endLater } from '../../left-behind.js';
import type { Model } from '../../model/load-model.js';
import { enumeration } from '../enumeration.js';
import { type FindReport, find } from '../find.js';
import { type FlipReport, flip } from '../flip.js';
import { type Outcome, UNDECIDED, valueOfOutcome } from '../outcome.js';
import type { SearchProgress } from '../search-progress.js';
import type { SweepOptions } from '../sweep.js';
import type { Shard } from '../sweep-chunks.js';
import type { SweepReport } from '../sweep-report.js';
import { deadlineAfter, type KeptSweep, sweepUntil, sweptSoFar } from '../sweep-until.js';
import { openSystem, type SystemOptions } from '../system.js';
import { absorbJournals } from './absorb-journals.js';
import { curveOf } from './audit-curve.js';
import type { AuditDefinition, CaseDefinition } from './audit-definition.js';
import type { AuditReport, CaseReport, SymbolFinding } from './audit-report.js';
import { caseReport, type SearchResult } from './case-report.js';
import { systemOptionsOf } from './definition.js';
import { ruleReport, worst } from './policy.js';
import { openSearchJournal, type SearchJournal } from './search-journal.js';
import { keepsScores, symbolFindings } from './symbol-findings.js';

/** The options of `runAudit`. */
export interface AuditOptions {
  model: Model;
  /** A folder to go on from, and to write to. Default: one that is removed at the end. */
  journal?: string | undefined;
  /** Only a part of the texts that are read in full, from 1: `{ index: 2, of: 4 }`. `merge` joins the folders. */
  shard?: Shard | undefined;
  /** Folders that other parts wrote. What they lack is done here. */
  merge?: readonly string[] | undefined;
  /** Milliseconds that it may take. Default: no bound. What is not done then is inconclusive. */
  budgetMs?: number | undefined;
  /** As in `sweep`. */
  batch?: number | undefined;
  memoryBytes?: number | undefined;
  /** Ends it with `ABORTED`; what is in the journal stays. */
  signal?: AbortSignal | undefined;
  onProgress?: ((progress: AuditProgress) => void) | undefined;
}

/** How far an audit is. */
export interface AuditProgress {
  readonly stage: 'reading' | 'searching';
  readonly case: string;
  /** Cases that are done, and how many there are. */
  readonly cases: number;
  readonly of: number;
  /** Chunks of the case that are read, and how many it has. */
  readonly chunks: { readonly done: number; readonly of: number };
  /** While it searches, how far that is. */
  readonly search?: SearchProgress;
}

interface Run {
  readonly definition: AuditDefinition;
  readonly options: AuditOptions;
  readonly folder: string;
  /** Ends the reading when the time has run out. */
  readonly deadline: AbortSignal | undefined;
  readonly endsAt: number;
  /** The outcome that a rule's `to` is in a case, by the ids of both. */
  readonly wanted: Map<string, Outcome>;
}

/**
 * Runs an audit.
 *
 * @throws GrammaskError `ARGUMENT` for templates that do not fit into the model, for options and for journals of another audit or
 *   model; `UNSATISFIABLE`; `ABORTED`; what the model throws. A field for whose texts the model gives no numbers (NaN) is
 *   inconclusive, and the others go on
 */
export async function runAudit(definition: AuditDefinition, options: AuditOptions): Promise<AuditReport> {
  checkOptions(options, [
    ...['model', 'journal', 'shard', 'merge', 'budgetMs', 'batch', 'memoryBytes', 'signal', 'onProgress'],
  ]);
  const { budgetMs = Number.POSITIVE_INFINITY, journal } = options;
  if (typeof budgetMs !== 'number' || !(budgetMs > 0)) {
    throw expected('a number of milliseconds above 0', 'budgetMs', budgetMs);
  }
  const folder = journal ?? (await mkdtemp(join(tmpdir(), 'grammask-audit-')));
  const isRemoved = journal === undefined ? endLater({ folder }) : undefined;
  await makeFolder(folder);
  const deadline = deadlineAfter(budgetMs);
  const endsAt = performance.now() + budgetMs;
  try {
    return await allCases({
      definition,
      options,
      folder,
      deadline: deadline.signal,
      endsAt,
      wanted: new Map(),
    });
  } finally {
    deadline.end();
    if (isRemoved !== undefined) {
      await rm(folder, { recursive: true, force: true });
      isRemoved();
    }
  }
}

async function makeFolder(path: string): Promise<void> {
  try {
    await mkdir(path, { recursive: true });
  } catch (cause) {
    throw new GrammaskError('ARGUMENT', `the journal cannot be written: ${(cause as Error).message}`, {
      hint: 'the journal of an audit is a folder',
      location: { path },
      cause,
    });
  }
}

async function allCases(run: Run): Promise<AuditReport> {
  const { definition, options, folder } = run;
  const searches = await openSearchJournal(join(folder, 'searches.jsonl'), definition, options.model);
  const cases: CaseReport[] = [];
  let searched = true;
  try {
    for (const index of definition.cases.keys()) {
      const report = await oneCase(run, index, searches);
      cases.push(report);
      if (report.search === null ? isOpen(report) : !report.search.finished) searched = false;
    }
  } finally {
    await searches.close();
  }
  const policy = definition.policy.map((rule) =>
    ruleReport(rule, cases, (id) => run.wanted.get(wantedKey(rule.id, id))),
  );
  return {
    ...{ kind: 'reach-audit', format: 1, definition },
    complete: cases.every(({ complete }) => complete) && searched,
    verdict: policy.length === 0 ? null : worst(policy.map(({ verdict }) => verdict)),
    ...{ policy, cases, curve: curveOf(cases) },
  };
}

/** Whether a search was wanted and not made. */
function isOpen({ maxK, certifyK, targets, flip: found }: CaseReport): boolean {
  const isLeft = targets.some(({ witness, label }) => witness === null && label !== 'masked-out');
  return maxK > certifyK && (isLeft || (targets.length === 0 && found.witness === null));
}

async function oneCase(run: Run, index: number, searches: SearchJournal): Promise<CaseReport> {
  const { definition, options } = run;
  const each = definition.cases[index] as CaseDefinition;
  const { batch, memoryBytes } = options;
  const system: SystemOptions = {
    ...systemOptionsOf(each.system),
    ...{ model: options.model, batch, memoryBytes, signal: options.signal },
  };
  const facts = await factsOf(system, each, definition);
  for (const { id, to, cases } of definition.policy) {
    if (to !== null && cases.includes(each.id))
      run.wanted.set(wantedKey(id, each.id), facts.outcomeOf(to[0]));
  }
  const sweeping: SweepOptions = {
    ...system,
    ...{ k: each.certifyK, targets: facts.targets, forbidTarget: each.forbidTarget },
    scores: keepsScores(facts.total, facts.count),
  };
  const { swept, fault } = await readAll(run, index, sweeping);
  const named = each.baseline === null ? undefined : facts.outcomeOf(each.baseline[0]);
  const seen = swept?.baseline === UNDECIDED ? null : (swept?.baseline ?? null);
  const baseline = named ?? seen;
  const { search, finished, missing } = await searchOn(run, index, system, swept, baseline, searches);
  const symbols: readonly SymbolFinding[] =
    swept?.table === undefined || baseline === null
      ? []
      : symbolFindings(facts.control, each.certifyK, baseline, swept.table);
  return caseReport({
    ...{ definition: each, sweep: swept, total: facts.total, baseline, search, symbols, missing },
    ...{ searched: finished, fault },
    tolerance: each.system.tolerance ?? 1e-3,
  });
}

/** What is known before anything is read. */
async function factsOf(options: SystemOptions, each: CaseDefinition, { policy }: AuditDefinition) {
  const system = await openSystem(options);
  try {
    const { control, outcomeOf } = system;
    const all = enumeration(control.symbols.length, each.certifyK);
    if (all === undefined) {
      throw new GrammaskError(
        'ARGUMENT',
        `${each.id}: there are too many texts of at most ${each.certifyK} of ${control.symbols.length} symbols`,
        { hint: 'take a smaller certifyK or fewer symbols; maxK searches without reading all texts' },
      );
    }
    const wanted = policy.flatMap(({ to, cases }) => (to !== null && cases.includes(each.id) ? to : []));
    const listed = system.listedOutcomes();
    const targets = each.targets ?? listed.map(valueOfOutcome);
    const strange = targets.indexOf(undefined);
    if (strange >= 0 && (wanted.length > 0 || each.maxK > each.certifyK)) {
      throw new GrammaskError(
        'UNSUPPORTED',
        `${each.id}: JavaScript has no number for the value ${listed[strange]}, so that it cannot be searched for`,
        { hint: 'name the `targets`, or leave maxK out, and name no value `to` in the policy' },
      );
    }
    // Values that JavaScript does not have are still listed by the schema.
    const asked = strange >= 0 ? undefined : [...targets, ...wanted];
    return { control, outcomeOf, total: all.total, targets: asked, count: targets.length + wanted.length };
  } finally {
    system.close();
  }
}

function wantedKey(rule: string, id: string): string {
  return `${rule} ${id}`;
}

function numbered(index: number): string {
  return String(index + 1).padStart(5, '0');
}

interface Swept {
  /** undefined: nothing was read. */
  readonly swept: SweepReport | undefined;
  /** What the model did wrong, so that not all texts were read. */
  readonly fault?: string;
}

/** Reads all texts, or as many as there is time for, or as the model has numbers for. */
async function readAll(run: Run, index: number, options: SweepOptions): Promise<Swept> {
  const { definition, folder, deadline } = run;
  const { shard, merge = [], onProgress } = run.options;
  const name = `case-${numbered(index)}.jsonl`;
  const journal = join(folder, name);
  await absorbJournals(
    journal,
    merge.map((other) => join(other, name)),
  );
  const sweeping: KeptSweep = {
    ...{ ...options, journal, shard },
    onProgress: ({ chunks, of }) =>
      onProgress?.({
        ...{ stage: 'reading', case: definition.cases[index]?.id ?? '', cases: index },
        ...{ of: definition.cases.length, chunks: { done: chunks, of } },
      }),
  };
  try {
    return { swept: await sweepUntil(deadline, sweeping) };
  } catch (error) {
    const fault = faultOf(error);
    // Witnesses of what was read are replayed, which may meet the same.
    const swept = await sweptSoFar(sweeping).catch((again: unknown) => {
      faultOf(again);
      return undefined;
    });
    return { swept, fault };
  }
}

/** In words, that the model gives no numbers; any other error is thrown. */
function faultOf(error: unknown): string {
  if (!GrammaskError.isInstance(error) || error.code !== 'LOGITS') throw error;
  return `for some texts the model gives no numbers: ${error.message}`;
}

interface Searched {
  readonly search: SearchResult | undefined;
  /** Whether it ended by itself. */
  readonly finished: boolean;
  /** Why there is none, though it is wanted. */
  readonly missing: string | undefined;
}

/** Looks beyond what was read in full for what is not reached. */
async function searchOn(
  run: Run,
  index: number,
  system: SystemOptions,
  swept: SweepReport | undefined,
  baseline: Outcome | null,
  searches: SearchJournal,
): Promise<Searched> {
  const { definition, options, folder, endsAt } = run;
  const { certifyK, maxK, budget, seeds, forbidTarget, id } = definition.cases[index] as CaseDefinition;
  const none = (missing?: string): Searched => ({ search: undefined, finished: true, missing });
  if (maxK === certifyK) return none();
  if (swept?.complete !== true) return none('no search was made, because not every shorter text was read');
  const targets = swept.targets
    .filter(
      ({ label, target }) => label !== 'exact-reachable' && label !== 'masked-out' && target !== baseline,
    )
    .map(({ value }) => value);
  const isFlipped = swept.outcomes.some(
    ({ outcome, witness }) => outcome !== baseline && outcome !== UNDECIDED && witness !== null,
  );
  const asksForFlip = swept.targets.length === 0 && baseline !== null;
  if (targets.length === 0 && (isFlipped || !asksForFlip)) return none();
  const known = searches.get(index);
  if (known !== undefined) return { search: known, finished: true, missing: undefined };
  const left = endsAt - performance.now();
  if (left <= 0) return none('no search was made, because the time ran out');
  const onProgress = (search?: SearchProgress): void =>
    options.onProgress?.({
      ...{ stage: 'searching', case: id, cases: index, of: definition.cases.length },
      ...{ chunks: swept.chunks, ...(search === undefined ? {} : { search }) },
    });
  onProgress();
  const journal = join(folder, `search-${numbered(index)}.jsonl`);
  const settings = {
    maxK,
    budget,
    seeds,
    certifyK: Math.min(1, certifyK),
    forbidTarget,
    journal,
    onProgress,
  };
  const bounded = Number.isFinite(left) ? { ...settings, budgetMs: left } : settings;
  let found: FindReport | FlipReport;
  try {
    found =
      targets.length > 0
        ? await find({ ...system, ...bounded, targets })
        : await flip({ ...system, ...bounded, baseline: valueOfOutcome(baseline as Outcome) });
  } catch (error) {
    return { search: undefined, finished: false, missing: `no search ended: ${faultOf(error)}` };
  }
  const { setting: _setting, format: _format, ...search } = found;
  const finished = performance.now() < endsAt;
  // What the time has cut off is done again.
  if (finished) await searches.add(index, search);
  return { search, finished, missing: undefined };
}
