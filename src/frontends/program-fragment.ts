import type { WordTable } from './word-table.js';

/**
 * An expression with all that it is made of, apart from any program. What costs to build and comes again and again, as the
 * formats of JSON Schema, is built once, and then put into each program that asks for it.
 */
export interface ProgramFragment {
  readonly strings: readonly string[];
  readonly sets: WordTable;
  /** Their words refer to the strings, sets and expressions here. */
  readonly exprs: WordTable;
  readonly root: number;
}
