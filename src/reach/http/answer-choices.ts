// How near an answer of a server comes to another one: by the probabilities of the tokens that it might have written where it writes
// the value. They order a search, and prove nothing: servers tell few of them, most before a grammar has left out any.
import { fieldProgress, type Outcome } from '../outcome.js';
import type { Goal } from '../search.js';
import type { HttpReading, ServerText } from './http-answer.js';
import { bytesText, type ServerToken, type TokenOption } from './server-tokens.js';

/** A place of the value that is looked at. */
export interface Choice {
  /** What is written of the value before it. */
  readonly before: string;
  /** What the token that was taken adds, then what others would. */
  readonly options: readonly TokenOption[];
}

// Places of a value that are kept, and bytes of a token.
const MOST_PLACES = 24;
const MOST_BYTES = 64;

/** The places at which the value is written; empty where the server tells no tokens, or others than the answer has. */
export function choicesOf(said: ServerText, reading: HttpReading): Choice[] {
  const { tokens } = said;
  const text = bytesText(said.text);
  const from = valueStart(said.text, reading);
  // Around the answer there may be what is not told of: white space, an end.
  const shift = tokens
    .map((token) => token.text)
    .join('')
    .indexOf(text);
  if (tokens.length === 0 || shift < 0 || from === undefined) return [];
  const choices: Choice[] = [];
  let end = -shift;
  for (const token of tokens) {
    const start = end;
    end += token.text.length;
    if (end <= from.start || token.text === '') continue;
    if (start >= from.end || choices.length === MOST_PLACES) break;
    choices.push(
      choiceAt(token, text.slice(from.start, Math.max(from.start, start)), Math.max(0, from.start - start)),
    );
    if (reading.kind === 'token') break;
  }
  return choices;
}

/** @param lead bytes of the token that stand before the value, which others share or speak of something else */
function choiceAt({ text, logProbability, others }: ServerToken, before: string, lead: number): Choice {
  const options = [[text, logProbability] as TokenOption, ...others].filter(([other]) =>
    other.startsWith(text.slice(0, lead)),
  );
  return { before, options: options.map(([other, value]) => [other.slice(lead, lead + MOST_BYTES), value]) };
}

/** Where the value stands in the bytes of the answer; undefined: it did not come to it. */
function valueStart(text: string, { kind, path }: HttpReading): { start: number; end: number } | undefined {
  if (kind !== 'field') return { start: 0, end: Number.POSITIVE_INFINITY };
  const progress = fieldProgress(`${text} `, path);
  if (progress.at === 'before') return undefined;
  const value = progress.at === 'behind' ? progress.value : progress.written;
  const start = Buffer.byteLength(text.slice(0, progress.start));
  return { start, end: start + Buffer.byteLength(value) };
}

/**
 * How near an answer comes to a goal: the logarithm of the probability of the token that leads there, less that of the token that
 * was taken, where the two part. undefined: nothing is known.
 *
 * @param values what the field can be, as far as that is known: empty, any other value will do
 */
export function nearnessTo(
  choices: readonly Choice[],
  { kind, outcome }: Goal,
  values: readonly Outcome[],
  reading: HttpReading,
): number | undefined {
  const wanted = writtenOf(outcome, reading);
  if (kind === 'reach') return towards(choices, wanted, reading);
  const others = values.filter((value) => value !== outcome).map((value) => writtenOf(value, reading));
  let most: number | undefined;
  for (const { before, options } of choices) {
    const [taken] = options;
    for (const [add, value] of options.slice(1)) {
      const text = before + add;
      const isOther = others.length === 0 || others.some((other) => leadsTo(text, other, reading));
      if (taken === undefined || leadsTo(text, wanted, reading) || !isOther) continue;
      most = Math.max(most ?? Number.NEGATIVE_INFINITY, value - taken[1]);
    }
  }
  return most ?? lowest(choices);
}

function towards(choices: readonly Choice[], wanted: string, reading: HttpReading): number | undefined {
  for (const { before, options } of choices) {
    const [taken] = options;
    if (taken === undefined || leadsTo(before + taken[0], wanted, reading)) continue;
    const near = options.filter(([add]) => leadsTo(before + add, wanted, reading)).map(([, value]) => value);
    if (near.length > 0) return Math.max(...near) - taken[1];
    // Less probable than all that are told.
    return Math.min(...options.map(([, value]) => value)) - taken[1] - 1;
  }
  return undefined;
}

/** Of an answer that tells of no way out: less probable than all that are told. */
function lowest(choices: readonly Choice[]): number | undefined {
  const depths = choices.flatMap(({ options }) => {
    const [taken] = options;
    return taken === undefined ? [] : [Math.min(...options.map(([, value]) => value)) - taken[1] - 1];
  });
  return depths.length === 0 ? undefined : Math.max(...depths);
}

/** As the answer would have it: JSON of a field, else the text itself. */
function writtenOf(outcome: Outcome, { kind }: HttpReading): string {
  if (kind === 'field') return bytesText(outcome);
  const text: unknown = JSON.parse(outcome);
  return bytesText(typeof text === 'string' ? text : outcome);
}

/** Whether a text that goes on may become the wanted one. */
function leadsTo(text: string, wanted: string, { kind }: HttpReading): boolean {
  if (kind === 'token') return text === wanted;
  if (wanted.startsWith(text)) return true;
  if (kind === 'answer' || !text.startsWith(wanted)) return false;
  // A string or a container ends by itself, a number or a word where something else follows.
  return /["}\]]$/.test(wanted) || /[\s,}\]]/.test(text.charAt(wanted.length));
}
