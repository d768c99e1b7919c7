import type { ProgramBuilder } from '../../frontends/program-builder.js';
import { type CharRange, ExprOp } from '../../frontends/program-format.js';

/** The words behind the operator of an expression. */
export function operandsOf(builder: ProgramBuilder, expr: number): number[] {
  const { exprs } = builder.fragment(expr);
  const operands: number[] = [];
  for (let at = exprs.start(expr) + 1; at < exprs.start(expr + 1); at++)
    operands.push((exprs.words[at] as number) >>> 0);
  return operands;
}

/** The code points of a literal. */
export function literalPoints(builder: ProgramBuilder, expr: number): number[] {
  const [text = 0] = operandsOf(builder, expr);
  const { strings } = builder.fragment(expr);
  return Array.from(strings[text] as string, (char) => char.codePointAt(0) as number);
}

/** The ranges of an expression that reads one character; undefined for any other. */
export function charactersOf(builder: ProgramBuilder, expr: number): readonly CharRange[] | undefined {
  const { exprs, sets } = builder.fragment(expr);
  if (exprs.first(expr) === ExprOp.LITERAL) {
    const [point, ...more] = literalPoints(builder, expr);
    return point !== undefined && more.length === 0 ? [[point, point]] : undefined;
  }
  if (exprs.first(expr) !== ExprOp.SET) return undefined;
  const [set = 0] = operandsOf(builder, expr);
  const ranges: [number, number][] = [];
  for (let at = sets.start(set); at < sets.start(set + 1); at += 2) {
    ranges.push([sets.words[at] as number, sets.words[at + 1] as number]);
  }
  return ranges;
}

export function isOneOf(ranges: readonly CharRange[], char: number): boolean {
  for (const [lo, hi] of ranges) if (char >= lo && char <= hi) return true;
  return false;
}
