import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';
import { sourceOf, tokensWithin } from '../syntax/tree.js';

/** What of a hole is left to be written where the rest is needed; offsets of the file. */
export interface NeededCut {
  readonly from: number;
  readonly to: number;
  /** Names that are kept, and `return`. */
  readonly kept: readonly string[];
}

/**
 * Keeps of a hole what declares the missing names, and with `isOpen` its `return`; null where it holds none, or nothing is left to be
 * written.
 */
export function neededCut(
  ts: TypeScriptApi,
  hole: Hole,
  missing: readonly string[],
  isOpen: boolean,
): NeededCut | null {
  const source = sourceOf(ts, hole);
  const kept = new Set<string>();
  let from = hole.start;
  let to = hole.end;
  for (const { text, node, end } of tokensWithin(ts, source, hole.start, hole.end)) {
    if (isOpen && node.kind === ts.SyntaxKind.ReturnKeyword && from === hole.start) {
      from = end;
      kept.add(text);
    }
    if (!missing.includes(text) || !ts.isIdentifier(node)) continue;
    const declared = declarationOf(ts, node);
    if (declared === undefined) continue;
    kept.add(text);
    if (ts.isParameter(declared)) to = Math.min(to, functionStart(ts, source, declared));
    else from = Math.max(from, wholeName(ts, declared).end);
  }
  if (kept.size === 0 || from >= to || from < hole.start || to < hole.start) return null;
  return { from, to, kept: [...kept] };
}

/** What an identifier declares, where it is the name of it. */
function declarationOf(
  ts: TypeScriptApi,
  name: TypeScript.Identifier,
): TypeScript.NamedDeclaration | undefined {
  const { parent } = name;
  const isName = (parent as TypeScript.NamedDeclaration).name === name;
  if (ts.isBindingElement(parent)) return isName ? ts.walkUpBindingElementsAndPatterns(parent) : undefined;
  const isDeclared =
    ts.isVariableDeclaration(parent) ||
    ts.isParameter(parent) ||
    ts.isFunctionDeclaration(parent) ||
    ts.isClassDeclaration(parent) ||
    ts.isEnumDeclaration(parent) ||
    ts.isModuleDeclaration(parent) ||
    ts.isImportSpecifier(parent) ||
    ts.isImportClause(parent) ||
    ts.isNamespaceImport(parent);
  return isName && isDeclared ? parent : undefined;
}

/** The name of a declaration, or the list or pattern that it is a part of. */
function wholeName(ts: TypeScriptApi, declared: TypeScript.NamedDeclaration): TypeScript.Node {
  return ts.isImportSpecifier(declared) ? declared.parent : (declared.name ?? declared);
}

/** Where the function of a parameter begins: with the bracket in front of it, where it is the first argument of a call. */
function functionStart(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  { parent: own }: TypeScript.ParameterDeclaration,
): number {
  const { parent: call } = own;
  const isFirst = ts.isCallExpression(call) && call.arguments[0] === own && call.typeArguments === undefined;
  return isFirst ? call.arguments.pos - 1 : own.getStart(source);
}
