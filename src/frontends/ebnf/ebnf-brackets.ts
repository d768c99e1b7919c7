const ASSIGNMENT = /[ \t\r\n]*::=/y;

/**
 * The offset behind the closing character of a text or set that opens at `start`, on its line; a backslash takes the next
 * character with it. Undefined where there is none. A loop: a regular expression would keep a place for each character.
 */
export function delimitedEnd(
  source: string,
  start: number,
  closer: string,
  step: () => void,
): number | undefined {
  for (let at = start + 1; at < source.length; at++) {
    step();
    const char = source[at] as string;
    if (char === closer) return at + 1;
    if (char === '\\') at += 1;
    if (source[at] === '\n' || source[at] === '\r') return undefined;
  }
  return undefined;
}

/**
 * The offset behind the options of a rule: brackets that open at `start`, right behind a name, and `::=` behind them.
 * Undefined for a set.
 */
export function ruleOptionsEnd(source: string, start: number, step: () => void): number | undefined {
  let at = start + 1;
  while (at < source.length && source[at] !== ']') {
    step();
    const next = source[at] === '"' ? delimitedEnd(source, at, '"', step) : at + 1;
    if (next === undefined) return undefined;
    at = next;
  }
  if (at >= source.length) return undefined;
  ASSIGNMENT.lastIndex = at + 1;
  return ASSIGNMENT.test(source) ? at + 1 : undefined;
}
