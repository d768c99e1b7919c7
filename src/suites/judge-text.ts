import type { NativeExplanation, NativeLanguage, NativeLimits } from '../engine/binding.js';
import { type Explanation, explanationOf } from '../engine/explanation.js';
import { GrammaskError } from '../errors.js';
import { locate } from '../frontends/source-location.js';
import { isAt, offsetOf, type Place, placeOf } from './place.js';
import type { Verdict } from './suite.js';

/** A line of a text and where in it something is; lines and columns from 1. */
export interface Spot {
  readonly line: number;
  readonly column: number;
  readonly excerpt: string;
}

/** Why a text did not get its verdict. */
export type Failure =
  /** It must be accepted and is not. */
  | {
      readonly kind: 'rejected';
      readonly found: Explanation;
      /** It is accepted without the line end at its end. */
      readonly endsWithLine: boolean;
    }
  /** It must be rejected and is accepted. */
  | { readonly kind: 'accepted'; readonly spot: Spot }
  /** It is rejected at another place than the one asserted. */
  | {
      readonly kind: 'place';
      readonly expected: Place;
      /** undefined: the text has no such place. */
      readonly spot: Spot | undefined;
      readonly found: Explanation;
    }
  /** The masks of the vocabulary say something else than the grammar. */
  | { readonly kind: 'masks'; readonly message: string; readonly spot: Spot }
  /** It cannot be read. */
  | { readonly kind: 'unreadable'; readonly message: string };

/** What became of a text. */
export type Outcome =
  | { readonly kind: 'passed'; readonly place?: Place | undefined }
  | { readonly kind: 'failed'; readonly failure: Failure; readonly place?: Place | undefined }
  /** The time or the memory was not enough. */
  | { readonly kind: 'undecided'; readonly message: string };

/** What `judgeText` needs of a case. */
export interface Expectation {
  readonly verdict: Verdict;
  readonly at?: Place | undefined;
}

/**
 * Whether a text gets its verdict, and where it must. `explain` is asked only for what a person will read: it takes many
 * times as long as `test`.
 *
 * @param wantsPlace the outcome of a text that is rejected says where, wherever that is
 */
export function judgeText(
  language: NativeLanguage,
  bytes: Uint8Array,
  expectation: Expectation,
  limits: NativeLimits,
  wantsPlace = false,
): Outcome {
  try {
    return judge(language, bytes, expectation, limits, wantsPlace);
  } catch (error) {
    return undecided(error);
  }
}

/** An outcome for errors of limits; others are thrown again. */
export function undecided(error: unknown): Outcome {
  if (!GrammaskError.isInstance(error) || (error.code !== 'DEADLINE' && error.code !== 'MEMORY')) throw error;
  return { kind: 'undecided', message: error.message };
}

function judge(
  language: NativeLanguage,
  bytes: Uint8Array,
  { verdict, at }: Expectation,
  limits: NativeLimits,
  wantsPlace: boolean,
): Outcome {
  const accepted = language.test([bytes], limits);
  const explain = (): Explanation => explained(language.explain([bytes], limits), bytes);
  if (verdict === 'accept') {
    if (accepted) return { kind: 'passed' };
    const failure = { kind: 'rejected', found: explain(), endsWithLine: fitsWithoutLineEnd() } as const;
    return { kind: 'failed', failure };
  }
  if (accepted) return { kind: 'failed', failure: { kind: 'accepted', spot: locate(textOf(bytes), 0) } };
  if (at === undefined && !wantsPlace) return { kind: 'passed' };
  const found = explain();
  const place = placeOf(found, at);
  if (at === undefined || wantsPlace || isAt(at, found)) return { kind: 'passed', place };
  const text = textOf(bytes);
  const offset = offsetOf(at, text);
  const spot = offset === undefined ? undefined : locate(text, offset);
  return { kind: 'failed', failure: { kind: 'place', expected: at, spot, found }, place };

  function fitsWithoutLineEnd(): boolean {
    const length = bytes.at(-1) !== 10 ? 0 : bytes.at(-2) === 13 ? 2 : 1;
    return length > 0 && language.test([bytes.subarray(0, bytes.length - length)], limits);
  }
}

function explained(native: NativeExplanation, bytes: Uint8Array): Explanation {
  return explanationOf(native, { pieces: [bytes], complete: true });
}

/** The text of bytes, as excerpts show it. */
export function textOf(bytes: Uint8Array): string {
  return new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes);
}
