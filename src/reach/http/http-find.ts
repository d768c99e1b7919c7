// `find`, `flip` and `verify` of a server.
import { checkOptions, expected } from '../../engine/arguments.js';
import { GrammaskError } from '../../errors.js';
import { readSettings, type SearchSettings } from '../find.js';
import { ABSENT, type Outcome, UNDECIDED, valueOfOutcome } from '../outcome.js';
import type { Goal } from '../search.js';
import { type Asker, createAsker, type Reply } from './asker.js';
import {
  foundTarget,
  type HttpFindReport,
  type HttpFlipReport,
  type HttpSearchReport,
  type HttpSearchSetting,
  type HttpVerifyReport,
  labelOfNone,
  leastOf,
  witnessOf,
} from './http-reports.js';
import { createHttpSearch, type HttpSearchResult } from './http-search.js';
import {
  type HttpSystem,
  type HttpSystemOptions,
  httpSystemOptionNames,
  openHttpSystem,
} from './http-system.js';

/** How a server is searched, and how far. */
export interface HttpSearchSettings extends Omit<SearchSettings, 'method' | 'certifyK' | 'gcg'> {
  /** Requests in all, each attempt and each replay counted. Default 1000. */
  budget?: number | undefined;
  /** `'random'`: texts of `maxK` symbols, drawn at random. Default `'ladder'`. */
  method?: 'ladder' | 'random' | undefined;
  /** For `'random'`, and for the order of symbols of which nothing is known. Default 0. */
  seed?: number | undefined;
  /** A file that answers are written to and taken from: no run pays twice. */
  journal?: string | undefined;
}

/** The options of `find` for a server. */
export interface HttpFindOptions extends HttpSystemOptions, HttpSearchSettings {
  /** What is to be reached: the text of an answer or of a token, or a value of the field. */
  target?: unknown;
  /** Several, in place of one: each text that is asked counts for all of them. */
  targets?: readonly unknown[] | undefined;
}

/** The options of `flip` for a server. */
export interface HttpFlipOptions
  extends HttpSystemOptions,
    Omit<HttpSearchSettings, 'method' | 'forbidTarget'> {
  /** The value that is to be left. Default: what the server gives to the empty text, each time that it is asked. */
  baseline?: unknown;
  /** The value that it is to become. Default: any other. */
  target?: unknown;
}

/** The options of `verify` for a server. */
export interface HttpVerifyOptions extends HttpSystemOptions {
  /** Requests in all. Default 1000. */
  budget?: number | undefined;
}

const searchNames = ['maxK', 'budget', 'budgetMs', 'seeds', 'seed', 'journal', 'onProgress'];

interface Opened {
  readonly system: HttpSystem;
  readonly asker: Asker;
  readonly setting: HttpSearchSetting;
}

async function opened<Report>(
  options: HttpSystemOptions & HttpSearchSettings,
  names: readonly string[],
  work: (opened: Opened) => Promise<Report>,
): Promise<Report> {
  const { certifyK: _certifyK, ...settings } = readSettings({
    ...searchSettingsOf(options),
    budget: options.budget ?? 1000,
  });
  const { journal, onProgress } = options;
  if (journal !== undefined && (typeof journal !== 'string' || journal === '')) {
    throw expected('the path of a file', 'journal', journal);
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw expected('a function', 'onProgress', onProgress);
  }
  const { budget, budgetMs, method } = settings;
  if (method !== 'ladder' && method !== 'random') {
    throw new GrammaskError('UNSUPPORTED', `method: '${method}' needs logits, which a server does not show`);
  }
  const system = openHttpSystem(options, [...httpSystemOptionNames, ...names]);
  let asker: Asker | undefined;
  try {
    asker = await createAsker(system, { budget, budgetMs: budgetMs ?? Number.POSITIVE_INFINITY, journal });
    return await work({ system, asker, setting: { system: system.setting, ...settings } });
  } finally {
    system.watch.end();
    await asker?.close();
  }
}

function searchSettingsOf(options: HttpSearchSettings): SearchSettings {
  const { maxK, budgetMs, seeds, forbidTarget, method, seed } = options;
  return { maxK, budgetMs, seeds, forbidTarget, method, seed };
}

async function search(
  { system, asker, setting }: Opened,
  goals: readonly Goal[],
  onProgress: HttpSearchSettings['onProgress'],
): Promise<{ result: HttpSearchResult; report: HttpSearchReport }> {
  const found = createHttpSearch(system, asker, { goals, ...setting, onProgress });
  const result = await (setting.method === 'random' ? found.random() : found.ladder());
  const { evaluations, excluded, complete } = result;
  return {
    result,
    report: { format: 1, setting, evaluations, excluded, readInFull: complete, server: asker.report() },
  };
}

/**
 * Looks for a text that makes a server give a target.
 *
 * @throws GrammaskError `ARGUMENT`, `UNSUPPORTED`, `ABORTED`; `ENGINE` where the server gives no answers
 */
export function findAtServer(options: HttpFindOptions): Promise<HttpFindReport> {
  return opened(options, [...searchNames, 'method', 'forbidTarget', 'target', 'targets'], async (all) => {
    const { target, targets } = options;
    if ((target === undefined) === (targets === undefined)) {
      throw new GrammaskError('ARGUMENT', 'expected either `target` or `targets`');
    }
    const list = targets ?? [target];
    if (!Array.isArray(list) || list.length === 0)
      throw expected('a list, with at least one,', 'targets', targets);
    const outcomes = [...new Set(list.map((each) => all.system.outcomeOf(each)))];
    const goals = outcomes.map((outcome): Goal => ({ kind: 'reach', outcome }));
    const { result, report } = await search(all, goals, options.onProgress);
    return {
      ...{ kind: 'http-find', ...report },
      targets: outcomes.map((outcome, goal) =>
        foundTarget(outcome, goal, result, report.server, report.setting),
      ),
    };
  });
}

/**
 * Looks for the shortest text that changes the answer of a server.
 *
 * @throws GrammaskError as `findAtServer`; `ENGINE` where the server gives the empty text now this answer, now that one,
 *   `ARGUMENT` where the budget does not do for asking that
 */
export function flipAtServer(options: HttpFlipOptions): Promise<HttpFlipReport> {
  return opened(options, [...searchNames, 'baseline', 'target'], async (all) => {
    const { system, asker } = all;
    const asked = options.baseline === undefined ? await steadyBaseline(system, asker) : null;
    const baseline = asked?.outcome ?? system.outcomeOf(options.baseline);
    const target = options.target === undefined ? null : system.outcomeOf(options.target);
    const goal: Goal =
      target === null ? { kind: 'leave', outcome: baseline } : { kind: 'reach', outcome: target };
    const { result, report } = await search(all, [goal], options.onProgress);
    const hit = result.hits.get(0);
    const unsteady = result.unsteady.get(0);
    const label = hit === undefined ? labelOfNone(result, report.server, 'ladder').label : 'exact-reachable';
    return {
      ...{ kind: 'http-flip', ...report, baseline, baselineReplays: asked?.replays ?? null, target },
      outcome: hit?.outcome ?? null,
      ...(hit === undefined ? {} : { value: valueOfOutcome(hit.outcome) }),
      ...{ label, k: hit?.length ?? report.setting.maxK, least: leastOf(hit) },
      witness: hit === undefined ? null : witnessOf(hit),
      unsteady: unsteady === undefined ? null : { ...witnessOf(unsteady), outcome: unsteady.outcome },
      method: hit?.method ?? null,
    };
  });
}

async function steadyBaseline(
  { target, reading }: HttpSystem,
  asker: Asker,
): Promise<{ outcome: Outcome; replays: { agreed: number; of: number } }> {
  const replies = (await asker.again('', target.replays)).filter((each): each is Reply => each !== null);
  const outcome = replies[0]?.outcome;
  if (replies.length < target.replays) {
    const how = `the empty text is asked ${target.replays} times at first, and ${replies.length} were answered`;
    const { lastFailure } = asker.report();
    throw lastFailure === null
      ? new GrammaskError('ARGUMENT', `${how} before \`budget\` or \`budgetMs\` ran out`, {
          hint: 'raise it, ask with fewer `replays`, or name the `baseline`',
        })
      : new GrammaskError('ENGINE', `${how}: ${lastFailure}`, {
          hint: 'name the `baseline`, or raise `retries` or the budget',
        });
  }
  const agreed = replies.filter((each) => each.outcome === outcome).length;
  if (outcome === undefined || agreed < target.replays) {
    throw new GrammaskError(
      'ENGINE',
      `the answer to the empty text is not steady: ${agreed} of ${target.replays} askings gave the same`,
      { hint: 'name the `baseline`, or ask a server that does not sample' },
    );
  }
  if (outcome !== UNDECIDED && !(outcome === ABSENT && reading.kind === 'field')) {
    return { outcome, replays: { agreed, of: target.replays } };
  }
  throw new GrammaskError('ARGUMENT', `the answer to the empty text has no such field: it is ${outcome}`, {
    hint: 'raise `maxTokens`, ask for JSON with responseFormat, or name the `baseline`',
  });
}

/**
 * Asks a server every witness of a report again, as often as its target says.
 *
 * @throws GrammaskError `ARGUMENT` for what is no report of a server; and as `findAtServer`
 */
export async function verifyAtServer(
  report: HttpFindReport | HttpFlipReport,
  options: HttpVerifyOptions,
): Promise<HttpVerifyReport> {
  checkOptions(options, [...httpSystemOptionNames, 'budget']);
  const claims = claimsOf(report);
  return opened(options, ['budget'], async ({ system, asker }) => {
    const { replays: times } = system.target;
    const witnesses = [];
    for (const { text, outcome } of claims) {
      const replies = await asker.again(text, times);
      const answered = replies.filter((each): each is Reply => each !== null);
      const agreed = answered.filter((each) => each.outcome === outcome).length;
      // Of answers that differ, one that is another one.
      const other = answered.find((each) => each.outcome !== outcome)?.outcome;
      const found = other ?? (answered.length === 0 ? UNDECIDED : outcome);
      const replays = { agreed, of: answered.length };
      witnesses.push({ text, expected: outcome, found, holds: agreed === times, replays });
    }
    const before = Object(report.setting.system) as Record<string, unknown>;
    const differences = Object.entries(system.setting)
      .filter(([name, value]) => JSON.stringify(value) !== JSON.stringify(before[name]))
      .map(([name]) => name);
    return {
      ...{ kind: 'verify', format: 1, holds: witnesses.every(({ holds }) => holds), differences },
      ...{ witnesses, server: asker.report() },
    };
  });
}

interface Claim {
  readonly text: string;
  readonly outcome: Outcome;
}

function claimsOf(report: HttpFindReport | HttpFlipReport): Claim[] {
  const wrong = expected('a report of a server', 'report', report);
  if (typeof report !== 'object' || report === null || typeof report.setting !== 'object') throw wrong;
  const claims =
    report.kind === 'http-flip'
      ? [{ text: report.witness?.text, outcome: report.outcome }]
      : report.kind === 'http-find' && Array.isArray(report.targets)
        ? report.targets.map(({ witness, target }) => ({ text: witness?.text, outcome: target }))
        : undefined;
  if (claims === undefined) throw wrong;
  return claims.flatMap(({ text, outcome }): Claim[] => {
    if (text === undefined) return [];
    if (typeof text !== 'string' || typeof outcome !== 'string') throw wrong;
    return [{ text, outcome }];
  });
}
