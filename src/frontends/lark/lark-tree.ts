import type { IdRange } from '../program-format.js';
import type { Span } from '../rules/rule-tree.js';
import type { Condition, Parameter } from './lark-parameters.js';

/**
 * A grammar in Lark as it is written. Bodies are lists of nodes in post-order: children stand before their parents, the
 * last node is the body. So nesting costs no stack. `offset` is the place for errors, `span` all that is written, with the
 * brackets around it; what the library of terminals brings stands nowhere.
 */
export type LarkNode = { readonly span?: Span | undefined } & (
  | { readonly kind: 'text'; readonly text: string; readonly ignoreCase: boolean; readonly offset: number }
  /** One character between two, both included. */
  | { readonly kind: 'range'; readonly lo: number; readonly hi: number; readonly offset: number }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly flags: string; readonly offset: number }
  /** A rule or a terminal, told apart by its first letter. */
  | {
      readonly kind: 'name';
      readonly name: string;
      readonly parameter: Parameter | undefined;
      readonly offset: number;
    }
  | { readonly kind: 'tokenName'; readonly name: string; readonly offset: number }
  | {
      readonly kind: 'tokenIds';
      readonly ids: readonly IdRange[];
      readonly excluded: boolean;
      readonly offset: number;
    }
  /** `@name` */
  | { readonly kind: 'grammar'; readonly name: string; readonly offset: number }
  /** `%json`, with the JSON text that follows it. */
  | { readonly kind: 'json'; readonly text: string; readonly offset: number }
  /** `%lark { … }` */
  | { readonly kind: 'lark'; readonly grammar: LarkGrammar; readonly offset: number }
  /** `%regex { … }`: any run of the chunks. */
  | { readonly kind: 'substring'; readonly chunks: readonly string[]; readonly offset: number }
  | { readonly kind: 'concat' | 'intersect'; readonly parts: readonly number[]; readonly offset: number }
  | {
      readonly kind: 'union';
      readonly parts: readonly number[];
      /** `%if` of each part; undefined: always. */
      readonly conditions: readonly (Condition | undefined)[];
      readonly offset: number;
    }
  | { readonly kind: 'complement'; readonly body: number; readonly offset: number }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      /** undefined: no bound */
      readonly max: number | undefined;
      readonly offset: number;
    }
);

export type LarkBody = readonly LarkNode[];

/** The mark of `suffix` or `stop`: a terminal of its own. */
export interface LarkMark {
  readonly body: LarkBody;
  readonly offset: number;
}

/** What stands in brackets behind a rule's name. */
export interface LarkAttributes {
  readonly lazy: boolean;
  readonly suffix: LarkMark | undefined;
  readonly stop: LarkMark | undefined;
  readonly maxTokens: number | undefined;
  readonly maxChars: number | undefined;
  readonly temperature: number | undefined;
  readonly capture: string | undefined;
  readonly stopCapture: string | undefined;
  readonly offset: number;
}

export interface LarkRule {
  readonly name: string;
  readonly offset: number;
  /** `rule::_`: the rule has a parameter. */
  readonly isParametric: boolean;
  readonly attributes: LarkAttributes | undefined;
  readonly body: LarkBody;
}

export interface LarkTerminal {
  readonly name: string;
  readonly offset: number;
  readonly body: LarkBody;
}

/** The body of `%ignore`, and where the directive stands. */
export interface LarkIgnored {
  readonly body: LarkBody;
  readonly offset: number;
}

export interface LarkOptions {
  /** Patterns read bytes, and texts need not be UTF-8. */
  readonly allowInvalidUtf8: boolean;
  /** Where that is said. */
  readonly allowInvalidUtf8At: number;
  /** Ignored text may stand in front of the first terminal. */
  readonly allowInitialSkip: boolean;
  /** Ignored text stands at most once at each place. */
  readonly ignoreOnce: boolean;
  /** Text that must come next is not to be taken without being drawn. */
  readonly noForcing: boolean;
}

export interface LarkGrammar {
  readonly rules: ReadonlyMap<string, LarkRule>;
  readonly terminals: ReadonlyMap<string, LarkTerminal>;
  readonly ignored: readonly LarkIgnored[];
  readonly options: LarkOptions;
  /** Where the grammar begins, for errors about it as a whole. */
  readonly offset: number;
}

/** Rules begin with a small letter, terminals with a capital one; an underscore before it does not count. */
export function isTerminalName(name: string): boolean {
  const first = name.startsWith('_') ? name[1] : name[0];
  return first !== undefined && first >= 'A' && first <= 'Z';
}
