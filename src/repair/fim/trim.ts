import type { Encode } from '../../tokenizer/literal-text.js';

/** A part of a text that fits into a number of tokens. */
export interface Trimmed {
  readonly ids: readonly number[];
  /** UTF-16 units that were left out. */
  readonly left: number;
}

/** Characters of a token that count when a text is far too long: longer ones exist, and cost no more than a shorter text. */
const CHARS_OF_TOKEN = 24;

/**
 * The end of a text: as many whole lines as fit, or where not even one does, what fits of the last one.
 *
 * @param room tokens
 */
export function trimStart(text: string, room: number, encode: Encode): Trimmed {
  return trim(text, room, encode, {
    bound: (chars) => text.slice(Math.max(0, text.length - chars)),
    cuts: (part) => [0, ...lineStarts(part)],
    keep: (part, cut) => part.slice(cut),
    rest: (part) => part.length - (part.lastIndexOf('\n', part.length - 2) + 1),
    piece: (part, chars) => part.slice(safeCut(part, part.length - chars)),
  });
}

/** The start of a text: as many whole lines as fit, or what fits of the first one. */
export function trimEnd(text: string, room: number, encode: Encode): Trimmed {
  return trim(text, room, encode, {
    bound: (chars) => text.slice(0, chars),
    cuts: (part) => [part.length, ...lineStarts(part).reverse()],
    keep: (part, cut) => part.slice(0, cut),
    rest: (part) => (part.includes('\n') ? part.indexOf('\n') + 1 : part.length),
    piece: (part, chars) => part.slice(0, safeCut(part, chars)),
  });
}

interface Side {
  bound(chars: number): string;
  /** Where the text may be cut between lines, those that keep most first: all of it is the first. */
  cuts(part: string): number[];
  keep(part: string, cut: number): string;
  /** Length of the line next to the hole. */
  rest(part: string): number;
  piece(part: string, chars: number): string;
}

function trim(text: string, room: number, encode: Encode, side: Side): Trimmed {
  if (room <= 0) return { ids: [], left: text.length };
  const part = text.length > room * CHARS_OF_TOKEN ? side.bound(room * CHARS_OF_TOKEN) : text;
  // What is only a part of the text does not begin and end with a line.
  const cuts = side.cuts(part).slice(part.length < text.length ? 1 : 0);
  // Fewer lines are fewer tokens, nearly always; what does not fit is never taken, so that is no matter of right or wrong.
  const lines = longest(cuts.length, (i) => side.keep(part, cuts[i] as number), room, encode);
  if (lines !== undefined) return { ids: lines.ids, left: text.length - lines.text.length };
  const line = side.rest(part);
  const piece = longest(line + 1, (i) => side.piece(part, line - i), room, encode);
  return { ids: piece?.ids ?? [], left: text.length - (piece?.text.length ?? 0) };
}

/** UTF-16 units of a token, before any of the text has been encoded: source code. */
const USUAL_UNITS = 3;

/** Guesses by length before halving takes over: whatever the text is, the search ends. */
const GUESSES = 6;

/**
 * The first of `count` ever shorter texts that fits and is not empty. Each text that is encoded tells how many units a token has
 * there, and so which one to try next: all of them are about as long as what fits.
 */
function longest(
  count: number,
  textOf: (index: number) => string,
  room: number,
  encode: Encode,
): { text: string; ids: readonly number[] } | undefined {
  let [low, high] = [0, count - 1];
  let best: { text: string; ids: readonly number[] } | undefined;
  let units = USUAL_UNITS;
  for (let tries = 0; low <= high; tries++) {
    const index = tries < GUESSES ? firstWithin(low, high, textOf, room * units) : (low + high) >> 1;
    const text = textOf(index);
    const ids = encode(text);
    if (ids.length <= room) {
      if (text !== '') best = { text, ids };
      high = index - 1;
    } else {
      low = index + 1;
    }
    if (ids.length > 0) units = text.length / ids.length;
  }
  return best;
}

/** The first of the texts from `low` to `high` that has at most so many units; the last one where none has. */
function firstWithin(low: number, high: number, textOf: (index: number) => string, units: number): number {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1;
    if (textOf(middle).length <= units) to = middle;
    else from = middle + 1;
  }
  return from;
}

/** Offsets after the ends of lines, within the text. */
function lineStarts(text: string): number[] {
  const starts: number[] = [];
  for (let at = text.indexOf('\n'); at >= 0 && at < text.length - 1; at = text.indexOf('\n', at + 1))
    starts.push(at + 1);
  return starts;
}

/** Not between the halves of a surrogate pair. */
function safeCut(text: string, cut: number): number {
  const unit = text.charCodeAt(cut);
  return unit >= 0xdc00 && unit <= 0xdfff ? cut + 1 : cut;
}
