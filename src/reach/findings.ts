// What many texts gave, in a form that can be added up in any order and written down.
import { type CandidateCounts, copyMark, isCopy } from './candidates.js';
import type { Judged } from './judge.js';
import type { Outcome } from './outcome.js';
import type { System } from './system.js';

/** A text that gives an outcome. */
export interface Witness {
  readonly text: string;
  /** Symbols. */
  readonly length: number;
  /** The token ids, where the symbols are tokens. */
  readonly tokens?: readonly number[] | undefined;
  /** The distance by which the answer was decided where it was closest, in logits. */
  readonly margin: number | null;
  /** Whether the text has what it gives in it. */
  readonly copiesTarget: boolean;
}

/** The texts of one length that give an outcome. */
export interface LengthFinding {
  texts: number;
  /** Of those, the ones that do not have the outcome in them. */
  plainTexts: number;
  /** The one that is decided most clearly. */
  witness: Witness;
  /** Of those that do not have the outcome in them. */
  plainWitness: Witness | null;
}

/** By outcome and by length. */
export type Findings = Map<Outcome, Map<number, LengthFinding>>;

/** The same as JSON: outcome, then pairs of length and finding. */
export type FindingsJson = readonly (readonly [Outcome, readonly (readonly [number, LengthFinding])[]])[];

/** Adds what a text gave. */
export function addFinding(findings: Findings, system: System, { candidate, outcome, margin }: Judged): void {
  const { control } = system;
  const { text, sequence } = candidate;
  const length = sequence.length;
  const witness: Witness = {
    text,
    length,
    ...(control.unit === 'token' ? { tokens: sequence.map((symbol) => control.ids[symbol] as number) } : {}),
    margin: Number.isFinite(margin) ? margin : null,
    copiesTarget: isCopy(text, copyMark(outcome, system)),
  };
  const plain = !witness.copiesTarget;
  merge(findings, outcome, length, {
    texts: 1,
    plainTexts: plain ? 1 : 0,
    witness,
    plainWitness: plain ? witness : null,
  });
}

export function addFindings(to: Findings, more: FindingsJson): void {
  for (const [outcome, lengths] of more)
    for (const [length, found] of lengths) merge(to, outcome, length, found);
}

function merge(to: Findings, outcome: Outcome, length: number, more: LengthFinding): void {
  const lengths = to.get(outcome) ?? new Map<number, LengthFinding>();
  to.set(outcome, lengths);
  const found = lengths.get(length);
  lengths.set(
    length,
    found === undefined
      ? { ...more }
      : {
          texts: found.texts + more.texts,
          plainTexts: found.plainTexts + more.plainTexts,
          witness: better(found.witness, more.witness) as Witness,
          plainWitness: better(found.plainWitness, more.plainWitness),
        },
  );
}

/** The one that is decided more clearly; of equals the first in the order of texts, so that no order of work shows. */
function better(a: Witness | null, b: Witness | null): Witness | null {
  if (a === null || b === null) return a ?? b;
  const marginA = a.margin ?? Number.POSITIVE_INFINITY;
  const marginB = b.margin ?? Number.POSITIVE_INFINITY;
  if (marginA !== marginB) return marginA > marginB ? a : b;
  return a.text <= b.text ? a : b;
}

export function findingsJson(findings: Findings): FindingsJson {
  const byName = [...findings].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
  return byName.map(([outcome, lengths]) => [outcome, [...lengths].sort(([a], [b]) => a - b)]);
}

/** The counts of a part, and what it found. */
export interface PartResult {
  readonly counts: CandidateCounts;
  readonly findings: FindingsJson;
}
