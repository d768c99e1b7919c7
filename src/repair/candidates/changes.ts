import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from '../../frontends/typescript/load-typescript.js';
import { type Edit, edit } from './edit.js';

/** The changes of each node that need no names, in the order of the text. */
export type Change = (place: Place) => Iterable<Edit>;

/** A node within the hole. */
export interface Place {
  readonly ts: TypeScriptApi;
  readonly source: TypeScript.SourceFile;
  readonly node: TypeScript.Node;
  readonly start: number;
  readonly end: number;
}

// Operators that stand for each other, the likelier ones first.
const groups: readonly (readonly string[])[] = [
  ['<', '<=', '>', '>=', '===', '!=='],
  ['===', '!==', '<', '>'],
  ['==', '===', '!=', '!=='],
  ['+', '-', '*', '/', '%'],
  ['/', '%', '*', '-', '+'],
  ['**', '*'],
  ['&&', '||', '??'],
  ['&', '|', '^', '&&'],
  ['|', '&', '^', '||'],
  ['<<', '>>', '>>>'],
  ['+=', '-=', '=', '*=', '/='],
  ['=', '+=', '-='],
  ['??=', '||=', '&&='],
];

function othersOf(operator: string): readonly string[] {
  const own =
    groups.find(([first]) => first === operator) ?? groups.find((group) => group.includes(operator));
  return own?.filter((other) => other !== operator) ?? [];
}

export function* operatorChanges({ ts, source, node }: Place): Iterable<Edit> {
  if (ts.isBinaryExpression(node)) {
    const { operatorToken } = node;
    const start = operatorToken.getStart(source);
    for (const other of othersOf(operatorToken.getText(source))) {
      yield edit('operator', start, operatorToken.end, other);
    }
  } else if (ts.isPrefixUnaryExpression(node) || ts.isPostfixUnaryExpression(node)) {
    const isPrefix = ts.isPrefixUnaryExpression(node);
    const start = isPrefix ? node.getStart(source) : node.operand.end;
    const end = isPrefix ? node.operand.getStart(source) : node.end;
    const sign = source.text.slice(start, end).trim();
    if (sign === '++' || sign === '--') yield edit('operator', start, end, sign === '++' ? '--' : '++');
    if (sign === '-' || sign === '+' || sign === '~') yield edit('operator', start, end, '');
  }
}

export function* literalChanges({ ts, source, node, start, end }: Place): Iterable<Edit> {
  const text = source.text.slice(start, end);
  if (ts.isNumericLiteral(node)) {
    const value = Number(node.text);
    if (Number.isSafeInteger(value)) {
      for (const other of new Set([value + 1, value - 1, 0, 1])) {
        // Below zero only where no sign stands before it already.
        if (other >= 0) yield edit('literal', start, end, String(other));
        else if (!ts.isPrefixUnaryExpression(node.parent)) yield edit('literal', start, end, String(other));
      }
    }
  } else if (ts.isBigIntLiteral(node)) {
    const value = BigInt(text.slice(0, -1).replaceAll('_', ''));
    for (const other of [value + 1n, value - 1n])
      if (other >= 0n) yield edit('literal', start, end, `${other}n`);
  } else if (ts.isStringLiteral(node) || ts.isNoSubstitutionTemplateLiteral(node)) {
    const quote = text[0] ?? "'";
    for (const other of node.text === '' ? [' '] : ['', ' ']) {
      yield edit('literal', start, end, quote + other + quote);
    }
  } else if (node.kind === ts.SyntaxKind.TrueKeyword || node.kind === ts.SyntaxKind.FalseKeyword) {
    yield edit('literal', start, end, text === 'true' ? 'false' : 'true');
  } else if (node.kind === ts.SyntaxKind.NullKeyword) {
    yield edit('literal', start, end, 'undefined');
  }
  if (isBound(ts, node)) {
    yield edit('literal', end, end, ' - 1');
    yield edit('literal', end, end, ' + 1');
  }
}

/** An index, or a side of a comparison that is no literal: where one too many or too few is a usual mistake. */
function isBound(ts: TypeScriptApi, node: TypeScript.Node): boolean {
  if (!ts.isIdentifier(node) && !ts.isPropertyAccessExpression(node) && !ts.isCallExpression(node))
    return false;
  const { parent } = node;
  if (ts.isElementAccessExpression(parent)) return parent.argumentExpression === node;
  if (!ts.isBinaryExpression(parent)) return false;
  return ['<', '<=', '>', '>='].includes(parent.operatorToken.getText());
}

export function* orderChanges({ ts, source, node }: Place): Iterable<Edit> {
  if (ts.isCallExpression(node) || ts.isNewExpression(node)) {
    const list = (node.arguments ?? []).slice(0, 4);
    for (let first = 0; first < list.length; first++) {
      for (let second = first + 1; second < list.length; second++) {
        yield exchange(source, list[first] as TypeScript.Node, list[second] as TypeScript.Node);
      }
    }
  } else if (ts.isBinaryExpression(node) && !node.operatorToken.getText(source).endsWith('=')) {
    yield exchange(source, node.left, node.right);
  } else if (ts.isConditionalExpression(node)) {
    yield exchange(source, node.whenTrue, node.whenFalse);
  }
}

function exchange(source: TypeScript.SourceFile, a: TypeScript.Node, b: TypeScript.Node): Edit {
  const replacements = [
    { start: a.getStart(source), end: a.end, text: b.getText(source) },
    { start: b.getStart(source), end: b.end, text: a.getText(source) },
  ];
  return { kind: 'order', replacements };
}

export function* fewerArguments({ ts, source, node }: Place): Iterable<Edit> {
  if (!ts.isCallExpression(node) && !ts.isNewExpression(node)) return;
  const list = node.arguments ?? [];
  for (const [i, argument] of list.entries()) {
    const next = list[i + 1];
    const start =
      next === undefined ? (list[i - 1]?.end ?? argument.getStart(source)) : argument.getStart(source);
    yield edit('argument', start, next?.getStart(source) ?? argument.end, '');
  }
}

export function* negationChanges({ ts, source, node, start, end }: Place): Iterable<Edit> {
  if (ts.isPrefixUnaryExpression(node) && node.operator === ts.SyntaxKind.ExclamationToken) {
    yield edit('negation', start, node.operand.getStart(source), '');
    return;
  }
  if (!isCondition(ts, node)) return;
  const simple =
    ts.isIdentifier(node) ||
    ts.isCallExpression(node) ||
    ts.isPropertyAccessExpression(node) ||
    ts.isParenthesizedExpression(node);
  const text = source.text.slice(start, end);
  yield edit('negation', start, end, simple ? `!${text}` : `!(${text})`);
}

/** Whether only the truth of an expression counts where it stands. */
function isCondition(ts: TypeScriptApi, node: TypeScript.Node): boolean {
  const { parent } = node;
  if (!ts.isExpression(node) || parent === undefined) return false;
  if (ts.isIfStatement(parent) || ts.isWhileStatement(parent) || ts.isDoStatement(parent)) {
    return parent.expression === node;
  }
  if (ts.isConditionalExpression(parent)) return parent.condition === node;
  if (ts.isReturnStatement(parent)) return true;
  if (ts.isArrowFunction(parent)) return parent.body === node;
  return ts.isBinaryExpression(parent) && ['&&', '||'].includes(parent.operatorToken.getText());
}

export function* accessChanges({ ts, source, node, end }: Place): Iterable<Edit> {
  if (ts.isNonNullExpression(node)) yield edit('access', node.expression.end, end, '');
  if (!ts.isPropertyAccessExpression(node) && !ts.isElementAccessExpression(node)) return;
  const after = node.expression.end;
  const { questionDotToken } = node;
  if (questionDotToken !== undefined) {
    const sign = ts.isPropertyAccessExpression(node) ? '.' : '';
    yield edit('access', questionDotToken.getStart(source), questionDotToken.end, sign);
    return;
  }
  if (ts.isPropertyAccessExpression(node)) {
    const dot = node.getChildren(source).find(({ kind }) => kind === ts.SyntaxKind.DotToken);
    if (dot !== undefined) yield edit('access', dot.getStart(source), dot.end, '?.');
  } else {
    yield edit('access', after, after, '?.');
  }
  yield edit('access', after, after, '!');
  if (ts.isElementAccessExpression(node)) yield edit('access', end, end, '!');
}

export function* keywordChanges({ ts, source, node, start }: Place): Iterable<Edit> {
  if (ts.isAwaitExpression(node)) yield edit('keyword', start, node.expression.getStart(source), '');
  if (ts.isCallExpression(node) && !ts.isAwaitExpression(node.parent))
    yield edit('keyword', start, start, 'await ');
  if (ts.isReturnStatement(node) && node.expression !== undefined) {
    yield edit('keyword', start, node.expression.getStart(source), '');
  }
  if (ts.isExpressionStatement(node)) yield edit('keyword', start, start, 'return ');
}
