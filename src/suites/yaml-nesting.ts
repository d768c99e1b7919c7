import { sourceError } from '../frontends/source-location.js';

type Yaml = typeof import('yaml');

/** A table needs four levels: its members, their lists, the texts in them, and what belongs to a text. */
const MAX_DEPTH = 50;

/**
 * Refuses a document that is nested too deeply: the package `yaml` recurses on nesting, and what overflows the stack there can
 * end the process.
 *
 * @throws GrammaskError `SYNTAX` with the place
 */
export function checkNesting(yaml: Yaml, source: string, path: string): void {
  if (!mayBeDeep(source)) return;
  const parser = new yaml.Parser();
  for (const lexeme of new yaml.Lexer().lex(source)) {
    for (const _ of parser.next(lexeme));
    if (parser.stack.length <= MAX_DEPTH) continue;
    throw sourceError(
      'SYNTAX',
      source,
      parser.offset,
      `${path}: the table is nested deeper than ${MAX_DEPTH} levels`,
      'a table is a map of lists of texts; a text that begins with a bracket stands in quotes',
    );
  }
}

/** A bound without parsing: a level takes an opening bracket, or a character in front of what is on its line. */
function mayBeDeep(source: string): boolean {
  let brackets = 0;
  let longest = 0;
  for (const line of source.split('\n')) {
    longest = Math.max(longest, /^[\s\-?:]*/.exec(line)?.[0].length ?? 0);
    for (const character of line) if (character === '[' || character === '{') brackets += 1;
  }
  return brackets + longest > MAX_DEPTH / 2;
}
