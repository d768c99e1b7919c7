// Which bugs a run takes.
import { createRandom } from '../../src/generate/random.js';
import type { Bug } from './data.js';

/** The order of bugs is drawn with this, so that a run of fewer is part of a run of more. */
const SEED = 7;

/**
 * Bugs by category or by their ids (`all`, `static`, `semantic`, or ids with commas between), the first `count` of an order that is
 * always the same. Undefined where an id is none.
 */
export function chooseBugs(bugs: readonly Bug[], which: string, count?: number): Bug[] | undefined {
  let chosen = [...bugs];
  if (which === 'static' || which === 'semantic') chosen = bugs.filter(({ category }) => category === which);
  else if (which !== 'all') {
    const ids = new Set(which.split(',').map((id) => id.trim()));
    chosen = bugs.filter(({ id }) => ids.has(id));
    if (chosen.length !== ids.size) return undefined;
  }
  const random = createRandom(SEED);
  const order = new Map(bugs.map(({ id }) => [id, random()]));
  const place = ({ id }: Bug): number => order.get(id) ?? 0;
  return chosen.sort((a, b) => place(a) - place(b)).slice(0, count);
}
