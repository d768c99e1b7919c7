import type { ProgramBuilder } from '../../frontends/program-builder.js';
import { ExprOp, NONE } from '../../frontends/program-format.js';
import { charactersOf, isOneOf, literalPoints, operandsOf } from './characters.js';

/** What is left of expressions behind a character. */
export interface Residuals {
  /** The texts that may follow the character in a text of the expression, as an expression of the builder. */
  after(expr: number, char: number): number;
}

/**
 * Brzozowski's derivatives ("Derivatives of Regular Expressions", J. ACM 11, 1964) over code points. The builder interns
 * expressions, so equal residuals have one number; what an expression is made of has lower numbers, so nothing recurses.
 */
export function createResiduals(builder: ProgramBuilder): Residuals {
  const known = new Map<number, Map<number, number>>();

  function after(root: number, char: number): number {
    let ofChar = known.get(char);
    if (ofChar === undefined) {
      ofChar = new Map();
      known.set(char, ofChar);
    }
    const found = ofChar.get(root);
    if (found !== undefined) return found;
    const wanted = new Set([root]);
    for (const expr of wanted) {
      if (ofChar.has(expr)) continue;
      for (const part of readAt(expr)) wanted.add(part);
    }
    for (const expr of [...wanted].sort((a, b) => a - b)) {
      if (!ofChar.has(expr)) ofChar.set(expr, derive(expr, char, ofChar));
    }
    return ofChar.get(root) as number;
  }

  /** The parts in which the next character may stand. */
  function readAt(expr: number): readonly number[] {
    const operands = operandsOf(builder, expr);
    switch (builder.exprOp(expr)) {
      case ExprOp.CONCAT: {
        const solid = operands.findIndex((part) => !builder.isNullable(part));
        return solid < 0 ? operands : operands.slice(0, solid + 1);
      }
      case ExprOp.UNION:
      case ExprOp.INTERSECT:
        return operands;
      case ExprOp.COMPLEMENT:
      case ExprOp.REPEAT:
        return operands.slice(0, 1);
      default:
        return [];
    }
  }

  function derive(expr: number, char: number, ofChar: ReadonlyMap<number, number>): number {
    const of = (part: number): number => ofChar.get(part) as number;
    const operands = operandsOf(builder, expr);
    switch (builder.exprOp(expr)) {
      case ExprOp.LITERAL: {
        const [first, ...rest] = literalPoints(builder, expr);
        return first === char ? builder.literal(String.fromCodePoint(...rest)) : builder.empty();
      }
      case ExprOp.SET:
        return isOneOf(charactersOf(builder, expr) ?? [], char) ? builder.epsilon() : builder.empty();
      case ExprOp.CONCAT:
        return builder.union(
          readAt(expr).map((part, index) => builder.concat([of(part), ...operands.slice(index + 1)])),
        );
      case ExprOp.UNION:
        return builder.union(operands.map(of).sort((a, b) => a - b));
      case ExprOp.INTERSECT:
        return builder.intersect(operands.map(of).sort((a, b) => a - b));
      case ExprOp.COMPLEMENT:
        return builder.complement(of(operands[0] as number));
      case ExprOp.REPEAT: {
        const [body = 0, min = 0, max = NONE] = operands;
        const rest = builder.repeat(body, Math.max(0, min - 1), max === NONE ? undefined : max - 1);
        return builder.concat([of(body), rest]);
      }
      default:
        return builder.empty();
    }
  }

  return { after };
}
