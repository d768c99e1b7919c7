import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { evaluatorsOf, groupByCondition } from './evaluators.js';
import type { Logic } from './logic.js';
import type { ItemEvaluator, SchemaNode } from './lowering.js';

/**
 * `unevaluatedItems: S`. An item counts as evaluated if its position is among those that an evaluator covers, or if it is
 * one that the `contains` of an evaluator found, in both cases of an evaluator whose condition holds. Between two
 * neighbouring ends of covered prefixes all positions are alike. For each such range, either the condition of an evaluator
 * of the range holds; or for some set of the `contains`, the conditions of all in the set hold, and each item of the range
 * satisfies S or one of the set.
 */
export function lowerUnevaluatedItems(
  node: SchemaNode,
  builder: ProgramBuilder,
  logic: Logic,
): SchemaRecord[] | 'tooMany' {
  const rest = node.unevaluatedItems!;
  if (rest.id === logic.always) return [];
  const own = hasAny(node.items) ? node.items : undefined;
  const evaluators = evaluatorsOf(node, own, itemsEvaluatedBy, logic, builder.step);
  const { always, groups } = groupByCondition(evaluators, logic);
  const covered = prefixOf(always);
  if (covered === Number.POSITIVE_INFINITY) return [];
  const found = containsOf(always);
  const prefixes = groups.map((group) => ({ condition: group.condition, prefix: prefixOf(group.found) }));
  const finders = groups
    .map((group) => ({ condition: group.condition, nodes: containsOf(group.found) }))
    .filter(({ nodes }) => nodes.length > 0);

  const ends = [...new Set(prefixes.map(({ prefix }) => prefix))]
    .filter((end) => end > covered && end !== Number.POSITIVE_INFINITY)
    .sort((a, b) => a - b);
  if (finders.length > MAX_FINDERS || (ends.length + 1) * 2 ** finders.length > MAX_RANGES) return 'tooMany';
  if (ends.length * (ends.at(-1) ?? 0) * 2 ** finders.length > MAX_POSITIONS) return 'tooMany';

  const total = prefixes.filter(({ prefix }) => prefix === Number.POSITIVE_INFINITY);
  const sets = finderSets(logic, finders);
  const ranges = [...ends, undefined].map((to, index) => {
    const from = index === 0 ? covered : ends[index - 1]!;
    const conditions = to === undefined ? [] : prefixes.filter(({ prefix }) => prefix >= to);
    const choices = sets.map(({ condition, nodes }) => {
      builder.step();
      const item = logic.or([rest.id, ...found, ...nodes]);
      const record: SchemaRecord =
        to === undefined
          ? { tag: 'array', items: item, prefixItems: fill(from, logic.always) }
          : { tag: 'array', prefixItems: [...fill(from, logic.always), ...fill(to - from, item)] };
      return logic.and([condition, logic.node([record])]);
    });
    return logic.or([...conditions.map(({ condition }) => condition), ...choices]);
  });
  return total.length === 0
    ? logic.conjunction(ranges)
    : logic.disjunction([...total.map(({ condition }) => condition), logic.and(ranges)]);
}

const MAX_FINDERS = 10;
const MAX_RANGES = 4096;
const MAX_POSITIONS = 1_000_000;

function itemsEvaluatedBy({ items, unevaluatedItems }: SchemaNode): ItemEvaluator | undefined {
  if (unevaluatedItems !== undefined) return { prefix: Number.POSITIVE_INFINITY, contains: undefined };
  return hasAny(items) ? items : undefined;
}

function hasAny(items: ItemEvaluator | undefined): items is ItemEvaluator {
  return items !== undefined && (items.prefix > 0 || items.contains !== undefined);
}

function prefixOf(evaluators: readonly ItemEvaluator[]): number {
  return evaluators.reduce((most, { prefix }) => Math.max(most, prefix), 0);
}

function containsOf(evaluators: readonly ItemEvaluator[]): number[] {
  return evaluators.flatMap(({ contains }) => (contains === undefined ? [] : [contains]));
}

function fill(count: number, node: number): number[] {
  return new Array<number>(count).fill(node);
}

/** Every set of the conditional `contains`, with what must hold so that all of the set count. */
function finderSets(
  logic: Logic,
  finders: readonly { condition: number; nodes: readonly number[] }[],
): { condition: number; nodes: number[] }[] {
  return Array.from({ length: 2 ** finders.length }, (_, set) => {
    const chosen = finders.filter((_finder, index) => set & (1 << index));
    return {
      condition: logic.and(chosen.map(({ condition }) => condition)),
      nodes: chosen.flatMap(({ nodes }) => nodes),
    };
  });
}
