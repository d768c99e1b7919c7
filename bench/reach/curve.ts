// What share of next tokens can at most k tokens before a text reach? The curve of a model beside those of the paper.

import type { Model } from '../../src/index.js';
import { type FoundTarget, find } from '../../src/reach/find.js';
import { wilsonInterval } from '../../src/reach/labels.js';
import { startProgress } from '../progress.js';
import { openJournal } from '../repair/journal.js';
import { type State, statesOf, textsOf } from './curve-cases.js';
import type { Published } from './published.js';

export interface CurveOptions {
  readonly model: Model;
  readonly name: string;
  readonly isEmbedded: boolean;
  readonly states: number;
  readonly likely: number;
  readonly maxK: number;
  /** Prompts a state; its targets share them. */
  readonly budget: number;
  /** To go on from. */
  readonly journal: string;
  readonly seed: number;
  /** Only what the journal has. */
  readonly soFar: boolean;
}

interface Case {
  readonly key: string;
  readonly set: 'next' | 'likely';
  readonly length: number | null;
  readonly lower: number | null;
  readonly copies: boolean;
  readonly method: string | null;
}

interface Done {
  readonly key: string;
  readonly cases: readonly Case[];
  readonly evaluations: number;
  readonly contradicted: number;
  readonly seconds: number;
}

/** A curve, and what it cost. */
export interface CurveResult extends Published {
  readonly evaluations: number;
  readonly mostEvaluations: number;
  readonly seconds: number;
  /** Of the pairs that were reached with at least one token, those whose text has the target in it. */
  readonly copies: number;
  /** Wilson's interval at 95 %, by k. */
  readonly bands: readonly { readonly lower: number; readonly upper: number }[];
  /** Pairs of which it is known whether at most one token does it. */
  readonly exactAtOne: number;
  readonly contradicted: number;
}

/** Searches for each state, or goes on from the journal; the result has a curve for each set of targets. */
export async function runCurve(options: CurveOptions): Promise<CurveResult[]> {
  const { model, name, maxK, budget, states: count, likely, seed } = options;
  const { dtype } = model.info;
  const setting = { name, dtype, count, likely, maxK, budget, seed };
  const journal = openJournal<Done>(options.journal, setting);
  const states = options.soFar
    ? []
    : await statesOf(model, textsOf(options.isEmbedded), { states: count, likely, seed });
  const progress = startProgress(Math.max(0, states.length - journal.entries.size));
  for (const state of states) {
    if (journal.has(state.id)) continue;
    journal.add(await search(state, options));
    progress.done(name);
  }
  progress.end();
  const done = [...journal.entries.values()];
  return (['next', 'likely'] as const).flatMap((set) => {
    const cases = done.flatMap((each) => each.cases).filter((each) => each.set === set);
    if (cases.length === 0) return [];
    const reached = (k: number): number =>
      cases.filter(({ length }) => length !== null && length <= k).length;
    const lengths = Array.from({ length: maxK + 1 }, (_, k) => k);
    return [
      {
        name: `${name}, ${set === 'next' ? 'next token' : 'likeliest 75'}`,
        pairs: cases.length,
        shares: lengths.map((k) => reached(k) / cases.length),
        bands: lengths.map((k) => wilsonInterval(reached(k), cases.length)),
        evaluations: done.reduce((sum, each) => sum + each.evaluations, 0),
        mostEvaluations: Math.max(...done.map((each) => each.evaluations)),
        seconds: done.reduce((sum, each) => sum + each.seconds, 0),
        copies: cases.filter(({ copies, length }) => copies && length !== 0).length,
        exactAtOne: cases.filter(({ lower, length }) => (lower ?? 0) >= 2 || (length ?? 9) <= 1).length,
        contradicted: done.reduce((sum, each) => sum + each.contradicted, 0),
      },
    ];
  });
}

async function search({ id, text, targets }: State, { model, maxK, budget }: CurveOptions): Promise<Done> {
  const started = performance.now();
  const report = await find({
    ...{ model, template: text, placement: 'before', maxK, budget },
    // As the paper's prompts are: tokens, whether or not a text gives them.
    control: { tokens: 'all', identity: 'ids', printable: false },
    targets: targets.map(({ token }) => token),
    batch: 32,
  });
  const byTarget = new Map(report.targets.map((each) => [each.target, each]));
  return {
    key: id,
    cases: targets.map(({ token, set }): Case => {
      const { witness, least, method } = byTarget.get(String(token)) as FoundTarget;
      const length = witness?.length ?? null;
      return {
        key: `${id}/${token}`,
        set,
        length,
        lower: least.lower,
        copies: witness?.copiesTarget === true,
        method,
      };
    }),
    evaluations: report.evaluations,
    contradicted: report.contradicted,
    seconds: (performance.now() - started) / 1000,
  };
}
