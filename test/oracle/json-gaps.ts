import type { Machine } from './machine.js';
import { regexMachine } from './text-language.js';

/** What stands between the brackets and values of a container: each the language of one gap. */
export interface OracleGaps {
  /** Behind an opening bracket, and before a closing one. */
  readonly pad: Machine;
  /** Between two items or members. */
  readonly item: Machine;
  /** Between a member's name and its value. */
  readonly key: Machine;
}

/** Gaps with a text of `white` at most once on either side of a separator; all three are patterns. */
export function gapsOf(white: string, item: string, key: string): OracleGaps {
  const around = (separator: string): Machine => regexMachine(`(?:${white})?(?:${separator})(?:${white})?`);
  return { pad: regexMachine(`(?:${white})?`), item: around(item), key: around(key) };
}
