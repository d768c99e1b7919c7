import type * as TypeScript from 'typescript';
import type { TypeScriptApi } from './find-typescript.js';

type FunctionNode = TypeScript.ArrowFunction | TypeScript.FunctionExpression | TypeScript.MethodDeclaration;

/**
 * Whether the type of an expression hangs on a call whose arguments are not all written yet. In `list.reduce((sum, x) => sum.|` the
 * type of `sum` is decided by the argument behind the function: until that is there, nothing is known of it.
 */
export function hangsOnOpenCall(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  expression: TypeScript.Expression,
): boolean {
  const undecided = outermostUndecided(ts, checker, expression);
  if (undecided === undefined) return false;
  const todo: TypeScript.Node[] = [expression];
  for (let node = todo.pop(); node !== undefined; node = todo.pop()) {
    if (node.kind === ts.SyntaxKind.ThisKeyword || node.kind === ts.SyntaxKind.SuperKeyword) {
      if (bindsThis(ts, node, undecided)) return true;
    } else if (ts.isIdentifier(node)) {
      const symbol = checker.getSymbolAtLocation(node);
      const isOpen = (one: TypeScript.Declaration): boolean =>
        isWithin(one, undecided) && !hasOwnType(one) && !isDecidedParameter(ts, checker, one, undecided);
      if (symbol?.declarations?.some(isOpen)) return true;
    }
    ts.forEachChild(node, (child) => void todo.push(child));
  }
  return false;
}

function isWithin(node: TypeScript.Node, outer: TypeScript.Node): boolean {
  return node.pos >= outer.pos && node.end <= outer.end && node.getSourceFile() === outer.getSourceFile();
}

function hasOwnType(declaration: TypeScript.Declaration): boolean {
  return (declaration as { type?: TypeScript.TypeNode }).type !== undefined;
}

/** Whether a parameter has one type whatever is written behind its function, although others of that function have not. */
function isDecidedParameter(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  declaration: TypeScript.Declaration,
  undecided: FunctionNode,
): boolean {
  if (!ts.isParameter(declaration) || declaration.parent !== undecided) return false;
  let argument: TypeScript.Node = undecided;
  while (ts.isParenthesizedExpression(argument.parent)) argument = argument.parent;
  const call = argument.parent;
  if (!(ts.isCallExpression(call) || ts.isNewExpression(call)) || call.expression === argument) return false;
  return isDecidedByCall(ts, checker, call, argument, undecided, [declaration]);
}

/** Whether the `this` at a place is that of a function between it and the undecided one, or of that itself. */
function bindsThis(ts: TypeScriptApi, node: TypeScript.Node, undecided: FunctionNode): boolean {
  for (let at = node.parent; at !== undefined; at = at.parent) {
    if (ts.isClassLike(at)) return false;
    if (ts.isFunctionLike(at) && !ts.isArrowFunction(at)) return isWithin(at, undecided);
    if (at === undecided) return false;
  }
  return false;
}

function outermostUndecided(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  from: TypeScript.Node,
): FunctionNode | undefined {
  let found: FunctionNode | undefined;
  for (let node = from; node !== undefined; node = node.parent) {
    if (!ts.isArrowFunction(node) && !ts.isFunctionExpression(node) && !isObjectMethod(ts, node)) continue;
    if (isTyped(ts, node)) continue;
    if (!isDecided(ts, checker, node)) found = node;
  }
  return found;
}

function isObjectMethod(ts: TypeScriptApi, node: TypeScript.Node): node is TypeScript.MethodDeclaration {
  return ts.isMethodDeclaration(node) && ts.isObjectLiteralExpression(node.parent);
}

/** Whether a function says the types of all its parameters itself. */
function isTyped(ts: TypeScriptApi, node: FunctionNode): boolean {
  return node.parameters.every(({ type }) => type !== undefined) && ts.isArrowFunction(node);
}

/** Whether the types of the parameters cannot change by what is still to be written. */
function isDecided(ts: TypeScriptApi, checker: TypeScript.TypeChecker, start: FunctionNode): boolean {
  let node: TypeScript.Node = start;
  let isDirect = true;
  for (;;) {
    const { parent }: { parent: TypeScript.Node } = node;
    if (ts.isParenthesizedExpression(parent)) {
      node = parent;
      continue;
    }
    if (ts.isCallExpression(parent) || ts.isNewExpression(parent)) {
      if (parent.expression === node) return true;
      return isDecidedByCall(ts, checker, parent, node, isDirect ? start : undefined);
    }
    if (
      ts.isTaggedTemplateExpression(parent) ||
      ts.isTemplateSpan(parent) ||
      ts.isJsxAttribute(parent) ||
      ts.isJsxExpression(parent)
    ) {
      return false;
    }
    // What hands its own expected type on to its parts.
    const isPassing =
      ts.isPropertyAssignment(parent) ||
      ts.isObjectLiteralExpression(parent) ||
      ts.isArrayLiteralExpression(parent) ||
      ts.isSpreadElement(parent) ||
      ts.isSpreadAssignment(parent) ||
      ts.isConditionalExpression(parent) ||
      ts.isArrowFunction(parent) ||
      (ts.isBinaryExpression(parent) && isPassingOperator(ts, parent));
    if (isPassing) {
      isDirect = false;
      node = parent;
      continue;
    }
    if (ts.isReturnStatement(parent)) {
      isDirect = false;
      const container = ts.findAncestor(parent, ts.isFunctionLike);
      if (container === undefined || !(ts.isArrowFunction(container) || ts.isFunctionExpression(container))) {
        return true;
      }
      if (container.type !== undefined) return true;
      node = container;
      continue;
    }
    return true;
  }
}

function isPassingOperator(ts: TypeScriptApi, { operatorToken }: TypeScript.BinaryExpression): boolean {
  const { BarBarToken, QuestionQuestionToken, AmpersandAmpersandToken, CommaToken } = ts.SyntaxKind;
  return [BarBarToken, QuestionQuestionToken, AmpersandAmpersandToken, CommaToken].some(
    (kind) => kind === operatorToken.kind,
  );
}

function isDecidedByCall(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  call: TypeScript.CallExpression | TypeScript.NewExpression,
  argument: TypeScript.Node,
  direct: FunctionNode | undefined,
  parameters: readonly TypeScript.ParameterDeclaration[] = direct?.parameters ?? [],
): boolean {
  const callee = checker.getNonNullableType(
    checker.getApparentType(checker.getTypeAtLocation(call.expression)),
  );
  const kind = ts.isCallExpression(call) ? ts.SignatureKind.Call : ts.SignatureKind.Construct;
  const all = checker.getSignaturesOfType(callee, kind);
  const first = all[0];
  // Nothing is known of what is called, so nothing will be known of its parameters: whoever asks finds `any`.
  if (first === undefined) return true;
  const isGeneric = all.some(({ typeParameters }) => typeParameters !== undefined);
  if (direct === undefined) return all.length === 1 && !isGeneric;
  const given = call.arguments ?? [];
  const index = (given as readonly TypeScript.Node[]).indexOf(argument);
  if (given.slice(0, index).some(ts.isSpreadElement)) return false;
  const fitting = all.filter((one) => one.parameters.length > index || hasRest(ts, one));
  if (fitting.length === 0) return true;
  const isLast = fitting.length === 1 && (fitting[0] as TypeScript.Signature).parameters.length === index + 1;
  for (const parameter of parameters) {
    if (parameter.type !== undefined) continue;
    const position = direct.parameters.indexOf(parameter);
    const types = new Set<TypeScript.Type>();
    for (const signature of fitting) {
      const expectedType = parameterType(ts, checker, signature, index, call, position);
      if (expectedType === undefined) return false;
      types.add(expectedType);
    }
    if (types.size > 1) return false;
    const [only] = types;
    if (isGeneric && only !== undefined && mentionsOwn(ts, checker, only, fitting)) {
      const isOutermost = !isInArguments(ts, call);
      if (!(isLast && !hasRest(ts, first) && isOutermost)) return false;
    }
  }
  return true;
}

/** Whether a call is itself within the arguments of another: what that expects bears on it too. */
function isInArguments(ts: TypeScriptApi, call: TypeScript.Expression): boolean {
  let node: TypeScript.Node = call;
  while (ts.isExpression(node) && !ts.isFunctionLike(node)) {
    const { parent } = node;
    if ((ts.isCallExpression(parent) || ts.isNewExpression(parent)) && parent.expression !== node)
      return true;
    node = parent;
  }
  return false;
}

function hasRest(ts: TypeScriptApi, { parameters }: TypeScript.Signature): boolean {
  const declaration = parameters.at(-1)?.valueDeclaration;
  return (
    declaration === undefined || (ts.isParameter(declaration) && declaration.dotDotDotToken !== undefined)
  );
}

/** The type that parameter `position` of a function gets which is argument `index` of the call; undefined where that is not plain. */
function parameterType(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  signature: TypeScript.Signature,
  index: number,
  call: TypeScript.Node,
  position: number,
): TypeScript.Type | undefined {
  const { parameters } = signature;
  if (hasRest(ts, signature) && index >= parameters.length - 1) return undefined;
  const symbol = parameters[index];
  if (symbol === undefined) return undefined;
  const type = checker.getNonNullableType(checker.getTypeOfSymbolAtLocation(symbol, call));
  const signatures = type.getCallSignatures();
  const [only] = signatures;
  if (only === undefined || signatures.length > 1) return undefined;
  const inner = only.parameters[position];
  if (inner === undefined || (hasRest(ts, only) && position === only.parameters.length - 1)) return undefined;
  return checker.getTypeOfSymbolAtLocation(inner, call);
}

const FAR = 200;

/** Whether a type is built from the type parameters of one of the signatures; true as well where it cannot be looked into. */
function mentionsOwn(
  ts: TypeScriptApi,
  checker: TypeScript.TypeChecker,
  start: TypeScript.Type,
  signatures: readonly TypeScript.Signature[],
): boolean {
  const own = new Set(signatures.flatMap(({ typeParameters }) => typeParameters ?? []));
  const seen = new Set<TypeScript.Type>([start]);
  for (const type of seen) {
    if (seen.size > FAR) return true;
    if (type.flags & ts.TypeFlags.TypeParameter) {
      if (own.has(type as TypeScript.TypeParameter)) return true;
    } else if (type.isUnionOrIntersection()) {
      for (const part of type.types) seen.add(part);
    } else if (type.flags & ts.TypeFlags.Object) {
      const { objectFlags } = type as TypeScript.ObjectType;
      if (objectFlags & ts.ObjectFlags.Reference) {
        for (const part of checker.getTypeArguments(type as TypeScript.TypeReference)) seen.add(part);
      } else if (!(objectFlags & ts.ObjectFlags.ClassOrInterface)) {
        return true;
      }
    } else if (type.flags & (ts.TypeFlags.Instantiable | ts.TypeFlags.TemplateLiteral)) {
      return true;
    }
  }
  return false;
}
