import { ANY_CHAR } from '../../char-ranges.js';
import type { ProgramBuilder } from '../../program-builder.js';

/** RFC 1035: octets of a whole name, and of a label behind the prefix `xn--`. */
export const MAX_NAME = 253;
export const MAX_PUNYCODE = 59;

/** Any texts of so many characters. The engine knows these as bounds on a length, which cost little. */
export function ofLength(builder: ProgramBuilder, min: number, max: number): number {
  return builder.repeat(builder.charSet(ANY_CHAR), min, max);
}
