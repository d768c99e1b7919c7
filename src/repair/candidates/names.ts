import { editDistance } from '../../frontends/rules/nearest-name.js';
import type { CompletionEngine } from '../engines/completion-engine.js';
import type { Hole } from '../holes.js';
import { type Edit, edit } from './edit.js';
import type { NameSite } from './name-sites.js';

/** Who knows which names fit at a place. */
export type NameSource = Pick<CompletionEngine, 'complete'>;

/** The changes of one name, the nearest first. */
export interface NamePlace {
  /** The name that stands there is none of those that fit. */
  readonly isWrong: boolean;
  readonly edits: readonly Edit[];
}

/**
 * Asks for the names that fit in each place.
 *
 * @param most changes a place at most
 */
export async function* nameChanges(
  sites: readonly NameSite[],
  hole: Hole,
  names: NameSource,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<NamePlace> {
  const known = new Set(hole.content.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu) ?? []);
  for (const site of sites) {
    const { slot, start, lead } = site;
    const text = hole.content.slice(0, start) + lead + hole.content.slice(start);
    const answer = await names.complete({ slot, file: hole.file, text, offset: start + lead.length, signal });
    if (signal.aborted) return;
    if (answer === null) continue;
    const sorted = nearest(site.name, answer.names, known).slice(0, most);
    const isWrong = site.name !== '' && answer.complete && !answer.names.includes(site.name);
    const edits = sorted.map((name) => ({
      ...edit(site.kind, start, site.end, lead + name),
      distance: isWrong ? spellingDistance(site.name, name) : undefined,
    }));
    yield { isWrong, edits };
  }
}

/**
 * How far apart two spellings are, as TypeScript counts it for "Did you mean …": letters in another case are a tenth of a change, and names
 * with more changes than two fifths of the letters are no spellings of each other (undefined).
 */
export function spellingDistance(name: string, other: string): number | undefined {
  if (name.length > 64 || Math.abs(name.length - other.length) > Math.max(2, Math.floor(name.length * 0.34)))
    return undefined;
  const folded = editDistance(name.toLowerCase(), other.toLowerCase());
  const cases = editDistance(name, other) - folded;
  const distance = folded + cases / 10;
  return distance <= Math.floor(name.length * 0.4) + 0.9 ? distance : undefined;
}

/** Names by how little they differ; those that the file uses already are likelier. */
function nearest(name: string, names: readonly string[], known: ReadonlySet<string>): string[] {
  const cost = (other: string): number => {
    const distance = name === '' ? 0 : editDistance(name.slice(0, 64), other.slice(0, 64));
    return distance - (known.has(other) ? 3 : 0);
  };
  return [...new Set(names)]
    .filter((other) => other !== name)
    .map((other) => ({ other, cost: cost(other) }))
    .sort((a, b) => a.cost - b.cost || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other);
}
