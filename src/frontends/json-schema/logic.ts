import type { ProgramBuilder, SchemaRecord } from '../program-builder.js';
import { TypeBits } from '../program-format.js';

/** Boolean combinations of program nodes, without the parts that say nothing. */
export interface Logic {
  /** The node of all values, and that of none. */
  readonly always: number;
  readonly never: number;
  node(records: readonly SchemaRecord[]): number;
  not(node: number): number;
  and(nodes: readonly number[]): number;
  or(nodes: readonly number[]): number;
  /** The records of a conjunction, for a node that holds them. */
  conjunction(nodes: readonly number[]): SchemaRecord[];
  /** The same of a disjunction. */
  disjunction(nodes: readonly number[]): SchemaRecord[];
  /** Values that are objects with this member. */
  has(name: number): number;
  /** Values that are not: other types, and objects without the member. */
  lacks(name: number): number;
}

export function createLogic(builder: ProgramBuilder): Logic {
  const negations = new Map<number, number>();
  const present = new Map<number, number>();
  const absent = new Map<number, number>();
  let always = -1;
  let never = -1;

  function node(records: readonly SchemaRecord[]): number {
    const id = builder.reserveNode();
    builder.setNode(id, records);
    return id;
  }

  function memo(known: Map<number, number>, key: number, records: () => SchemaRecord[]): number {
    let id = known.get(key);
    if (id === undefined) {
      id = node(records());
      known.set(key, id);
    }
    return id;
  }

  const logic: Logic = {
    get always() {
      if (always === -1) always = node([]);
      return always;
    },
    get never() {
      if (never === -1) never = node([{ tag: 'types', bits: 0 }]);
      return never;
    },
    node,
    not(id) {
      if (id === always) return logic.never;
      if (id === never) return logic.always;
      return memo(negations, id, () => [{ tag: 'not', node: id }]);
    },
    and(nodes) {
      const parts = new Set(nodes);
      if (parts.has(never)) return never;
      parts.delete(always);
      if (parts.size === 0) return logic.always;
      return parts.size === 1 ? [...parts][0]! : node([{ tag: 'allOf', nodes: [...parts] }]);
    },
    or(nodes) {
      const parts = new Set(nodes);
      if (parts.has(always)) return always;
      parts.delete(never);
      if (parts.size === 0) return logic.never;
      return parts.size === 1 ? [...parts][0]! : node([{ tag: 'anyOf', nodes: [...parts] }]);
    },
    conjunction(nodes) {
      const parts = new Set(nodes);
      parts.delete(always);
      return parts.size === 0 ? [] : [{ tag: 'allOf', nodes: [...parts] }];
    },
    disjunction(nodes) {
      const parts = new Set(nodes);
      if (parts.has(always)) return [];
      parts.delete(never);
      if (parts.size === 0) return [{ tag: 'types', bits: 0 }];
      return [{ tag: parts.size === 1 ? 'allOf' : 'anyOf', nodes: [...parts] }];
    },
    has: (name) =>
      memo(present, name, () => [
        { tag: 'types', bits: TypeBits.object },
        { tag: 'object', required: [name] },
      ]),
    lacks: (name) => memo(absent, name, () => [{ tag: 'object', properties: [[name, logic.never]] }]),
  };
  return logic;
}
