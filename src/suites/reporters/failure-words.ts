import type { Failure, Outcome, Spot } from '../judge-text.js';
import { formatPlace, placeInWords, placeOf } from '../place.js';

/** A line with a caret, and what the caret stands for. */
export interface Picture {
  readonly spot: Spot;
  readonly label: string;
}

/** A failure for people: one sentence, lines of the text, more sentences. */
export interface FailureWords {
  readonly message: string;
  readonly pictures: readonly Picture[];
  readonly notes: readonly string[];
}

/** More is no help. */
const MAX_EXPECTED = 12;

/** What is wrong with an outcome, in words; undefined for one that passed. */
export function outcomeWords(outcome: Outcome | undefined): FailureWords | undefined {
  if (outcome === undefined) return { message: 'not run', pictures: [], notes: [] };
  if (outcome.kind === 'passed') return undefined;
  if (outcome.kind === 'undecided') {
    return {
      message: `not decided: ${outcome.message}`,
      pictures: [],
      notes: ['--timeout gives it more time'],
    };
  }
  return failureWords(outcome.failure);
}

function failureWords(failure: Failure): FailureWords {
  switch (failure.kind) {
    case 'rejected': {
      const { found, endsWithLine } = failure;
      const where = `${found.line}:${found.column}`;
      const message = found.viable
        ? `expected to be accepted, but it ends too early at ${where}`
        : `expected to be accepted, was rejected at ${where}`;
      const notes = found.expected.length > 0 ? [`expected there: ${listOf(found.expected)}`] : [];
      if (endsWithLine) notes.push('without the line end at its end it is accepted');
      return { message, pictures: [{ spot: found, label: '' }], notes };
    }
    case 'accepted':
      return {
        message: 'expected to be rejected, was accepted',
        pictures: [{ spot: withoutCaret(failure.spot), label: '' }],
        notes: [],
      };
    case 'place': {
      const { expected, found, spot } = failure;
      const message = `expected to be rejected ${placeInWords(expected)}, was rejected ${placeInWords(placeOf(found, expected))}`;
      const pictures: Picture[] = [{ spot: found, label: 'was rejected here' }];
      const notes: string[] = [];
      if (spot !== undefined) pictures.unshift({ spot, label: 'expected here' });
      else notes.push(`the text has no place ${formatPlace(expected)}`);
      if (found.expected.length > 0) notes.push(`the grammar expects there: ${listOf(found.expected)}`);
      return { message, pictures, notes };
    }
    case 'masks':
      return {
        message: `the masks of the vocabulary disagree with the grammar: ${failure.message}`,
        pictures: [{ spot: failure.spot, label: '' }],
        notes: [],
      };
    case 'unreadable':
      return { message: `the text cannot be read: ${failure.message}`, pictures: [], notes: [] };
  }
}

function withoutCaret(spot: Spot): Spot {
  return { ...spot, excerpt: spot.excerpt.split('\n')[0] ?? '' };
}

function listOf(all: readonly string[]): string {
  // One entry may list several characters, and two entries the same ones.
  const words = [...new Set(all.flatMap((word) => word.split(/, (?=`)/)))];
  const shown = words.slice(0, MAX_EXPECTED);
  if (words.length > MAX_EXPECTED) return `${shown.join(', ')} and ${words.length - MAX_EXPECTED} more`;
  if (shown.length < 2) return shown.join('');
  return `${shown.slice(0, -1).join(', ')} or ${shown.at(-1)}`;
}

/** The lines of pictures; two places of one line share it. */
export function drawPictures(pictures: readonly Picture[]): string[] {
  const lines: string[] = [];
  let before: string | undefined;
  for (const { spot, label } of pictures) {
    const [text = '', caret] = spot.excerpt.split('\n');
    const number = String(spot.line).padStart(5);
    if (`${number} ${text}` !== before) lines.push(`${number} | ${text}`);
    before = `${number} ${text}`;
    if (caret !== undefined) lines.push(`      | ${caret}${label === '' ? '' : ` ${label}`}`);
  }
  return lines;
}
