import type * as TypeScript from 'typescript';
import { NUMBER_TEXT, templatePattern } from './template-patterns.js';
import { strayTag, type TypeSchema, tagsOf } from './type-tags.js';
import type { TypePlace, TypeWalker } from './type-walker.js';

/** Arrays and tuples. */
export function arraySchema(
  walker: TypeWalker,
  type: TypeScript.TypeReference,
  place: TypePlace,
): TypeSchema {
  const { ts, checker, convert, refuse } = walker;
  const elements = checker.getTypeArguments(type);
  const { hint } = place;
  const inner = (node: TypeScript.TypeNode | undefined, optional = false): TypePlace => ({
    node: place.node,
    hint: node,
    depth: place.depth + 1,
    optional,
  });
  if (!checker.isTupleType(type)) {
    const node =
      hint !== undefined && ts.isArrayTypeNode(hint)
        ? hint.elementType
        : hint !== undefined && ts.isTypeReferenceNode(hint)
          ? hint.typeArguments?.[0]
          : undefined;
    return { type: 'array', items: convert(elements[0] as TypeScript.Type, inner(node)) };
  }

  const { elementFlags } = type.target as TypeScript.TupleType;
  const nodes = hint !== undefined && ts.isTupleTypeNode(hint) ? hint.elements : undefined;
  const first: TypeSchema[] = [];
  let least = 0;
  let rest: TypeSchema | undefined;
  elements.forEach((element, index) => {
    const flags = elementFlags[index] as TypeScript.ElementFlags;
    if (flags & ts.ElementFlags.Variadic) {
      throw refuse(type, place, 'depends on a type parameter', 'export the type with its arguments');
    }
    if (rest !== undefined) {
      throw refuse(type, place, 'has elements behind its rest', 'put the elements of the rest at the end');
    }
    const node = elementNode(ts, nodes?.[index]);
    if (flags & ts.ElementFlags.Rest) {
      const isArray = node !== undefined && ts.isArrayTypeNode(node);
      rest = convert(element, inner(isArray ? node.elementType : undefined));
      return;
    }
    const isOptional = Boolean(flags & ts.ElementFlags.Optional);
    first.push(convert(element, inner(node, isOptional)));
    if (!isOptional) least = first.length;
  });
  return {
    type: 'array',
    ...(first.length > 0 ? { prefixItems: first } : {}),
    items: rest ?? false,
    ...(least > 0 ? { minItems: least } : {}),
  };
}

function elementNode(
  ts: TypeWalker['ts'],
  node: TypeScript.TypeNode | TypeScript.NamedTupleMember | undefined,
): TypeScript.TypeNode | undefined {
  let at: TypeScript.Node | undefined = node;
  while (
    at !== undefined &&
    (ts.isNamedTupleMember(at) || ts.isOptionalTypeNode(at) || ts.isRestTypeNode(at))
  ) {
    at = at.type;
  }
  return at as TypeScript.TypeNode | undefined;
}

/** Types of the language's own library that stand for values without JSON, and what to write. */
const INSTEAD: ReadonlyMap<string, string> = new Map([
  ['Date', 'write string, with @format date-time in its comment'],
  ['String', 'write string'],
  ['Number', 'write number'],
  ['Boolean', 'write boolean'],
  ['Map', 'write Record<string, …>'],
  ['ReadonlyMap', 'write Record<string, …>'],
  ['Set', 'write an array, with @uniqueItems true in its comment'],
  ['ReadonlySet', 'write an array, with @uniqueItems true in its comment'],
  ['URL', 'write string, with @format uri in its comment'],
  ['RegExp', 'write string, with @format regex in its comment'],
]);

/** Object types: their members, and no others unless an index signature allows them. */
export function objectSchema(walker: TypeWalker, type: TypeScript.Type, place: TypePlace): TypeSchema {
  const { ts, checker, refuse } = walker;
  refuseForeign(walker, type, place);
  if (type.getCallSignatures().length > 0 || type.getConstructSignatures().length > 0) {
    throw refuse(type, place, 'is a function: it has no JSON', 'leave it out, as with Omit<…>');
  }
  const properties = new Map<string, unknown>();
  const required: string[] = [];
  for (const member of checker.getPropertiesOfType(type)) {
    const declaration = member.valueDeclaration ?? member.declarations?.[0];
    const memberType = checker.getTypeOfSymbol(member);
    const at: TypePlace = {
      node: declaration === undefined || isLibrary(walker, declaration) ? place.node : declaration,
      hint: declaration !== undefined && ts.isPropertySignature(declaration) ? declaration.type : undefined,
      depth: place.depth + 1,
      optional: true,
    };
    if (String(member.escapedName).startsWith('__@')) {
      throw refuse(memberType, at, `is a member ${member.name} named by a symbol`, 'leave the member out');
    }
    if (member.flags & ts.SymbolFlags.Method) {
      throw refuse(memberType, at, `of member ${member.name} is a function`, 'leave it out, as with Omit<…>');
    }
    const stray = at.node === declaration ? strayTag(ts, at.node) : undefined;
    if (stray !== undefined) {
      throw refuse(
        memberType,
        at,
        `has a @${stray} in a comment that TypeScript does not read`,
        'begin the comment on a line of its own, before the member',
      );
    }
    const schema = walker.tagged(walker.convert(memberType, at), tagsOf(ts, checker, member), at);
    properties.set(member.name, schema);
    const isOptional = member.flags & ts.SymbolFlags.Optional || mayBeUndefined(ts, memberType);
    if (!isOptional) required.push(member.name);
  }
  return {
    type: 'object',
    ...(properties.size > 0 ? { properties: Object.fromEntries(properties) } : {}),
    ...(required.length > 0 ? { required } : {}),
    ...indexSignatures(walker, type, place),
  };
}

function mayBeUndefined(ts: TypeWalker['ts'], type: TypeScript.Type): boolean {
  const parts = type.isUnion() ? type.types : [type];
  return parts.some(({ flags }) => flags & (ts.TypeFlags.Undefined | ts.TypeFlags.Void));
}

function indexSignatures(walker: TypeWalker, type: TypeScript.Type, place: TypePlace): TypeSchema {
  const { ts, checker, convert, refuse } = walker;
  let additional: TypeSchema | false = false;
  const patterns = new Map<string, TypeSchema>();
  for (const { keyType, type: valueType, declaration } of checker.getIndexInfosOfType(type)) {
    const isOwn = declaration !== undefined && !isLibrary(walker, declaration);
    const at: TypePlace = {
      node: isOwn ? declaration : place.node,
      hint:
        declaration !== undefined && ts.isIndexSignatureDeclaration(declaration)
          ? declaration.type
          : undefined,
      depth: place.depth + 1,
      optional: true,
    };
    const value = convert(valueType, at);
    if (keyType.flags & ts.TypeFlags.String) {
      additional = value;
    } else if (keyType.flags & ts.TypeFlags.Number) {
      patterns.set(`^${NUMBER_TEXT}$`, value);
    } else {
      const pattern =
        keyType.flags & ts.TypeFlags.TemplateLiteral
          ? templatePattern(ts, keyType as TypeScript.TemplateLiteralType)
          : undefined;
      if (pattern === undefined) {
        throw refuse(
          keyType,
          at,
          'of an index signature has no pattern',
          'use string, number or a template literal',
        );
      }
      patterns.set(pattern, value);
    }
  }
  return {
    ...(patterns.size > 0 ? { patternProperties: Object.fromEntries(patterns) } : {}),
    additionalProperties: additional,
  };
}

/** Classes, and what the language's own library declares. */
function refuseForeign({ ts, refuse, ...walker }: TypeWalker, type: TypeScript.Type, place: TypePlace): void {
  const symbol = type.getSymbol();
  if (symbol === undefined || !(symbol.flags & (ts.SymbolFlags.Class | ts.SymbolFlags.Interface))) return;
  const declarations = symbol.declarations ?? [];
  if (declarations.some((node) => walker.program.isSourceFileDefaultLibrary(node.getSourceFile()))) {
    const hint = INSTEAD.get(symbol.name) ?? 'describe its JSON by a type of your own';
    throw refuse(type, place, 'of the standard library has no JSON of its own', hint);
  }
  if (symbol.flags & ts.SymbolFlags.Class) {
    throw refuse(type, place, 'is a class: JSON has no instances', 'write an interface for its JSON');
  }
}

function isLibrary({ program }: TypeWalker, node: TypeScript.Node): boolean {
  return program.isSourceFileDefaultLibrary(node.getSourceFile());
}
