import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';

/** A word, sign or literal of a file, without the white space and comments before it. */
export interface SyntaxToken {
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly node: TypeScript.Node;
}

let last:
  | { readonly ts: TypeScriptApi; readonly hole: Hole; readonly source: TypeScript.SourceFile }
  | undefined;

/** The syntax tree of the file of a hole; the parser gets over errors, so there always is one. The last one is kept. */
export function sourceOf(ts: TypeScriptApi, hole: Hole): TypeScript.SourceFile {
  const { file, content } = hole;
  if (last?.ts === ts && last.hole.file === file && last.hole.content === content) return last.source;
  const source = ts.createSourceFile(file, content, ts.ScriptTarget.Latest, true);
  last = { ts, hole, source };
  return source;
}

/** Every node that begins and ends within a range, in the order of the text; a node comes before its parts. */
export function nodesWithin(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  start: number,
  end: number,
): TypeScript.Node[] {
  const found: TypeScript.Node[] = [];
  walk(ts, source, start, end, (node, from) => {
    if (from >= start && node.end <= end && node.end > from) found.push(node);
  });
  return found;
}

/** The tokens that begin and end within a range, in the order of the text. */
export function tokensWithin(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  start: number,
  end: number,
): SyntaxToken[] {
  const found: SyntaxToken[] = [];
  walk(ts, source, start, end, (node, from, isLeaf) => {
    if (!isLeaf || from < start || node.end > end || node.end <= from) return;
    found.push({ start: from, end: node.end, text: source.text.slice(from, node.end), node });
  });
  return found;
}

/** Visits what overlaps a range, with a list in place of recursion: a file may nest deeper than the stack. */
function walk(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  start: number,
  end: number,
  visit: (node: TypeScript.Node, from: number, isLeaf: boolean) => void,
): void {
  const open: TypeScript.Node[] = [source];
  for (let node = open.pop(); node !== undefined; node = open.pop()) {
    if (node.kind >= ts.SyntaxKind.FirstJSDocNode && node.kind <= ts.SyntaxKind.LastJSDocNode) continue;
    if (node.end < start || node.pos > end) continue;
    const children = node.getChildren(source);
    // Lists of nodes are no nodes of the language.
    if (node.kind !== ts.SyntaxKind.SyntaxList) visit(node, node.getStart(source), children.length === 0);
    for (let i = children.length - 1; i >= 0; i--) open.push(children[i] as TypeScript.Node);
  }
}
