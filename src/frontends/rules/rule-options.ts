/**
 * Options of a rule that say nothing about its texts. A grammar carries them for its user: nothing is captured or drawn by
 * them here.
 */
export interface RuleOptions {
  /** The name under which the text of the rule is to be captured. */
  readonly capture?: string;
  /** The name under which the mark that ends the rule's text is to be captured. */
  readonly stopCapture?: string;
  /** The temperature to draw with while the rule is active: finite, at least 0. */
  readonly temperature?: number;
  /** Set where text that must come next is not to be taken without being drawn. */
  readonly noForcing?: true;
}

/** A program, and the options of the rules that it was made from, by the names of the rules. */
export interface ProgramWithOptions {
  readonly program: Uint8Array;
  readonly ruleOptions: ReadonlyMap<string, RuleOptions>;
}
