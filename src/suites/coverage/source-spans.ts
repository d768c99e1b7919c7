import type { Rule, RuleNode } from '../../frontends/rules/rule-tree.js';

/** A stretch of the source: offsets, the second behind its last character. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

const NAME = /[\p{L}\p{N}_.-]+/uy;

/** The stretch of each node of a rule. */
export function spansOf(rule: Rule, source: string): Span[] {
  const spans: Span[] = [];
  rule.nodes.forEach((node, index) => {
    const offset = rule.offsets?.[index] ?? 0;
    const parts = partsOf(node).map((part) => spans[part] as Span);
    if (parts.length === 0) {
      const isEmpty = node.kind === 'concat' || node.kind === 'union';
      spans.push({ from: offset, to: isEmpty ? offset : tokenEnd(source, offset) });
      return;
    }
    let [from, to] = [Number.POSITIVE_INFINITY, 0];
    for (const part of parts) {
      from = Math.min(from, part.from);
      to = Math.max(to, part.to);
    }
    if (node.kind === 'repeat') to = Math.max(to, tokenEnd(source, offset));
    spans.push(balanced(source, from, to));
  });
  return spans;
}

/** The nodes that a node is made of. */
export function partsOf(node: RuleNode): readonly number[] {
  if (node.kind === 'repeat') return [node.body];
  return 'parts' in node ? node.parts : [];
}

/** Groups that begin or end at the borders of a stretch, with their parentheses. */
function balanced(source: string, begin: number, end: number): Span {
  let [from, to] = [begin, end];
  let [open, missing] = [0, 0];
  for (let at = begin; at < end; ) {
    if (source[at] === '#') at = lineEnd(source, at);
    else if (source[at] === '(') {
      open += 1;
      at += 1;
    } else if (source[at] === ')') {
      if (open > 0) open -= 1;
      else missing += 1;
      at += 1;
    } else at = tokenEnd(source, at);
  }
  for (; missing > 0; missing--) from = source.lastIndexOf('(', from - 1);
  for (; open > 0; open--) to = source.indexOf(')', to) + 1;
  return { from: Math.max(0, from), to: to > end ? to : end };
}

function lineEnd(source: string, from: number): number {
  const end = source.indexOf('\n', from);
  return end < 0 ? source.length : end;
}

/** Where a token ends: a text in quotes, a set in brackets, a name, else one character. */
function tokenEnd(source: string, from: number): number {
  const first = source[from] ?? '';
  const close = { '"': '"', '[': ']', '{': '}', '<': '>' }[first];
  if (close !== undefined) {
    for (let at = from + 1; at < source.length; at++) {
      if (source[at] === '\\') at += 1;
      else if (source[at] === close) return at + 1;
    }
    return source.length;
  }
  NAME.lastIndex = from;
  const name = NAME.exec(source);
  return name === null ? Math.min(from + 1, source.length) : from + name[0].length;
}
