import type * as TypeScript from 'typescript';
import type { CompletionAnswer } from '../completion-engine.js';
import type { TypeScriptApi } from './find-typescript.js';
import { hangsOnOpenCall } from './open-calls.js';
import { mayBeTypeArgument, roleOf, wholeExpression } from './positions.js';
import { IDENTIFIER } from './values.js';

type Checker = TypeScript.TypeChecker;

/** Functions of the compiler that its public types leave out. Where a version lacks one, less is known, and more accepted. */
interface HiddenChecker {
  tryGetThisTypeAt?(node: TypeScript.Node, includeGlobalThis?: boolean): TypeScript.Type | undefined;
  isValidPropertyAccessForCompletions?(
    node: TypeScript.PropertyAccessExpression,
    type: TypeScript.Type,
    property: TypeScript.Symbol,
  ): boolean;
}
interface HiddenType {
  getNonOptionalType?(): TypeScript.Type;
  readonly intrinsicName?: string;
}

/** Members that every object, and every function, has without its type naming them. */
const OF_OBJECTS = (
  'constructor toString toLocaleString valueOf hasOwnProperty isPrototypeOf propertyIsEnumerable ' +
  'apply call bind length name prototype arguments caller'
).split(' ');

const NOTHING: CompletionAnswer = { names: [], complete: true };

/**
 * The names that a member of what stands in front of the dot may have; null where nothing is known of its type. The list is
 * complete where nothing that is still to be written can change that type, and the type has no other members.
 */
export function memberAnswer(
  ts: TypeScriptApi,
  checker: Checker,
  file: TypeScript.SourceFile,
  access: TypeScript.PropertyAccessExpression,
): CompletionAnswer | null {
  const receiver = access.expression;
  const whole = wholeExpression(ts, access);
  if (!isValue(ts, file, whole) || mayBeTypeArgument(ts, checker, access, whole)) return null;
  const isSettled = !(
    mayDeclare(ts, checker, receiver, whole) ||
    isOfUnfinishedThis(ts, file, receiver) ||
    hangsOnOpenCall(ts, checker, receiver)
  );
  // The compiler checks the type of `this` before what uses it; asked the other way round it may run into a circle.
  if (
    receiver.kind === ts.SyntaxKind.ThisKeyword ||
    ts.findAncestor(access, ts.isFunctionLike) !== undefined
  ) {
    (checker as HiddenChecker).tryGetThisTypeAt?.(receiver, false);
  }
  let type = checker.getTypeAtLocation(receiver);
  // What is undefined further left ends the whole chain, not this member.
  if (access.flags & ts.NodeFlags.OptionalChain) {
    const hidden = type as HiddenType;
    if (hidden.getNonOptionalType === undefined) return null;
    type = hidden.getNonOptionalType();
  }
  if (type.flags & ts.TypeFlags.Any) {
    const isError = (type as HiddenType).intrinsicName === 'error';
    return isSettled && isError && isMissing(ts, checker, receiver) ? NOTHING : null;
  }
  if (mayBeNothing(ts, type)) {
    if (access.questionDotToken !== undefined) type = checker.getNonNullableType(type);
    // The condition behind `do … while` bears on what is inside, and may not be written.
    else return isSettled && ts.findAncestor(access, ts.isDoStatement) === undefined ? NOTHING : null;
  }
  const apparent = checker.getApparentType(type);
  const complete = isSettled && isClosed(ts, checker, apparent);
  const names = namesOf(ts, checker, access, apparent);
  return complete || names.length > 0 ? { names, complete } : null;
}

/** Whether an access is a value: neither a type, nor in a place that takes namespaces and types as well. */
function isValue(ts: TypeScriptApi, file: TypeScript.SourceFile, whole: TypeScript.Expression): boolean {
  const { parent } = whole;
  // Assignments to members and what else is on the left of something.
  const isTarget =
    (ts.isForInStatement(parent) || ts.isForOfStatement(parent)) && parent.initializer === whole;
  return isTarget || roleOf(ts, file, whole) !== undefined;
}

/** Whether a statement begins here that may give a function a property: `f.name = …` declares it. */
function mayDeclare(
  ts: TypeScriptApi,
  checker: Checker,
  receiver: TypeScript.Expression,
  whole: TypeScript.Expression,
): boolean {
  if (!ts.isExpressionStatement(whole.parent)) return false;
  let root = receiver;
  while (ts.isPropertyAccessExpression(root) || ts.isElementAccessExpression(root)) root = root.expression;
  const declaration = checker.getSymbolAtLocation(root)?.valueDeclaration;
  if (declaration === undefined) return false;
  if (ts.isFunctionDeclaration(declaration)) return true;
  if (!ts.isVariableDeclaration(declaration)) return false;
  const { initializer } = declaration;
  return (
    initializer !== undefined && (ts.isArrowFunction(initializer) || ts.isFunctionExpression(initializer))
  );
}

/** Whether `this` is an object or a class whose other members stand on this line, where they may not be written yet. */
function isOfUnfinishedThis(
  ts: TypeScriptApi,
  file: TypeScript.SourceFile,
  receiver: TypeScript.Expression,
): boolean {
  if (receiver.kind !== ts.SyntaxKind.ThisKeyword) return false;
  for (let node: TypeScript.Node = receiver; node.parent !== undefined; node = node.parent) {
    if (ts.isObjectLiteralExpression(node)) return true;
    if (!ts.isClassLike(node)) continue;
    const line = (position: number): number => file.getLineAndCharacterOfPosition(position).line;
    return line(node.end) === line(receiver.end);
  }
  return false;
}

/** Whether something in an expression does not exist, as far as the project tells: then no member of it does. */
function isMissing(ts: TypeScriptApi, checker: Checker, start: TypeScript.Expression): boolean {
  let node: TypeScript.Expression = start;
  for (;;) {
    if (ts.isIdentifier(node)) return checker.getSymbolAtLocation(node) === undefined;
    if (ts.isPropertyAccessExpression(node)) {
      const inner = checker.getTypeAtLocation(node.expression);
      if (!(inner.flags & ts.TypeFlags.Any)) return checker.getSymbolAtLocation(node.name) === undefined;
      node = node.expression;
    } else if (
      ts.isCallExpression(node) ||
      ts.isNewExpression(node) ||
      ts.isParenthesizedExpression(node) ||
      ts.isNonNullExpression(node) ||
      ts.isAwaitExpression(node) ||
      ts.isElementAccessExpression(node)
    ) {
      node = node.expression;
    } else {
      return false;
    }
  }
}

function mayBeNothing(ts: TypeScriptApi, type: TypeScript.Type): boolean {
  const nothing = ts.TypeFlags.Undefined | ts.TypeFlags.Null | ts.TypeFlags.Void;
  return (type.isUnion() ? type.types : [type]).some(({ flags }) => flags & nothing);
}

/** Whether a type has no members but those that it lists. */
function isClosed(ts: TypeScriptApi, checker: Checker, apparent: TypeScript.Type): boolean {
  const { Any, Unknown, Never } = ts.TypeFlags;
  if (apparent.flags & (Any | Unknown | Never) || mayBeNothing(ts, apparent)) return false;
  const todo: TypeScript.Type[] = [apparent];
  for (let type = todo.pop(); type !== undefined; type = todo.pop()) {
    const whole = checker.getApparentType(type);
    if (whole.flags & (Any | Unknown | Never)) return false;
    const indexes = checker.getIndexInfosOfType(whole);
    if (indexes.some(({ keyType }) => !(keyType.flags & ts.TypeFlags.Number))) return false;
    if (whole.symbol !== undefined && isLoose(ts, whole.symbol)) return false;
    if (whole.isUnionOrIntersection()) todo.push(...whole.types);
  }
  return true;
}

/** Whether members beside the known ones are allowed: of the global object, and of objects that JavaScript files make. */
function isLoose(ts: TypeScriptApi, symbol: TypeScript.Symbol): boolean {
  if (symbol.name === 'globalThis') return true;
  return symbol.declarations?.some((one) => one.flags & ts.NodeFlags.JavaScriptFile) ?? false;
}

function namesOf(
  ts: TypeScriptApi,
  checker: Checker,
  access: TypeScript.PropertyAccessExpression,
  type: TypeScript.Type,
): string[] {
  const names = new Set<string>();
  // A copy: the compiler keeps the list, and shares the empty one.
  const properties = [...type.getApparentProperties()];
  for (const name of OF_OBJECTS) {
    const property = checker.getPropertyOfType(type, name);
    if (property !== undefined) properties.push(property);
  }
  for (const property of properties) {
    const name = memberName(ts, property);
    if (name !== undefined && isVisible(ts, checker, access, type, property)) names.add(name);
  }
  return [...names].sort();
}

/** How a member is written behind a dot; undefined where it cannot be. */
function memberName(ts: TypeScriptApi, property: TypeScript.Symbol): string | undefined {
  const { name, valueDeclaration } = property;
  if (IDENTIFIER.test(name)) return name;
  const written = valueDeclaration === undefined ? undefined : ts.getNameOfDeclaration(valueDeclaration);
  return written !== undefined && ts.isPrivateIdentifier(written) ? written.text : undefined;
}

function isVisible(
  ts: TypeScriptApi,
  checker: Checker,
  access: TypeScript.PropertyAccessExpression,
  type: TypeScript.Type,
  property: TypeScript.Symbol,
): boolean {
  const declarations = property.declarations ?? [];
  const written = property.valueDeclaration && ts.getNameOfDeclaration(property.valueDeclaration);
  if (written !== undefined && ts.isPrivateIdentifier(written)) {
    const owner = property.valueDeclaration?.parent;
    return ts.findAncestor(access, (node) => node === owner) !== undefined;
  }
  const hidden = ts.ModifierFlags.Private | ts.ModifierFlags.Protected;
  if (!declarations.some((one) => ts.getCombinedModifierFlags(one) & hidden)) return true;
  return (checker as HiddenChecker).isValidPropertyAccessForCompletions?.(access, type, property) ?? true;
}
