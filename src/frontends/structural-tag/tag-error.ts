import { type ErrorCode, GrammaskError } from '../../errors.js';
import { type Place, placeBelow, pointerOf } from '../json-schema/place.js';
import { shortened } from '../source-location.js';

/** An error at a member of a structural tag: the pointer of the object, and the member's name. */
export function tagError(
  code: ErrorCode,
  place: Place | null,
  member: string,
  message: string,
  hint?: string,
): GrammaskError {
  return new GrammaskError(code, shortened(message), {
    hint,
    location: { pointer: pointerOf(place), keyword: member },
  });
}

/**
 * Runs the front end of something that stands inside of a tag. Its errors get the pointer into the tag: pointers are put
 * below the place, lines and columns are told in the message.
 */
export function insideOf<T>(place: Place | null, member: string, run: () => T): T {
  try {
    return run();
  } catch (error) {
    if (!GrammaskError.isInstance(error)) throw error;
    const { code, message, hint, location } = error;
    if (location === undefined) {
      // Limits concern the whole tag; what is left without a place is a text that cannot be stored.
      if (code !== 'SYNTAX') throw error;
      throw tagError(code, place, member, message, hint);
    }
    if ('line' in location) {
      const at = `line ${location.line}, column ${location.column}`;
      throw tagError(code, place, member, `\`${member}\`, ${at}: ${message}`, hint);
    }
    // A pointer into another document names that document.
    if (!('pointer' in location) || (location.pointer !== '' && !location.pointer.startsWith('/')))
      throw error;
    const pointer = `${pointerOf(placeBelow(place, member))}${location.pointer}`;
    throw new GrammaskError(code, message, { hint, location: { pointer, keyword: location.keyword } });
  }
}
