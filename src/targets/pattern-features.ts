/** What a pattern uses that regular expression engines differ about. */
export interface PatternFeatures {
  readonly lookAhead: boolean;
  readonly lookBehind: boolean;
  readonly backReference: boolean;
  readonly wordBorder: boolean;
  readonly unicodeProperty: boolean;
  /** `^` where text may stand before it, or `$` where text may follow. */
  readonly innerAnchor: boolean;
  /** The whole pattern stands between `^` and `$`, without a choice outside of groups. */
  readonly isAnchored: boolean;
  /** Escapes of letters that Rust's syntax does not have, as `\e`; the first one. */
  readonly oddEscape: string | undefined;
  /** A brace that begins no repetition, a nested class or another form that Rust's syntax reads differently. */
  readonly oddSyntax: string | undefined;
  /** The greatest bound of a repetition. */
  readonly greatestBound: number;
  /** It writes the character U+0000. */
  readonly hasNull: boolean;
}

const RUST_LETTERS = new Set('nrtfvadDsSwWbBpPxuUzA');

/** Reads over a pattern once. A wrong pattern gives what was seen of it. */
export function patternFeatures(pattern: string): PatternFeatures {
  const found = {
    lookAhead: false,
    lookBehind: false,
    backReference: false,
    wordBorder: false,
    unicodeProperty: false,
    innerAnchor: false,
    isAnchored: pattern.startsWith('^') && /(^|[^\\])(\\\\)*\$$/.test(pattern),
    oddEscape: undefined as string | undefined,
    oddSyntax: undefined as string | undefined,
    greatestBound: 0,
    hasNull: pattern.includes('\0'),
  };
  let depth = 0;
  let inClass = false;
  // Whether something that takes a character was read in this branch; of the groups around, too.
  let taken = false;
  let atStart = true;
  const outer: boolean[] = [];
  for (let at = 0; at < pattern.length; at++) {
    const c = pattern[at] as string;
    const rest = pattern.slice(at, at + 24);
    if (c === '\\') {
      const next = pattern[at + 1] ?? '';
      at += 1;
      if (/[1-9]/.test(next) && !inClass) found.backReference = true;
      else if (next === 'k' && !inClass) found.backReference = true;
      else if (next === '0') {
        found.hasNull = true;
        found.oddEscape ??= '\\0';
      } else if ((next === 'b' || next === 'B') && !inClass) found.wordBorder = true;
      else if (next === 'p' || next === 'P') found.unicodeProperty = true;
      else if (/[A-Za-z]/.test(next) && !RUST_LETTERS.has(next)) found.oddEscape ??= `\\${next}`;
      if (/^\\(u0000|x00)/.test(rest)) found.hasNull = true;
      if (next !== 'b' && next !== 'B') taken = true;
      atStart = false;
      continue;
    }
    if (inClass) {
      if (c === ']' && !atStart) inClass = false;
      else if (c === '[') found.oddSyntax ??= 'a [ inside of a class';
      else if (/^(&&|~~)/.test(rest)) found.oddSyntax ??= `the class operator ${rest.slice(0, 2)}`;
      if (/^[^\\\]]-\\[dDwWsS]/.test(rest)) found.oddSyntax ??= 'a range up to a class';
      if (c !== '^') atStart = false;
      continue;
    }
    if (c === '[') {
      inClass = true;
      atStart = true;
      taken = true;
      if (/^\[\^?\]/.test(rest)) {
        // ECMAScript reads an empty class; Rust a class that begins with a bracket.
        found.oddSyntax ??= 'an empty class';
      }
    } else if (c === '(') {
      if (/^\(\?[=!]/.test(rest)) found.lookAhead = true;
      if (/^\(\?<[=!]/.test(rest)) found.lookBehind = true;
      outer.push(taken);
      depth += 1;
      if (rest.startsWith('(?')) at += rest.startsWith('(?<') ? 2 : 1;
    } else if (c === ')') {
      depth -= 1;
      taken = (outer.pop() ?? false) || taken;
    } else if (c === '|') {
      taken = outer.at(-1) ?? false;
      if (depth === 0) found.isAnchored = false;
    } else if (c === '^') {
      if (taken) found.innerAnchor = true;
    } else if (c === '$') {
      if (!endsHere(pattern, at + 1)) found.innerAnchor = true;
    } else if (c === '{') {
      const bound = /^\{([0-9]+)(,([0-9]*))?\}/.exec(rest);
      if (bound === null) found.oddSyntax ??= 'a brace that begins no repetition';
      else {
        found.greatestBound = Math.max(found.greatestBound, Number(bound[1]), Number(bound[3] ?? 0));
        at += bound[0].length - 1;
      }
    } else if (c === '*' || c === '+' || c === '?') {
      if (at === 0) found.oddSyntax ??= 'a repetition of nothing';
    } else taken = true;
  }
  return found;
}

/** Whether nothing that takes a character can follow: closing groups, other branches, further `$`. */
function endsHere(pattern: string, from: number): boolean {
  let depth = 0;
  for (let at = from; at < pattern.length; at++) {
    const c = pattern[at];
    if (c === ')') depth -= 1;
    else if (c === '|') {
      // What follows to the end of this group is another branch.
      let inner = 0;
      for (at += 1; at < pattern.length; at++) {
        if (pattern[at] === '\\') at += 1;
        else if (pattern[at] === '(') inner += 1;
        else if (pattern[at] === ')' && --inner < 0) break;
      }
    } else if (c !== '$') return false;
  }
  return depth <= 0;
}
