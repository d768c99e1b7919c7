// When two lines of code are the same, and when one says anything at all.
import ts from 'typescript';

/** The tokens of a text, without white space and comments. */
export function tokensOf(text: string): string[] {
  const scanner = ts.createScanner(ts.ScriptTarget.Latest, true, ts.LanguageVariant.Standard, text);
  const tokens: string[] = [];
  while (scanner.scan() !== ts.SyntaxKind.EndOfFileToken) tokens.push(scanner.getTokenText());
  return tokens;
}

const joined = (text: string): string => tokensOf(text).join(' ');
const withoutEnd = (text: string): string => joined(text).replace(/(?: ?;)+$/, '');

/** The reference line, whatever the white space. */
export const isExact = (text: string, reference: string): boolean => joined(text) === joined(reference);

/** Not empty, not a comment alone, not the buggy line: white space, comments and a `;` at the end make no difference. */
export function isSubstantive(text: string, buggy: string): boolean {
  const said = withoutEnd(text);
  return said !== '' && said !== withoutEnd(buggy);
}
