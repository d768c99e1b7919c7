/** The value of a JSON text that arrives in pieces. */
export interface PartialJson {
  /**
   * Reads on, and gives the value so far: strings as far as they are written, numbers up to their last whole form,
   * `true`, `false` and `null` from their first letter, members once their value has begun. undefined before any value.
   */
  push(piece: string): unknown;
}

const literals: Readonly<Record<string, string>> = { t: 'true', f: 'false', n: 'null' };

/**
 * Follows the text with a small automaton that knows at each character where the text could be cut and closed, so that
 * the rest is left to `JSON.parse`. Nothing recurses. The text is taken to be the beginning of a JSON text.
 */
export function createPartialJson(): PartialJson {
  let text = '';
  let at = 0;
  const closers: string[] = [];
  // The text up to `cut`, then `patch`, then the closers, is JSON.
  let cut = 0;
  let patch = '';
  let state: 'between' | 'string' | 'escape' | 'hex' | 'number' | 'literal' = 'between';
  let isKey = false;
  let expectsKey = false;
  let hexLeft = 0;
  let literalLeft = 0;
  let value: unknown;

  const keep = (end: number, ending = ''): void => {
    cut = end;
    patch = ending;
  };

  function between(char: string): void {
    if (char === '{' || char === '[') {
      closers.push(char === '{' ? '}' : ']');
      expectsKey = char === '{';
      keep(at);
    } else if (char === '}' || char === ']') {
      closers.pop();
      expectsKey = false;
      keep(at);
    } else if (char === ',') {
      expectsKey = closers.at(-1) === '}';
    } else if (char === ':') {
      expectsKey = false;
    } else if (char === '"') {
      state = 'string';
      isKey = expectsKey;
      if (!isKey) keep(at, '"');
    } else if (Object.hasOwn(literals, char)) {
      const word = literals[char] as string;
      state = 'literal';
      literalLeft = word.length - 1;
      keep(at - 1, word);
    } else if (char === '-' || (char >= '0' && char <= '9')) {
      state = 'number';
      if (char !== '-') keep(at);
    }
  }

  function inString(char: string): void {
    if (char === '"') {
      state = 'between';
      if (!isKey) keep(at);
    } else if (char === '\\') {
      state = 'escape';
    } else if (!isKey && !isHighSurrogate(char)) {
      keep(at, '"');
    }
  }

  function afterEscape(): void {
    state = 'string';
    // Half of a pair waits for its other half.
    const isHalf = /\\u[dD][89abAB][0-9a-fA-F]{2}$/.test(text.slice(Math.max(0, at - 6), at));
    if (!isKey && !isHalf) keep(at, '"');
  }

  function step(char: string): void {
    if (state === 'number') {
      if (char >= '0' && char <= '9') keep(at);
      if ('.eE+-0123456789'.includes(char)) return;
      state = 'between';
    }
    if (state === 'between') between(char);
    else if (state === 'string') inString(char);
    else if (state === 'escape') {
      if (char !== 'u') afterEscape();
      else {
        state = 'hex';
        hexLeft = 4;
      }
    } else if (state === 'hex') {
      if (--hexLeft === 0) afterEscape();
    } else if (--literalLeft === 0) {
      state = 'between';
      keep(at);
    }
  }

  return {
    push(piece) {
      text += piece;
      while (at < text.length) {
        at++;
        step(text[at - 1] as string);
      }
      const closed = `${text.slice(0, cut)}${patch}${closers.toReversed().join('')}`;
      if (closed !== '') {
        try {
          value = JSON.parse(closed);
        } catch {
          // Not JSON after all: the last value stands.
        }
      }
      return value;
    },
  };
}

function isHighSurrogate(char: string): boolean {
  return char >= '\ud800' && char <= '\udbff';
}
