import type { Search } from './search.js';

/**
 * Leaves out symbols of what was found, as long as it still does it.
 *
 * @param complete every text of at most so many symbols was read: shorter ones are not tried again
 */
export async function shorten(search: Search, complete: number): Promise<void> {
  for (const [goal] of search.goals.entries()) {
    for (;;) {
      const { sequence } = search.hits.get(goal) ?? { sequence: [] };
      if (sequence.length - 1 <= complete || search.left === 0) break;
      const without = sequence.map((_, place) => [...sequence.slice(0, place), ...sequence.slice(place + 1)]);
      await search.improve(goal, without, 'shorten');
      if (search.hits.get(goal)?.sequence === sequence) break;
    }
  }
}
