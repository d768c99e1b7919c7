import type { EbnfDialect } from '../frontends/ebnf/ebnf-program.js';
import type { LarkDialect } from '../frontends/lark/lark-program.js';
import type { GrammarLimits } from '../frontends/program-format.js';
import type { WrittenKind } from '../frontends/written-grammar.js';

export type LintSeverity = 'error' | 'warning' | 'info';

/** What a finding is about; docs/command-line-tools.md tells of each. */
export type LintCode =
  | 'unsupported'
  | 'matches-nothing'
  | 'matches-only-empty'
  | 'unused-rule'
  | 'unreachable-rule'
  | 'duplicate-alternative'
  | 'unbounded-white-space'
  | 'shadowed-keyword'
  | 'ambiguous-rule';

export interface LintFinding {
  code: LintCode;
  severity: LintSeverity;
  /** Line and column from 1 (in code points), and the line with a caret under the place. */
  line: number;
  column: number;
  excerpt: string;
  message: string;
  /** What to do about it, in one sentence. */
  hint: string;
  /** `ambiguous-rule`: a shortest text that was found to have two readings. */
  witness?: string;
}

export interface LintOptions {
  /** What the grammar is written in. Default: `ebnf`. */
  readonly kind?: WrittenKind | undefined;
  /** The start rule. Default: `root` in EBNF, `start` in Lark, the first rule in ABNF. */
  readonly root?: string | undefined;
  /** How EBNF or Lark is read, as in `Grammar.ebnf` and `Grammar.lark`. */
  readonly dialect?: EbnfDialect | LarkDialect | undefined;
  /** Steps of the search for ambiguity. Default: 200,000 (well under a second); 0 leaves it out. */
  readonly ambiguityBudget?: number | undefined;
  readonly limits?: GrammarLimits | undefined;
}

export interface LintReport {
  /** In the order of the text. */
  findings: LintFinding[];
  /**
   * `'complete'`: every text of up to 6 characters over a few characters of each set was looked at; `'budget'`: of some rules
   * not every one, so they may be ambiguous without a finding; `'off'`.
   */
  ambiguitySearch: 'complete' | 'budget' | 'off';
  /** The rules of which that is so, in the order of the text: no second reading was found, and some texts were not looked at. */
  undecidedRules: string[];
}
