import type { TypeScriptApi } from '../frontends/typescript/load-typescript.js';
import type { NameSource } from './candidates/names.js';
import { orderedCandidates, type Score } from './candidates/ordered-candidates.js';
import type { Hole } from './holes.js';
import type { Patch } from './patch.js';
import type { Validator } from './validate/validator.js';

/** What is asked of whoever proposes patches. */
export interface ProposeRequest {
  readonly hole: Hole;
  /** Good patches after which it ends: plausible ones where tests are asked, else those that compile. */
  readonly limit: number;
  readonly budgetMs: number;
  /** Whether the test command is asked, where there is one. */
  readonly test: boolean;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Proposes patches for a hole, each with its verdict, as they are found. Those that are no good are among them. The places
 * where patches are asked for take any function of this type.
 */
export type ProposePatches = (request: ProposeRequest) => AsyncIterable<Patch>;

export interface RankedOptions {
  readonly validator: Validator;
  /** Whether the validator has a test command. */
  readonly hasTests: boolean;
  readonly names?: NameSource | undefined;
  /** What the candidates are ordered by. Default: none, a fixed order. */
  readonly score?: Score | undefined;
  /** Candidates of a hole at most. Default 400. */
  readonly candidates?: number | undefined;
  readonly typescript?: TypeScriptApi | undefined;
}

/** Proposes ranked candidates: texts one change away from the old one, checked one by one. */
export function proposeRanked(options: RankedOptions): ProposePatches {
  const { validator, hasTests, names, score, candidates: limit, typescript } = options;
  return async function* propose({ hole, limit: wanted, budgetMs, test, signal: outer }) {
    const budget = AbortSignal.timeout(Math.ceil(budgetMs));
    const signal = outer === undefined ? budget : AbortSignal.any([outer, budget]);
    const ordered = orderedCandidates(hole, score, { names, limit, signal, typescript });
    let good = 0;
    let refresh = true;
    for await (const { candidate, logprob } of ordered) {
      if (good >= wanted || signal.aborted) return;
      const origin = { kind: 'ranked', detail: candidate.kind } as const;
      const patch = await validator.validate(
        hole,
        candidate.text,
        { origin, logprob },
        { signal, test, refresh },
      );
      refresh = false;
      // Cut off by the budget: that says nothing of the patch.
      if (patch.status === 'unknown' && signal.aborted) return;
      if (patch.status === (test && hasTests ? 'plausible' : 'compiles')) good += 1;
      yield patch;
    }
  };
}
