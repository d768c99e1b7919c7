import { endianness } from 'node:os';
import type { Enumeration } from './enumeration.js';
import type { Judged } from './judge.js';
import type { Outcome } from './outcome.js';

/** How near each text comes to each target. */
export interface ScoreTable {
  readonly targets: readonly Outcome[];
  /** The numbers of the texts, in ascending order: 0 is the empty one, then all that begin with the first symbol, and so on. */
  readonly texts: readonly number[];
  /**
   * A row for each text, a column for each target: how far the best token towards the target lies above the best one away from
   * it, in logits; above 0 where the text gives it. −∞ where the answer never came to the choice.
   */
  readonly scores: Float32Array;
}

/** Rows of the table, as they stand in a journal. */
export interface ScoreRows {
  readonly texts: readonly number[];
  /** float32, little-endian, base64. */
  readonly scores: string;
}

export function createScoreTable(all: Enumeration, judged: readonly Judged[]): ScoreRows {
  const width = judged[0]?.scores.length ?? 0;
  const bytes = Buffer.alloc(4 * width * judged.length);
  for (const [row, { scores }] of judged.entries()) {
    for (const [column, score] of scores.entries()) bytes.writeFloatLE(score, 4 * (row * width + column));
  }
  return {
    texts: judged.map(({ candidate }) => all.indexOf(candidate.sequence)),
    scores: bytes.toString('base64'),
  };
}

/** All rows, in the order of the chunks. */
export function readScoreTable(targets: readonly Outcome[], parts: readonly ScoreRows[]): ScoreTable {
  const bytes = Buffer.concat(parts.map(({ scores }) => Buffer.from(scores, 'base64')));
  if (endianness() === 'BE') bytes.swap32();
  const scores = new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
  return { targets, texts: parts.flatMap(({ texts }) => texts), scores };
}
