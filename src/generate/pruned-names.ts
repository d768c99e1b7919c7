// What a model would have named: where names keep its likeliest token out, people want to see which name that was.
import type { Vocabulary } from '../engine/vocabulary.js';

/** A name that the model would have gone on with, and that is none of those given for the slot. */
export interface PrunedName {
  /** The name of the slot. */
  readonly slot: string;
  /** The answer in front of the name. */
  readonly text: string;
  /** The name as far as the one token would have written it. */
  readonly name: string;
  /** The names that were given. */
  readonly names: readonly string[];
}

/** Answers for slots, by the text in front of the name. */
export interface GivenNames {
  readonly slot: string;
  readonly names: readonly string[];
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const TAIL = /[\p{ID_Continue}$\u200c\u200d]*$/u;
const HEAD = /^[\p{ID_Continue}$\u200c\u200d]*/u;

/**
 * The name that a token would write behind a text, where names were given for it that do not have it; undefined where the token is kept
 * out by something else.
 */
export function prunedName(
  given: ReadonlyMap<string, GivenNames>,
  text: string,
  token: number,
  vocabulary: Vocabulary,
): PrunedName | undefined {
  if (vocabulary.isSpecial(token)) return undefined;
  const whole = text + decoder.decode(vocabulary.bytes(token));
  // The name may have begun in the text, or begin within the token.
  for (let start = text.length - (TAIL.exec(text)?.[0].length ?? 0); start < whole.length; start++) {
    const found = given.get(whole.slice(0, start));
    if (found === undefined) continue;
    const name = HEAD.exec(whole.slice(start))?.[0] ?? '';
    const isOver = start + name.length < whole.length;
    const fits = isOver ? found.names.includes(name) : found.names.some((other) => other.startsWith(name));
    // What is written already was let through: it may be a word of the grammar.
    if (name !== '' && start + name.length > text.length && !fits)
      return { ...found, text: whole.slice(0, start), name };
  }
  return undefined;
}
