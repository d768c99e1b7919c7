import type { Pattern } from './lexical.js';

/** The grammar of a hole before it is a program: rules of terminals and rules, by name. */
export type HoleSymbol =
  | { readonly rule: string }
  /** Any of the patterns. */
  | { readonly patterns: readonly Pattern[] }
  | { readonly slot: 'value' | 'member'; readonly pattern: Pattern };

export type Alternative = readonly HoleSymbol[];

export interface HoleRules {
  readonly rules: ReadonlyMap<string, readonly Alternative[]>;
  readonly root: string;
}
