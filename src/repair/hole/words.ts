/**
 * The words and punctuators of TypeScript 5.9. A hole is read without the package `typescript`; the tests compare this with
 * the scanner of that package.
 */

/** Words that are never identifiers. */
export const RESERVED: ReadonlySet<string> = new Set(
  (
    'break case catch class const continue debugger default delete do else enum export extends false finally for function ' +
    'if import in instanceof new null return super switch this throw true try typeof var void while with'
  ).split(' '),
);

/** Reserved words that may stand where a type does; all words that are not reserved may too. */
export const TYPE_WORDS: ReadonlySet<string> = new Set('const false null this true void'.split(' '));

/** Operators between two operands; no arrow function stands behind one without parentheses. */
export const BINARY = '+ - * / % ** << >> >>> < > <= >= == != === !== & | ^ && || ??'.split(' ');
export const ASSIGNMENT = '= += -= *= /= %= **= <<= >>= >>>= &= |= ^= &&= ||= ??='.split(' ');
export const PREFIX = '+ - ! ~ ++ --'.split(' ');

/** All punctuators, the longest first. */
export const PUNCTUATORS: readonly string[] = [
  ...new Set([...BINARY, ...ASSIGNMENT, ...PREFIX, ...'{ } ( ) [ ] . ... ; , ? ?. : => @ #'.split(' ')]),
].sort((a, b) => b.length - a.length);

/** Patterns with the flag u. */
const ESCAPE = '\\\\u(?:[0-9a-fA-F]{4}|\\{[0-9a-fA-F]+\\})';
export const WORD_PART = '[$\\u200c\\u200d\\p{ID_Continue}]';
export const IDENTIFIER = `(?:[$_\\p{ID_Start}]|${ESCAPE})(?:${WORD_PART}|${ESCAPE})*`;
export const LINE_END = /[\n\r\u2028\u2029]/;
