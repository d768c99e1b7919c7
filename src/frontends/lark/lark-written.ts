import { GrammaskError } from '../../errors.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { Origin, Rule, RuleNode, Span } from '../rules/rule-tree.js';
import type { WrittenRule } from '../written-grammar.js';
import { terminalNodes } from './lark-lower.js';
import type { LarkDialect } from './lark-program.js';
import type { LarkSource } from './lark-source.js';
import {
  leafExpr,
  lowerTerminals,
  type TerminalContext,
  terminalContext,
  terminalExprs,
  undefinedName,
} from './lark-terminals.js';
import type { LarkBody, LarkGrammar, LarkNode, LarkRule, LarkTerminal } from './lark-tree.js';

/** The rules and terminals of a grammar as they are written, those of grammars inside of it too. */
export interface WrittenLark extends LarkOrigins {
  readonly rules: readonly WrittenRule[];
  readonly root: number;
  /** What is read wherever it stands: `%ignore`. */
  readonly ignored: readonly number[];
  /** One of the grammars takes texts that are no UTF-8. */
  readonly readsBytes: boolean;
}

/** Where lowered rules come from. */
export interface LarkOrigins {
  ruleOf(rule: LarkRule): number;
  /** The node of all that a rule with attributes reads, its mark too. */
  topOf(rule: LarkRule): Origin;
  /** What may be ignored in a grammar. */
  ignoredOf(grammar: LarkGrammar): Origin | undefined;
}

/** Nodes of the same numbers as those of the bodies, so that a lowered node can name the one that it comes from. */
export function writtenLark(
  builder: ProgramBuilder,
  source: LarkSource,
  outer: LarkGrammar,
  options: { readonly start: string; readonly dialect: LarkDialect },
): WrittenLark {
  const grammars = grammarsIn(outer);
  const indices = new Map<LarkRule | LarkTerminal | LarkGrammar, number>();
  for (const grammar of grammars) {
    for (const item of itemsOf(grammar)) indices.set(item, indices.size);
    if (grammar.ignored.length > 0) indices.set(grammar, indices.size);
  }
  const indexOf = (item: LarkRule | LarkTerminal): number => indices.get(item) as number;
  const rules: WrittenRule[] = [];

  for (const grammar of grammars) {
    const context = terminalContext(builder, options.dialect, source, grammar);
    const lowered = once(() => lowerTerminals(context));
    for (const item of itemsOf(grammar)) rules.push(writtenRule(context, item, lowered));
    if (grammar.ignored.length > 0) rules.push(writtenIgnored(context, lowered));
  }
  const start = outer.rules.get(options.start);
  return {
    rules,
    root: start === undefined ? 0 : indexOf(start),
    ignored: grammars.flatMap((grammar) => indices.get(grammar) ?? []),
    readsBytes: grammars.some((grammar) => grammar.options.allowInvalidUtf8),
    ruleOf: indexOf,
    topOf: (rule) => lastOf(indexOf(rule)),
    ignoredOf(grammar) {
      const rule = indices.get(grammar);
      return rule === undefined ? undefined : lastOf(rule);
    },
  };

  function lastOf(rule: number): Origin {
    return { rule, node: (rules[rule] as Rule).nodes.length - 1 };
  }

  function writtenRule(
    context: TerminalContext,
    item: LarkRule | LarkTerminal,
    lowered: () => void,
  ): WrittenRule {
    const { grammar } = context;
    const { name, offset, body } = item;
    const isTerminal = grammar.terminals.get(name) === item;
    const where = `${isTerminal ? 'terminal' : 'rule'} ${name}`;
    const exprs = once(() => {
      lowered();
      const wanted = isTerminal ? undefined : terminalNodes(item as LarkRule);
      return terminalExprs(context, body, where, wanted);
    });
    const nodes = body.map((node, index) => writtenNode(context, node, () => exprs()[index] as number));
    const spans = body.map(({ span }) => span);
    if (isTerminal) {
      const expr = (): number => exprs()[body.length - 1] as number;
      return { name, offset, nodes, spans, what: 'terminal', expr };
    }
    const { attributes, isParametric } = item as LarkRule;
    const mark = attributes?.suffix ?? attributes?.stop;
    if (mark !== undefined) {
      const isTakenBack = attributes?.stop !== undefined && options.dialect === 'llguidance';
      addMark(context, nodes, spans, mark.body, isTakenBack);
    }
    const { lazy, maxTokens, maxChars } = attributes ?? {};
    const isNarrowed =
      isParametric ||
      lazy === true ||
      mark !== undefined ||
      maxTokens !== undefined ||
      maxChars !== undefined;
    return { name, offset, nodes, spans, what: 'rule', isNarrowed };
  }

  /** The mark of `suffix` or `stop` behind the body. One that is taken back is named only. */
  function addMark(
    context: TerminalContext,
    nodes: RuleNode[],
    spans: (Span | undefined)[],
    mark: LarkBody,
    isTakenBack: boolean,
  ): void {
    const body = nodes.length - 1;
    for (const node of mark) {
      nodes.push(writtenNode(context, node, () => builder.empty()));
      spans.push(node.span);
    }
    nodes.push({ kind: 'concat', parts: isTakenBack ? [body] : [body, nodes.length - 1] });
    spans.push(spans[body]);
  }

  function writtenIgnored(context: TerminalContext, lowered: () => void): WrittenRule {
    const { ignored, options: grammarOptions } = context.grammar;
    const nodes: RuleNode[] = [];
    const spans: (Span | undefined)[] = [];
    const tops: number[] = [];
    for (const { body } of ignored) {
      const base = nodes.length;
      const exprs = once(() => {
        lowered();
        return terminalExprs(context, body, '%ignore');
      });
      body.forEach((node, index) => {
        const written = writtenNode(context, node, () => exprs()[index] as number);
        nodes.push(shifted(written, base));
        spans.push(node.span);
      });
      tops.push(nodes.length - 1);
    }
    const [first] = ignored;
    const offset = first?.offset ?? 0;
    const span = { from: offset, to: spans.at(-1)?.to ?? offset };
    if (tops.length > 1) {
      nodes.push({ kind: 'union', parts: tops });
      spans.push(span);
    }
    const max = grammarOptions.ignoreOnce ? 1 : undefined;
    nodes.push({ kind: 'repeat', body: nodes.length - 1, min: 0, max, offset });
    spans.push(span);
    return { name: '%ignore', offset, nodes, spans, what: 'directive' };
  }

  function writtenNode(context: TerminalContext, node: LarkNode, expr: () => number): RuleNode {
    builder.step();
    const { grammar } = context;
    switch (node.kind) {
      case 'text':
      case 'range':
      case 'pattern':
      case 'substring': {
        const known = supported(() => leafExpr(context, node));
        if (known === undefined) return opaque(node, []);
        return { kind: 'expr', expr: known, isText: node.kind === 'text' };
      }
      case 'name': {
        const target = grammar.rules.get(node.name) ?? grammar.terminals.get(node.name);
        if (target === undefined) throw undefinedName(context, node);
        return { kind: 'rule', rule: indexOf(target) };
      }
      case 'lark': {
        const target = node.grammar.rules.get('start');
        return target === undefined ? opaque(node, []) : { kind: 'rule', rule: indexOf(target) };
      }
      case 'concat':
        return { kind: 'concat', parts: node.parts };
      case 'union':
        return { kind: 'union', parts: node.parts };
      case 'repeat':
        return { kind: 'repeat', body: node.body, min: node.min, max: node.max, offset: node.offset };
      case 'intersect':
        return { ...opaque(node, node.parts), expr };
      case 'complement':
        return { ...opaque(node, [node.body]), expr };
      case 'tokenName':
        return { kind: 'symbol', symbol: builder.tokens([], [node.name]) };
      case 'tokenIds':
        return { kind: 'symbol', symbol: builder.tokens(node.ids, [], node.excluded) };
      default:
        return opaque(node, []);
    }
  }

  /** What is not looked into, but for the parts that read the same text. */
  function opaque({ kind, offset }: LarkNode, parts: readonly number[]): RuleNode & { kind: 'regular' } {
    return { kind: 'regular', parts, what: kind, offset, make: () => builder.empty() };
  }
}

/** Rules and terminals in the order in which they are written. */
function itemsOf({ rules, terminals }: LarkGrammar): (LarkRule | LarkTerminal)[] {
  return [...rules.values(), ...terminals.values()].sort((a, b) => a.offset - b.offset);
}

/** A grammar and those inside of it. */
function grammarsIn(outer: LarkGrammar): LarkGrammar[] {
  const found = [outer];
  for (const { rules } of found) {
    for (const { body } of rules.values()) {
      for (const node of body) if (node.kind === 'lark') found.push(node.grammar);
    }
  }
  return found;
}

function shifted(node: RuleNode, by: number): RuleNode {
  if (by === 0) return node;
  if (node.kind === 'repeat') return { ...node, body: node.body + by };
  if (node.kind !== 'concat' && node.kind !== 'union' && node.kind !== 'regular') return node;
  return { ...node, parts: node.parts.map((part) => part + by) };
}

/** What a pattern that cannot be enforced is made of is not known; all else can be looked at. */
function supported(read: () => number): number | undefined {
  try {
    return read();
  } catch (error) {
    if (!GrammaskError.isInstance(error) || error.code !== 'UNSUPPORTED') throw error;
    return undefined;
  }
}

function once<Value>(make: () => Value): () => Value {
  let made: { readonly value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}
