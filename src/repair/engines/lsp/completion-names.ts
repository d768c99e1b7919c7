import type { CompletionAnswer } from '../completion-engine.js';
import { member } from './protocol.js';

const IDENTIFIER_FIRST = /^#?[\p{ID_Start}$_][\p{ID_Continue}$\p{Join_Control}-]*/u;
const KIND_KEYWORD = 14;
const KIND_SNIPPET = 15;

/** Where a completion was asked for. */
export interface AskedPlace {
  /** The line up to the place. */
  readonly lineBefore: string;
  readonly line: number;
}

/**
 * The names in a server's answer; null where it has none, or is no answer. Left out are keywords, snippets, what would first
 * need an import or another edit, and what replaces more than is typed, as `?.x` for a dot.
 *
 * @param trustsIncomplete whether a list that the server calls incomplete has all names nevertheless
 */
export function namesOfCompletions(
  result: unknown,
  place: AskedPlace,
  trustsIncomplete: boolean,
): CompletionAnswer | null {
  const isList = Array.isArray(result);
  const items = isList ? result : member(result, 'items');
  if (!Array.isArray(items)) return null;
  const complete = isList || member(result, 'isIncomplete') !== true || trustsIncomplete;
  const defaults = isList ? undefined : member(result, 'itemDefaults');
  const names = new Set<string>();
  for (const item of items) {
    const name = nameOf(item, defaults, place);
    if (name !== undefined) names.add(name);
  }
  // A server says nothing by an empty list too: that it is still reading, or that it does not know the place.
  if (names.size === 0) return null;
  return { names: [...names].sort(), complete };
}

function nameOf(item: unknown, defaults: unknown, place: AskedPlace): string | undefined {
  const label = member(item, 'label');
  const kind = member(item, 'kind');
  if (typeof label !== 'string' || kind === KIND_KEYWORD || kind === KIND_SNIPPET) return undefined;
  const edits = member(item, 'additionalTextEdits');
  if (Array.isArray(edits) && edits.length > 0) return undefined;
  const text = insertedText(item, defaults, place, label);
  return text === undefined ? undefined : IDENTIFIER_FIRST.exec(text)?.[0];
}

/** What an item would write from the place on. */
function insertedText(
  item: unknown,
  defaults: unknown,
  place: AskedPlace,
  label: string,
): string | undefined {
  const edit = member(item, 'textEdit');
  const own = edit !== undefined && edit !== null;
  const range = own
    ? (member(edit, 'range') ?? member(edit, 'insert'))
    : rangeOf(member(defaults, 'editRange'));
  const text = own
    ? member(edit, 'newText')
    : range === undefined
      ? (member(item, 'insertText') ?? label)
      : (member(item, 'textEditText') ?? member(item, 'insertText') ?? label);
  if (typeof text !== 'string') return undefined;
  if (range === undefined) return text;
  const start = member(range, 'start');
  const from = member(start, 'character');
  if (member(start, 'line') !== place.line || typeof from !== 'number') return undefined;
  // The edit may begin earlier, with the dot in it: what stands there must stay.
  const kept = place.lineBefore.slice(from);
  return text.startsWith(kept) ? text.slice(kept.length) : undefined;
}

function rangeOf(range: unknown): unknown {
  if (range === undefined || range === null) return undefined;
  return member(range, 'start') === undefined ? member(range, 'insert') : range;
}
