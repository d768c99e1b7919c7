import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { evaluatorsOf, groupByCondition } from './evaluators.js';
import type { Logic } from './logic.js';
import type { NameEvaluator, SchemaNode } from './lowering.js';

/**
 * `unevaluatedProperties: S`. A member counts as evaluated if its name is covered by an evaluator whose condition holds.
 * Names that the same evaluators cover form a class; for each class, either S holds for all members of the class, or the
 * condition of one of its evaluators holds. Names without a condition belong to no class.
 */
export function lowerUnevaluatedProperties(
  node: SchemaNode,
  builder: ProgramBuilder,
  logic: Logic,
): SchemaRecord[] | 'tooMany' {
  const rest = node.unevaluatedProperties!;
  if (rest.id === logic.always || node.names?.all === true) return [];
  const own = hasAny(node.names) ? node.names : undefined;
  const evaluators = evaluatorsOf(node, own, namesEvaluatedBy, logic, builder.step);
  const { always, groups } = groupByCondition(evaluators, logic);
  if (always.some(({ all }) => all)) return [];
  const declared = new Set(always.flatMap(({ names }) => names));
  const declaredPatterns = new Set(always.flatMap(({ patterns }) => patterns));

  /** Conditions under which all names are evaluated. */
  const total: number[] = [];
  /** By name and by pattern, the conditions of the groups that cover it. */
  const coverOfName = new Map<string, number[]>();
  const coverOfPattern = new Map<number, number[]>();
  for (const { condition, found } of groups) {
    if (found.some(({ all }) => all)) {
      total.push(condition);
      continue;
    }
    for (const { names, patterns } of found) {
      for (const name of names) if (!declared.has(name)) add(coverOfName, name, condition);
      for (const expr of patterns) if (!declaredPatterns.has(expr)) add(coverOfPattern, expr, condition);
    }
  }
  const classes = classesOf(coverOfName);
  if (coverOfPattern.size > MAX_PATTERNS) return 'tooMany';
  if ((classes.length + 1) * 2 ** coverOfPattern.size > MAX_CLASSES) return 'tooMany';

  const literal = (name: string) => builder.literal(name);
  const allNames = [...declared, ...coverOfName.keys()];
  const parts: number[] = [];
  const addClass = (records: SchemaRecord[], covering: readonly number[]): void => {
    builder.step();
    parts.push(logic.or([logic.node(records), ...covering]));
  };
  if (coverOfPattern.size === 0 && declaredPatterns.size === 0) {
    for (const { names, covering } of classes) {
      const properties = names.map((name) => [builder.string(name), rest.id] as const);
      addClass([{ tag: 'object', properties }], covering);
    }
  } else {
    // A name that an unconditional pattern takes is evaluated in any case.
    const open = Array.from(declaredPatterns, builder.complement);
    const sets = patternSets(builder, coverOfPattern);
    const others = builder.complement(builder.union(allNames.map(literal)));
    for (const { names, covering } of [...classes, { names: undefined, covering: [] }]) {
      const texts = names === undefined ? others : builder.union(names.map(literal));
      for (const set of sets) {
        const all = [...covering, ...set.covering];
        if (all.length === 0) continue;
        const expr = builder.intersect([texts, set.expr, ...open]);
        addClass([{ tag: 'object', patterns: [[expr, rest.id]] }], all);
      }
    }
  }
  const additional: SchemaRecord = {
    tag: 'object',
    additional: rest.id,
    additionalIsSchema: rest.value.kind === 'object',
    properties: allNames.map((name) => [builder.string(name), logic.always]),
    patterns: [...declaredPatterns, ...coverOfPattern.keys()].map((expr) => [expr, logic.always]),
  };
  if (parts.length === 0 && total.length === 0) return [additional];
  const conjuncts = [...parts, logic.node([additional])];
  return total.length === 0
    ? logic.conjunction(conjuncts)
    : logic.disjunction([...total, logic.and(conjuncts)]);
}

const MAX_PATTERNS = 12;
const MAX_CLASSES = 4096;

function namesEvaluatedBy({ names, unevaluatedProperties }: SchemaNode): NameEvaluator | undefined {
  if (unevaluatedProperties !== undefined) return { names: [], patterns: [], all: true };
  return hasAny(names) ? names : undefined;
}

function hasAny(names: NameEvaluator | undefined): names is NameEvaluator {
  return names !== undefined && (names.all || names.names.length > 0 || names.patterns.length > 0);
}

function add<K>(map: Map<K, number[]>, key: K, condition: number): void {
  const known = map.get(key);
  if (known === undefined) map.set(key, [condition]);
  else if (known.at(-1) !== condition) known.push(condition);
}

/** Names that the same groups cover, together. */
function classesOf(
  coverOfName: ReadonlyMap<string, readonly number[]>,
): { names: string[]; covering: readonly number[] }[] {
  const classes = new Map<string, { names: string[]; covering: readonly number[] }>();
  for (const [name, covering] of coverOfName) {
    const key = covering.join();
    const known = classes.get(key);
    if (known === undefined) classes.set(key, { names: [name], covering });
    else known.names.push(name);
  }
  return [...classes.values()];
}

/** For each set of the patterns, the texts that match exactly these, and what covers them. */
function patternSets(
  builder: ProgramBuilder,
  coverOfPattern: ReadonlyMap<number, readonly number[]>,
): { expr: number; covering: number[] }[] {
  const patterns = [...coverOfPattern];
  return Array.from({ length: 2 ** patterns.length }, (_, set) => {
    const isIn = (index: number) => (set & (1 << index)) !== 0;
    return {
      expr: builder.intersect(patterns.map(([expr], i) => (isIn(i) ? expr : builder.complement(expr)))),
      covering: patterns.flatMap(([, covering], i) => (isIn(i) ? covering : [])),
    };
  });
}
