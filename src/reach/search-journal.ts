// A search that goes on where it ended: what the model said in each of its steps is in a journal. A search depends on nothing else, so
// that it goes the same way again without asking the model, and then on.
import { createHash } from 'node:crypto';
import { GrammaskError } from '../errors.js';
import type { Candidate } from './candidates.js';
import { type JournalEntry, openJournal } from './journal.js';
import type { Judge, Judged, NumericReport } from './judge.js';

interface StepEntry extends JournalEntry {
  /** Which texts were asked about. */
  readonly asked: string;
  readonly outcomes: readonly string[];
  /** float64 and float32, little-endian, base64: Infinity is a margin too. */
  readonly margins: string;
  readonly scores: string;
  readonly logProbabilities: string | null;
  /** Of all steps so far. */
  readonly numeric: NumericReport;
}

export interface StepJournal {
  /** The same judge, which asks the journal first. */
  record(judge: Judge): Judge;
  close(): Promise<void>;
}

/** @throws GrammaskError `ARGUMENT` for a journal of another search, or one that is damaged */
export async function openStepJournal(path: string, setting: object): Promise<StepJournal> {
  const journal = await openJournal<StepEntry>(path, setting);
  return {
    record(judge) {
      let step = 0;
      return {
        ...judge,
        async judge(candidates) {
          const chunk = step++;
          const known = journal.entries.get(chunk);
          if (known !== undefined) return again(judge, known, candidates, path);
          // What comes next depends on no earlier step in its last digits: a search that goes on has not made them.
          judge.reader.forget();
          const judged = await judge.judge(candidates);
          await journal.add(entryOf(chunk, judged, judge.report()));
          return judged;
        },
      };
    },
    close: () => journal.close(),
  };
}

function askedOf(candidates: readonly Candidate[]): string {
  const hash = createHash('sha256');
  for (const { sequence } of candidates) hash.update(`${sequence.join()};`);
  return hash.digest('hex').slice(0, 16);
}

function entryOf(chunk: number, judged: readonly Judged[], numeric: NumericReport): StepEntry {
  const bytesOf = (values: readonly Float32Array[]): string => {
    const all = Float32Array.from(values.flatMap((each) => [...each]));
    return Buffer.from(all.buffer).toString('base64');
  };
  const margins = Float64Array.from(judged, ({ margin }) => margin);
  const probabilities = judged.flatMap(({ logProbabilities }) => logProbabilities ?? []);
  return {
    chunk,
    asked: askedOf(judged.map(({ candidate }) => candidate)),
    outcomes: judged.map(({ outcome }) => outcome),
    margins: Buffer.from(margins.buffer).toString('base64'),
    scores: bytesOf(judged.map(({ scores }) => scores)),
    logProbabilities: probabilities.length === 0 ? null : bytesOf(probabilities),
    numeric,
  };
}

function again(judge: Judge, entry: StepEntry, candidates: readonly Candidate[], path: string): Judged[] {
  if (entry.asked !== askedOf(candidates)) {
    throw new GrammaskError('ARGUMENT', 'the journal is of a search that went another way', {
      hint: 'another version of the package searches otherwise: begin another journal',
      location: { path },
    });
  }
  judge.restore(entry.numeric);
  const count = candidates.length;
  const margins = Buffer.from(entry.margins, 'base64');
  const scores = rowsOf(entry.scores, count);
  const probabilities = entry.logProbabilities === null ? undefined : rowsOf(entry.logProbabilities, count);
  return candidates.map((candidate, row) => ({
    candidate,
    outcome: entry.outcomes[row] as string,
    margin: margins.readDoubleLE(8 * row),
    scores: scores[row] as Float32Array,
    logProbabilities: probabilities?.[row],
  }));
}

function rowsOf(text: string, count: number): Float32Array[] {
  const bytes = Buffer.from(text, 'base64');
  const width = count === 0 ? 0 : bytes.length / 4 / count;
  return Array.from({ length: count }, (_, row) =>
    Float32Array.from({ length: width }, (_none, column) => bytes.readFloatLE(4 * (row * width + column))),
  );
}
