import { checkOptions } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';
import { type CandidateCounts, createCandidateMaker } from './candidates.js';
import {
  type FullSettings,
  type LeastLength,
  leastLength,
  openSteps,
  readSettings,
  run,
  type SearchSetting,
  type SearchSettings,
  searchOptionNames,
  unreachable,
} from './find.js';
import type { Witness } from './findings.js';
import { settingOf } from './fingerprint.js';
import type { NumericReport } from './judge.js';
import type { ReachLabel } from './labels.js';
import { type Outcome, UNDECIDED, valueOfOutcome } from './outcome.js';
import type { Goal } from './search.js';
import { openSystem, type SystemOptions } from './system.js';

/** The options of `flip`. */
export interface FlipOptions extends SystemOptions, Omit<SearchSettings, 'method' | 'seed' | 'gcg'> {
  /** The value that is to be left. Default: what the model gives to the empty text. */
  baseline?: unknown;
  /** The value that it is to become. Default: any other. */
  target?: unknown;
}

/** How many symbols it takes to change an answer. */
export interface FlipReport {
  readonly kind: 'flip';
  readonly format: 1;
  readonly setting: Omit<SearchSetting, 'method' | 'seed' | 'gcg'>;
  readonly baseline: Outcome;
  /** null: any other value. */
  readonly target: Outcome | null;
  /** What the answer became; null: no flip was found. */
  readonly outcome: Outcome | null;
  readonly value?: unknown;
  /** Of the flip: `exact-reachable`, or what is known of texts of at most `k` symbols. */
  readonly label: ReachLabel;
  readonly k: number | null;
  /** The least number of symbols: at least `lower`, at most `upper`. */
  readonly least: LeastLength;
  readonly witness: Witness | null;
  readonly evaluations: number;
  readonly method: string | null;
  readonly counts: CandidateCounts;
  readonly numeric: NumericReport;
  readonly contradicted: number;
}

/**
 * Looks for the shortest text that changes the answer. The least number of symbols lies in `least`: below `lower` every text was
 * read, and none changes it; `upper` is a text that does.
 *
 * @throws GrammaskError `ARGUMENT` where the answer to the empty text is not known; and as `find`
 */
export async function flip(options: FlipOptions): Promise<FlipReport> {
  checkOptions(options, [
    ...searchOptionNames.filter((name) => !['method', 'seed', 'gcg'].includes(name)),
    ...['baseline', 'target'],
  ]);
  const full: FullSettings = readSettings(options);
  const system = await openSystem(options);
  try {
    const maker = await createCandidateMaker(system);
    const baseline =
      options.baseline === undefined ? await system.replay('', []) : system.outcomeOf(options.baseline);
    if (baseline === UNDECIDED) {
      throw new GrammaskError(
        'ARGUMENT',
        'the answer to the empty text does not come to the field within maxTokens',
        {
          hint: 'raise `maxTokens`, or name the `baseline`',
        },
      );
    }
    const target = options.target === undefined ? null : system.outcomeOf(options.target);
    const goal: Goal =
      target === null ? { kind: 'leave', outcome: baseline } : { kind: 'reach', outcome: target };
    const isOut = target !== null && system.isMaskedOut(target);
    const whole = { system: await settingOf(system), ...full };
    const journal = await openSteps('flip', options, whole, [baseline, target]);
    const goals = isOut ? [] : [goal];
    const { onProgress } = options;
    const { search, complete } = await run({ system, maker, goals, settings: full, journal, onProgress });
    const hit = search.hits.get(0);
    const { method: _method, seed: _seed, ...setting } = whole;
    const label: ReachLabel =
      hit !== undefined
        ? 'exact-reachable'
        : isOut
          ? 'masked-out'
          : complete >= full.maxK
            ? 'certified-unreachable'
            : 'searched-unreached';
    return {
      ...{ kind: 'flip', format: 1, setting },
      ...{ baseline, target, outcome: hit?.outcome ?? null, label },
      ...(hit === undefined ? {} : { value: valueOfOutcome(hit.outcome) }),
      k: isOut ? null : (hit?.witness.length ?? full.maxK),
      least: isOut ? unreachable : leastLength(hit, complete),
      witness: hit?.witness ?? null,
      evaluations: search.evaluations,
      method: hit?.method ?? null,
      ...{ counts: search.counts, numeric: search.numeric, contradicted: search.contradicted },
    };
  } finally {
    system.close();
  }
}
