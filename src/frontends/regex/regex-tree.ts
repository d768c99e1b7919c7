/**
 * A pattern as nodes in post-order: children stand before their parents, the last node is the whole pattern. So every
 * later step is a loop over the nodes, and nesting costs no stack.
 */
export type RegexNode =
  /** A language without anchors that is already an expression. */
  | { readonly kind: 'leaf'; readonly expr: number; readonly nullable: boolean }
  | { readonly kind: 'start' | 'end' }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly number[] }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      readonly max: number | undefined;
    };
