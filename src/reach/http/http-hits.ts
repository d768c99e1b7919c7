// Texts that gave what was wanted: each is asked again, and is a hit if all askings agree.
import { copyMarkOf, isCopy } from '../candidates.js';
import { type Outcome, UNDECIDED, valueOfOutcome } from '../outcome.js';
import type { Goal } from '../search.js';
import type { Asker, Reply } from './asker.js';

/** A text that gave what a goal wants. */
export interface HttpHit {
  readonly text: string;
  /** Symbols. */
  readonly length: number;
  readonly outcome: Outcome;
  readonly copiesTarget: boolean;
  /** How many of the later askings agreed. */
  readonly replays: { readonly agreed: number; readonly of: number };
  /** Texts that had been asked. */
  readonly evaluations: number;
  readonly method: string;
}

export interface HttpHits {
  /** Of each goal the shortest text of which all later askings agreed. */
  readonly steady: ReadonlyMap<number, HttpHit>;
  /** The text of a goal that gave it most often, if not each time. */
  readonly unsteady: ReadonlyMap<number, HttpHit>;
  /** The goals without a hit of at most so many symbols. */
  open(length: number): number[];
  /** Asks a text again where a goal wants what it gave, and has no hit that is as short. */
  look(found: Pick<HttpHit, 'text' | 'length' | 'evaluations' | 'method'>, reply: Reply): Promise<void>;
}

export interface HttpHitsOptions {
  readonly goals: readonly Goal[];
  /** Texts that have the goal in them are no hits. */
  readonly forbidTarget: boolean;
  readonly replays: number;
}

export function createHttpHits(asker: Asker, { goals, forbidTarget, replays }: HttpHitsOptions): HttpHits {
  const steady = new Map<number, HttpHit>();
  const unsteady = new Map<number, HttpHit>();
  const marks = goals.map(({ kind, outcome }) =>
    kind === 'reach' ? copyMarkOf(valueOfOutcome(outcome)) : undefined,
  );
  const reaches = ({ kind, outcome }: Goal, found: Outcome): boolean =>
    found !== UNDECIDED && (kind === 'reach' ? found === outcome : found !== outcome);

  return {
    steady,
    unsteady,
    open: (length) =>
      goals.flatMap((_, goal) =>
        (steady.get(goal)?.length ?? Number.POSITIVE_INFINITY) > length ? [goal] : [],
      ),
    async look(found, { outcome }) {
      const wanted = goals.flatMap((goal, index) => {
        const known = steady.get(index);
        if (!reaches(goal, outcome) || (known !== undefined && known.length <= found.length)) return [];
        const copies = isCopy(found.text, marks[index] ?? copyMarkOf(valueOfOutcome(outcome)));
        return forbidTarget && copies ? [] : [{ index, copies }];
      });
      if (wanted.length === 0) return;
      const later = await asker.again(found.text, replays);
      // Fewer than it should be where the budget has ended.
      const of = later.filter((each) => each !== null).length;
      const agreed = later.filter((each) => each?.outcome === outcome).length;
      for (const { index, copies } of wanted) {
        const hit: HttpHit = { ...found, outcome, copiesTarget: copies, replays: { agreed, of } };
        if (agreed === replays) steady.set(index, hit);
        else if (agreed > (unsteady.get(index)?.replays.agreed ?? -1)) unsteady.set(index, hit);
      }
    },
  };
}
