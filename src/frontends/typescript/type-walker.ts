import type * as TypeScript from 'typescript';
import type { BuildBudget } from '../build-budget.js';
import { sourceError } from '../source-location.js';
import { createAliasTags } from './alias-tags.js';
import { templatePattern } from './template-patterns.js';
import { combineSchemas, kindsOf, literalValue } from './type-schemas.js';
import { arraySchema, objectSchema } from './type-shapes.js';
import { placeOf, type TypeSource } from './type-source.js';
import { TagProblem, type TypeSchema, type TypeTag, tagsOf, withTags } from './type-tags.js';

/** Nested types without names of their own; named ones may be nested at will. */
const MAX_DEPTH = 200;
/** Bounds the work for generics that multiply without growing. */
const MAX_TYPES = 20_000;
/** Generics that grow with each use, as `List<T[]>` inside of `List<T>`, would never end. */
const MAX_INSTANCES = 200;

/** Where a type stands: for errors, and for the tags of aliases. */
export interface TypePlace {
  /** The declaration that is to blame. */
  readonly node: TypeScript.Node;
  /** The syntax of the type, where there is one. */
  readonly hint: TypeScript.TypeNode | undefined;
  readonly depth: number;
  /** `undefined` among the types means that the member may be absent. */
  readonly optional?: boolean;
}

/** Turns types into schemas. */
export interface TypeWalker extends TypeSource {
  readonly convert: (type: TypeScript.Type, place: TypePlace) => TypeSchema;
  readonly refuse: (type: TypeScript.Type, place: TypePlace, why: string, hint: string) => Error;
  /** The schema with tags; problems become errors at the place. */
  readonly tagged: (schema: TypeSchema, tags: readonly TypeTag[], place: TypePlace) => TypeSchema;
}

/** The schema of a type: draft 2020-12, named types in `$defs`. */
export function schemaOfType(source: TypeSource, budget: BuildBudget): TypeSchema {
  const { ts, checker, type: rootType, declaration } = source;
  const aliases = createAliasTags(ts, checker);
  const definitions = new Map<TypeScript.Type, string>();
  const names = new Set<string>();
  const uses = new Map<string, number>();
  const instances = new Map<TypeScript.Symbol, number>();
  const queue: { type: TypeScript.Type; place: TypePlace }[] = [];
  const active = new Set<TypeScript.Type>();
  let count = 0;

  function refuse(type: TypeScript.Type, { node }: TypePlace, why: string, hint: string): Error {
    const file = node.getSourceFile();
    const at = node.getStart(file);
    const message = `${placeOf(file, at)}: the type ${shorten(checker.typeToString(type))} ${why}`;
    return sourceError('UNSUPPORTED', file.text, at, message, hint);
  }

  function tagged(schema: TypeSchema, tags: readonly TypeTag[], place: TypePlace): TypeSchema {
    try {
      return withTags(schema, tags, kindsOf(schema));
    } catch (problem) {
      if (!(problem instanceof TagProblem)) throw problem;
      const file = place.node.getSourceFile();
      const at = place.node.getStart(file);
      throw sourceError('SCHEMA', file.text, at, `${placeOf(file, at)}: ${problem.message}`, problem.hint);
    }
  }

  function convert(type: TypeScript.Type, outer: TypePlace): TypeSchema {
    budget.step();
    if (++count > MAX_TYPES) {
      throw refuse(
        type,
        outer,
        `is part of more than ${MAX_TYPES} types`,
        'end the recursion of the generic type',
      );
    }
    if (outer.depth > MAX_DEPTH) {
      throw refuse(
        type,
        outer,
        `is nested deeper than ${MAX_DEPTH} types`,
        'give inner types names of their own',
      );
    }
    const { tags, place } = throughAliases(type, outer);
    const name = place.depth > 0 ? nameOf(type) : undefined;
    const known = definitions.get(type);
    let schema: TypeSchema;
    if (known !== undefined || name !== undefined) checkHint(type, place);
    if (known !== undefined) schema = { $ref: `#/$defs/${known}` };
    else if (name !== undefined || active.has(type)) schema = define(type, name ?? 'Type', place);
    else schema = inline(type, place);
    return tagged(schema, tags, place);
  }

  /** The place behind the aliases that its hint goes through, and their tags. */
  function throughAliases(
    type: TypeScript.Type,
    place: TypePlace,
  ): { tags: readonly TypeTag[]; place: TypePlace } {
    const fitting = aliases.fitting(place.hint, type);
    if (fitting === undefined && place.hint !== undefined) refuseForgotten(type, place, place.hint);
    const { tags, hint } = aliases.follow(fitting);
    return { tags, place: { ...place, hint } };
  }

  function define(type: TypeScript.Type, wanted: string, place: TypePlace): TypeSchema {
    const symbol = type.aliasSymbol ?? type.getSymbol();
    if (symbol !== undefined) {
      const count = (instances.get(symbol) ?? 0) + 1;
      instances.set(symbol, count);
      if (count > MAX_INSTANCES) {
        const why = `is one of more than ${MAX_INSTANCES} kinds of ${symbol.name}`;
        throw refuse(type, place, why, 'end the recursion of the generic type');
      }
    }
    const base = wanted.replace(/[^A-Za-z0-9_.-]+/g, '_').slice(0, 60);
    let name = base;
    let use = uses.get(base) ?? 1;
    // Another type may be named like one with a number behind it.
    for (; names.has(name); use++) name = `${base}-${use + 1}`;
    uses.set(base, use);
    names.add(name);
    definitions.set(type, name);
    const alias = type.aliasSymbol?.declarations?.find(ts.isTypeAliasDeclaration);
    queue.push({ type, place: { node: place.node, hint: alias?.type, depth: 0 } });
    return { $ref: `#/$defs/${name}` };
  }

  /** Types with a name of their own are defined once. */
  function nameOf(type: TypeScript.Type): string | undefined {
    if (!(type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection))) return undefined;
    if (type.isUnion() && type.types.every((part) => literalValue(ts, part) !== undefined)) return undefined;
    // Undefined and null beside a named type hide its name, and are not part of it.
    if (type.isUnion() && type.types.some(({ flags }) => flags & ts.TypeFlags.Undefined)) return undefined;
    if (type.aliasSymbol !== undefined) return checker.typeToString(type);
    const symbol = type.getSymbol();
    if (symbol === undefined || !(symbol.flags & ts.SymbolFlags.Interface)) return undefined;
    return checker.isArrayType(type) || checker.isTupleType(type) ? undefined : checker.typeToString(type);
  }

  function inline(type: TypeScript.Type, place: TypePlace): TypeSchema {
    active.add(type);
    try {
      const symbol = type.aliasSymbol ?? type.getSymbol();
      const isOwn = type.flags & (ts.TypeFlags.Object | ts.TypeFlags.UnionOrIntersection);
      for (const declaration of symbol?.declarations ?? []) {
        if (!ts.isInterfaceDeclaration(declaration)) continue;
        for (const clause of declaration.heritageClauses ?? []) refuseForgotten(type, place, clause);
      }
      const tags = symbol === undefined || !isOwn ? [] : tagsOf(ts, checker, symbol);
      return tagged(base(type, place), tags, place);
    } finally {
      active.delete(type);
    }
  }

  function base(type: TypeScript.Type, place: TypePlace): TypeSchema {
    const { TypeFlags } = ts;
    const { flags } = type;
    const value = literalValue(ts, type);
    if (value !== undefined) return { const: value };
    if (type.isUnion()) return union(type, place);
    checkHint(type, place);
    if (flags & (TypeFlags.Any | TypeFlags.Unknown)) {
      if ((type as { intrinsicName?: string }).intrinsicName !== 'error') return {};
      throw refuse(type, place, 'is not known', 'correct the errors that tsc finds');
    }
    if (flags & TypeFlags.Never) return { not: {} };
    if (flags & TypeFlags.String) return { type: 'string' };
    if (flags & TypeFlags.Number) return { type: 'number' };
    if (flags & TypeFlags.NonPrimitive) return { type: ['object', 'array'] };
    if (flags & TypeFlags.TemplateLiteral) {
      const pattern = templatePattern(ts, type as TypeScript.TemplateLiteralType);
      if (pattern !== undefined) return { type: 'string', pattern };
      throw refuse(
        type,
        place,
        'has a part without a pattern',
        'write string with a @pattern in its comment',
      );
    }
    if (flags & TypeFlags.StringMapping) {
      throw refuse(type, place, 'has no pattern', 'write string with a @pattern in its comment');
    }
    if (flags & TypeFlags.BigIntLike) {
      throw refuse(type, place, 'has no JSON', 'write number, or string with a @pattern in its comment');
    }
    if (flags & TypeFlags.ESSymbolLike) throw refuse(type, place, 'has no JSON', 'leave it out');
    if (flags & (TypeFlags.Undefined | TypeFlags.Void)) {
      if (place.optional) return { not: {} };
      throw refuse(type, place, 'has no JSON outside of a member', 'write null, or make the member optional');
    }
    if (flags & TypeFlags.EnumLike) {
      throw refuse(
        type,
        place,
        'has members whose values are computed',
        'give each member of the enum a value',
      );
    }
    if (type.isIntersection()) return intersection(type, place);
    if (flags & TypeFlags.Object) return object(type as TypeScript.ObjectType, place);
    throw refuse(
      type,
      place,
      'depends on a type parameter',
      'export the type with its arguments, as type Numbers = List<number>',
    );
  }

  /** Tags inside of what the compiler works out by itself would be lost. */
  function checkHint(type: TypeScript.Type, place: TypePlace): void {
    const { hint } = place;
    if (hint === undefined || ts.isTypeLiteralNode(hint)) return;
    // What stands inside of these is met later.
    if (ts.isArrayTypeNode(hint) || ts.isTupleTypeNode(hint)) return;
    if (ts.isTypeReferenceNode(hint) && checker.isArrayType(type)) return;
    refuseForgotten(type, place, hint);
  }

  function refuseForgotten(type: TypeScript.Type, place: TypePlace, node: TypeScript.Node): void {
    const lost = aliases.forgotten(node);
    if (lost === undefined) return;
    throw refuse(
      type,
      place,
      `is worked out from ${lost}, whose tags have no effect in it`,
      `write the tags of ${lost} at the members that need them`,
    );
  }

  function union(type: TypeScript.UnionType, place: TypePlace): TypeSchema {
    const { hint } = place;
    const inner = { ...place, depth: place.depth + 1 };
    const isKept = ({ flags }: TypeScript.Type): boolean =>
      !(place.optional && flags & ts.TypeFlags.Undefined);
    const kept = type.types.filter(isKept);
    const [only] = kept;
    if (kept.length === 1 && only !== undefined) return convert(only, inner);
    if (hint !== undefined && ts.isUnionTypeNode(hint) && aliases.forgotten(hint) !== undefined) {
      const parts = hint.types.map((node) => ({ node, type: checker.getTypeFromTypeNode(node) }));
      return combineSchemas(
        parts
          .filter((part) => isKept(part.type))
          .map((part) => convert(part.type, { ...inner, hint: part.node })),
      );
    }
    checkHint(type, place);
    return combineSchemas(kept.map((part) => convert(part, { ...inner, hint: undefined, optional: false })));
  }

  function intersection(type: TypeScript.IntersectionType, place: TypePlace): TypeSchema {
    const isObject = ({ flags }: TypeScript.Type) =>
      flags & (ts.TypeFlags.Object | ts.TypeFlags.NonPrimitive);
    const others = type.types.filter((part) => !isObject(part));
    const inner = { ...place, hint: undefined, depth: place.depth + 1 };
    // A primitive with an object is a brand: the object exists for the compiler alone.
    if (others.length === 1) return convert(others[0] as TypeScript.Type, inner);
    if (others.length > 1) return { allOf: others.map((part) => convert(part, inner)) };
    if (type.types.some((part) => checker.isArrayType(part) || checker.isTupleType(part))) {
      throw refuse(type, place, 'is an array and an object at once', 'write the array alone');
    }
    return objectSchema(walker, type, place);
  }

  function object(type: TypeScript.ObjectType, place: TypePlace): TypeSchema {
    if (checker.isArrayType(type) || checker.isTupleType(type)) {
      return arraySchema(walker, type as TypeScript.TypeReference, place);
    }
    return objectSchema(walker, type, place);
  }

  const walker: TypeWalker = { ...source, convert, refuse, tagged };
  const place: TypePlace = {
    node: declaration,
    hint: ts.isTypeAliasDeclaration(declaration) ? declaration.type : undefined,
    depth: 0,
  };
  const symbol = (declaration as { symbol?: TypeScript.Symbol }).symbol;
  const isOwn = symbol === undefined || symbol === (rootType.aliasSymbol ?? rootType.getSymbol());
  const rootTags = isOwn ? [] : tagsOf(ts, checker, symbol);
  const root = convert(rootType, place);
  const defs = new Map<string, TypeSchema>();
  for (const { type, place } of queue) {
    const { tags, place: behind } = throughAliases(type, place);
    defs.set(definitions.get(type) as string, tagged(inline(type, behind), tags, place));
  }
  const own = definitions.get(rootType);
  return {
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    ...tagged(own === undefined ? root : { $ref: `#/$defs/${own}` }, rootTags, place),
    ...(defs.size === 0 ? {} : { $defs: Object.fromEntries(defs) }),
  };
}

function shorten(text: string): string {
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}
