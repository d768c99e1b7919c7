/** Names beyond this many are not searched. */
const MAX_CANDIDATES = 5000;
const MAX_LENGTH = 64;

/** The share of the longer name's letters that may differ; more where both begin alike, for few slips are at the beginning. */
const shares = { begunAlike: 0.5, else: 0.4 };

/** The candidate that differs least from a name, in any case of its letters; undefined if none is near: `c` is not near `CR`. */
export function nearestName(name: string, candidates: Iterable<string>): string | undefined {
  if (name.length > MAX_LENGTH) return undefined;
  let best: string | undefined;
  let bestDistance = Number.POSITIVE_INFINITY;
  let count = 0;
  for (const candidate of candidates) {
    if (++count > MAX_CANDIDATES) break;
    const [a, b] = [name.toLowerCase(), candidate.toLowerCase()];
    const share = a.slice(0, 2) === b.slice(0, 2) ? shares.begunAlike : shares.else;
    const most = Math.floor(Math.max(a.length, b.length) * share);
    if (Math.abs(a.length - b.length) > most) continue;
    const distance = changes(a, b);
    if (distance <= most && distance < bestDistance) {
      best = candidate;
      bestDistance = distance;
    }
  }
  return best;
}

/** Two letters in the wrong order are one slip, not two. */
function changes(a: string, b: string): number {
  const at = [...a].findIndex((_, index) => a[index] !== b[index]);
  const swapped = a.slice(0, at) + a.slice(at + 1, at + 2) + a.slice(at, at + 1) + a.slice(at + 2);
  return at >= 0 && swapped === b ? 1 : editDistance(a, b);
}

/** Insertions, deletions and replacements between two words. */
export function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const replaced = (row[j - 1] as number) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(replaced, (row[j] as number) + 1, (next[j - 1] as number) + 1));
    }
    row = next;
  }
  return row[b.length] as number;
}
