/** The one stretch in which two texts differ. */
export interface TextChange {
  /** Where it begins in both. */
  readonly start: number;
  /** How much of the old text goes, and what comes for it, in UTF-16 code units. */
  readonly oldLength: number;
  readonly newLength: number;
}

/** What turns one text into another: all between what they begin and what they end with in common. */
export function changeBetween(before: string, after: string): TextChange {
  const least = Math.min(before.length, after.length);
  let start = 0;
  while (start < least && before.charCodeAt(start) === after.charCodeAt(start)) start += 1;
  let end = 0;
  while (
    end < least - start &&
    before.charCodeAt(before.length - 1 - end) === after.charCodeAt(after.length - 1 - end)
  ) {
    end += 1;
  }
  return { start, oldLength: before.length - start - end, newLength: after.length - start - end };
}
