import t from 'tap';
import ts from 'typescript';
import { holeGrammar } from '../../../src/repair/hole/hole-grammar.js';
import { readPrefix } from '../../../src/repair/hole/prefix.js';
import { RESERVED } from '../../../src/repair/hole/words.js';
import { packageSources, programSources, type Sources } from './sources.js';

/** Holes against the package `typescript`: its tokens, and the pieces of its syntax trees. */

const full = process.env.GRAMMASK_TEST_FULL === '1';
const timeout = full ? 7_200_000 : 300_000;
t.setTimeout(timeout);

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

t.test('tokens begin where those of TypeScript do', { timeout }, async (t) => {
  const programs = programSources();
  for (const sources of [...(programs === undefined ? [] : [programs]), ...packageSources()]) {
    t.same(differences(sources, full ? 1 : 41).slice(0, 10), [], sources.name);
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

/** Which hole a node of the syntax tree is; undefined for those that are none. */
function modeOf(node: ts.Node): 'statement' | 'expression' | undefined {
  const { parent } = node;
  if (parent === undefined) return undefined;
  if (ts.isStatement(node)) {
    return ts.isBlock(parent) || ts.isSourceFile(parent) || ts.isCaseClause(parent) ? 'statement' : undefined;
  }
  if (!ts.isExpression(node) || ts.isSpreadElement(node)) return undefined;
  const isPart =
    (ts.isCallExpression(parent) && parent.arguments.includes(node)) ||
    (ts.isVariableDeclaration(parent) && parent.initializer === node) ||
    (ts.isBinaryExpression(parent) && parent.right === node) ||
    (ts.isElementAccessExpression(parent) && parent.argumentExpression === node) ||
    (ts.isPropertyAssignment(parent) && parent.initializer === node) ||
    (ts.isArrowFunction(parent) && parent.body === node) ||
    ts.isReturnStatement(parent) ||
    ts.isIfStatement(parent) ||
    ts.isTemplateSpan(parent) ||
    ts.isConditionalExpression(parent) ||
    ts.isPrefixUnaryExpression(parent);
  return isPart ? 'expression' : undefined;
}

t.test('statements and expressions of the syntax tree fit where they were', { timeout }, async (t) => {
  const programs = programSources();
  const step = full ? 23 : 2999;
  let index = 0;
  for (const { name, files } of [...(programs === undefined ? [] : [programs]), ...packageSources()]) {
    const refused: string[] = [];
    for (const { name: file, text } of files) {
      const tree = ts.createSourceFile(file, text, ts.ScriptTarget.Latest, true);
      const waiting: ts.Node[] = [tree];
      for (let node = waiting.pop(); node !== undefined; node = waiting.pop()) {
        ts.forEachChild(node, (child) => void waiting.push(child));
        const mode = modeOf(node);
        if (mode === undefined || index++ % step !== 0) continue;
        const [start, end] = [node.getStart(tree), node.getEnd()];
        const hole = text.slice(start, end);
        const { grammar } = holeGrammar(text.slice(0, start), text.slice(end), { mode, slots: false });
        const { accepted, validBytes } = grammar.explain(hole);
        if (!accepted) refused.push(`${file}, ${mode}: ${hole.slice(0, validBytes)} <here>`);
      }
    }
    t.same(refused, [], name);
  }
});
