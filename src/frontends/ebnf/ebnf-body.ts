import { ANY_CHAR } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import { joinedSpan } from '../rules/joined-span.js';
import { nearestName } from '../rules/nearest-name.js';
import type { RuleNode, Span } from '../rules/rule-tree.js';
import { sourceError } from '../source-location.js';
import { type EbnfDialect, type EbnfToken, unexpectedCharacter } from './ebnf-lexer.js';
import { MACROS, type MacroContext, readMacro } from './ebnf-macros.js';

export interface Definition {
  readonly name: string;
  readonly offset: number;
  /** The tokens of its body. */
  readonly from: number;
  readonly to: number;
}

export interface BodyContext {
  readonly builder: ProgramBuilder;
  readonly source: string;
  readonly tokens: readonly EbnfToken[];
  readonly ruleIndex: ReadonlyMap<string, number>;
  readonly dialect: EbnfDialect;
  /** The start rule, if nothing refers to it: its end is the end of the text. */
  readonly outermost: string | undefined;
}

/** An open group, or the rule's whole body: alternatives of intersections of sequences. */
interface Frame {
  readonly offset: number;
  readonly alternatives: number[];
  /** The sequences of this alternative that an `&` has closed. */
  readonly both: number[];
  /** Where the first of these stands. */
  bothAt: number;
  items: number[];
  /** Where the last `|` or `&` stands, if nothing has followed it. */
  open: '|' | '&' | undefined;
  /** Where each `~` before the next item stands. */
  readonly negations: number[];
  /** The last item takes a repetition. */
  repeatable: boolean;
  /** The group is the body of a slot of this name. */
  readonly slot: string | undefined;
  /** The group is a look-ahead. */
  readonly isLookAhead: boolean;
}

/** A rule's body: nodes in post-order, and where each stands in the source; undefined: inside of a macro. */
export interface ParsedBody {
  readonly nodes: RuleNode[];
  readonly spans: (Span | undefined)[];
}

/** Parses the body of a rule. */
export function parseBody(context: BodyContext, definition: Definition): ParsedBody {
  const { builder, source, tokens, ruleIndex } = context;
  const nodes: RuleNode[] = [];
  const spans: (Span | undefined)[] = [];
  const stack: Frame[] = [newFrame(definition.offset)];
  const add = (node: RuleNode, span?: Span): number => {
    spans.push(span);
    return nodes.push(node) - 1;
  };
  const spanOf = (parts: readonly number[], otherwise: number): Span =>
    joinedSpan(
      parts.map((part) => spans[part]),
      otherwise,
    );
  const fail = (offset: number, message: string, hint?: string): never => {
    throw sourceError('SYNTAX', source, offset, message, hint);
  };
  const place = (frame: Frame, offset: number, index: number): void => {
    let node = index;
    for (let sign = frame.negations.pop(); sign !== undefined; sign = frame.negations.pop()) {
      const operator: RuleNode = {
        kind: 'regular',
        parts: [node],
        what: 'the operator ~',
        offset,
        make: ([expr]) => builder.complement(expr as number),
      };
      node = add(operator, { from: sign, to: spans[node]?.to ?? sign });
    }
    frame.items.push(node);
    frame.open = undefined;
    frame.repeatable = true;
  };
  const item = (node: RuleNode, { offset, end }: EbnfToken): void =>
    place(stack[stack.length - 1] as Frame, offset, add(node, { from: offset, to: end }));

  const closeSequence = (frame: Frame, offset: number): number => {
    if (frame.negations.length > 0) fail(offset, 'nothing follows a ~', 'as in ~"text" or ~(a | b)');
    const [only] = frame.items;
    const node =
      frame.items.length === 1 && only !== undefined
        ? only
        : add({ kind: 'concat', parts: frame.items }, spanOf(frame.items, offset));
    frame.items = [];
    frame.repeatable = false;
    return node;
  };
  const closeAlternative = (frame: Frame, offset: number): void => {
    if (frame.open === '&') fail(offset, 'nothing follows a &', 'write "" for the empty text');
    const sequence = closeSequence(frame, offset);
    if (frame.both.length === 0) {
      frame.alternatives.push(sequence);
      return;
    }
    const parts = [...frame.both.splice(0), sequence];
    const operator: RuleNode = {
      kind: 'regular',
      parts,
      what: 'the operator &',
      offset: frame.bothAt,
      make: (exprs) => builder.intersect(exprs),
    };
    frame.alternatives.push(add(operator, spanOf(parts, offset)));
  };
  const closeFrame = (frame: Frame, offset: number): number => {
    if (frame.open === '|' && context.dialect === 'xgrammar') {
      fail(offset, 'nothing follows the last |', 'write "" for the empty text');
    }
    closeAlternative(frame, offset);
    const [only] = frame.alternatives;
    if (frame.alternatives.length === 1 && only !== undefined) return only;
    return add({ kind: 'union', parts: frame.alternatives }, spanOf(frame.alternatives, offset));
  };

  const closeGroup = (frame: Frame, { offset, end }: EbnfToken): number => {
    const body = closeFrame(frame, offset);
    const { slot } = frame;
    const span = { from: frame.offset, to: end };
    if (slot === undefined) {
      spans[body] = span;
      return body;
    }
    const node: RuleNode = {
      kind: 'regular',
      parts: [body],
      what: `the body of slot ${slot}`,
      offset: frame.offset,
      make: ([expr]) => {
        if (builder.isNullable(expr as number)) {
          const hint = 'make the slot itself optional: Slot(…)?';
          fail(frame.offset, `slot ${slot} takes the empty text`, hint);
        }
        return { kind: 'slot', expr: expr as number, name: builder.string(slot) };
      },
    };
    return add(node, span);
  };

  const macros: MacroContext = {
    builder,
    source,
    tokens,
    add,
    rule: (name, offset) => ruleIndex.get(name) ?? undefinedRule(context, name, offset),
    endsText: (last) =>
      definition.name === context.outermost &&
      stack.length === 1 &&
      (last + 1 === definition.to || tokens[last + 1]?.kind === '|'),
  };

  for (let index = definition.from; index < definition.to; index++) {
    builder.step();
    const token = tokens[index] as EbnfToken;
    const { offset } = token;
    const frame = stack[stack.length - 1] as Frame;
    switch (token.kind) {
      case 'string':
        item({ kind: 'expr', expr: builder.literal(token.text), isText: true }, token);
        break;
      case 'class':
        item({ kind: 'expr', expr: builder.charSet(token.ranges) }, token);
        break;
      case '.':
        item({ kind: 'expr', expr: builder.charSet(ANY_CHAR) }, token);
        break;
      case 'tokenId':
        item({ kind: 'symbol', symbol: builder.tokens([[token.id, token.id]], [], token.negated) }, token);
        break;
      case 'tokenName':
        item({ kind: 'symbol', symbol: builder.tokens([], [token.name], token.negated) }, token);
        break;
      case 'name': {
        if (!ruleIndex.has(token.name) && tokens[index + 1]?.kind === '(' && MACROS.has(token.name)) {
          if (token.name === 'Slot') {
            stack.push(newFrame(offset, slotName(context, index)));
            index += 3;
            break;
          }
          const { node, last } = readMacro(macros, index);
          spans[node] = { from: offset, to: (tokens[last] as EbnfToken).end };
          place(frame, offset, node);
          index = last;
          break;
        }
        const parts = resolveName(context, token.name, offset);
        const [only] = parts;
        // A ~ is about one item, so several make one.
        if (frame.negations.length > 0 && parts.length > 1) {
          item({ kind: 'concat', parts: parts.map((part) => add(part)) }, token);
        } else if (parts.length === 1 && only !== undefined) item(only, token);
        else for (const part of parts) item(part, token);
        break;
      }
      case '|':
        closeAlternative(frame, offset);
        frame.open = '|';
        break;
      case '&':
        if (frame.items.length === 0)
          fail(offset, 'nothing stands before the &', 'write "" for the empty text');
        if (frame.both.length === 0) frame.bothAt = offset;
        frame.both.push(closeSequence(frame, offset));
        frame.open = '&';
        break;
      case '~':
        frame.negations.push(offset);
        frame.repeatable = false;
        break;
      case '(':
        if (tokens[index + 1]?.kind === '=') {
          if (stack.length > 1) fail(offset, 'a look-ahead stands at the end of a rule');
          stack.push(newFrame(offset, undefined, true));
          index += 1;
        } else {
          stack.push(newFrame(offset));
        }
        break;
      case ')':
        if (stack.length === 1) fail(offset, 'a ) without its (');
        stack.pop();
        if (frame.isLookAhead) {
          // It says what follows the rule, and changes no text.
          closeFrame(frame, offset);
          if (index + 1 < definition.to) fail(frame.offset, 'a look-ahead stands at the end of a rule');
          break;
        }
        place(stack[stack.length - 1] as Frame, frame.offset, closeGroup(frame, token));
        break;
      case 'repeat': {
        const body = frame.items.pop();
        if (body === undefined || !frame.repeatable) {
          const hint = body === undefined ? undefined : 'use parentheses to repeat a repetition';
          throw sourceError('SYNTAX', source, offset, 'nothing to repeat', hint);
        }
        const span = { from: spans[body]?.from ?? offset, to: token.end };
        place(frame, offset, add({ kind: 'repeat', body, min: token.min, max: token.max, offset }, span));
        frame.repeatable = false;
        break;
      }
      case ',':
      case '=':
        throw unexpectedCharacter(source, offset);
      case '::=':
      case 'options':
        fail(offset, 'a ::= without a name before it');
    }
  }

  const open = stack[stack.length - 1] as Frame;
  if (stack.length > 1) fail(open.offset, 'a ( without its )');
  if (definition.from === definition.to) {
    fail(definition.offset, `rule ${definition.name} has no body`, 'write "" for the empty text');
  }
  const last = tokens[definition.to - 1] as EbnfToken;
  const whole = closeFrame(open, last.offset);
  // The body is the last node.
  if (whole !== nodes.length - 1) add({ kind: 'concat', parts: [whole] }, spans[whole]);
  return { nodes, spans };
}

/** The name in `Slot(name, …` of which the token with this index is the first. */
function slotName({ source, tokens }: BodyContext, index: number): string {
  const [slot, , name, comma] = tokens.slice(index, index + 4);
  if (comma?.kind === ',') {
    if (name?.kind === 'name') return name.name;
    if (name?.kind === 'string' && name.text !== '') return name.text;
  }
  const offset = name?.offset ?? (slot as EbnfToken).offset;
  throw sourceError('SYNTAX', source, offset, 'a malformed slot', 'write Slot(name, body)');
}

const newFrame = (offset: number, slot?: string, isLookAhead = false): Frame => ({
  offset,
  alternatives: [],
  both: [],
  bothAt: offset,
  items: [],
  open: undefined,
  negations: [],
  repeatable: false,
  slot,
  isLookAhead,
});

/**
 * The rule of that name. A dot may be part of a name, or stand between names for any character: the longest name that
 * exists decides.
 */
function resolveName(context: BodyContext, name: string, offset: number): RuleNode[] {
  const { builder, ruleIndex } = context;
  const whole = ruleIndex.get(name);
  if (whole !== undefined) return [{ kind: 'rule', rule: whole }];
  const nodes: RuleNode[] = [];
  const parts = name.split('.');
  for (let from = 0; from < parts.length; ) {
    if (from > 0) nodes.push({ kind: 'expr', expr: builder.charSet(ANY_CHAR) });
    if (parts[from] === '') {
      from += 1;
      continue;
    }
    let to = parts.length;
    while (to > from && !ruleIndex.has(parts.slice(from, to).join('.'))) to -= 1;
    if (to === from) undefinedRule(context, name, offset);
    nodes.push({ kind: 'rule', rule: ruleIndex.get(parts.slice(from, to).join('.')) as number });
    from = to;
  }
  return nodes;
}

function undefinedRule({ source, ruleIndex }: BodyContext, name: string, offset: number): never {
  const near = nearestName(name, ruleIndex.keys());
  throw sourceError(
    'SYNTAX',
    source,
    offset,
    `rule ${name} is not defined`,
    near === undefined ? `add a rule ${name} ::= …` : `did you mean ${near}?`,
  );
}
