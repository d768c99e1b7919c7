import { contains, intersect, type Ranges, utf8Beginning, utf8Character } from './code-points.js';
import { type Edge, type Rule, type RuleGraph, readEbnf } from './ebnf.js';
import { DEAD, Interner, type Machine, TOKEN } from './machine.js';

/**
 * Earley's parser over characters. A column is the set of items after some text; an item is a rule, how far it was read,
 * and the column in which it began. Columns with equal items are one column, so that loops come back to where they were.
 *
 * Edges that lead nowhere are removed first. So every item can be completed, and a text is the beginning of a text of the
 * language if and only if its column has items.
 */
interface Item {
  readonly rule: string;
  readonly state: number;
  /** Null for the column in which the item stands. */
  readonly origin: Column | null;
}
interface Column {
  readonly id: number;
  readonly items: readonly Item[];
}

export function ebnfMachine(source: string, specialTokens: ReadonlyMap<string, number> = new Map()): Machine {
  const graph = pruned(readEbnf(source));
  const columns = new Interner<Column>();
  const states = new Interner<{ column: Column; bytes: readonly number[] }>();
  const scans = new Map<string, Column | null>();

  function edgesOf(item: Item): readonly Edge[] {
    return (graph.rules.get(item.rule) as Rule).edges[item.state] as Edge[];
  }

  function close(kernel: readonly Item[]): Column | null {
    const items = new Map<string, Item>();
    const add = (item: Item): void => {
      const key = `${item.rule} ${item.state} ${item.origin === null ? 'here' : item.origin.id}`;
      if (!items.has(key)) items.set(key, item);
    };
    for (const item of kernel) add(item);
    for (let before = -1; before < items.size; ) {
      before = items.size;
      for (const item of items.values()) {
        for (const edge of edgesOf(item)) {
          if (edge.kind === 'nothing') add({ ...item, state: edge.to });
          if (edge.kind === 'rule') add({ rule: edge.name, state: 0, origin: null });
        }
        if (item.state !== (graph.rules.get(item.rule) as Rule).end) continue;
        for (const caller of item.origin === null ? [...items.values()] : item.origin.items) {
          for (const edge of edgesOf(caller)) {
            if (edge.kind !== 'rule' || edge.name !== item.rule) continue;
            add({ rule: caller.rule, state: edge.to, origin: caller.origin ?? item.origin });
          }
        }
      }
    }
    if (items.size === 0) return null;
    const key = [...items.keys()].sort().join(';');
    return columns.get(
      columns.intern(key, () => ({ id: columns.values.length, items: [...items.values()] })),
    );
  }

  function scan(column: Column, reads: (edge: Edge) => boolean): Column | null {
    const kernel: Item[] = [];
    for (const item of column.items) {
      for (const edge of edgesOf(item)) {
        if (reads(edge)) kernel.push({ rule: item.rule, state: edge.to, origin: item.origin ?? column });
      }
    }
    return close(kernel);
  }

  function enter(column: Column | null, bytes: readonly number[]): number {
    if (column === null) return DEAD;
    return states.intern(`${column.id} ${bytes.join()}`, () => ({ column, bytes }));
  }

  function readsSome(column: Column, ranges: Ranges): boolean {
    return column.items.some((item) =>
      edgesOf(item).some((edge) => edge.kind === 'chars' && intersect(edge.ranges, ranges).length > 0),
    );
  }

  const first = graph.rules.has(graph.start) ? close([{ rule: graph.start, state: 0, origin: null }]) : null;
  return {
    start: enter(first, []),
    accepts(id) {
      const { column, bytes } = states.get(id);
      const { end } = graph.rules.get(graph.start) as Rule;
      return (
        bytes.length === 0 &&
        column.items.some(
          ({ rule, state, origin }) => rule === graph.start && state === end && (origin ?? column) === first,
        )
      );
    },
    step(id, symbol) {
      const { column, bytes } = states.get(id);
      if (symbol >= TOKEN) {
        if (bytes.length > 0) return DEAD;
        const idOf = (token: number | string): number | undefined =>
          typeof token === 'number' ? token : specialTokens.get(token);
        return enter(
          scan(column, (edge) => edge.kind === 'token' && idOf(edge.token) === symbol - TOKEN),
          [],
        );
      }
      const longer = [...bytes, symbol];
      const ranges = utf8Beginning(longer);
      if (!readsSome(column, ranges)) return DEAD;
      const point = utf8Character(longer);
      if (point === undefined) return enter(column, longer);
      const key = `${column.id} ${point}`;
      let next = scans.get(key);
      if (next === undefined) {
        next = scan(column, (edge) => edge.kind === 'chars' && contains(edge.ranges, point));
        scans.set(key, next);
      }
      return enter(next, []);
    },
  };
}

/** Without the rules that have no text, and without the edges that lead to no end. */
function pruned({ start, rules }: RuleGraph): RuleGraph {
  const productive = new Set<string>();
  const useful = (edge: Edge): boolean =>
    edge.kind === 'rule' ? productive.has(edge.name) : edge.kind !== 'chars' || edge.ranges.length > 0;
  const leading = (rule: Rule): Set<number> => {
    const found = new Set([rule.end]);
    for (let before = 0; before < found.size; ) {
      before = found.size;
      rule.edges.forEach((edges, state) => {
        if (edges.some((edge) => useful(edge) && found.has(edge.to))) found.add(state);
      });
    }
    return found;
  };
  for (let before = -1; before < productive.size; ) {
    before = productive.size;
    for (const [name, rule] of rules) if (leading(rule).has(0)) productive.add(name);
  }
  const kept = new Map<string, Rule>();
  for (const [name, rule] of rules) {
    if (!productive.has(name)) continue;
    const ends = leading(rule);
    const edges = rule.edges.map((out) => out.filter((edge) => useful(edge) && ends.has(edge.to)));
    kept.set(name, { edges, end: rule.end });
  }
  return { start, rules: kept };
}
