import ts from 'typescript';
import { createBalancedHole } from '../../../src/repair/engines/balanced-hole.js';
import type { CompletionAnswer } from '../../../src/repair/engines/completion-engine.js';

/** A name in a program that is right as it stands, and the question whose answer must not exclude it. */
export interface Place {
  readonly kind: 'member' | 'value' | 'other';
  readonly name: string;
  readonly offset: number;
}

/**
 * The names in a file: members behind a dot; references to values that the project can resolve; all others, which are
 * declarations, types, labels, keys. What the compiler itself finds fault with in the whole program is left out and counted.
 */
export function placesOf(program: ts.Program, file: ts.SourceFile): { places: Place[]; faulty: number } {
  const checker = program.getTypeChecker();
  const inside = ts as unknown as { isExpressionNode(node: ts.Node): boolean };
  const faults = [...program.getSyntacticDiagnostics(file), ...program.getSemanticDiagnostics(file)];
  const isFaulty = (node: ts.Node): boolean =>
    faults.some(({ start = 0, length = 0 }) => start < node.end && node.getStart(file) <= start + length);
  const places: Place[] = [];
  let faulty = 0;
  const todo: ts.Node[] = [file];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    const { parent } = node;
    if ((ts.isIdentifier(node) || ts.isPrivateIdentifier(node)) && node.text !== '') {
      const kind =
        ts.isPropertyAccessExpression(parent) && parent.name === node
          ? 'member'
          : ts.isIdentifier(node) && inside.isExpressionNode(node)
            ? 'value'
            : 'other';
      const isUnknown = kind === 'value' && checker.getSymbolAtLocation(node) === undefined;
      // For a member its receiver counts too: `x is possibly undefined` stands there.
      const isWrong = isUnknown || isFaulty(kind === 'member' ? parent : node);
      if (isWrong) faulty += 1;
      else places.push({ kind, name: node.text, offset: node.getStart(file) });
    }
    ts.forEachChild(node, (child) => void todo.push(child));
  }
  return { places: places.sort((a, b) => a.offset - b.offset), faulty };
}

/** The text as it is while the name is about to be written: the rest of the line is not there, and brackets balance. */
export function textAt(text: string, offset: number): { text: string; offset: number } {
  const end = text.indexOf('\n', offset);
  return createBalancedHole(text.slice(0, offset), end < 0 ? '' : text.slice(end)).balance('');
}

/** What an answer says of the name that stands there. */
export function verdict(
  { name, kind }: Place,
  answer: CompletionAnswer | null,
): 'unknown' | 'present' | 'pruned' | 'misses a reference' {
  if (answer?.names.includes(name)) return 'present';
  if (answer?.complete) return 'pruned';
  return answer?.newNames && kind === 'value' ? 'misses a reference' : 'unknown';
}
