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
    spans.push({ from, to });
  });
  return spans;
}

/** The nodes that a node is made of. */
export function partsOf(node: RuleNode): readonly number[] {
  if (node.kind === 'repeat') return [node.body];
  return 'parts' in node ? node.parts : [];
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
