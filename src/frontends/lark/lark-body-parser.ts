import type { ProgramBuilder } from '../program-builder.js';
import { joinedSpan } from '../rules/joined-span.js';
import type { Span } from '../rules/rule-tree.js';
import { parseSubstring, parseTokens } from './lark-atoms.js';
import { parseCondition, parseParameter } from './lark-parameter-parser.js';
import type { Condition } from './lark-parameters.js';
import type { LarkReader } from './lark-reader.js';
import type { LarkBody, LarkGrammar, LarkNode } from './lark-tree.js';

const MAX_COUNT = 2 ** 31 - 1;

/** An open group, or the whole body. */
interface Frame {
  readonly open: 'body' | '(' | '[';
  readonly offset: number;
  readonly alternatives: number[];
  readonly conditions: (Condition | undefined)[];
  /** What stood before the last `&` of this alternative. */
  conjuncts: number[];
  items: number[];
  /** Where each `~` before the next atom stands. */
  readonly negations: number[];
  /** The alternative has its alias or condition: nothing else may follow in it. */
  isClosed: boolean;
}

/**
 * Parses the alternatives of a rule, a terminal or `%ignore`, up to the end of their lines. A line that begins with `|` goes
 * on with the one before, and so do all lines inside of brackets.
 */
export function parseBody(builder: ProgramBuilder, reader: LarkReader, nested: () => LarkGrammar): LarkBody {
  const nodes: LarkNode[] = [];
  const stack: Frame[] = [newFrame('body', reader.offset())];
  const top = (): Frame => stack[stack.length - 1] as Frame;
  const add = (node: LarkNode, span: Span): number => {
    builder.step();
    return nodes.push({ ...node, span }) - 1;
  };
  const spanOf = (parts: readonly number[]): Span =>
    joinedSpan(
      parts.map((part) => nodes[part]?.span),
      reader.lastEnd(),
    );
  const joined = (kind: 'concat' | 'intersect', parts: readonly number[], offset: number): number => {
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : add({ kind, parts, offset }, spanOf(parts));
  };

  /** Adds an atom with the signs before it and the repetition behind it. */
  function atom(node: number, offset: number): void {
    const frame = top();
    if (frame.isClosed) {
      reader.fail(
        'SYNTAX',
        offset,
        'nothing can follow an alias or a condition',
        'begin the next alternative with |',
      );
    }
    let result = node;
    for (let sign = frame.negations.pop(); sign !== undefined; sign = frame.negations.pop()) {
      result = add({ kind: 'complement', body: result, offset }, { from: sign, to: reader.lastEnd() });
    }
    const { from } = spanOf([result]);
    const bounds = readRepetition(reader);
    if (bounds !== undefined) {
      result = add({ kind: 'repeat', body: result, ...bounds, offset }, { from, to: reader.lastEnd() });
    }
    frame.items.push(result);
  }

  function endConjunct(frame: Frame): void {
    if (frame.negations.length > 0)
      reader.fail('SYNTAX', reader.offset(), 'nothing follows the ~', 'write ~A');
    frame.conjuncts.push(joined('concat', frame.items, frame.offset));
    frame.items = [];
  }
  function endAlternative(frame: Frame, condition?: Condition): void {
    if (!frame.isClosed) {
      endConjunct(frame);
      frame.alternatives.push(joined('intersect', frame.conjuncts, frame.offset));
      frame.conditions.push(condition);
      frame.conjuncts = [];
    } else if (condition !== undefined) {
      frame.conditions[frame.conditions.length - 1] = condition;
    }
  }
  function endFrame(frame: Frame): number {
    endAlternative(frame);
    const { alternatives: parts, conditions, offset } = frame;
    const [only] = parts;
    if (parts.length === 1 && conditions[0] === undefined && only !== undefined) return only;
    return add({ kind: 'union', parts, conditions, offset }, spanOf(parts));
  }

  for (;;) {
    const token = reader.peek();
    const frame = top();
    const { offset } = token;
    /** Of what was just read, from this token on. */
    const leaf = (node: LarkNode): void => atom(add(node, { from: offset, to: reader.lastEnd() }), offset);
    switch (token.kind) {
      case 'newline':
        if (frame.open === 'body' && reader.peekSecond()?.kind !== '|') {
          endFrame(frame);
          return nodes;
        }
        reader.next();
        break;
      case 'end':
      case '}':
        if (frame.open !== 'body') {
          reader.fail(
            'SYNTAX',
            frame.offset,
            `a ${frame.open} without its ${frame.open === '(' ? ')' : ']'}`,
          );
        }
        endFrame(frame);
        return nodes;
      case '|':
        endAlternative(frame);
        frame.isClosed = false;
        reader.next();
        break;
      case '&':
        if (frame.isClosed) reader.fail('SYNTAX', offset, 'nothing can follow an alias or a condition');
        endConjunct(frame);
        reader.next();
        break;
      case '~':
        frame.negations.push(offset);
        reader.next();
        break;
      case '(':
      case '[':
        if (frame.isClosed) reader.fail('SYNTAX', offset, 'nothing can follow an alias or a condition');
        reader.next();
        stack.push(newFrame(token.kind, offset));
        break;
      case ')':
      case ']': {
        if (frame.open !== (token.kind === ')' ? '(' : '[')) {
          reader.fail('SYNTAX', offset, `a ${token.kind} without its ${token.kind === ')' ? '(' : '['}`);
        }
        reader.next();
        stack.pop();
        const group = endFrame(frame);
        const span = { from: frame.offset, to: token.end };
        if (token.kind === ')') {
          nodes[group] = { ...(nodes[group] as LarkNode), span };
          atom(group, frame.offset);
        } else atom(add({ kind: 'repeat', body: group, min: 0, max: 1, offset }, span), frame.offset);
        break;
      }
      case '->':
        reader.next();
        reader.expect('name', 'a name behind ->');
        endAlternative(frame);
        frame.isClosed = true;
        break;
      case '%if':
        reader.next();
        endAlternative(frame, parseCondition(reader));
        frame.isClosed = true;
        break;
      case 'string': {
        reader.next();
        const range = reader.is('..') ? readRange(reader, token) : undefined;
        const text: LarkNode = { kind: 'text', text: token.text, ignoreCase: token.ignoreCase, offset };
        leaf(range ?? text);
        break;
      }
      case 'pattern':
        reader.next();
        leaf({ kind: 'pattern', pattern: token.pattern, flags: token.flags, offset });
        break;
      case 'name': {
        reader.next();
        const parameter = reader.takes('::') ? parseParameter(reader) : undefined;
        leaf({ kind: 'name', name: token.name, parameter, offset });
        break;
      }
      case 'special':
        reader.next();
        leaf(parseTokens(reader, token.text, offset));
        break;
      case 'grammar':
        reader.next();
        leaf({ kind: 'grammar', name: token.name, offset });
        break;
      case '%json':
        reader.next();
        leaf({ kind: 'json', text: token.text, offset: token.textOffset });
        break;
      case '%regex':
        reader.next();
        leaf(parseSubstring(builder, reader, token));
        break;
      case '%lark':
        reader.next();
        leaf({ kind: 'lark', grammar: nested(), offset });
        break;
      case '%structural_tag':
        return reader.fail(
          'UNSUPPORTED',
          offset,
          '%structural_tag cannot be enforced here',
          'give the grammar of the structural tag a name in the option grammars, and write @name',
        );
      case '*':
      case '+':
      case '?':
      case '{':
        return reader.fail('SYNTAX', offset, 'nothing to repeat', 'use parentheses to repeat a repetition');
      default:
        return reader.fail('SYNTAX', offset, `unexpected ${reader.describe()}`);
    }
  }
}

function newFrame(open: Frame['open'], offset: number): Frame {
  return {
    open,
    offset,
    alternatives: [],
    conditions: [],
    conjuncts: [],
    items: [],
    negations: [],
    isClosed: false,
  };
}

/** The repetition at the next token; undefined if there is none. */
function readRepetition(reader: LarkReader): { min: number; max: number | undefined } | undefined {
  if (reader.takes('*')) return { min: 0, max: undefined };
  if (reader.takes('+')) return { min: 1, max: undefined };
  if (reader.takes('?')) return { min: 0, max: 1 };
  const offset = reader.offset();
  let min: number;
  let max: number | undefined;
  if (reader.is('~') && reader.peekSecond()?.kind === 'number') {
    reader.next();
    min = readCount(reader);
    max = reader.takes('..') ? readCount(reader) : min;
  } else if (reader.takes('{')) {
    if (!reader.is('number') && !reader.is(',')) {
      reader.fail('UNSUPPORTED', offset, 'templates cannot be enforced', 'write a rule for each use');
    }
    min = reader.is(',') ? 0 : readCount(reader);
    max = min;
    if (reader.takes(',')) max = reader.is('}') ? undefined : readCount(reader);
    reader.expect('}', 'the } of a repetition');
  } else return undefined;
  if (max !== undefined && max < min) {
    reader.fail('SYNTAX', offset, 'the numbers of a repetition are out of order');
  }
  return { min, max };
}

function readCount(reader: LarkReader): number {
  const { text, offset } = reader.expect('number', 'a number of repetitions');
  if (!/^[0-9]+$/.test(text)) reader.fail('SYNTAX', offset, `${text} is no number of repetitions`);
  const count = Number(text);
  if (count > MAX_COUNT) reader.fail('SYNTAX', offset, `a repetition of more than ${MAX_COUNT} times`);
  return count;
}

/** A range whose first end was read. */
function readRange(
  reader: LarkReader,
  first: { readonly text: string; readonly ignoreCase: boolean; readonly offset: number },
): LarkNode {
  reader.expect('..', 'the .. of a range');
  const last = reader.expect('string', 'the last character of a range');
  for (const { text, ignoreCase, offset } of [first, last]) {
    if (Array.from(text).length !== 1) reader.fail('SYNTAX', offset, 'an end of a range is one character');
    if (ignoreCase) reader.fail('SYNTAX', offset, 'an end of a range takes no flag', 'name both ranges');
  }
  const lo = first.text.codePointAt(0) as number;
  const hi = last.text.codePointAt(0) as number;
  if (lo > hi) reader.fail('SYNTAX', first.offset, 'the ends of a range are out of order');
  return { kind: 'range', lo, hi, offset: first.offset };
}
