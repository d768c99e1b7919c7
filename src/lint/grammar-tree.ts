import type { ProgramBuilder } from '../frontends/program-builder.js';
import { type CharRange, ExprOp, NONE } from '../frontends/program-format.js';
import type { Notation } from '../frontends/rules/notation.js';
import type { RuleNode, Span } from '../frontends/rules/rule-tree.js';
import { readingOf, type WrittenGrammar, type WrittenRule } from '../frontends/written-grammar.js';

/** A node of a rule's body, with its place in the source. Children stand before their parents. */
export type TreeNode = {
  readonly offset: number;
  readonly end: number;
  /** A part of a pattern: the place is that of the whole. */
  readonly isInside?: boolean;
} & (
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'set'; readonly ranges: readonly CharRange[] }
  | { readonly kind: 'rule'; readonly rule: number }
  | { readonly kind: 'concat' | 'union'; readonly parts: readonly number[] }
  | {
      readonly kind: 'repeat';
      readonly body: number;
      readonly min: number;
      readonly max: number | undefined;
    }
  /** Tokens, macros, operators: they match something, and what is not looked at. */
  | { readonly kind: 'opaque'; readonly rules: readonly number[] }
);

export interface TreeRule {
  readonly name: string;
  /** What people call it, as `rule`, with its name. */
  readonly called: string;
  readonly offset: number;
  /** Index of the body among the nodes. */
  readonly body: number;
  /** It comes along with the dialect, and stands nowhere. */
  readonly isLibrary: boolean;
}

export interface GrammarTree {
  readonly source: string;
  readonly nodes: readonly TreeNode[];
  readonly rules: readonly TreeRule[];
  readonly root: number;
  /** The rules from which all that is read can be reached, the start rule first. */
  readonly starts: readonly number[];
  readonly notation: Notation;
  /** Texts are bytes, each a character of its number; the nodes read bytes. */
  readonly readsBytes: boolean;
}

/** Patterns made of more expressions are not looked into. */
const MAX_INSIDE = 500;

/** The tree of a grammar as it is written. */
export function grammarTree(written: WrittenGrammar): GrammarTree {
  const nodes: TreeNode[] = [];
  const reading = readingOf(written);
  const rules = written.rules.map((rule) => readRule(written.builder, reading, nodes, rule));
  const { source, root, ignored, notation, readsBytes } = written;
  return { source, nodes, rules, root, starts: [root, ...ignored], notation, readsBytes };
}

function readRule(
  builder: ProgramBuilder,
  reading: (expr: number) => number,
  nodes: TreeNode[],
  rule: WrittenRule,
): TreeRule {
  const { name, offset = 0, spans, what = 'rule' } = rule;
  const indices: number[] = [];
  const first = nodes.length;
  rule.nodes.forEach((node, index) => {
    builder.step();
    const { from, to } = spans?.[index] ?? { from: offset, to: offset };
    const place = { offset: from, end: to };
    const at = (part: number): number => indices[part] as number;
    if (node.kind === 'expr') {
      indices.push(readExpr(builder, nodes, reading(node.expr), { from, to }));
      return;
    }
    indices.push(nodes.push({ ...place, ...treeNode(nodes, node, at) }) - 1);
  });
  if (rule.isNarrowed === true) {
    const named = nodes.slice(first).flatMap(rulesOf);
    nodes.push({ kind: 'opaque', rules: named, offset, end: offset });
  }
  const called = what === 'directive' ? name : `${what} ${name}`;
  return { name, called, offset, body: nodes.length - 1, isLibrary: rule.offset === undefined };
}

type Bare<Node> = Node extends unknown ? Omit<Node, 'offset' | 'end' | 'isInside'> : never;

function treeNode(
  nodes: readonly TreeNode[],
  node: Exclude<RuleNode, { kind: 'expr' }>,
  at: (part: number) => number,
): Bare<TreeNode> {
  switch (node.kind) {
    case 'rule':
      return { kind: 'rule', rule: node.rule };
    case 'concat':
    case 'union':
      return { kind: node.kind, parts: node.parts.map(at) };
    case 'repeat':
      return { kind: 'repeat', body: at(node.body), min: node.min, max: node.max };
    case 'bounded':
      return { kind: 'concat', parts: [at(node.body)] };
    case 'regular':
      return { kind: 'opaque', rules: rulesBelow(nodes, node.parts.map(at)) };
    default:
      return { kind: 'opaque', rules: [] };
  }
}

/** The nodes of an expression; the index of its own. */
function readExpr(builder: ProgramBuilder, nodes: TreeNode[], root: number, span: Span): number {
  const { exprs, sets, strings } = builder.fragment(root);
  const place = { offset: span.from, end: span.to };
  const operands = (expr: number): number[] => {
    const words: number[] = [];
    for (let at = exprs.start(expr) + 1; at < exprs.start(expr + 1); at++)
      words.push((exprs.words[at] as number) >>> 0);
    return words;
  };
  const partsOf = (expr: number): number[] => {
    const op = exprs.first(expr);
    if (op === ExprOp.CONCAT || op === ExprOp.UNION) return operands(expr);
    return op === ExprOp.REPEAT ? operands(expr).slice(0, 1) : [];
  };
  const inside = new Set([root]);
  for (const expr of inside) {
    for (const part of partsOf(expr)) inside.add(part);
    if (inside.size > MAX_INSIDE) return nodes.push({ kind: 'opaque', rules: [], ...place }) - 1;
  }
  const indices = new Map<number, number>();
  const at = (expr: number): number => indices.get(expr) as number;
  // What an expression is made of has lower numbers.
  for (const expr of [...inside].sort((a, b) => a - b)) {
    indices.set(expr, nodes.push({ ...place, isInside: expr !== root, ...bare(expr) }) - 1);
  }
  return at(root);

  function bare(expr: number): Bare<TreeNode> {
    const words = operands(expr);
    const [first = 0, min = 0, max = NONE] = words;
    switch (exprs.first(expr)) {
      case ExprOp.EMPTY:
        return { kind: 'union', parts: [] };
      case ExprOp.EPSILON:
        return { kind: 'text', text: '' };
      case ExprOp.LITERAL:
        return { kind: 'text', text: strings[first] as string };
      case ExprOp.SET: {
        const ranges: CharRange[] = [];
        for (let word = sets.start(first); word < sets.start(first + 1); word += 2)
          ranges.push([sets.words[word] as number, sets.words[word + 1] as number]);
        return { kind: 'set', ranges };
      }
      case ExprOp.CONCAT:
        return { kind: 'concat', parts: words.map(at) };
      case ExprOp.UNION:
        return { kind: 'union', parts: words.map(at) };
      case ExprOp.REPEAT:
        return { kind: 'repeat', body: at(first), min, max: max === NONE ? undefined : max };
      default:
        return { kind: 'opaque', rules: [] };
    }
  }
}

function rulesBelow(nodes: readonly TreeNode[], items: readonly number[]): number[] {
  const found: number[] = [];
  const stack = [...items];
  for (let at = stack.pop(); at !== undefined; at = stack.pop()) {
    const node = nodes[at] as TreeNode;
    found.push(...rulesOf(node));
    stack.push(...childrenOf(node));
  }
  return found;
}

export function childrenOf(node: TreeNode): readonly number[] {
  return node.kind === 'concat' || node.kind === 'union'
    ? node.parts
    : node.kind === 'repeat'
      ? [node.body]
      : [];
}

/** The rules that a node itself names. */
export function rulesOf(node: TreeNode): readonly number[] {
  return node.kind === 'rule' ? [node.rule] : node.kind === 'opaque' ? node.rules : [];
}
