import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './load-typescript.js';
import { type TypeTag, tagsOf } from './type-tags.js';

/**
 * Tags of aliases that the compiler forgets. `type Id = string` is `string` wherever it is used, so the tags of `Id` are found
 * only by the syntax that stands there, the *hint* of a type.
 */
export interface AliasTags {
  /** The tags of the aliases that a hint goes through, and what stands behind them. */
  follow(hint: TypeScript.TypeNode | undefined): {
    readonly tags: readonly TypeTag[];
    readonly hint: TypeScript.TypeNode | undefined;
  };
  /** An alias with tags somewhere inside that the type does not remember. */
  forgotten(node: TypeScript.Node): string | undefined;
  /** The hint, if it stands for that type; where a type parameter stands, it does not. */
  fitting(hint: TypeScript.TypeNode | undefined, type: TypeScript.Type): TypeScript.TypeNode | undefined;
}

export function createAliasTags(ts: TypeScriptApi, checker: TypeScript.TypeChecker): AliasTags {
  const forgottenIn = new Map<TypeScript.Node, string | undefined>();

  /** The declaration of an alias that no type remembers. */
  function lostAlias(
    node: TypeScript.Node,
  ): { symbol: TypeScript.Symbol; declaration: TypeScript.TypeAliasDeclaration } | undefined {
    if (!ts.isTypeReferenceNode(node) || node.typeArguments !== undefined) return undefined;
    let symbol = checker.getSymbolAtLocation(node.typeName);
    if (symbol !== undefined && symbol.flags & ts.SymbolFlags.Alias)
      symbol = checker.getAliasedSymbol(symbol);
    const declaration = symbol?.declarations?.find(ts.isTypeAliasDeclaration);
    if (symbol === undefined || declaration === undefined) return undefined;
    return checker.getDeclaredTypeOfSymbol(symbol).aliasSymbol === symbol
      ? undefined
      : { symbol, declaration };
  }

  function follow(start: TypeScript.TypeNode | undefined): ReturnType<AliasTags['follow']> {
    const tags: TypeTag[] = [];
    let hint = start;
    for (;;) {
      if (hint === undefined) return { tags, hint };
      if (ts.isParenthesizedTypeNode(hint)) {
        hint = hint.type;
        continue;
      }
      if (ts.isTypeOperatorNode(hint) && hint.operator === ts.SyntaxKind.ReadonlyKeyword) {
        hint = hint.type;
        continue;
      }
      const alias = lostAlias(hint);
      if (alias === undefined) return { tags, hint };
      tags.push(...tagsOf(ts, checker, alias.symbol));
      hint = alias.declaration.type;
    }
  }

  function forgotten(start: TypeScript.Node): string | undefined {
    if (forgottenIn.has(start)) return forgottenIn.get(start);
    const seen = new Set<TypeScript.Node>([start]);
    let found: string | undefined;
    for (const node of seen) {
      const alias = lostAlias(node);
      if (alias !== undefined) {
        if (tagsOf(ts, checker, alias.symbol).length > 0) {
          found = alias.symbol.name;
          break;
        }
        seen.add(alias.declaration.type);
      }
      // Members speak for themselves: they are met where their object is.
      if (!ts.isTypeLiteralNode(node)) ts.forEachChild(node, (child) => void seen.add(child));
    }
    forgottenIn.set(start, found);
    return found;
  }

  function fitting(
    hint: TypeScript.TypeNode | undefined,
    type: TypeScript.Type,
  ): TypeScript.TypeNode | undefined {
    if (hint === undefined) return undefined;
    const parts = (of: TypeScript.Type): TypeScript.Type[] =>
      (of.isUnion() ? of.types : [of]).filter(({ flags }) => !(flags & ts.TypeFlags.Undefined));
    const own = new Set(parts(type));
    const written = parts(checker.getTypeFromTypeNode(hint));
    return written.length === own.size && written.every((part) => own.has(part)) ? hint : undefined;
  }

  return { follow, forgotten, fitting };
}
