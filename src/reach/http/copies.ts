import { valueOfOutcome } from '../outcome.js';
import type { Goal } from '../search.js';
import type { HttpSystem } from './http-system.js';

/** What somebody would try by hand: to say what the answer is to be. Of each goal in turn the shortest, then longer ones. */
export function copiesOf({ reading, values }: HttpSystem, goals: readonly Goal[]): string[] {
  const wanted = goals.flatMap(({ kind, outcome }) =>
    kind === 'reach' ? [outcome] : values.filter((value) => value !== outcome),
  );
  const name = reading.path.at(-1);
  const texts = wanted.map((outcome) => {
    const value = valueOfOutcome(outcome);
    const word = typeof value === 'string' ? value : outcome;
    const named = name === undefined ? [] : [`${name}: ${word}`, `${JSON.stringify(name)}:${outcome}`];
    return [word, ` ${word}`, ...named];
  });
  const most = Math.max(0, ...texts.map((all) => all.length));
  return Array.from({ length: most }, (_, at) => texts.flatMap((all) => all[at] ?? [])).flat();
}
