import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './find-typescript.js';

// Where a name stands in a text that is not finished. What is not known to be a place of the wanted kind is none.

/** The innermost node that begins there and is an identifier; undefined inside strings, comments and the like. */
export function identifierAt(
  ts: TypeScriptApi,
  file: TypeScript.SourceFile,
  offset: number,
): TypeScript.Identifier | TypeScript.PrivateIdentifier | undefined {
  let node: TypeScript.Node = file;
  for (;;) {
    const inner: TypeScript.Node | undefined = ts.forEachChild(node, (child) =>
      child.pos <= offset && offset < child.end ? child : undefined,
    );
    if (inner === undefined) break;
    node = inner;
  }
  if (!ts.isIdentifier(node) && !ts.isPrivateIdentifier(node)) return undefined;
  return node.getStart(file) === offset ? node : undefined;
}

/** The largest expression that begins where this one does and that no operator in front belongs to. */
export function wholeExpression(ts: TypeScriptApi, start: TypeScript.Expression): TypeScript.Expression {
  let node = start;
  for (;;) {
    const { parent } = node;
    const isLeft =
      (ts.isBinaryExpression(parent) && parent.left === node) ||
      (ts.isConditionalExpression(parent) && parent.condition === node) ||
      (ts.isTaggedTemplateExpression(parent) && parent.tag === node) ||
      (ts.isPropertyAccessExpression(parent) && parent.expression === node) ||
      (ts.isElementAccessExpression(parent) && parent.expression === node) ||
      (ts.isCallExpression(parent) && parent.expression === node) ||
      ts.isPostfixUnaryExpression(parent) ||
      ts.isNonNullExpression(parent) ||
      ts.isAsExpression(parent) ||
      ts.isSatisfiesExpression(parent);
    if (!isLeft) return node;
    node = parent as TypeScript.Expression;
  }
}

/**
 * What an expression is where it stands: `operand` of an operator, where nothing but an expression can be; `whole`, where a
 * function `x => …` could begin as well; undefined where it is none, or may turn out to be none.
 */
export function roleOf(
  ts: TypeScriptApi,
  file: TypeScript.SourceFile,
  expression: TypeScript.Expression,
): 'operand' | 'whole' | undefined {
  const role = roleInParent(ts, expression);
  if (role === undefined || !followsRightly(ts, file, expression)) return undefined;
  return mayBecomeParameters(ts, expression) ? undefined : role;
}

function roleInParent(ts: TypeScriptApi, node: TypeScript.Expression): 'operand' | 'whole' | undefined {
  const { parent } = node;
  const { SyntaxKind } = ts;
  switch (parent.kind) {
    case SyntaxKind.BinaryExpression: {
      const { kind } = (parent as TypeScript.BinaryExpression).operatorToken;
      const isAssignment = kind >= SyntaxKind.FirstAssignment && kind <= SyntaxKind.LastAssignment;
      return isAssignment || kind === SyntaxKind.CommaToken ? 'whole' : 'operand';
    }
    case SyntaxKind.PrefixUnaryExpression:
    case SyntaxKind.DeleteExpression:
    case SyntaxKind.TypeOfExpression:
    case SyntaxKind.VoidExpression:
    case SyntaxKind.AwaitExpression:
    case SyntaxKind.Decorator:
    case SyntaxKind.TypeAssertionExpression:
      return 'operand';
    case SyntaxKind.NewExpression:
      return (parent as TypeScript.NewExpression).expression === node ? 'operand' : 'whole';
    case SyntaxKind.ExpressionWithTypeArguments:
      return isSuperclass(ts, parent) ? 'operand' : undefined;
    case SyntaxKind.ForInStatement:
    case SyntaxKind.ForOfStatement:
      return (parent as TypeScript.ForInOrOfStatement).expression === node ? 'whole' : undefined;
    case SyntaxKind.VariableDeclaration:
    case SyntaxKind.Parameter:
    case SyntaxKind.BindingElement:
    case SyntaxKind.PropertyDeclaration:
    case SyntaxKind.PropertyAssignment:
    case SyntaxKind.EnumMember:
      return (parent as TypeScript.VariableDeclaration).initializer === node ? 'whole' : undefined;
    case SyntaxKind.ShorthandPropertyAssignment:
      return (parent as TypeScript.ShorthandPropertyAssignment).objectAssignmentInitializer === node
        ? 'whole'
        : undefined;
    case SyntaxKind.ArrowFunction:
      return (parent as TypeScript.ArrowFunction).body === node ? 'whole' : undefined;
    case SyntaxKind.CallExpression:
    case SyntaxKind.ElementAccessExpression:
    case SyntaxKind.ParenthesizedExpression:
    case SyntaxKind.ArrayLiteralExpression:
    case SyntaxKind.SpreadElement:
    case SyntaxKind.SpreadAssignment:
    case SyntaxKind.TemplateSpan:
    case SyntaxKind.YieldExpression:
    case SyntaxKind.ConditionalExpression:
    case SyntaxKind.ComputedPropertyName:
    case SyntaxKind.JsxExpression:
    case SyntaxKind.ExpressionStatement:
    case SyntaxKind.IfStatement:
    case SyntaxKind.DoStatement:
    case SyntaxKind.WhileStatement:
    case SyntaxKind.ForStatement:
    case SyntaxKind.SwitchStatement:
    case SyntaxKind.CaseClause:
    case SyntaxKind.ReturnStatement:
    case SyntaxKind.ThrowStatement:
      return 'whole';
    default:
      return undefined;
  }
}

function isSuperclass(ts: TypeScriptApi, node: TypeScript.Node): boolean {
  const { parent } = node;
  return (
    ts.isHeritageClause(parent) &&
    parent.token === ts.SyntaxKind.ExtendsKeyword &&
    ts.isClassLike(parent.parent)
  );
}

const WORD_AT_END = /(\.?)([\p{ID_Continue}$\p{Join_Control}]+)$/u;
const BEFORE_EXPRESSION = new Set(
  'return typeof void delete await yield new in of instanceof case throw else do extends'.split(' '),
);

/**
 * Whether the token in front is one behind which an expression may begin. The parser passes over tokens that it cannot use, and
 * then takes for an expression what is a type, as in `(x): Type => …` before its arrow is written.
 */
function followsRightly(
  ts: TypeScriptApi,
  file: TypeScript.SourceFile,
  expression: TypeScript.Expression,
): boolean {
  const { text } = file;
  const start = expression.getFullStart();
  if (start === 0) return true;
  const before = text[start - 1] as string;
  const { parent } = expression;
  const isStatement = ts.isExpressionStatement(parent);
  const isNewLine = isStatement && /[\n\r]/.test(text.slice(start, expression.getStart(file)));
  if (before === ':') {
    if (ts.isPropertyAssignment(parent)) return true;
    if (ts.isConditionalExpression(parent)) return parent.whenFalse === expression;
    return isStatement && (ts.isCaseOrDefaultClause(parent.parent) || ts.isLabeledStatement(parent.parent));
  }
  if (isNewLine) return before !== ',';
  const word = WORD_AT_END.exec(text.slice(Math.max(0, start - 20), start));
  if (word !== null) return word[1] === '' && BEFORE_EXPRESSION.has(word[2] as string);
  if (isStatement) {
    if (before === ')') return !ts.isBlock(parent.parent) && !ts.isSourceFile(parent.parent);
    return ';{}'.includes(before);
  }
  if (before === '>') return text[start - 2] === '=' || !ts.isCallExpression(parent);
  return !'"\'`)]}'.includes(before) || ts.isDecorator(parent.parent ?? parent);
}

/**
 * Whether what is in parentheses may turn out to be the parameters of a function, and the names so far its parameters:
 * `(a, b = a.| ) => …`.
 */
function mayBecomeParameters(ts: TypeScriptApi, expression: TypeScript.Expression): boolean {
  let isDefault = false;
  let hasNames = false;
  let node: TypeScript.Node = expression;
  for (;;) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent)) {
      const { kind } = parent.operatorToken;
      if (kind === ts.SyntaxKind.EqualsToken && parent.right === node) isDefault = true;
      if (kind === ts.SyntaxKind.CommaToken && parent.right === node) hasNames = true;
    } else if (ts.isShorthandPropertyAssignment(parent)) {
      isDefault = true;
    } else if (ts.isObjectLiteralExpression(parent) || ts.isArrayLiteralExpression(parent)) {
      hasNames = true;
    } else if (ts.isParenthesizedExpression(parent)) {
      if (isDefault && hasNames) return true;
    } else if (ts.isCallExpression(parent) && parent.expression !== node) {
      const isAsync = ts.isIdentifier(parent.expression) && parent.expression.text === 'async';
      if (isAsync && isDefault) return true;
    } else if (
      !ts.isExpression(parent) &&
      !ts.isPropertyAssignment(parent) &&
      !ts.isSpreadAssignment(parent)
    ) {
      return false;
    } else if (ts.isFunctionLike(parent) || ts.isClassLike(parent)) {
      return false;
    }
    node = parent;
  }
}

/**
 * Whether the place may turn out to be in type arguments, as in `f<A, |`: until the `>` is written they read as comparisons. Only
 * what can be called, or is not known, takes type arguments.
 *
 * @param place what is asked about, and `whole` the expression that begins with it
 */
export function mayBeTypeArgument(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  place: TypeScript.Expression,
  whole: TypeScript.Expression,
): boolean {
  let node: TypeScript.Node = whole;
  for (;;) {
    const { parent } = node;
    if (ts.isBinaryExpression(parent)) {
      if (parent.right === node) {
        const { kind } = parent.operatorToken;
        const isLess = kind === ts.SyntaxKind.LessThanToken;
        if (isLess && mayBeType(ts, node, place.end) && isGeneric(ts, checker, parent.left)) return true;
        if (isTypeOperator(ts, kind) && endsInTypeArguments(ts, checker, parent.left)) return true;
      }
    } else if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      if (parent.arguments?.some((one) => one.end <= node.pos && endsInTypeArguments(ts, checker, one)))
        return true;
    } else if (ts.isArrayLiteralExpression(parent)) {
      if (parent.elements.some((one) => one.end <= node.pos && endsInTypeArguments(ts, checker, one)))
        return true;
    } else if (!ts.isExpression(parent) || ts.isFunctionLike(parent) || ts.isClassLike(parent)) {
      return false;
    }
    node = parent;
  }
}

/** Whether an expression may end in type arguments that are not closed: `a = f < b | c`. */
function endsInTypeArguments(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  expression: TypeScript.Expression,
): boolean {
  let node = expression;
  while (ts.isBinaryExpression(node)) {
    const isLess = node.operatorToken.kind === ts.SyntaxKind.LessThanToken;
    if (isLess && mayBeType(ts, node.right) && isGeneric(ts, checker, node.left)) return true;
    node = node.right;
  }
  return false;
}

/** Signs that stand in a list of types as well as between operands. */
function isTypeOperator(ts: TypeScriptApi, kind: TypeScript.SyntaxKind): boolean {
  const { BarToken, AmpersandToken, CommaToken } = ts.SyntaxKind;
  return kind === BarToken || kind === AmpersandToken || kind === CommaToken;
}

/**
 * Whether what reads as an expression may turn out to be a type: not where an operator or a call says that it is a value. What stands
 * behind the place that is asked about says nothing, for the rest may come in between: `new Map<|([])`.
 */
function mayBeType(ts: TypeScriptApi, expression: TypeScript.Node, place?: number): boolean {
  const { SyntaxKind } = ts;
  const todo: TypeScript.Node[] = [expression];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (ts.isBinaryExpression(node)) {
      if (!isTypeOperator(ts, node.operatorToken.kind)) return false;
      todo.push(node.left, node.right);
    } else if (ts.isCallExpression(node)) {
      if (node.expression.end === place) todo.push(node.expression);
      else if (node.expression.kind !== SyntaxKind.ImportKeyword) return false;
    } else if (ts.isPrefixUnaryExpression(node)) {
      if (node.operator !== SyntaxKind.MinusToken) return false;
    } else if (
      ts.isPostfixUnaryExpression(node) ||
      ts.isAwaitExpression(node) ||
      ts.isDeleteExpression(node)
    ) {
      return false;
    } else if (ts.isPropertyAccessExpression(node) || ts.isElementAccessExpression(node)) {
      todo.push(node.expression);
    }
  }
  return true;
}

function isGeneric(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  expression: TypeScript.Expression,
): boolean {
  if (ts.isNewExpression(expression)) return expression.arguments === undefined;
  // `a + b < c`: the type arguments would belong to b.
  let node = expression;
  while (ts.isBinaryExpression(node)) node = node.right;
  if (ts.isNewExpression(node)) return node.arguments === undefined;
  const type = checker.getTypeAtLocation(node);
  return (
    (type.flags & ts.TypeFlags.Any) !== 0 ||
    type.getCallSignatures().length > 0 ||
    type.getConstructSignatures().length > 0
  );
}
