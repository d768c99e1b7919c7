import type * as TypeScript from 'typescript';
import { loadTypeScript, type TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';
import type { CheckReport, Diagnostic } from '../patch.js';
import { sourceOf, tokensWithin } from '../syntax.js';
import { cutHole, type TemplateHole } from '../templates.js';
import { compareReports } from '../validate/compare.js';
import { NAME_CODES } from './fault-place.js';

// That a function has an end without a `return`: as its type asks for one, and as all its ways do.
const RETURN_CODES: ReadonlySet<number> = new Set([2355, 2366, 2847, 7030]);

/**
 * The part of the old text that the text around it needs, as a template that keeps it: up to a name that is declared, a function's parameters
 * to the end, a `return`. What is needed shows where the hole is left empty: names that are then not found, and were declared in it. Undefined where
 * nothing is, or where it is at fault itself.
 *
 * A text that declares the name in another way is not written then: it is a rule for a search and no proof.
 *
 * @param base what the checker says of the old text, and `empty` of an empty hole
 */
export function neededPart(hole: Hole, base: CheckReport, empty: CheckReport): TemplateHole | undefined {
  if (base.status === 'unknown' || empty.status === 'unknown') return undefined;
  const place = { start: hole.start, end: hole.start };
  const { introduced } = compareReports(base, empty, hole.file, place);
  const missing = new Set(introduced.filter(({ code }) => NAME_CODES.has(code)).flatMap(namesOf(hole)));
  const isOpen = introduced.some(({ code }) => RETURN_CODES.has(code));
  if (missing.size === 0 && !isOpen) return undefined;
  const ts = loadTypeScript();
  const source = sourceOf(ts, hole);
  const kept = new Map<string, string>();
  let from = hole.start;
  let to = hole.end;
  for (const { text, node, end } of tokensWithin(ts, source, hole.start, hole.end)) {
    if (isOpen && node.kind === ts.SyntaxKind.ReturnKeyword && from === hole.start) {
      from = end;
      kept.set('return', text);
    }
    if (!missing.has(text) || !ts.isIdentifier(node)) continue;
    const declared = declarationOf(ts, node);
    if (declared === undefined) continue;
    kept.set(text, text);
    if (ts.isParameter(declared)) to = Math.min(to, functionStart(ts, source, declared));
    else from = Math.max(from, wholeName(ts, declared).end);
  }
  if (kept.size === 0 || from >= to || from < hole.start || to < hole.start) return undefined;
  const isKept = ({ range, file }: Diagnostic): boolean =>
    file === hole.file &&
    range !== null &&
    ((range.start < from && range.end > hole.start) || (range.end > to && range.start < hole.end));
  const isFault = ({ code }: Diagnostic): boolean => NAME_CODES.has(code) || code < 2000;
  if (base.diagnostics.some((one) => isFault(one) && isKept(one))) return undefined;
  return cutHole(hole, 'needed', `${[...kept.keys()].join(', ')} kept`, { from, to });
}

/** The name that a message about an empty hole speaks of. */
function namesOf({ file, prefix, suffix }: Hole): (message: Diagnostic) => string[] {
  const content = prefix + suffix;
  return ({ file: own, range }) => (own === file && range ? [content.slice(range.start, range.end)] : []);
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
