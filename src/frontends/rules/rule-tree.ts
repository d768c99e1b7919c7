import type { LeafSymbol } from '../program-format.js';

/**
 * What front ends for grammars with rules have in common: rules whose bodies are trees. A body is a list of nodes in
 * post-order (children before parents, the last node is the body), so nesting costs no stack. `lowerRules` makes a program
 * of it.
 */
export type RuleNode = {
  readonly origin?: Origin | undefined;
} /** A regular expression of the builder. */ & (
  | { readonly kind: 'expr'; readonly expr: number; readonly isText?: boolean }
  /** What the engine reads as one symbol, but for a rule: tokens, a JSON Schema. */
  | { readonly kind: 'symbol'; readonly symbol: LeafSymbol }
  | { readonly kind: 'rule'; readonly rule: number }
  /** A rule that is in the builder already, as that of another program. */
  | { readonly kind: 'inserted'; readonly rule: number }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly number[] }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      /** undefined: no bound */
      readonly max: number | undefined;
      readonly offset: number;
    }
  /** A part that at most so many tokens write (docs/program.md, LIMITED and BOUNDED). */
  | { readonly kind: 'bounded'; readonly body: number; readonly maxTokens: number; readonly offset: number }
  | RegularNode
);

/** A stretch of the source: offsets, the second behind its last character. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** The node of a grammar as it is written that a node was made from, where lowering makes other rules of them. */
export interface Origin {
  readonly rule: number;
  readonly node: number;
}

/** An operation on regular languages only, as intersection. Operands that are not regular are an error. */
export interface RegularNode {
  readonly kind: 'regular';
  readonly parts: readonly number[];
  /** What it is, for the error: `the operator &`. */
  readonly what: string;
  readonly offset: number;
  /** What stands for it, of expressions: an expression, or a symbol such as a slot. */
  readonly make: (exprs: readonly number[]) => number | LeafSymbol;
  /** The expression, where it is known without that of its parts. */
  readonly expr?: () => number;
}

export interface Rule {
  readonly name: string;
  /** Where its name stands in the source; undefined for a rule that comes along, such as a core rule of ABNF. */
  readonly offset?: number | undefined;
  readonly nodes: readonly RuleNode[];
  /** Where each node stands in the source, with the brackets around it; undefined: it is not written there. */
  readonly spans?: readonly (Span | undefined)[] | undefined;
  /** The written rule that this one is made from, where lowering makes other rules of them. */
  readonly writtenAs?: number | undefined;
}

export interface RuleGrammar {
  readonly rules: readonly Rule[];
  /** Index of the start rule. */
  readonly root: number;
  /** The error for what cannot be lowered; the offset is that of the node. */
  readonly refuse: (offset: number, message: string, hint: string) => Error;
}
