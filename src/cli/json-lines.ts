/**
 * Sets compact JSON that arrives in pieces on lines of its own: a member a line, two spaces a level. Only white space is
 * added.
 */
export function createJsonLines(margin: string): (piece: string) => string {
  let depth = 0;
  let inString = false;
  let escaped = false;
  let opened = false;
  const line = (): string => `\n${margin}${'  '.repeat(depth)}`;

  function set(char: string): string {
    if (inString) {
      if (!escaped && char === '"') inString = false;
      escaped = !escaped && char === '\\';
      return char;
    }
    const isFirst = opened;
    opened = false;
    if (char === '}' || char === ']') {
      depth--;
      return isFirst ? char : `${line()}${char}`;
    }
    const before = isFirst ? line() : '';
    if (char === '"') inString = true;
    if (char === '{' || char === '[') {
      depth++;
      opened = true;
      return `${before}${char}`;
    }
    if (char === ',') return `,${line()}`;
    return char === ':' ? ': ' : `${before}${char}`;
  }

  return (piece) => Array.from(piece, set).join('');
}
