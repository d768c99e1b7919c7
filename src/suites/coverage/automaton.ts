import { type CharRange, ExprOp, NONE } from '../../frontends/program-format.js';
import { lowerRules } from '../../frontends/rules/lower-rules.js';
import type { Origin, RegularNode, Rule, RuleGrammar, RuleNode } from '../../frontends/rules/rule-tree.js';
import { readingOf, type WrittenGrammar } from '../../frontends/written-grammar.js';
import { charactersOf, literalPoints, operandsOf } from './characters.js';
import type { NotCovered } from './coverage-map.js';
import type { GrammarPoints } from './points.js';

/**
 * The rules of a grammar as graphs: an edge reads a character, a rule or nothing, and exercises a point. Counted repetitions
 * are written out.
 *
 * What is no graph (an intersection, a complement, the shortest match of a lazy rule) is a *regular* rule: an expression that
 * is followed by what is left of it behind each character, and the graphs of its parts, which are followed over the same text
 * once it is known that a derivation reads it there.
 */
export interface Automaton {
  /** First and last state of each rule. The start of a regular rule has no edges. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly root: number;
  /** The rule that ends at a state; −1 for none. */
  readonly endsRule: Int32Array;
  /** The point of each rule, or −1. */
  readonly rulePoints: readonly number[];
  /** The name of each rule that has one. */
  readonly names: readonly (string | undefined)[];
  readonly edges: readonly (readonly Edge[])[];
  /** Of each rule; undefined for a graph. */
  readonly regular: readonly (RegularRule | undefined)[];
}

export interface RegularRule {
  readonly expr: number;
  /** The rules to follow over the same text. */
  readonly parts: readonly number[];
}

export interface Edge {
  readonly to: number;
  /** The point that it exercises, or −1. */
  readonly point: number;
  readonly rule?: number | undefined;
  readonly chars?: readonly CharRange[] | undefined;
  /** The points of the ranges. */
  readonly rangePoints?: readonly number[] | undefined;
}

const MAX_STATES = 200_000;

/** The rules that are lowered, or those that are written: the inside of what a lowered rule reads as one piece. */
type Space = 'lowered' | 'written';

/** The expression of a task is one that texts are read by (`readingOf`). */
type Task = { readonly from: number; readonly to: number } & (
  | { readonly kind: 'node'; readonly space: Space; readonly rule: number; readonly node: number }
  | { readonly kind: 'expr'; readonly expr: number }
);

/** The graphs of a grammar, or why there are none. */
export function buildAutomaton(written: WrittenGrammar, points: GrammarPoints): Automaton | NotCovered {
  const { builder } = written;
  const reading = readingOf(written);
  const lowered = written.lowered();
  const exprOf = regularExprs(written, lowered);
  const edges: Edge[][] = [];
  const starts: number[] = [];
  const ends: number[] = [];
  const rulePoints: number[] = [];
  const regular: (RegularRule | undefined)[] = [];
  const names: (string | undefined)[] = [];
  const tasks: Task[] = [];
  const known = new Map<string, number>();
  let refusal: string | undefined;
  const refuse = (reason: string): void => {
    refusal ??= reason;
  };

  const state = (): number => edges.push([]) - 1;
  const edge = (from: number, to: number, label: Partial<Omit<Edge, 'to'>> = {}): void => {
    edges[from]?.push({ to, point: -1, ...label });
  };
  const addRule = (point: number, name: string | undefined, own?: RegularRule): number => {
    names.push(name);
    starts.push(state());
    ends.push(state());
    regular.push(own);
    return rulePoints.push(point) - 1;
  };
  const rulesOf = (space: Space): readonly Rule[] => (space === 'lowered' ? lowered.rules : written.rules);

  /** The graph of a node, or of the body of a rule. */
  function graph(space: Space, rule: number, node?: number): number {
    const key = `${space} ${rule} ${node}`;
    let index = known.get(key);
    if (index === undefined) {
      const { nodes, writtenAs } = rulesOf(space)[rule] as Rule;
      const isLowered = space === 'lowered' && lowered.rules !== written.rules;
      const own = node !== undefined ? undefined : isLowered ? writtenAs : rule;
      index = addRule(own === undefined ? -1 : points.ofRule(own), written.rules[own ?? -1]?.name);
      known.set(key, index);
      const place = { from: starts[index] as number, to: ends[index] as number };
      tasks.push({ kind: 'node', space, rule, node: node ?? nodes.length - 1, ...place });
    }
    return index;
  }

  /** What is followed as an expression, with the graphs of the parts. */
  function regularEdge(
    from: number,
    to: number,
    expr: number,
    parts: readonly number[],
    name?: string,
  ): void {
    const key = `regular ${expr} ${parts.join(' ')}`;
    let index = known.get(key);
    if (index === undefined) {
      index = addRule(-1, name, { expr, parts });
      known.set(key, index);
    }
    edge(from, to, { rule: index });
  }

  const root = graph('lowered', lowered.root);
  for (let task = tasks.pop(); task !== undefined && refusal === undefined; task = tasks.pop()) {
    builder.step();
    if (edges.length > MAX_STATES) refuse('its counted repetitions are too large to follow');
    if (task.kind === 'expr') expression(task.expr, task.from, task.to);
    else nodeEdges(task);
  }
  if (refusal !== undefined) return { reason: refusal };
  const endsRule = new Int32Array(edges.length).fill(-1);
  ends.forEach((end, rule) => {
    endsRule[end] = rule;
  });
  return { starts, ends, root, endsRule, rulePoints, names, edges, regular };

  function nodeEdges(task: Task & { kind: 'node' }): void {
    const { space, rule, from, to } = task;
    const node = (rulesOf(space)[rule] as Rule).nodes[task.node] as RuleNode;
    const push = (part: number, a: number, b: number): void => {
      tasks.push({ kind: 'node', space, rule, node: part, from: a, to: b });
    };
    // Where rules are not lowered to others, each node is the one that is written.
    const isWritten = space === 'written' || lowered.rules === written.rules;
    const origin = isWritten ? { rule, node: task.node } : node.origin;
    switch (node.kind) {
      case 'expr':
        if (isWritten) leaf(node.expr, { rule, node: task.node }, from, to);
        else lexeme(node.expr, origin, from, to);
        break;
      case 'symbol':
        if ('expr' in node.symbol) {
          if (isWritten) tasks.push({ kind: 'expr', expr: reading(node.symbol.expr), from, to });
          else lexeme(node.symbol.expr, origin, from, to);
        } else if (node.symbol.kind !== 'tokens') {
          refuse('it holds a JSON Schema');
        }
        // A token has no text, so no text leads through it.
        break;
      case 'rule':
        edge(from, to, { rule: graph(space, node.rule) });
        break;
      case 'inserted':
        refuse('it holds another grammar');
        break;
      case 'concat':
        sequence(node.parts.length, from, to, (part, a, b) => push(node.parts[part] as number, a, b));
        break;
      case 'union':
        for (const part of node.parts) {
          const own = state();
          edge(from, own, { point: alternativePoint(space, rule, part, origin) });
          push(part, own, to);
        }
        break;
      case 'repeat': {
        const absent = origin === undefined ? -1 : points.absent(origin.rule, origin.node);
        const present = origin === undefined ? -1 : points.present(origin.rule, origin.node);
        repeat(node.min, node.max, from, to, absent, present, (a, b) => push(node.body, a, b));
        break;
      }
      case 'bounded':
        push(node.body, from, to); // texts know no tokens
        break;
      case 'regular':
        regularEdge(
          from,
          to,
          reading(exprOf(node)),
          node.parts.map((part) => graph(space, rule, part)),
        );
        break;
    }
  }

  function alternativePoint(space: Space, rule: number, part: number, origin: Origin | undefined): number {
    if (origin === undefined) return -1;
    const isWritten = space === 'written' || lowered.rules === written.rules;
    const of = isWritten ? part : lowered.rules[rule]?.nodes[part]?.origin?.node;
    return of === undefined ? -1 : points.alternative(origin.rule, origin.node, of);
  }

  /** A text, a set or a pattern, as it is written. */
  function leaf(expr: number, { rule, node }: Origin, from: number, to: number): void {
    const { point, ranges: rangePoints } = points.ofClass(rule, node);
    const chars = point < 0 ? undefined : charactersOf(builder, reading(expr));
    if (chars === undefined) tasks.push({ kind: 'expr', expr: reading(expr), from, to });
    else edge(from, to, { chars, point, rangePoints });
  }

  /** What a lowered rule reads as one piece: it may be less than what is written. */
  function lexeme(expr: number, origin: Origin | undefined, from: number, to: number): void {
    const inside = origin === undefined ? undefined : written.rules[origin.rule]?.nodes[origin.node];
    if (origin === undefined || inside === undefined) {
      tasks.push({ kind: 'expr', expr: reading(expr), from, to });
    } else if (inside.kind === 'expr' && inside.expr === expr) {
      leaf(expr, origin, from, to);
    } else if (inside.kind === 'rule' && written.rules[inside.rule]?.expr?.() === expr) {
      edge(from, to, { rule: graph('written', inside.rule) });
    } else {
      const name = inside.kind === 'rule' ? written.rules[inside.rule]?.name : undefined;
      regularEdge(from, to, reading(expr), [graph('written', origin.rule, origin.node)], name);
    }
  }

  function sequence(
    count: number,
    from: number,
    to: number,
    add: (part: number, a: number, b: number) => void,
  ) {
    if (count === 0) edge(from, to);
    let at = from;
    for (let part = 0; part < count; part++) {
      const next = part === count - 1 ? to : state();
      add(part, at, next);
      at = next;
    }
  }

  function repeat(
    min: number,
    max: number | undefined,
    from: number,
    to: number,
    absent: number,
    present: number,
    add: (a: number, b: number) => void,
  ): void {
    if (min === 0) edge(from, to, { point: absent });
    if (max === 0) return;
    let at = from;
    const rounds = max ?? Math.max(min, 1);
    if (rounds > MAX_STATES) refuse('its counted repetitions are too large to follow');
    for (let round = 1; round <= rounds && refusal === undefined; round++) {
      const begin = state();
      edge(at, begin, { point: round === 1 ? present : -1 });
      at = state();
      add(begin, at);
      if (max === undefined && round === rounds) edge(at, begin);
      if (round >= min) edge(at, to);
    }
  }

  function expression(expr: number, from: number, to: number): void {
    const chars = charactersOf(builder, expr);
    if (chars !== undefined) {
      edge(from, to, { chars });
      return;
    }
    const operands = operandsOf(builder, expr);
    const push = (part: number, a: number, b: number): void => {
      tasks.push({ kind: 'expr', expr: part, from: a, to: b });
    };
    switch (builder.exprOp(expr)) {
      case ExprOp.EMPTY:
        return;
      case ExprOp.EPSILON:
        edge(from, to);
        return;
      case ExprOp.LITERAL: {
        const characters = literalPoints(builder, expr);
        sequence(characters.length, from, to, (part, a, b) => {
          const char = characters[part] as number;
          edge(a, b, { chars: [[char, char]] });
        });
        return;
      }
      case ExprOp.CONCAT:
        sequence(operands.length, from, to, (part, a, b) => push(operands[part] as number, a, b));
        return;
      case ExprOp.UNION:
        for (const part of operands) push(part, from, to);
        return;
      case ExprOp.REPEAT: {
        const [body = 0, min = 0, max = NONE] = operands;
        repeat(min, max === NONE ? undefined : max, from, to, -1, -1, (a, b) => push(body, a, b));
        return;
      }
      case ExprOp.PUNYCODE:
        refuse('it cannot follow Punycode');
        return;
      default:
        regularEdge(from, to, expr, []);
    }
  }
}

/** The expressions of operations. Those of rules are known once the rules are lowered. */
function regularExprs({ builder }: WrittenGrammar, lowered: RuleGrammar): (node: RegularNode) => number {
  const made = new Map<RegularNode, number>();
  const recording = lowered.rules.map((rule) => ({
    ...rule,
    nodes: rule.nodes.map((node): RuleNode => {
      if (node.kind !== 'regular') return node;
      const make: RegularNode['make'] = (exprs) => {
        const value = node.make(exprs);
        if (typeof value === 'number') made.set(node, value);
        else if ('expr' in value) made.set(node, value.expr);
        return value;
      };
      return { ...node, make };
    }),
  }));
  if (lowered.rules.some(({ nodes }) => nodes.some(({ kind }) => kind === 'regular'))) {
    lowerRules(builder, { ...lowered, rules: recording });
  }
  // What the start rule does not reach is never followed.
  return (node) => node.expr?.() ?? made.get(node) ?? builder.empty();
}
