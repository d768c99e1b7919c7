import t from 'tap';
import ts from 'typescript';
import { readPrefix } from '../../../src/repair/hole/prefix.js';
import { RESERVED } from '../../../src/repair/hole/words.js';
import { packageSources, programSources, type Sources } from './sources.js';

/** The tokens of a hole's own lexer against those of the package `typescript`. */

const full = process.env.GRAMMASK_TEST_FULL === '1';

/** Where tokens begin: `>` alone, and a template as its characters and holes. */
function startsByTypeScript(name: string, text: string): Set<number> {
  const file = ts.createSourceFile(name, text, ts.ScriptTarget.Latest, true);
  const starts = new Set<number>();
  const waiting: ts.Node[] = [file];
  for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
    if (ts.isJSDoc(node)) continue;
    const children = node.getChildren(file);
    if (children.length > 0) {
      for (const child of children) waiting.push(child);
      continue;
    }
    if (node.kind === ts.SyntaxKind.SyntaxList || node.kind === ts.SyntaxKind.EndOfFileToken) continue;
    if (node.getWidth(file) > 0) starts.add(node.getStart(file));
  }
  return starts;
}

/** The same of our own tokens: what is within a template or a `>` operator has no start there. */
function startsOfTokens(text: string): { starts: Set<number>; recovered: readonly number[] } {
  const starts = new Set<number>();
  const { recovered } = readPrefix(text, (token) => {
    if (token.kind !== 'characters' && token.text !== '${') starts.add(token.start);
  });
  return { starts, recovered };
}

function differences({ name, files }: Sources, step: number): string[] {
  return files
    .filter((_, index) => index % step === 0)
    .flatMap(({ name: file, text }) => {
      const theirs = startsByTypeScript(file, text);
      const { starts, recovered } = startsOfTokens(text);
      const missing = [...theirs].filter((at) => !starts.has(at) && !isInOperator(text, at));
      const extra = [...starts].filter((at) => !theirs.has(at) && !isTemplate(text, at));
      const places = [...recovered, ...missing, ...extra];
      return places.map(
        (at) => `${name}/${file}: ${text.slice(at - 20, at)} <here> ${text.slice(at, at + 20)}`,
      );
    });
}

/** TypeScript takes `>>` apart where it closes two lists. */
const isInOperator = (text: string, at: number): boolean =>
  text[at - 1] === '>' && /[>=]/.test(text[at] as string);
/** TypeScript's tokens of templates begin with a backtick or the brace that ends a hole. */
const isTemplate = (text: string, at: number): boolean => text[at] === '`';

t.test('tokens begin where those of TypeScript do', { timeout: 600_000 }, async (t) => {
  const programs = programSources();
  for (const sources of [...(programs === undefined ? [] : [programs]), ...packageSources()]) {
    t.same(differences(sources, full ? 1 : 11).slice(0, 10), [], sources.name);
  }
});

t.test('reserved words are those of TypeScript', async (t) => {
  const first = ts.SyntaxKind.FirstReservedWord;
  const theirs: string[] = [];
  for (let kind: number = first; kind <= ts.SyntaxKind.LastReservedWord; kind++) {
    theirs.push(ts.tokenToString(kind) as string);
  }
  t.same([...RESERVED].sort(), theirs.sort());
});
