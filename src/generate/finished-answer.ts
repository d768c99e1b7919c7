import { checkOptions, describe } from '../engine/arguments.js';
import { GrammaskError } from '../errors.js';

// What the host says of a finished answer before it is given: it may turn it down, and then another one is written.

/** A finished answer, before it is given. */
export interface FinishedAnswer {
  readonly text: string;
  /** How it ended; see `finishReason` of the result. */
  readonly finishReason: 'stop' | 'closed';
  /** Ends when the generation is over. */
  readonly signal: AbortSignal | undefined;
}

/** Why an answer is not wanted: it is never written again, and the generation goes on from further back. Bytes are those of UTF-8. */
export interface Veto {
  /** So many bytes of it are at fault: no answer begins with them. Absent: this answer alone is not wanted, longer ones may be. */
  readonly deadAt?: number | undefined;
  /** The fault is a word that ends at `deadAt`: longer words, which begin so, are others. */
  readonly isWord?: boolean | undefined;
  /** No more than so many bytes stay written. Default: all in front of the token that leads to `deadAt`. */
  readonly backTo?: number | undefined;
}

/** Judges a finished answer: undefined accepts it. It may take its time, and answer with a promise. */
export type OnFinished = (answer: FinishedAnswer) => Veto | undefined | Promise<Veto | undefined>;

/** @throws GrammaskError `ARGUMENT` where it is none, or not one of this answer */
export function readVeto(veto: Veto, text: string): Veto {
  const isObject = typeof veto === 'object' && veto !== null;
  const { deadAt, isWord, backTo } = isObject
    ? checkOptions(veto, ['deadAt', 'isWord', 'backTo'])
    : { deadAt: -1 };
  const length = Buffer.byteLength(text);
  const isWithin = (value: number | undefined, least: number): boolean =>
    value === undefined || (Number.isInteger(value) && value >= least && value <= length);
  const isTruth = isWord === undefined || typeof isWord === 'boolean';
  if (isWithin(deadAt, 1) && isWithin(backTo, 0) && isTruth) return veto;
  throw new GrammaskError(
    'ARGUMENT',
    `expected what is wrong with the answer but received ${describe(veto)}`,
    {
      hint: `\`deadAt\` is from 1 to the ${length} bytes of the answer, \`backTo\` from 0, \`isWord\` a boolean; undefined accepts it`,
    },
  );
}
