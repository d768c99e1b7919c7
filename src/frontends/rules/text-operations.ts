import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';

/** Regular expressions that several front ends need: free text up to a mark, shortest matches, bounded lengths. */

export function anyText(builder: ProgramBuilder): number {
  return builder.repeat(builder.charSet(ANY_CHAR), 0);
}

/** The texts that hold none of the marks anywhere. An empty mark leaves no text. */
export function textWithout(builder: ProgramBuilder, marks: readonly number[]): number {
  if (marks.length === 0) return anyText(builder);
  const any = anyText(builder);
  return builder.complement(builder.concat([any, builder.union(marks), any]));
}

/** The texts of an expression of which no shorter beginning is one too: what a lazy match takes. */
export function shortestMatch(builder: ProgramBuilder, expr: number): number {
  const more = builder.repeat(builder.charSet(ANY_CHAR), 1);
  return builder.intersect([expr, builder.complement(builder.concat([expr, more]))]);
}

/** The texts of an expression that have at most so many characters (code points). */
export function atMostCharacters(builder: ProgramBuilder, expr: number, count: number): number {
  return builder.intersect([expr, builder.repeat(builder.charSet(ANY_CHAR), 0, count)]);
}

/**
 * The texts of an expression that end where they first can once they have so many characters (code points): a longer text
 * stays only where no shorter one of at least that length is a beginning of it.
 */
export function endsBy(builder: ProgramBuilder, expr: number, count: number): number {
  const any = builder.charSet(ANY_CHAR);
  const spent = builder.intersect([expr, builder.repeat(any, count)]);
  return builder.intersect([expr, builder.complement(builder.concat([spent, builder.repeat(any, 1)]))]);
}

/**
 * Free text, then a mark, for each mark: the texts that end with the mark and hold no mark and none of the other texts
 * before their last character.
 */
export function textsUpToMarks(
  builder: ProgramBuilder,
  marks: readonly number[],
  excluded: readonly number[] = [],
): number[] {
  const any = anyText(builder);
  const more = builder.repeat(builder.charSet(ANY_CHAR), 1);
  const early = builder.complement(builder.concat([any, builder.union([...marks, ...excluded]), more]));
  return marks.map((mark) => builder.intersect([builder.concat([any, mark]), early]));
}
