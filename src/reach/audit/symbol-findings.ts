import type { Control } from '../control.js';
import { enumeration } from '../enumeration.js';
import type { Outcome } from '../outcome.js';
import type { ScoreTable } from '../score-table.js';
import type { SymbolFinding } from './audit-report.js';

// So many are told.
const MOST_SYMBOLS = 20;
// Scores of a full reading that are kept at most.
const MOST_SCORES = 4_000_000;

/** Whether the scores of a full reading are few enough to be kept. */
export function keepsScores(texts: number, targets: number): boolean {
  return targets > 0 && texts * targets <= MOST_SCORES;
}

/**
 * Of each symbol how near the texts that have it come to a change of the field: the score of the baseline, turned round. The nearest
 * first.
 */
export function symbolFindings(
  control: Control,
  k: number,
  baseline: Outcome,
  { targets, texts, scores }: ScoreTable,
): SymbolFinding[] {
  const all = enumeration(control.symbols.length, k);
  const column = targets.indexOf(baseline);
  if (all === undefined || column < 0) return [];
  const found = new Map<number, { texts: number; flips: number; nearest: number }>();
  for (const [row, text] of texts.entries()) {
    const distance = -(scores[row * targets.length + column] as number);
    // The answer never came to a choice about it.
    if (!Number.isFinite(distance)) continue;
    for (const symbol of new Set(all.at(text))) {
      const known = found.get(symbol) ?? { texts: 0, flips: 0, nearest: Number.NEGATIVE_INFINITY };
      known.texts++;
      if (distance > 0) known.flips++;
      known.nearest = Math.max(known.nearest, distance);
      found.set(symbol, known);
    }
  }
  return [...found]
    .sort(([a, left], [b, right]) => right.nearest - left.nearest || a - b)
    .slice(0, MOST_SYMBOLS)
    .map(([symbol, { nearest, ...rest }]) => ({
      symbol: Buffer.from(control.symbols[symbol] as Uint8Array).toString(),
      ...rest,
      nearest: Number(nearest.toPrecision(6)),
    }));
}
