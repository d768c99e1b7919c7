import type { LarkBody, LarkGrammar, LarkNode } from './lark-tree.js';

/** The patterns that XGrammar takes for any text, by their letter. */
const ANY_TEXT = new Set(['(.|\\n)*', '(\\n|.)*', '(?:.|\\n)*', '(?:\\n|.)*', '[\\s\\S]*', '(?s:.*)']);

/** Whether a node is such a pattern, or a name that leads to one. */
export function isAnyText(grammar: LarkGrammar, node: LarkNode | undefined): boolean {
  let current = node;
  for (let steps = grammar.terminals.size + grammar.rules.size; steps >= 0; steps--) {
    if (current?.kind === 'pattern') {
      return current.flags === ''
        ? ANY_TEXT.has(current.pattern)
        : current.flags === 's' && current.pattern === '.*';
    }
    if (current?.kind !== 'name') return false;
    const rule = grammar.rules.get(current.name);
    if (rule?.attributes !== undefined) return false;
    current = onlyNode(rule?.body ?? grammar.terminals.get(current.name)?.body);
  }
  return false;
}

/** The node of a body that is nothing else. */
export function onlyNode(body: LarkBody | undefined): LarkNode | undefined {
  return body?.length === 1 ? body[0] : undefined;
}

/** The parts of a body that is a sequence, or its only node. */
export function sequenceOf(body: LarkBody): readonly LarkNode[] {
  const root = body[body.length - 1] as LarkNode;
  return root.kind === 'concat' ? root.parts.map((part) => body[part] as LarkNode) : [root];
}
