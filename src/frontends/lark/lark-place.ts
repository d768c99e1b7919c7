import { ANY_CHAR } from '../char-ranges.js';
import type { RuleNode } from '../rules/rule-tree.js';
import type { Lowering, RuleScope } from './lark-lower.js';

/** Where a part of a rule stands. Sets of lazy terminals are bits of numbers. */
export interface Place {
  /** Lazy terminals that may begin where the part begins, beside it. */
  readonly heeds: bigint;
  /** Lazy terminals that may begin where the part ends. */
  readonly follow: bigint;
}

/** One terminal: its text, without what a lazy terminal beside it would take first, and what may be ignored behind it. */
export function lexeme(
  lowering: Lowering,
  scope: RuleScope,
  expr: number,
  place: Place,
  form: {
    readonly isLazy: boolean;
    readonly maxTokens: number | undefined;
    readonly heeded?: number | undefined;
  } = { isLazy: false, maxTokens: undefined },
): RuleNode[] {
  const { builder } = scope;
  const heeds = place.heeds | (!form.isLazy && builder.isNullable(expr) ? place.follow : 0n);
  let texts = expr;
  if (heeds !== 0n) {
    // A lazy terminal may end together with another one, but not after it.
    const behind = builder.repeat(builder.charSet(ANY_CHAR), form.isLazy ? 1 : 0);
    const taken = builder.concat([builder.union(scope.firsts.exprsOf(heeds)), behind]);
    texts = builder.intersect([expr, builder.complement(taken)]);
  }
  const { maxTokens } = form;
  const { ignored } = scope;
  const nodeOf = (of: number): RuleNode =>
    maxTokens === undefined
      ? { kind: 'expr', expr: of }
      : { kind: 'symbol', symbol: { kind: 'limited', expr: of, maxTokens } };
  if (ignored === undefined || form.heeded !== undefined || !builder.isNullable(texts))
    return skippable(lowering, scope, [nodeOf(texts)]);
  // Nothing is ignored behind a terminal that is not there.
  const some = builder.intersect([texts, builder.repeat(builder.charSet(ANY_CHAR), 1)]);
  return [
    ...skippable(lowering, scope, [nodeOf(some)]),
    { kind: 'expr', expr: builder.epsilon() },
    { kind: 'union', parts: [2, 3] },
  ];
}

/** A symbol, and what may be ignored behind it. */
export function skippable(
  { origins }: Lowering,
  { ignored, grammar }: RuleScope,
  nodes: readonly RuleNode[],
): RuleNode[] {
  if (ignored === undefined) return [...nodes];
  const skipped: RuleNode = { kind: 'expr', expr: ignored, origin: origins?.ignoredOf(grammar) };
  return [...nodes, skipped, { kind: 'concat', parts: [0, 1] }];
}
