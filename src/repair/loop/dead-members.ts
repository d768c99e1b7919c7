import type { OnSlot } from '../../generate/slot-asker.js';

/**
 * Where no member exists, nothing but blanks and comments could follow a dot, for ever: the text in front of it is left instead.
 *
 * @param content the file: where a private name is written in it, `this.#name` may follow a dot as well
 */
export function leavingDeadMembers(onSlot: OnSlot, prefix: string, content: string): OnSlot {
  const hasPrivate = content.includes('#');
  return async (question) => {
    const names = await onSlot(question);
    if (names === null || names === false || names.length > 0 || question.name !== 'member') return names;
    const { text, typed, before } = question;
    const written = prefix + text.slice(0, text.length - typed.length) + before;
    // Not the dot of a number, of `...`, or of `a ?.5 : b`.
    return !hasPrivate && /[\p{ID_Continue}$)\]}"'`]\s*\.\s*$/u.test(written) && !/\d\s*\.\s*$/.test(written)
      ? false
      : names;
  };
}
