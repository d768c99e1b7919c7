import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { Hole } from '../holes.js';
import { nodesWithin, sourceOf } from '../syntax/tree.js';

/** Where a name stands: after a dot, or by itself. */
export type NameSlot = 'member' | 'value';

/** A place of the hole where a name stands, or where an argument may be added. Offsets are those of the file. */
export interface NameSite {
  readonly slot: NameSlot;
  readonly kind: 'name' | 'argument';
  readonly start: number;
  readonly end: number;
  /** What stands in front of an argument that is added. */
  readonly lead: string;
  /** Empty where one may be added. */
  readonly name: string;
}

/** Those places in the order of the text. */
export function nameSites(ts: TypeScriptApi, hole: Hole): NameSite[] {
  const source = sourceOf(ts, hole);
  return nodesWithin(ts, source, hole.start, hole.end).flatMap((node) => [...sitesOf(ts, source, node)]);
}

function* sitesOf(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  node: TypeScript.Node,
): Iterable<NameSite> {
  if (ts.isIdentifier(node)) {
    const slot = slotOf(ts, node);
    const start = node.getStart(source);
    if (slot !== undefined) yield { slot, kind: 'name', start, end: node.end, lead: '', name: node.text };
  } else if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments !== undefined) {
    const list = node.arguments;
    const at = list.at(-1)?.end ?? list.pos;
    const lead = list.length === 0 ? '' : ', ';
    yield { slot: 'value', kind: 'argument', start: at, end: at, lead, name: '' };
  }
}

/** Undefined for names of declarations, types, labels and members of literals: what fits there is not asked. */
function slotOf(ts: TypeScriptApi, node: TypeScript.Identifier): NameSlot | undefined {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.name === node ? 'member' : 'value';
  if (ts.isTypeNode(parent) || ts.isQualifiedName(parent) || ts.isTypeParameterDeclaration(parent)) return;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node ? 'value' : undefined;
  if (ts.isShorthandPropertyAssignment(parent) || ts.isLabeledStatement(parent)) return;
  if (ts.isBreakOrContinueStatement(parent) || ts.isImportSpecifier(parent) || ts.isExportSpecifier(parent))
    return;
  if (ts.isImportClause(parent) || ts.isNamespaceImport(parent)) return;
  if ('name' in parent && parent.name === node) return;
  if (ts.isBindingElement(parent)) return parent.initializer === node ? 'value' : undefined;
  return 'value';
}
