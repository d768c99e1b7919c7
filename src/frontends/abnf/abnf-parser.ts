import type { ProgramBuilder } from '../program-builder.js';
import { joinedSpan } from '../rules/joined-span.js';
import { nearestName } from '../rules/nearest-name.js';
import type { RuleGrammar, RuleNode, Span } from '../rules/rule-tree.js';
import { sourceError } from '../source-location.js';
import { type AbnfToken, lexAbnf } from './abnf-lexer.js';
import { findRules, type RuleTable, type RuleText } from './abnf-rules.js';
import { CORE_RULES } from './core-rules.js';

/** Something in angle brackets that names no rule: an error where the start rule needs it. */
interface Prose {
  readonly text: string;
  readonly offset: number;
}

interface Body {
  readonly nodes: RuleNode[];
  readonly spans: Span[];
  readonly prose: Prose | undefined;
}

/** Parses a grammar. Every name is resolved; places of errors are lines and columns of the source. */
export function parseAbnf(builder: ProgramBuilder, source: string, root: string | undefined): RuleGrammar {
  const coreTokens = lexAbnf(builder, CORE_RULES);
  const own = lexAbnf(builder, source);
  const table: RuleTable = new Map();
  findRules(CORE_RULES, coreTokens, 0, table, true);
  findRules(source, own, coreTokens.length, table, false);
  const start = findRoot(source, table, root);
  const tokens = [...coreTokens, ...own];
  const rules = [...table.values()];
  const indices = new Map<string, number>();
  for (const key of table.keys()) indices.set(key, indices.size);
  const bodies = rules.map((rule) => parseRule({ builder, source, tokens, rules, indices }, rule));
  refuseProse(builder, source, bodies, indices.get(start) as number, rules);
  return {
    rules: rules.map(({ name, offset, isCore }, index) => {
      const { nodes, spans } = bodies[index] as Body;
      return isCore ? { name, nodes } : { name, nodes, offset, spans };
    }),
    root: indices.get(start) as number,
    refuse: (offset, message, hint) => sourceError('UNSUPPORTED', source, offset, message, hint),
  };
}

/** The key of the start rule: the one that is asked for, or the first of the text. */
function findRoot(source: string, table: RuleTable, root: string | undefined): string {
  const own = [...table].filter(([, { isCore }]) => !isCore).map(([key]) => key);
  const [first] = own;
  if (root === undefined) {
    if (first !== undefined) return first;
    throw sourceError('SYNTAX', source, 0, 'the grammar has no rules', 'a rule is written name = elements');
  }
  if (table.has(root.toLowerCase())) return root.toLowerCase();
  const near = nearestName(
    root,
    own.map((key) => (table.get(key) as RuleText).name),
  );
  throw sourceError(
    'SYNTAX',
    source,
    0,
    `no rule is named ${root}`,
    near === undefined ? 'give the name of a rule as option root' : `did you mean ${near}?`,
  );
}

/** An open group or option, or one definition of the rule. */
interface Frame {
  readonly kind: 'rule' | '(' | '[';
  readonly offset: number;
  readonly alternatives: number[];
  items: number[];
  /** A repetition that waits for its element. */
  repeat: (AbnfToken & { kind: 'repeat' }) | undefined;
  /** A repetition that waits for this group itself. */
  readonly outerRepeat: (AbnfToken & { kind: 'repeat' }) | undefined;
}

interface RuleContext {
  readonly builder: ProgramBuilder;
  readonly source: string;
  readonly tokens: readonly AbnfToken[];
  readonly rules: readonly (RuleText & { readonly isCore: boolean })[];
  readonly indices: ReadonlyMap<string, number>;
}

function parseRule(context: RuleContext, rule: RuleText): Body {
  const { builder, source, tokens, indices } = context;
  const nodes: RuleNode[] = [];
  const spans: Span[] = [];
  const definitions: number[] = [];
  let prose: Prose | undefined;
  const add = (node: RuleNode, span: Span): number => {
    spans.push(span);
    return nodes.push(node) - 1;
  };
  const spanOf = (parts: readonly number[], otherwise: number): Span =>
    joinedSpan(
      parts.map((part) => spans[part]),
      otherwise,
    );
  const fail = (offset: number, message: string, hint?: string): Error =>
    sourceError('SYNTAX', source, offset, message, hint);

  const item = (frame: Frame, node: number, repeat: Frame['repeat']): void => {
    if (repeat === undefined) {
      frame.items.push(node);
      return;
    }
    const { min, max, offset } = repeat;
    const span = { from: offset, to: (spans[node] as Span).to };
    frame.items.push(add({ kind: 'repeat', body: node, min, max, offset }, span));
  };
  const element = (frame: Frame, node: RuleNode, { offset, end }: AbnfToken): void => {
    item(frame, add(node, { from: offset, to: end }), frame.repeat);
    frame.repeat = undefined;
  };
  const closeAlternative = (frame: Frame, offset: number): void => {
    const [only] = frame.items;
    if (frame.repeat !== undefined) throw nothingRepeated(source, frame.repeat.offset);
    if (only === undefined) {
      throw fail(
        offset,
        'expected an element: a name, a text, a number, a group or an option',
        'write "" for the empty text',
      );
    }
    const isOne = frame.items.length === 1;
    const span = spanOf(frame.items, offset);
    frame.alternatives.push(isOne ? only : add({ kind: 'concat', parts: frame.items }, span));
    frame.items = [];
  };
  const closeFrame = (frame: Frame, offset: number): number => {
    closeAlternative(frame, offset);
    const [only] = frame.alternatives;
    if (frame.alternatives.length === 1 && only !== undefined) return only;
    return add({ kind: 'union', parts: frame.alternatives }, spanOf(frame.alternatives, offset));
  };
  const newFrame = (kind: Frame['kind'], offset: number, outerRepeat?: Frame['repeat']): Frame => ({
    kind,
    offset,
    alternatives: [],
    items: [],
    repeat: undefined,
    outerRepeat,
  });

  for (const body of rule.bodies) {
    const stack: Frame[] = [newFrame('rule', body.offset)];
    for (let index = body.from; index < body.to; index++) {
      builder.step();
      const token = tokens[index] as AbnfToken;
      const frame = stack[stack.length - 1] as Frame;
      if (frame.repeat !== undefined && token.offset !== frame.repeat.end) {
        throw nothingRepeated(source, frame.repeat.offset);
      }
      switch (token.kind) {
        case 'expr':
          element(frame, { kind: 'expr', expr: token.expr, isText: token.isText }, token);
          break;
        case 'name': {
          const known = indices.get(token.name.toLowerCase());
          if (known === undefined) throw undefinedRule(context, token.name, token.offset);
          element(frame, { kind: 'rule', rule: known }, token);
          break;
        }
        case 'prose': {
          // RFC 5234, 2.1: angle brackets may be used around a rule name.
          const known = indices.get(token.text.toLowerCase());
          if (known === undefined) prose ??= token;
          element(
            frame,
            known === undefined ? proseNode(builder, token.offset) : { kind: 'rule', rule: known },
            token,
          );
          break;
        }
        case 'repeat':
          if (frame.repeat !== undefined) {
            throw fail(token.offset, 'a repetition of a repetition', 'use parentheses: 2( 3x )');
          }
          frame.repeat = token;
          break;
        case '/':
          closeAlternative(frame, token.offset);
          break;
        case '(':
        case '[':
          stack.push(newFrame(token.kind, token.offset, frame.repeat));
          frame.repeat = undefined;
          break;
        case ')':
        case ']': {
          const opening = token.kind === ')' ? '(' : '[';
          if (frame.kind === 'rule') throw fail(token.offset, `a ${token.kind} without its ${opening}`);
          if (frame.kind !== opening) {
            throw fail(token.offset, `expected ${frame.kind === '(' ? ')' : ']'} but found ${token.kind}`);
          }
          const inner = closeFrame(frame, token.offset);
          stack.pop();
          const span = { from: frame.offset, to: token.end };
          let group = inner;
          if (opening === '(') spans[inner] = span;
          else group = add({ kind: 'repeat', body: inner, min: 0, max: 1, offset: frame.offset }, span);
          item(stack[stack.length - 1] as Frame, group, frame.outerRepeat);
          break;
        }
        case '=':
        case '=/':
          throw fail(token.offset, `a ${token.kind} without a name before it`);
      }
    }
    const open = stack[stack.length - 1] as Frame;
    if (stack.length > 1) {
      throw fail(open.offset, `a ${open.kind} without its ${open.kind === '(' ? ')' : ']'}`);
    }
    const last = tokens[body.to - 1] as AbnfToken;
    closeAlternative(open, last.end);
    definitions.push(...open.alternatives);
  }
  if (definitions.length > 1) add({ kind: 'union', parts: definitions }, spanOf(definitions, rule.offset));
  return { nodes, spans, prose };
}

/** It stands for nothing, where the start rule does not reach it. */
function proseNode(builder: ProgramBuilder, offset: number): RuleNode {
  return { kind: 'regular', parts: [], what: 'prose', offset, make: () => builder.empty() };
}

function nothingRepeated(source: string, offset: number): Error {
  return sourceError(
    'SYNTAX',
    source,
    offset,
    'nothing to repeat',
    'a repetition stands directly before what it repeats, as 1*DIGIT or 2( "a" / "b" )',
  );
}

function undefinedRule({ source, rules }: RuleContext, name: string, offset: number): Error {
  const near = nearestName(
    name,
    rules.map((rule) => rule.name),
  );
  return sourceError(
    'SYNTAX',
    source,
    offset,
    `rule ${name} is not defined`,
    near === undefined ? `add a rule ${name} = …` : `did you mean ${near}?`,
  );
}

/** Words for people cannot be enforced. Rules that the start rule does not reach may hold some. */
function refuseProse(
  builder: ProgramBuilder,
  source: string,
  bodies: readonly Body[],
  root: number,
  rules: readonly RuleText[],
): void {
  const reached = new Set([root]);
  for (const rule of reached) {
    const { nodes, prose } = bodies[rule] as Body;
    if (prose !== undefined) {
      const { text, offset } = prose;
      const near = nearestName(
        text,
        rules.map(({ name }) => name),
      );
      builder.refuse(
        sourceError(
          'UNSUPPORTED',
          source,
          offset,
          `<${text.length > 60 ? `${text.slice(0, 60)}…` : text}> is prose and no rule: it cannot be enforced`,
          near === undefined
            ? 'write in rules what it says'
            : `did you mean ${near}? Otherwise write in rules what it says`,
        ),
      );
    }
    for (const node of nodes) if (node.kind === 'rule') reached.add(node.rule);
  }
}
