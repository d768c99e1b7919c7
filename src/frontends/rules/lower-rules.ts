import type { ProgramBuilder } from '../program-builder.js';
import type { ProgramSymbol } from '../program-format.js';
import { componentsFrom } from './rule-order.js';
import type { RegularNode, Rule, RuleGrammar, RuleNode } from './rule-tree.js';

/** An optional repetition of something recursive becomes one rule for each round. */
const MAX_RECURSIVE_ROUNDS = 10_000;
/** Longer sequences get a rule of their own in place of being copied into their parent. */
const INLINE_SYMBOLS = 32;

/** What a node lowers to: one expression, or alternatives of symbols. Rule symbols hold indices of `DraftRule`. */
type Value = { readonly expr: number } | { readonly alternatives: readonly (readonly ProgramSymbol[])[] };

interface DraftRule {
  readonly name: string;
  /** The rule of the builder that it stands for. */
  readonly inserted?: number;
  alternatives: readonly (readonly ProgramSymbol[])[];
}

/**
 * Lowers a grammar to a program; returns its root rule. Rules that are regular by structure (no recursion, no tokens, or
 * recursion at one end only) become expressions; the others become rules, whose neighbouring regular parts are one terminal.
 */
export function lowerRules(builder: ProgramBuilder, grammar: RuleGrammar): number {
  const drafts: DraftRule[] = [];
  const bounds: BodyContext['bounds'] = [];
  const names = new Set(grammar.rules.map((rule) => rule.name));
  const values: (Value | undefined)[] = grammar.rules.map(() => undefined);
  const edges = grammar.rules.map((rule) =>
    rule.nodes.flatMap((node) => (node.kind === 'rule' ? [node.rule] : [])),
  );

  for (const component of componentsFrom(grammar.root, edges)) {
    const ownDraft = new Map<number, number>();
    const isRecursive =
      component.length > 1 || edges[component[0] as number]?.includes(component[0] as number);
    for (const rule of component) {
      if (!isRecursive) break;
      const { name, nodes } = grammar.rules[rule] as Rule;
      const own = drafts.push({ name, alternatives: [] }) - 1;
      ownDraft.set(rule, own);
      values[rule] = reference(own, nodes.at(-1));
    }
    for (const rule of component) {
      const { name } = grammar.rules[rule] as Rule;
      let { nodes } = grammar.rules[rule] as Rule;
      const outside = values[rule];
      const top = nodes.at(-1);
      if (outside !== undefined && top?.kind === 'bounded' && top.maxTokens > 0) {
        // Within itself a bounded rule has begun already, and what is left of its tokens binds.
        nodes = nodes.slice(0, -1);
        const own = ownDraft.get(rule) as number;
        values[rule] = reference(own, undefined);
        bounds.push({ rule: own, offset: top.offset });
      }
      const value = lowerBody(
        {
          builder,
          refuse: grammar.refuse,
          drafts,
          names,
          name,
          nextHelper: { number: 1 },
          helpers: new Map(),
          bounds,
        },
        nodes,
        values,
      );
      values[rule] = outside;
      const own = ownDraft.get(rule);
      if (own === undefined) {
        values[rule] = 'expr' in value ? value : addDraft(drafts, name, value.alternatives);
        continue;
      }
      const draft = drafts[own] as DraftRule;
      draft.alternatives = alternativesOf(value);
      const regular = component.length === 1 ? linearExpr(builder, own, draft) : undefined;
      if (regular === undefined) continue;
      values[rule] =
        top?.kind === 'bounded'
          ? symbolValue({ kind: 'limited', expr: regular, maxTokens: top.maxTokens })
          : { expr: regular };
    }
  }

  checkBounds(drafts, bounds, grammar.refuse);
  const root = values[grammar.root] as Value;
  const start = 'expr' in root ? [[terminal(root.expr)]] : root.alternatives;
  return emit(builder, drafts, (grammar.rules[grammar.root] as Rule).name, start);
}

/** The symbol of a recursive rule, which a bound may stand on top of. */
function reference(rule: number, top: RuleNode | undefined): Value {
  if (top?.kind !== 'bounded' || top.maxTokens === 0) return { alternatives: [[{ kind: 'rule', rule }]] };
  return { alternatives: [[{ kind: 'bounded', rule, maxTokens: top.maxTokens }]] };
}

const terminal = (expr: number): ProgramSymbol => ({ kind: 'terminal', expr });

const symbolValue = (symbol: ProgramSymbol): Value =>
  symbol.kind === 'terminal' ? { expr: symbol.expr } : { alternatives: [[symbol]] };

function alternativesOf(value: Value): readonly (readonly ProgramSymbol[])[] {
  return 'expr' in value ? [[terminal(value.expr)]] : value.alternatives;
}

function addDraft(drafts: DraftRule[], name: string, alternatives: DraftRule['alternatives']): Value {
  return { alternatives: [[{ kind: 'rule', rule: drafts.push({ name, alternatives }) - 1 }]] };
}

interface BodyContext {
  readonly builder: ProgramBuilder;
  readonly refuse: RuleGrammar['refuse'];
  readonly drafts: DraftRule[];
  readonly names: Set<string>;
  /** Helper rules are named after this one, with a number behind it. */
  readonly name: string;
  readonly nextHelper: { number: number };
  /** Rules of alternatives that have one: a node may be used more than once. */
  readonly helpers: Map<DraftRule['alternatives'], ProgramSymbol>;
  /** Rules of drafts that have a bound, and where. */
  readonly bounds: { readonly rule: number; readonly offset: number }[];
}

type BoundedNode = RuleNode & { kind: 'bounded' };

function lowerBody(
  context: BodyContext,
  nodes: readonly RuleNode[],
  rules: readonly (Value | undefined)[],
): Value {
  const { builder } = context;
  const values: Value[] = [];
  const at = (index: number): Value => values[index] as Value;
  for (const node of nodes) {
    builder.step();
    switch (node.kind) {
      case 'expr':
        values.push({ expr: node.expr });
        break;
      case 'symbol':
        values.push(symbolValue(node.symbol));
        break;
      case 'regular':
        values.push(lowerRegular(context, node, node.parts.map(at)));
        break;
      case 'bounded':
        values.push(lowerBounded(context, at(node.body), node));
        break;
      case 'rule':
        values.push(rules[node.rule] as Value);
        break;
      case 'inserted': {
        const rule = context.drafts.push({ name: '', inserted: node.rule, alternatives: [] }) - 1;
        values.push({ alternatives: [[{ kind: 'rule', rule }]] });
        break;
      }
      case 'concat':
        values.push(lowerConcat(context, node.parts.map(at)));
        break;
      case 'union':
        values.push(lowerUnion(builder, node.parts.map(at)));
        break;
      case 'repeat': {
        const body = at(node.body);
        if ('expr' in body) values.push({ expr: builder.repeat(body.expr, node.min, node.max) });
        else values.push(repeatRecursive(context, helper(context, body.alternatives), node));
        break;
      }
    }
  }
  return values[values.length - 1] as Value;
}

function lowerRegular(context: BodyContext, node: RegularNode, parts: readonly Value[]): Value {
  const exprs = parts.map((part) => {
    if ('expr' in part) return part.expr;
    throw context.refuse(
      node.offset,
      `${node.what} needs an operand that is regular: without recursion in its middle, JSON Schemas, tokens`,
      'write the operand without recursion, or leave the operation out',
    );
  });
  const made = node.make(exprs);
  return typeof made === 'number' ? { expr: made } : symbolValue(made);
}

function lowerBounded(context: BodyContext, body: Value, { maxTokens, offset }: BoundedNode): Value {
  if ('expr' in body) return symbolValue({ kind: 'limited', expr: body.expr, maxTokens });
  if (maxTokens === 0) {
    const hint = 'leave the rule out instead, or bound it by 1';
    throw context.refuse(offset, 'max_tokens is 0 for what is not regular', hint);
  }
  const symbol = helper(context, body.alternatives);
  const { rule } = symbol.kind === 'rule' ? symbol : newRule(context, [[symbol]]);
  context.bounds.push({ rule, offset });
  return { alternatives: [[{ kind: 'bounded', rule, maxTokens }]] };
}

/** What stands for the rest of a bounded rule, once its tokens are spent, is a text: so there is no token in it. */
function checkBounds(
  drafts: readonly DraftRule[],
  bounds: BodyContext['bounds'],
  refuse: RuleGrammar['refuse'],
): void {
  // What an earlier one reaches has been looked at.
  const reached = new Set<number>();
  for (const { rule: bounded, offset } of bounds) {
    const stack = [bounded];
    for (let rule = stack.pop(); rule !== undefined; rule = stack.pop()) {
      if (reached.has(rule)) continue;
      reached.add(rule);
      for (const symbol of (drafts[rule] as DraftRule).alternatives.flat()) {
        if (symbol.kind === 'rule' || symbol.kind === 'bounded') stack.push(symbol.rule);
        if (symbol.kind !== 'tokens' && symbol.kind !== 'slot') continue;
        const hint = 'bound the rules between them, or leave max_tokens out';
        throw refuse(offset, 'max_tokens on what holds tokens or slots cannot be enforced', hint);
      }
    }
  }
}

/** One symbol sequence for a value; alternatives get a rule of their own. */
function sequenceOf(context: BodyContext, value: Value): readonly ProgramSymbol[] {
  if ('expr' in value) return [terminal(value.expr)];
  const [only] = value.alternatives;
  if (value.alternatives.length === 1 && only !== undefined && only.length <= INLINE_SYMBOLS) return only;
  return [helper(context, value.alternatives)];
}

function helper(context: BodyContext, alternatives: DraftRule['alternatives']): ProgramSymbol {
  const [only] = alternatives;
  const [symbol] = only ?? [];
  if (alternatives.length === 1 && only?.length === 1 && symbol !== undefined) return symbol;
  const known = context.helpers.get(alternatives);
  if (known !== undefined) return known;
  const rule = newRule(context, alternatives);
  context.helpers.set(alternatives, rule);
  return rule;
}

function newRule(
  context: BodyContext,
  alternatives: DraftRule['alternatives'],
): ProgramSymbol & { kind: 'rule' } {
  context.builder.step();
  let name: string;
  do name = `${context.name}-${context.nextHelper.number++}`;
  while (context.names.has(name));
  context.names.add(name);
  return { kind: 'rule', rule: context.drafts.push({ name, alternatives }) - 1 };
}

function lowerConcat(context: BodyContext, parts: readonly Value[]): Value {
  const { builder } = context;
  const symbols: ProgramSymbol[] = [];
  let run: number[] = [];
  const flush = (): void => {
    const expr = builder.concat(run);
    if (expr !== builder.epsilon()) symbols.push(terminal(expr));
    run = [];
  };
  let regular = true;
  for (const part of parts) {
    if (!('expr' in part)) regular = false;
    for (const symbol of sequenceOf(context, part)) {
      if (symbol.kind === 'terminal') {
        run.push(symbol.expr);
      } else {
        flush();
        symbols.push(symbol);
      }
    }
  }
  if (regular) return { expr: builder.concat(run) };
  flush();
  return { alternatives: [symbols] };
}

function lowerUnion(builder: ProgramBuilder, parts: readonly Value[]): Value {
  const regular: number[] = [];
  const alternatives: (readonly ProgramSymbol[])[] = [];
  for (const part of parts) {
    for (const symbols of alternativesOf(part)) {
      const [only] = symbols;
      if (only === undefined) regular.push(builder.epsilon());
      else if (symbols.length === 1 && only.kind === 'terminal') regular.push(only.expr);
      else alternatives.push(symbols);
    }
  }
  if (alternatives.length === 0) return { expr: builder.union(regular) };
  if (regular.length === 0) return { alternatives };
  return { alternatives: [[terminal(builder.union(regular))], ...alternatives] };
}

/** Repeats a symbol: a fixed count by doubling, no bound by recursion, optional rounds by one rule each. */
function repeatRecursive(
  context: BodyContext,
  body: ProgramSymbol,
  node: RuleNode & { kind: 'repeat' },
): Value {
  const { min, max } = node;
  if (max !== undefined && max - min > MAX_RECURSIVE_ROUNDS) {
    throw context.refuse(
      node.offset,
      `more than ${MAX_RECURSIVE_ROUNDS} optional repetitions of something recursive cannot be enforced`,
      'lower the bound, or leave the upper bound out',
    );
  }
  const symbols: ProgramSymbol[] = fixedRounds(context, body, min);
  if (max === undefined) {
    const index = context.drafts.length;
    const star = newRule(context, [[], [body, { kind: 'rule', rule: index }]]);
    if (min === 0) return { alternatives: [[star]] };
    symbols.push(star);
  } else if (max > min) {
    let rest: ProgramSymbol | undefined;
    for (let round = min + 1; round < max; round++) {
      rest = newRule(context, [[], rest === undefined ? [body] : [body, rest]]);
    }
    const last = rest === undefined ? [body] : [body, rest];
    if (min === 0) return { alternatives: [[], last] };
    symbols.push(newRule(context, [[], last]));
  }
  return { alternatives: [symbols] };
}

/** The symbols of exactly `count` rounds: rules for 2, 4, 8, … rounds as far as they are needed. */
function fixedRounds(context: BodyContext, body: ProgramSymbol, count: number): ProgramSymbol[] {
  const symbols: ProgramSymbol[] = [];
  let power = body;
  for (let left = count; left > 0; ) {
    if (left % 2 === 1) symbols.push(power);
    left = Math.floor(left / 2);
    if (left > 0) power = newRule(context, [[power, power]]);
  }
  return symbols;
}

/**
 * The expression of a rule that refers to nothing but itself, and that only at the end of its alternatives (or only at
 * their beginning): r = a r | b is a* b.
 */
function linearExpr(builder: ProgramBuilder, self: number, draft: DraftRule): number | undefined {
  const loops: number[] = [];
  const exits: number[] = [];
  let side: 'left' | 'right' | undefined;
  for (const symbols of draft.alternatives) {
    const isSelf = symbols.map((symbol) => symbol.kind === 'rule' && symbol.rule === self);
    const [first, second] = symbols;
    if (symbols.length === 0) {
      exits.push(builder.epsilon());
    } else if (symbols.length === 1 && first?.kind === 'terminal') {
      exits.push(first.expr);
    } else if (symbols.length === 1 && isSelf[0]) {
      // r = r adds nothing.
    } else if (symbols.length === 2 && first?.kind === 'terminal' && isSelf[1] && side !== 'left') {
      side = 'right';
      loops.push(first.expr);
    } else if (symbols.length === 2 && isSelf[0] && second?.kind === 'terminal' && side !== 'right') {
      side = 'left';
      loops.push(second.expr);
    } else {
      return undefined;
    }
  }
  const loop = builder.repeat(builder.union(loops), 0);
  const exit = builder.union(exits);
  return builder.concat(side === 'left' ? [exit, loop] : [loop, exit]);
}

/** Writes the rules that the start needs into the builder. */
function emit(
  builder: ProgramBuilder,
  drafts: readonly DraftRule[],
  rootName: string,
  start: DraftRule['alternatives'],
): number {
  const [only] = start;
  const [symbol] = only ?? [];
  const isDraft =
    start.length === 1 &&
    only?.length === 1 &&
    symbol?.kind === 'rule' &&
    drafts[symbol.rule]?.inserted === undefined;
  const all = isDraft ? drafts : [...drafts, { name: rootName, alternatives: start }];
  const first = isDraft ? symbol.rule : drafts.length;
  const indices = new Map<number, number>([[first, builder.reserveRule((all[first] as DraftRule).name)]]);
  const queue = [first];
  for (let next = 0; next < queue.length; next++) {
    const draft = all[queue[next] as number] as DraftRule;
    const alternatives = draft.alternatives.map((symbols) =>
      symbols.map((part): ProgramSymbol => {
        if (part.kind !== 'rule' && part.kind !== 'bounded') return part;
        let index = all[part.rule]?.inserted ?? indices.get(part.rule);
        if (index === undefined) {
          index = builder.reserveRule((all[part.rule] as DraftRule).name);
          indices.set(part.rule, index);
          queue.push(part.rule);
        }
        return { ...part, rule: index };
      }),
    );
    builder.setRule(indices.get(queue[next] as number) as number, alternatives);
  }
  return indices.get(first) as number;
}
