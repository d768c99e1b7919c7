import type { CharRange } from '../program-format.js';

/**
 * A pattern as nodes in post-order: children stand before their parents, the last node is the whole pattern. So most
 * later steps are loops over the nodes, and nesting costs no stack.
 */
export type RegexNode =
  /** One character of a set. */
  | { readonly kind: 'chars'; readonly ranges: readonly CharRange[]; readonly expr: number }
  /** An anchor; with `lines` (flag m) it holds at line ends too. */
  | { readonly kind: 'start' | 'end'; readonly lines: boolean }
  /** `\b`, or `\B` if negated; `word` is what a word is made of. */
  | { readonly kind: 'wordBorder'; readonly negated: boolean; readonly word: readonly CharRange[] }
  | {
      readonly kind: 'look';
      readonly ahead: boolean;
      readonly negated: boolean;
      readonly body: number;
      /** Where it stands in the pattern. */
      readonly at: number;
    }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly number[] }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      readonly max: number | undefined;
      readonly at: number;
    };

export function childrenOf(node: RegexNode): readonly number[] {
  if (node.kind === 'concat' || node.kind === 'union') return node.parts;
  return node.kind === 'repeat' || node.kind === 'look' ? [node.body] : [];
}
