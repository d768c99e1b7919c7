// Other ways to search, by their names, to compare with.
import { createRandom } from '../generate/random.js';
import type { Search } from './search.js';

/**
 * The greedy search of "What's the Magic Word?" (Bhargava and others, 2023), as their program does it: of all symbols, the one is
 * put first with which the target is most probable, and only that one is looked at for a hit; then again, before it.
 * The search must have been made with `byProbability`, and has a single goal.
 */
export async function upstreamGreedy(search: Search, maxK: number): Promise<void> {
  const symbols = search.system.control.symbols.length;
  let best: readonly number[] = [];
  await search.read([best], 'upstream-greedy');
  for (let k = 1; k <= maxK && search.open().length > 0; k++) {
    const longer = Array.from({ length: symbols }, (_, symbol) => [symbol, ...best]);
    const { scored, isWhole } = await search.read(longer, 'upstream-greedy', { looks: false });
    if (!isWhole || scored.length === 0) return;
    let most = Number.NEGATIVE_INFINITY;
    for (const { sequence, scores } of scored) {
      if ((scores[0] as number) <= most) continue;
      most = scores[0] as number;
      best = sequence;
    }
    await search.confirm(best, 'upstream-greedy');
  }
}

// Draws for each prompt that may be read: in a language that has few texts of a length most draws are none of them.
const drawsPerPrompt = 256;

/** Sequences of k symbols, each as probable as any other. It gives up where hardly any is in the control's language. */
export async function randomSearch(search: Search, k: number, seed: number): Promise<void> {
  const symbols = search.system.control.symbols.length;
  const random = createRandom(seed);
  const most = drawsPerPrompt * search.left;
  for (let drawn = 0; drawn < most && search.left > 0 && search.open().length > 0; ) {
    const count = Math.min(512, search.left);
    const batch = Array.from({ length: count }, () =>
      Array.from({ length: k }, () => Math.floor(random() * symbols)),
    );
    drawn += count;
    const before = search.counts.enumerated;
    await search.read(batch, 'random');
    if (search.counts.enumerated === before) return;
  }
}
