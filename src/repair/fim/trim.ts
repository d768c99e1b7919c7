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
    cuts: (part) => lineStarts(part),
    keep: (part, cut) => part.slice(cut),
    rest: (part) => part.length - (part.lastIndexOf('\n', part.length - 2) + 1),
    piece: (part, chars) => part.slice(safeCut(part, part.length - chars)),
  });
}

/** The start of a text: as many whole lines as fit, or what fits of the first one. */
export function trimEnd(text: string, room: number, encode: Encode): Trimmed {
  return trim(text, room, encode, {
    bound: (chars) => text.slice(0, chars),
    cuts: (part) => lineStarts(part).reverse(),
    keep: (part, cut) => part.slice(0, cut),
    rest: (part) => (part.includes('\n') ? part.indexOf('\n') + 1 : part.length),
    piece: (part, chars) => part.slice(0, safeCut(part, chars)),
  });
}

interface Side {
  bound(chars: number): string;
  /** Where the text may be cut between lines, those that keep most first. */
  cuts(part: string): number[];
  keep(part: string, cut: number): string;
  /** Length of the line next to the hole. */
  rest(part: string): number;
  piece(part: string, chars: number): string;
}

function trim(text: string, room: number, encode: Encode, side: Side): Trimmed {
  if (room <= 0) return { ids: [], left: text.length };
  const part = text.length > room * CHARS_OF_TOKEN ? side.bound(room * CHARS_OF_TOKEN) : text;
  if (part.length === text.length) {
    const ids = encode(text);
    if (ids.length <= room) return { ids, left: 0 };
  }
  // Fewer lines are fewer tokens, nearly always; what does not fit is never taken, so that is no matter of right or wrong.
  const cuts = side.cuts(part);
  const lines = longest(cuts.length, (i) => side.keep(part, cuts[i] as number), room, encode);
  if (lines !== undefined) return { ids: lines.ids, left: text.length - lines.text.length };
  const line = side.rest(part);
  const piece = longest(line + 1, (i) => side.piece(part, line - i), room, encode);
  return { ids: piece?.ids ?? [], left: text.length - (piece?.text.length ?? 0) };
}

/** The first of `count` ever shorter texts that fits and is not empty, by halving. */
function longest(
  count: number,
  textOf: (index: number) => string,
  room: number,
  encode: Encode,
): { text: string; ids: readonly number[] } | undefined {
  let [low, high] = [0, count - 1];
  let best: { text: string; ids: readonly number[] } | undefined;
  while (low <= high) {
    const middle = (low + high) >> 1;
    const text = textOf(middle);
    const ids = encode(text);
    if (ids.length <= room) {
      if (text !== '') best = { text, ids };
      high = middle - 1;
    } else {
      low = middle + 1;
    }
  }
  return best;
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
