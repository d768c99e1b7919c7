import type { ProgramBuilder } from '../program-builder.js';
import { sourceError } from '../source-location.js';

const SPACE = /[ \t\r\n]*/y;
const WORD = /[A-Za-z0-9+.-]+/y;

/** Where the JSON text that follows a directive begins and ends. Whether it is JSON is for its reader to say. */
export function jsonTextEnd(
  builder: ProgramBuilder,
  source: string,
  from: number,
  directive: string,
): { start: number; end: number } {
  SPACE.lastIndex = from;
  const start = from + (SPACE.exec(source)?.[0].length ?? 0);
  let depth = 0;
  let inString = false;
  WORD.lastIndex = start;
  const word = WORD.exec(source);
  if (word !== null) return { start, end: start + word[0].length };
  if (!'{["'.includes(source[start] || ' ')) {
    throw sourceError('SYNTAX', source, from, `${directive} needs a JSON text`, `write ${directive} { … }`);
  }
  for (let at = start; at < source.length; at++) {
    builder.step();
    const char = source[at];
    if (inString) {
      if (char === '\\') at += 1;
      else if (char === '"') inString = false;
      if (!inString && depth === 0) return { start, end: at + 1 };
    } else if (char === '"') inString = true;
    else if (char === '{' || char === '[') depth += 1;
    else if (char === '}' || char === ']') {
      depth -= 1;
      if (depth === 0) return { start, end: at + 1 };
    }
  }
  throw sourceError(
    'SYNTAX',
    source,
    start,
    `the JSON text of ${directive} has no end`,
    'close its brackets and quotes',
  );
}
