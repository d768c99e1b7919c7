import type { RuleForm } from './lark-lexemes.js';
import type { Scope } from './lark-scope.js';
import type { LarkBody, LarkNode } from './lark-tree.js';

/**
 * Which lazy terminals may begin where. A lazy terminal ends at the first place where it can, whatever else is being read
 * there: in `start: tool* tail`, where `tool` begins with free text up to `<tool>`, the free text of `tail` cannot run over
 * a `<tool>` either. So other terminals that may begin at the same place as a lazy one hold no text that it matches at their
 * beginning. Sets of lazy terminals are bits of a number.
 */
export interface First {
  readonly nullable: boolean;
  /** Lazy terminals that a text may begin with. */
  readonly first: bigint;
  /** Lazy terminals with which a text may go on where it may also end. */
  readonly more: bigint;
}

export const NONE: First = { nullable: false, first: 0n, more: 0n };
const EMPTY: First = { nullable: true, first: 0n, more: 0n };

export interface FirstSets {
  /** Of a node of a rule's body. */
  of(rule: string, node: number): First;
  /** The bit of a lazy rule; 0 for any other. */
  bitOf(rule: string): bigint;
  /** The expressions of the lazy rules of a set. */
  exprsOf(set: bigint): number[];
}

/** @param forms of all rules, by name; `counts` says which lazy rules others must heed */
export function firstSets(
  scope: Scope,
  forms: ReadonlyMap<string, RuleForm>,
  counts: (rule: string) => boolean,
): FirstSets {
  const bits = new Map<string, bigint>();
  const exprs: number[] = [];
  for (const [name, form] of forms) {
    if (form.kind !== 'terminal' || !form.isLazy || !counts(name)) continue;
    bits.set(name, 1n << BigInt(exprs.length));
    exprs.push(form.heeded ?? form.expr);
  }
  const bitOf = (rule: string): bigint => bits.get(rule) ?? 0n;
  const nodes = bits.size === 0 ? undefined : solve(scope, forms, bitOf);
  return {
    of: (rule, node) => nodes?.get(rule)?.[node] ?? NONE,
    bitOf,
    exprsOf: (set) => exprs.filter((_, index) => ((set >> BigInt(index)) & 1n) === 1n),
  };
}

/** Goes over all rules until nothing changes: the sets only grow. */
function solve(
  scope: Scope,
  forms: ReadonlyMap<string, RuleForm>,
  bitOf: (rule: string) => bigint,
): ReadonlyMap<string, First[]> {
  const { builder, grammar, terminals } = scope;
  const nodes = new Map<string, First[]>();
  const rules = new Map<string, First>();
  for (const [name, form] of forms) {
    if (form.kind !== 'terminal') continue;
    // With a mark that is taken back it has been there, however little is left.
    const nullable = form.heeded === undefined && builder.isNullable(form.expr);
    rules.set(name, { nullable, first: bitOf(name), more: 0n });
  }
  const nameFirst = (name: string): First => {
    const terminal = terminals.get(name);
    if (terminal !== undefined) return builder.isNullable(terminal) ? EMPTY : NONE;
    return rules.get(name) ?? NONE;
  };
  for (let changed = true; changed; ) {
    changed = false;
    for (const { name, body } of grammar.rules.values()) {
      if (forms.get(name)?.kind === 'terminal') continue;
      const found = bodyFirst(scope, body, nameFirst);
      nodes.set(name, found);
      const root = found[found.length - 1] as First;
      const before = rules.get(name) ?? NONE;
      if (root.nullable === before.nullable && root.first === before.first && root.more === before.more)
        continue;
      rules.set(name, root);
      changed = true;
    }
  }
  return nodes;
}

function bodyFirst(scope: Scope, body: LarkBody, nameFirst: (name: string) => First): First[] {
  const found: First[] = [];
  for (const node of body) {
    scope.builder.step();
    found.push(nodeFirst(node, (index) => found[index] as First, nameFirst));
  }
  return found;
}

function nodeFirst(node: LarkNode, at: (index: number) => First, nameFirst: (name: string) => First): First {
  switch (node.kind) {
    case 'text':
      return node.text === '' ? EMPTY : NONE;
    case 'substring':
      return EMPTY;
    case 'name':
      return nameFirst(node.name);
    case 'concat':
      return node.parts.map(at).reduce(
        (left, right) => ({
          nullable: left.nullable && right.nullable,
          first: left.nullable ? left.first | right.first : left.first,
          more: right.nullable ? left.more | right.first | right.more : right.more,
        }),
        EMPTY,
      );
    case 'union': {
      const parts = node.parts.map(at);
      return {
        nullable: parts.some((part) => part.nullable),
        first: parts.reduce((set, part) => set | part.first, 0n),
        more: parts.reduce((set, part) => set | part.more, 0n),
      };
    }
    case 'repeat': {
      const part = at(node.body);
      const goesOn = node.max === undefined || node.max > 1;
      return {
        nullable: part.nullable || node.min === 0,
        first: part.first,
        more: goesOn ? part.more | part.first : part.more,
      };
    }
    default:
      return NONE;
  }
}
