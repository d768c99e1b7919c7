import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import { ExprOp } from '../program-format.js';

/**
 * `stop=MARK` of llguidance: the rule reads its body up to the first mark, and the mark is taken back. So it is no part of the
 * finished text, and the rule has the texts of the body that the first mark would end. That is a set of texts like any other,
 * and no text needs to be taken back.
 */

/** Marks of more texts are not written out. */
const MOST_MARKS = 64;

export interface Stopped {
  /** The texts of the rule. */
  readonly expr: number;
  /** A mark may begin inside of another one's beginning: what is cut off before its mark is not always such a text. */
  readonly overlaps: boolean;
}

/**
 * The texts w of the body for which some mark m makes w m end there and not before: no proper beginning of w m is a body and a
 * mark. undefined: the marks are more than a few texts, and not one character each.
 */
export function textsBeforeMark(builder: ProgramBuilder, body: number, mark: number): Stopped | undefined {
  const anyText = builder.repeat(builder.charSet(ANY_CHAR), 0);
  // Inside of w already.
  const inside = builder.concat([body, mark, anyText]);
  if (builder.exprOp(bare(builder, mark)) === ExprOp.SET) {
    return { expr: without(builder, body, [inside]), overlaps: false };
  }
  const marks = finiteTexts(builder, mark);
  if (marks === undefined) return undefined;
  let overlaps = false;
  const texts = marks.map((own) => {
    const early = [inside];
    for (const other of marks) {
      // The other mark begins in w and ends in a proper beginning of this one: what of it is in w follows a body.
      for (let shared = 1; shared < own.length && shared <= other.length; shared++) {
        if (!endsWithStart(other, own, shared)) continue;
        overlaps = true;
        const rest = other.slice(0, other.length - shared);
        early.push(builder.concat([body, ...rest.map((point) => builder.charSet([[point, point]]))]));
      }
    }
    return without(builder, body, early);
  });
  return { expr: builder.union(texts), overlaps };
}

function without(builder: ProgramBuilder, body: number, early: readonly number[]): number {
  return builder.intersect([body, builder.complement(builder.union(early))]);
}

/** Whether the last `count` characters of a text are the first of another. */
function endsWithStart(text: readonly number[], other: readonly number[], count: number): boolean {
  for (let index = 0; index < count; index++) {
    if (text[text.length - count + index] !== other[index]) return false;
  }
  return true;
}

/** What an expression of bytes is made of. */
const bare = (builder: ProgramBuilder, expr: number): number =>
  builder.exprOp(expr) === ExprOp.BYTES ? builder.bytesOf(expr) : expr;

/** The texts of an expression as code points, or as bytes, where they are few and none is empty. */
function finiteTexts(builder: ProgramBuilder, of: number): readonly (readonly number[])[] | undefined {
  const root = bare(builder, of);
  const known = new Map<number, readonly (readonly number[])[]>();
  const { exprs, sets, strings } = builder.fragment(root);
  const operands = (expr: number): number[] => {
    const words: number[] = [];
    for (let at = exprs.start(expr) + 1; at < exprs.start(expr + 1); at++)
      words.push((exprs.words[at] as number) >>> 0);
    return words;
  };
  const wanted = new Set([root]);
  for (const expr of wanted) {
    const op = builder.exprOp(expr);
    if (op === ExprOp.CONCAT || op === ExprOp.UNION) for (const part of operands(expr)) wanted.add(part);
    if (wanted.size > MOST_MARKS) return undefined;
  }
  // What an expression is made of has lower numbers.
  for (const expr of [...wanted].sort((a, b) => a - b)) {
    const texts = textsOf(expr);
    if (texts === undefined || texts.length > MOST_MARKS) return undefined;
    known.set(expr, texts);
  }
  const texts = known.get(root) as readonly (readonly number[])[];
  return texts.some((text) => text.length === 0) ? undefined : texts;

  function textsOf(expr: number): readonly (readonly number[])[] | undefined {
    const words = operands(expr);
    const parts = (): (readonly (readonly number[])[])[] =>
      words.map((part) => known.get(part) as readonly (readonly number[])[]);
    switch (builder.exprOp(expr)) {
      case ExprOp.EPSILON:
        return [[]];
      case ExprOp.LITERAL: {
        const text = strings[words[0] as number] as string;
        return [Array.from(text, (char) => char.codePointAt(0) as number)];
      }
      case ExprOp.SET: {
        const points: number[][] = [];
        const [set = 0] = words;
        for (let at = sets.start(set); at < sets.start(set + 1); at += 2) {
          const [low = 0, high = 0] = [sets.words[at], sets.words[at + 1]];
          if (high - low >= MOST_MARKS) return undefined;
          for (let point = low; point <= high; point++) points.push([point]);
        }
        return points;
      }
      case ExprOp.UNION:
        return parts().flat();
      case ExprOp.CONCAT: {
        let texts: (readonly number[])[] = [[]];
        for (const part of parts()) {
          texts = texts.flatMap((text) => part.map((more) => [...text, ...more]));
          if (texts.length > MOST_MARKS) return undefined;
        }
        return texts;
      }
      default:
        return undefined;
    }
  }
}
