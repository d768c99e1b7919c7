import type * as TypeScript from 'typescript';
import type { CompletionAnswer } from '../completion-engine.js';
import type { TypeScriptApi } from './find-typescript.js';
import { mayBeTypeArgument, roleOf, wholeExpression } from './positions.js';

/** What can be written as an identifier. Reserved words are told apart by the grammar. */
export const IDENTIFIER = /^[\p{ID_Start}$_][\p{ID_Continue}$\p{Join_Control}]*$/u;

/** The names that a reference to a value may have; null where the place may be something else. */
export function valueAnswer(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  file: TypeScript.SourceFile,
  node: TypeScript.Identifier,
): CompletionAnswer | null {
  const whole = wholeExpression(ts, node);
  const role = roleOf(ts, file, whole);
  if (role === undefined || mayBeTypeArgument(ts, checker, node, whole) || isInWith(ts, node)) return null;
  const names: string[] = [];
  const { Value, Alias } = ts.SymbolFlags;
  for (const symbol of checker.getSymbolsInScope(node, Value | Alias)) {
    if (!IDENTIFIER.test(symbol.name)) continue;
    if (!(symbol.flags & Value) && symbol.flags & Alias && !mayBeValue(checker, symbol, Value)) continue;
    names.push(symbol.name);
  }
  const sorted = [...new Set(names)].sort();
  return role === 'operand'
    ? { names: sorted, complete: true }
    : { names: sorted, complete: false, newNames: true };
}

/** Whether an import stands for a value; one that cannot be resolved may. */
function mayBeValue(checker: TypeScript.TypeChecker, symbol: TypeScript.Symbol, value: number): boolean {
  const target = checker.getAliasedSymbol(symbol);
  return (target.flags & value) !== 0 || target.declarations === undefined;
}

/** In `with (object)` every name may be a member of the object. */
function isInWith(ts: TypeScriptApi, node: TypeScript.Node): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) if (ts.isWithStatement(at)) return true;
  return false;
}
