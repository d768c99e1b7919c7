import type { Diagnostic } from '../patch.js';

/** How far a text is right: every text that begins as this one does, up to there, has the same fault. */
export interface FaultPlace {
  /** Offset in the text, UTF-16: the end of what is at fault. Undefined: nothing is known of texts that begin so. */
  readonly end: number | undefined;
  /** A name is at fault: a longer one, which begins so, is another. */
  readonly isWord: boolean;
}

// Names that are not there, no such member, a guess what was meant, no such namespace, no such shorthand member.
export const NAME_CODES: ReadonlySet<number> = new Set([2304, 2339, 2551, 2552, 2503, 18_004]);
const TOKEN = /[\p{ID_Continue}$\p{Join_Control}]+|\s+|(?:[-+*/%&|^<>=!?]+|\.{3}|.)/suy;

/**
 * The earliest place that errors speak of. The compiler reads from left to right, so that a name which is not there, or a sign that cannot
 * follow, is wrong however the text goes on. Other errors, as those of types, bear on what surrounds them, and may be mended behind the place
 * that they name. It is a rule for a search and no proof: `f(a.b` may declare `b` further on.
 *
 * @param text what was written, and `start` where it begins in the file
 */
export function faultPlace(
  errors: readonly Diagnostic[],
  file: string,
  text: string,
  start: number,
): FaultPlace {
  let found: FaultPlace = { end: undefined, isWord: false };
  for (const { code, file: own, range } of errors) {
    if (own !== file || range === null) continue;
    const [from, to] = [range.start - start, range.end - start];
    if (from < 0 || to > text.length || from >= text.length) continue;
    const isName = NAME_CODES.has(code);
    if (!isName && !isSyntax(code)) continue;
    const token = tokenAt(text, from);
    const end = isName ? to : from + token.length;
    if (found.end !== undefined && found.end <= end) continue;
    found = { end, isWord: /[\p{ID_Continue}$]$/u.test(text.slice(from, end)) };
  }
  return found;
}

/** Below it, messages are about syntax. */
const isSyntax = (code: number): boolean => code < 2000;

function tokenAt(text: string, from: number): string {
  TOKEN.lastIndex = from;
  return TOKEN.exec(text)?.[0] ?? '';
}
