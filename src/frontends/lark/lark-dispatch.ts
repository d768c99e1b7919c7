import { isAnyText, onlyNode, sequenceOf } from './lark-any-text.js';
import type { LarkSource } from './lark-source.js';
import type { LarkGrammar, LarkNode, LarkRule } from './lark-tree.js';

/**
 * The rules that begin a tool call, where the start rule has the shape that XGrammar knows: `start: tool* tail` or
 * `start: (tool_a | tool_b)* tail`, with any text as the tail, and each tool beginning with free text up to its trigger.
 * There, free text ends with the first trigger that it meets. undefined: the grammar has another shape.
 */
export function dispatchHeads(
  source: LarkSource,
  grammar: LarkGrammar,
  start: string,
): ReadonlySet<string> | undefined {
  const rule = grammar.rules.get(start);
  if (rule === undefined || rule.isParametric) return undefined;
  const { body } = rule;
  const root = body[body.length - 1];
  if (root?.kind !== 'concat' || root.parts.length !== 2) return undefined;
  const [loop, tail] = root.parts.map((part) => body[part] as LarkNode);
  if (loop?.kind !== 'repeat' || loop.min !== 0 || loop.max !== undefined || !isAnyText(grammar, tail))
    return undefined;
  const choice = body[loop.body] as LarkNode;
  const tools = choice.kind === 'union' ? choice.parts.map((part) => body[part] as LarkNode) : [choice];

  const heads = new Set<string>();
  let byToken: LarkNode | undefined;
  for (const tool of tools) {
    const toolRule = tool.kind === 'name' ? grammar.rules.get(tool.name) : undefined;
    if (toolRule === undefined || toolRule.attributes?.lazy === true) return undefined;
    const [first, second] = sequenceOf(toolRule.body);
    const head = first?.kind === 'name' ? grammar.rules.get(first.name) : undefined;
    if (head !== undefined && isLazyRule(head)) {
      if (isTokenHead(grammar, head)) byToken = tool;
      else heads.add(head.name);
    } else if (isAnyText(grammar, first) && isToken(second)) {
      byToken = tool;
    } else {
      return undefined;
    }
  }
  if (byToken !== undefined && heads.size > 0) {
    const hint = 'begin all tools with texts, or all with special tokens';
    throw source.error(
      'UNSUPPORTED',
      byToken.offset,
      'some tools begin with a text and some with a token',
      hint,
    );
  }
  return heads;
}

/** Whether a rule takes the shortest text that it can. */
export function isLazyRule({ attributes }: LarkRule): boolean {
  if (attributes === undefined) return false;
  return attributes.lazy || attributes.suffix !== undefined || attributes.stop !== undefined;
}

/** `head[lazy]: TEXT <token>`: no text holds a token, so this is lazy by itself. */
export function isTokenHead(grammar: LarkGrammar, { body }: LarkRule): boolean {
  const [text, token, ...more] = sequenceOf(body);
  return more.length === 0 && isAnyText(grammar, text) && isToken(token);
}

/** The fixed text up to which a rule takes any text: `head[lazy]: TEXT "mark"`, `head[suffix="mark"]: TEXT`. */
export function fixedMark(grammar: LarkGrammar, rule: LarkRule): (LarkNode & { kind: 'text' }) | undefined {
  const attributes = rule.attributes;
  const mark = attributes?.suffix ?? attributes?.stop;
  if (mark !== undefined) {
    const node = onlyNode(mark.body);
    const only = onlyNode(rule.body);
    return node?.kind === 'text' && !node.ignoreCase && isAnyText(grammar, only) ? node : undefined;
  }
  const [text, end, ...more] = sequenceOf(rule.body);
  if (more.length > 0 || end?.kind !== 'text' || end.ignoreCase || !isAnyText(grammar, text))
    return undefined;
  return end;
}

function isToken(node: LarkNode | undefined): boolean {
  return node?.kind === 'tokenName' || node?.kind === 'tokenIds';
}
