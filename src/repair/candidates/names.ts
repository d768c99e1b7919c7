import type * as TypeScript from 'typescript';
import { editDistance } from '../../frontends/rules/nearest-name.js';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import type { CompletionEngine } from '../engines/completion-engine.js';
import type { Hole } from '../holes.js';
import { type Edit, edit } from './edit.js';

/** Where a name stands: after a dot, or by itself. */
export type NameSlot = 'member' | 'value';

/** Who knows which names fit at a place. */
export type NameSource = Pick<CompletionEngine, 'complete'>;

/** The changes of one name, the nearest first. */
export interface NamePlace {
  /** The name that stands there is none of those that fit. */
  readonly isWrong: boolean;
  readonly edits: readonly Edit[];
}

interface Site {
  readonly slot: NameSlot;
  readonly kind: 'name' | 'argument';
  /** What is asked of the engine, and the text that a name is put in place of. */
  readonly text: string;
  readonly offset: number;
  readonly start: number;
  readonly end: number;
  readonly lead: string;
  readonly name: string;
}

/**
 * Asks for the names that fit in each place of the hole where one stands, or where an argument may be added.
 *
 * @param most changes a place at most
 */
export async function* nameChanges(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  nodes: readonly TypeScript.Node[],
  hole: Hole,
  names: NameSource,
  most: number,
  signal: AbortSignal,
): AsyncGenerator<NamePlace> {
  const known = new Set(hole.content.match(/[\p{ID_Start}$_][\p{ID_Continue}$\u200c\u200d]*/gu) ?? []);
  for (const node of nodes) {
    for (const site of sitesOf(ts, source, node, hole.content)) {
      const { slot, text, offset } = site;
      const answer = await names.complete({ slot, file: hole.file, text, offset, signal });
      if (signal.aborted) return;
      if (answer === null) continue;
      const sorted = nearest(site.name, answer.names, known).slice(0, most);
      const isWrong = site.name !== '' && answer.complete && !answer.names.includes(site.name);
      const edits = sorted.map((name) => ({
        ...edit(site.kind, site.start, site.end, site.lead + name),
        distance: isWrong ? spellingDistance(site.name, name) : undefined,
      }));
      yield { isWrong, edits };
    }
  }
}

function* sitesOf(
  ts: TypeScriptApi,
  source: TypeScript.SourceFile,
  node: TypeScript.Node,
  content: string,
): Iterable<Site> {
  if (ts.isIdentifier(node)) {
    const slot = slotOf(ts, node);
    const start = node.getStart(source);
    const place = { start, end: node.end, offset: start, text: content, lead: '', name: node.text };
    if (slot !== undefined) yield { ...place, slot, kind: 'name' };
  } else if ((ts.isCallExpression(node) || ts.isNewExpression(node)) && node.arguments !== undefined) {
    const list = node.arguments;
    const at = list.at(-1)?.end ?? list.pos;
    const lead = list.length === 0 ? '' : ', ';
    const text = content.slice(0, at) + lead + content.slice(at);
    const place = { start: at, end: at, offset: at + lead.length, text, lead, name: '' };
    yield { ...place, slot: 'value', kind: 'argument' };
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

/**
 * How far apart two spellings are, as TypeScript counts it for "Did you mean …": letters in another case are a tenth of a change, and names
 * with more changes than two fifths of the letters are no spellings of each other (undefined).
 */
export function spellingDistance(name: string, other: string): number | undefined {
  if (name.length > 64 || Math.abs(name.length - other.length) > Math.max(2, Math.floor(name.length * 0.34)))
    return undefined;
  const folded = editDistance(name.toLowerCase(), other.toLowerCase());
  const cases = editDistance(name, other) - folded;
  const distance = folded + cases / 10;
  return distance <= Math.floor(name.length * 0.4) + 0.9 ? distance : undefined;
}

/** Names by how little they differ; those that the file uses already are likelier. */
function nearest(name: string, names: readonly string[], known: ReadonlySet<string>): string[] {
  const cost = (other: string): number => {
    const distance = name === '' ? 0 : editDistance(name.slice(0, 64), other.slice(0, 64));
    return distance - (known.has(other) ? 3 : 0);
  };
  return [...new Set(names)]
    .filter((other) => other !== name)
    .map((other) => ({ other, cost: cost(other) }))
    .sort((a, b) => a.cost - b.cost || (a.other < b.other ? -1 : 1))
    .map(({ other }) => other);
}
