import type { ProgramBuilder } from '../../frontends/program-builder.js';
import { type CharRange, ExprOp, NONE } from '../../frontends/program-format.js';
import type { RuleGrammar, RuleNode } from '../../frontends/rules/rule-tree.js';
import type { CoveragePoint, NotCovered } from './coverage-map.js';
import { type Span, spansOf } from './source-spans.js';

/**
 * The rules of a grammar as graphs: an edge reads a character, a rule or nothing, and exercises a point. Counted repetitions
 * are written out.
 */
export interface Automaton {
  /** First and last state of each rule. */
  readonly starts: readonly number[];
  readonly ends: readonly number[];
  readonly root: number;
  /** The rule that ends at a state; −1 for none. */
  readonly endsRule: Int32Array;
  /** The point of each rule. */
  readonly rulePoints: readonly number[];
  readonly edges: readonly (readonly Edge[])[];
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
/** A class with more ranges is counted as one. */
const MAX_RANGES = 16;

type Task =
  | { readonly kind: 'node'; readonly node: number; readonly from: number; readonly to: number }
  | { readonly kind: 'expr'; readonly expr: number; readonly from: number; readonly to: number };

/** The graphs of a grammar and its points, or why there are none. */
export function buildAutomaton(
  builder: ProgramBuilder,
  grammar: RuleGrammar,
  source: string,
): { automaton: Automaton; points: CoveragePoint[] } | NotCovered {
  const edges: Edge[][] = [];
  const points: CoveragePoint[] = [];
  const state = (): number => edges.push([]) - 1;
  const starts = grammar.rules.map(state);
  const ends = grammar.rules.map(state);
  const rulePoints: number[] = [];
  let refusal: string | undefined;

  const edge = (
    from: number,
    to: number,
    label: Omit<Edge, 'to' | 'point'> & { point?: number } = {},
  ): void => {
    edges[from]?.push({ to, point: -1, ...label });
  };

  grammar.rules.forEach((rule, index) => {
    if (rule.offsets === undefined) refusal = 'its front end keeps no places';
    if (refusal !== undefined) return;
    const spans = spansOf(rule, source);
    const point = (kind: CoveragePoint['kind'], span: Span, range?: CharRange): number =>
      points.push({ kind, rule: rule.name, from: span.from, to: span.to, range }) - 1;
    const body = spans.at(-1) as Span;
    rulePoints.push(point('rule', body));
    // A node may be built several times, as the rounds of a repetition, and has one point.
    const known = new Map<string, number>();
    const pointOf = (key: string, make: () => number): number => {
      let found = known.get(key);
      if (found === undefined) {
        found = make();
        known.set(key, found);
      }
      return found;
    };

    const tasks: Task[] = [
      { kind: 'node', node: rule.nodes.length - 1, from: starts[index] as number, to: ends[index] as number },
    ];
    while (refusal === undefined) {
      const task = tasks.pop();
      if (task === undefined) break;
      if (edges.length > MAX_STATES) refusal = 'its counted repetitions are too large to follow';
      const { from, to } = task;
      if (task.kind === 'expr') {
        expression(task.expr, from, to, tasks);
        continue;
      }
      const node = rule.nodes[task.node] as RuleNode;
      const span = spans[task.node] as Span;
      switch (node.kind) {
        case 'expr': {
          const chars = charactersOf(node.expr);
          if (chars === undefined || source[span.from] === '"') {
            tasks.push({ kind: 'expr', expr: node.expr, from, to });
            break;
          }
          edge(from, to, { chars, ...classPoints(task.node, span, chars) });
          break;
        }
        case 'symbol':
          if ('expr' in node.symbol) {
            tasks.push({ kind: 'expr', expr: node.symbol.expr, from, to });
          } else if (node.symbol.kind !== 'tokens') {
            refusal = 'it holds a JSON Schema';
          }
          // A token has no text, so no text leads through it.
          break;
        case 'rule':
          edge(from, to, { rule: node.rule });
          break;
        case 'concat':
          sequence(node.parts.length, from, to, (part, a, b) =>
            tasks.push({ kind: 'node', node: node.parts[part] as number, from: a, to: b }),
          );
          break;
        case 'union':
          node.parts.forEach((part, number) => {
            const own = state();
            const key = `${task.node} ${number}`;
            edge(from, own, {
              point: pointOf(key, () => point('alternative', spans[part] as Span)),
            });
            tasks.push({ kind: 'node', node: part, from: own, to });
          });
          break;
        case 'repeat': {
          const isOptional = node.min === 0;
          const absent = isOptional ? pointOf(`${task.node} absent`, () => point('absent', span)) : -1;
          const present = isOptional ? pointOf(`${task.node} present`, () => point('present', span)) : -1;
          repeat(node.min, node.max, from, to, absent, present, (a, b) =>
            tasks.push({ kind: 'node', node: node.body, from: a, to: b }),
          );
          break;
        }
        case 'regular':
          refusal = `it cannot follow ${node.what}`;
          break;
      }
    }

    function classPoints(node: number, span: Span, chars: readonly CharRange[]) {
      const own = pointOf(`${node} class`, () => point('class', span));
      const isNegated = source.startsWith('[^', span.from);
      if (isNegated || chars.length < 2 || chars.length > MAX_RANGES) return { point: own };
      const rangePoints = chars.map((range, number) =>
        pointOf(`${node} range ${number}`, () => point('range', span, range)),
      );
      return { point: own, rangePoints };
    }
  });

  if (refusal !== undefined) return { reason: refusal };
  const endsRule = new Int32Array(edges.length).fill(-1);
  ends.forEach((end, rule) => {
    endsRule[end] = rule;
  });
  return { automaton: { starts, ends, root: grammar.root, endsRule, rulePoints, edges }, points };

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
    if (rounds > MAX_STATES) refusal = 'its counted repetitions are too large to follow';
    for (let round = 1; round <= rounds && refusal === undefined; round++) {
      const begin = state();
      edge(at, begin, { point: round === 1 ? present : -1 });
      at = state();
      add(begin, at);
      if (max === undefined && round === rounds) edge(at, begin);
      if (round >= min) edge(at, to);
    }
  }

  /** The ranges of an expression that reads one character. */
  function charactersOf(expr: number): readonly CharRange[] | undefined {
    const { exprs, sets, strings, root } = builder.fragment(expr);
    const operand = (exprs.words[exprs.start(root) + 1] as number) >>> 0;
    if (exprs.first(root) === ExprOp.LITERAL) {
      const [char = '', ...more] = Array.from(strings[operand] as string);
      const point = char.codePointAt(0) as number;
      return more.length === 0 ? [[point, point]] : undefined;
    }
    if (exprs.first(root) !== ExprOp.SET) return undefined;
    const ranges: [number, number][] = [];
    for (let at = sets.start(operand); at < sets.start(operand + 1); at += 2) {
      ranges.push([sets.words[at] as number, sets.words[at + 1] as number]);
    }
    return ranges;
  }

  function expression(expr: number, from: number, to: number, tasks: Task[]): void {
    const chars = charactersOf(expr);
    if (chars !== undefined) {
      edge(from, to, { chars });
      return;
    }
    const { exprs, strings } = builder.fragment(expr);
    const begin = exprs.start(expr);
    const operands: number[] = [];
    for (let at = begin + 1; at < exprs.start(expr + 1); at++)
      operands.push((exprs.words[at] as number) >>> 0);
    const push = (part: number, a: number, b: number): unknown =>
      tasks.push({ kind: 'expr', expr: part, from: a, to: b });
    switch (exprs.first(expr)) {
      case ExprOp.EMPTY:
        return;
      case ExprOp.EPSILON:
        edge(from, to);
        return;
      case ExprOp.LITERAL: {
        const points = Array.from(
          strings[operands[0] as number] as string,
          (char) => char.codePointAt(0) as number,
        );
        sequence(points.length, from, to, (part, a, b) => {
          const char = points[part] as number;
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
      default:
        refusal = 'it cannot follow intersections and complements';
    }
  }
}
