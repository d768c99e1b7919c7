// What an answer comes to, as far as somebody looks at it: an outcome, and how far a text of an answer has come towards one.

import { canonicalOfValue } from './canonical-json.js';

/**
 * What is read of an answer, as JSON text: the value of the field, the whole answer as a string, or the id of the next
 * token. `absent`: the answer ended without the field. `undecided`: it had not come to the field within its tokens.
 */
export type Outcome = string;

export const ABSENT: Outcome = 'absent';
export const UNDECIDED: Outcome = 'undecided';

/**
 * The value that an outcome stands for; undefined for `absent` and `undecided`, and for a number that JavaScript's numbers do not
 * have, such as 1e400: then the text is all there is.
 */
export function valueOfOutcome(outcome: Outcome): unknown {
  if (outcome === ABSENT || outcome === UNDECIDED) return undefined;
  const value: unknown = JSON.parse(outcome);
  try {
    return canonicalOfValue(value) === outcome ? value : undefined;
  } catch {
    return undefined;
  }
}

/** How far a JSON text has come with one of its values. */
export type FieldProgress =
  /** It has not begun. */
  | { at: 'before' }
  /** It is being written; a number may go on, so that it is here until something follows. */
  | Inside
  | Behind;

type Inside = { at: 'inside'; written: string };
type Behind = { at: 'behind'; value: string };

/** The same of a text, with the place where the value begins. */
export type LocatedProgress = { at: 'before' } | ((Inside | Behind) & { start: number });

/**
 * Finds a value of a JSON text that may not be finished. Nothing recurses.
 *
 * @param text the beginning of a JSON text
 * @param path the names (or indexes, as text) that lead to the value
 */
export function fieldProgress(text: string, path: readonly string[]): LocatedProgress {
  // Of each open container: what its value at hand is called, and whether its own name is on the path.
  const open: { isObject: boolean; key: string; index: number }[] = [];
  let expectsKey = false;
  // Where the wanted value begins, and how deep it lies.
  let start = -1;
  let at = 0;

  const isWanted = (): boolean =>
    open.length === path.length &&
    open.every(({ isObject, key, index }, depth) => path[depth] === (isObject ? key : String(index)));
  const ended = (end: number): LocatedProgress | undefined =>
    start >= 0 && open.length === path.length
      ? { at: 'behind', value: text.slice(start, end), start }
      : undefined;

  while (at < text.length) {
    const char = text[at] as string;
    if (char === ' ' || char === '\n' || char === '\t' || char === '\r' || char === ':') {
      at++;
      continue;
    }
    if (char === ',') {
      const top = open.at(-1);
      if (top !== undefined) {
        top.index++;
        expectsKey = top.isObject;
      }
      at++;
      continue;
    }
    if (char === '}' || char === ']') {
      open.pop();
      expectsKey = false;
      at++;
      const done = ended(at);
      if (done !== undefined) return done;
      continue;
    }
    const isKey = expectsKey;
    if (!isKey && start < 0 && isWanted()) start = at;
    if (char === '{' || char === '[') {
      open.push({ isObject: char === '{', key: '', index: 0 });
      expectsKey = char === '{';
      at++;
      continue;
    }
    const end = char === '"' ? stringEnd(text, at) : scalarEnd(text, at);
    // A string that is not closed, or a number that nothing follows.
    if (end < 0) break;
    if (isKey) {
      (open.at(-1) as { key: string }).key = JSON.parse(text.slice(at, end)) as string;
      expectsKey = false;
    }
    at = end;
    const done = isKey ? undefined : ended(end);
    if (done !== undefined) return done;
  }
  return start < 0 ? { at: 'before' } : { at: 'inside', written: text.slice(start), start };
}

function stringEnd(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return -1;
}

/** Behind a number or a word; -1 where it may still go on. */
function scalarEnd(text: string, start: number): number {
  const [word] = /^(?:true|false|null)/.exec(text.slice(start, start + 5)) ?? [];
  if (word !== undefined) return start + word.length;
  for (let at = start; at < text.length; at++) {
    if (/[,\]}\s]/.test(text[at] as string)) return at;
  }
  return -1;
}

/** The path of a JSON pointer, or of a single name. */
export function fieldPath(field: string): string[] {
  if (!field.startsWith('/')) return [field];
  return field
    .slice(1)
    .split('/')
    .map((name) => name.replaceAll('~1', '/').replaceAll('~0', '~'));
}
