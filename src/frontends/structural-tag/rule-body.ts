import type { ProgramBuilder } from '../program-builder.js';
import type { LeafSymbol } from '../program-format.js';
import type { Rule, RuleNode } from '../rules/rule-tree.js';

/** Texts that are one token each in the vocabulary, cut out of a text. */
export type TextPart = { readonly text: string } | { readonly token: string };

/** A rule's body while it is built; its methods give indices of nodes. A node may be used more than once. */
export interface RuleBody {
  readonly nodes: RuleNode[];
  expr(expr: number): number;
  /** A text; the special tokens in it are tokens. */
  literal(text: string): number;
  symbol(symbol: LeafSymbol): number;
  rule(index: number): number;
  concat(parts: readonly number[]): number;
  union(parts: readonly number[]): number;
  /** `offset` is that of the error where the repetition cannot be built. */
  repeat(body: number, min: number, max: number | undefined, offset: number): number;
}

/** The rules of a tag, of which the first is the start. */
export interface TagRules {
  readonly builder: ProgramBuilder;
  readonly rules: Rule[];
  readonly split: (text: string) => readonly TextPart[];
  /** A rule that is filled later. */
  reserve(name: string): number;
  body(): RuleBody;
  /** Fills a rule: the last node of the body is made the given one. */
  set(rule: number, body: RuleBody, root: number): void;
  /** Fills a rule with nodes of which the last is its body. */
  fill(rule: number, nodes: readonly RuleNode[]): void;
}

export function createTagRules(builder: ProgramBuilder, specialTokens: readonly string[]): TagRules {
  const rules: Rule[] = [];
  const names = new Set<string>();
  const lastNumber = new Map<string, number>();
  const split = splitter(specialTokens);
  return {
    builder,
    rules,
    split,
    reserve(name) {
      let own = name;
      let number = lastNumber.get(name) ?? 1;
      while (names.has(own)) own = `${name}-${++number}`;
      lastNumber.set(name, number);
      names.add(own);
      return rules.push({ name: own, nodes: [] }) - 1;
    },
    body: () => createBody(builder, split),
    set(rule, body, root) {
      // A node that only names another is no node of its own: a sequence of one is.
      if (root !== body.nodes.length - 1) body.concat([root]);
      rules[rule] = { name: (rules[rule] as Rule).name, nodes: body.nodes };
    },
    fill(rule, nodes) {
      rules[rule] = { name: (rules[rule] as Rule).name, nodes };
    },
  };
}

function createBody(builder: ProgramBuilder, split: TagRules['split']): RuleBody {
  const nodes: RuleNode[] = [];
  const add = (node: RuleNode): number => {
    builder.step();
    return nodes.push(node) - 1;
  };
  const body: RuleBody = {
    nodes,
    expr: (expr) => add({ kind: 'expr', expr }),
    symbol: (symbol) => add({ kind: 'symbol', symbol }),
    rule: (rule) => add({ kind: 'rule', rule }),
    concat: (parts) => add({ kind: 'concat', parts }),
    union: (parts) => add({ kind: 'union', parts }),
    repeat: (inner, min, max, offset) => add({ kind: 'repeat', body: inner, min, max, offset }),
    literal(text) {
      const parts = split(text).map((part) =>
        'text' in part
          ? body.expr(builder.literal(part.text))
          : body.symbol(builder.tokens([], [part.token])),
      );
      return parts.length === 1 ? (parts[0] as number) : body.concat(parts);
    },
  };
  return body;
}

/** Cuts a text at the names of special tokens, the longest first. */
function splitter(specialTokens: readonly string[]): TagRules['split'] {
  const names = [...new Set(specialTokens)].sort((a, b) => b.length - a.length);
  if (names.length === 0) return (text) => [{ text }];
  const escaped = names.map((name) => name.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&'));
  const pattern = new RegExp(`(${escaped.join('|')})`, 'u');
  return (text) => {
    // With one group, every second piece is a match.
    const parts = text
      .split(pattern)
      .map((piece, index): TextPart => (index % 2 === 1 ? { token: piece } : { text: piece }))
      .filter((part) => 'token' in part || part.text !== '');
    return parts.length === 0 ? [{ text: '' }] : parts;
  };
}
