import { ANY_CHAR, invertRanges } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import { sourceError } from '../source-location.js';
import { LINE_TERMINATOR } from './regex-classes.js';
import { type Before, beforeOf, type Contexts, contextsOf, holdsIn } from './regex-contexts.js';
import { createPlainValues, type PlainValues } from './regex-plain.js';
import { childrenOf, type RegexNode } from './regex-tree.js';

/**
 * Lowers patterns with look-around, word borders and line anchors.
 *
 * A node is lowered with its *continuation*: the language of what may follow it. So what a node adds is a language of
 * suffixes: `L(ab, k) = L(a, L(b, k))`, `L(a|b, k) = L(a, k) ∪ L(b, k)`, and a look-ahead is an intersection,
 * `L((?=x), k) = k ∩ L(x, any text)`, a negated one with the complement. `$` is the look-ahead for the empty text.
 *
 * What looks back by one character (`^`, `\b`, `(?<=[a-z])`) is decided by the *state*, the class of the last character
 * (`Contexts`), so a continuation is one language for each state. A part without assertions is taken as a whole: its texts
 * are sorted by the class of their last character.
 *
 * A look-behind for more than that is a language of prefixes. It is lowered where it stands outside of groups: what stands
 * before it is one language, which is intersected with the texts that end as the look-behind says.
 */
export function lowerAssertions(
  builder: ProgramBuilder,
  source: readonly RegexNode[],
  pattern: string,
  mode: 'full' | 'search',
): number {
  const char = { kind: 'chars', ranges: ANY_CHAR, expr: builder.charSet(ANY_CHAR) } as const;
  const anyText = { kind: 'repeat', body: source.length, min: 0, max: undefined, at: 0 } as const;
  const nodes = [...source, char, anyText];
  const contexts = contextsOf(nodes);
  const firstAssertion = source.find((node) => node.kind === 'look' || node.kind === 'repeat');
  if (contexts === undefined) {
    throw sourceError(
      'UNSUPPORTED',
      pattern,
      firstAssertion !== undefined && 'at' in firstAssertion ? firstAssertion.at : 0,
      'assertions about this many kinds of characters cannot be enforced',
      'use fewer look-behinds in one pattern',
    );
  }
  const lowering = new AssertionLowering(builder, nodes, pattern, contexts);
  return lowering.whole(source.length - 1, nodes.length - 1, mode);
}

/** One language of suffixes for each state. */
type Continuation = readonly number[];

/** Nodes with assertions inside of each other, and steps of the lowering; beyond, a pattern is refused. */
const MAX_DEPTH = 250;
const MAX_STEPS = 20_000;

class AssertionLowering {
  private readonly plain: PlainValues;
  /** Per node: 1 if it holds an assertion, 2 if it is one of more characters' look-behind or holds one. */
  private readonly marks: Uint8Array;
  private readonly any: number;
  private steps = 0;

  constructor(
    private readonly builder: ProgramBuilder,
    private readonly nodes: readonly RegexNode[],
    private readonly pattern: string,
    private readonly contexts: Contexts,
  ) {
    this.any = builder.complement(builder.empty());
    this.marks = markAssertions(nodes);
    this.plain = createPlainValues(builder, nodes, this.marks, contexts);
  }

  whole(root: number, anyText: number, mode: 'full' | 'search'): number {
    const node = this.node(root);
    if (node.kind === 'union' && this.marks[root] !== 0) {
      return this.builder.union(node.parts.map((part) => this.wholeSequence(part, anyText, mode)));
    }
    return this.wholeSequence(root, anyText, mode);
  }

  private wholeSequence(root: number, anyText: number, mode: 'full' | 'search'): number {
    const { builder } = this;
    const conditions: number[] = [];
    let items = this.flatten(root);
    const [first] = items;
    const anchored = first !== undefined && this.isAnchor(first, 'start');
    const atStart = mode === 'full' || anchored;
    if (atStart) {
      // At the start of the text a look-ahead speaks of the whole text.
      const leading = items.findIndex((item) => !this.isAnchor(item, 'start') && !this.isLook(item, true));
      const heads = items.slice(0, leading < 0 ? items.length : leading);
      for (const item of heads) {
        if (this.isLook(item, true)) conditions.push(this.start(this.lower(item, this.uniform(this.any))));
      }
      items = items.filter((item, index) => index >= heads.length || !this.isLook(item, true));
    }
    // At its end a look-behind does.
    let tail = items.length;
    while (tail > 0 && this.isTail(items[tail - 1] as number)) tail -= 1;
    const atEnd = mode === 'full' || items.slice(tail).some((item) => this.isAnchor(item, 'end'));
    if (atEnd) {
      for (const item of items.slice(tail)) {
        if (this.marks[item] === 2) conditions.push(this.prefixes(item, anyText));
      }
      items = items.filter((item, index) => index < tail || this.marks[item] !== 2);
    }
    if (!atStart) items = [anyText, ...items];
    const end = mode === 'full' ? builder.epsilon() : this.any;

    let head: number | undefined;
    let from = 0;
    items.forEach((item, index) => {
      if (!this.isLook(item, false) || this.marks[item] !== 2) return;
      const before = items.slice(from, index);
      if ([...before, ...childrenOf(this.node(item))].some((other) => this.looksAhead(other))) {
        this.refuse(item);
      }
      const body = this.prefixes(item, anyText);
      const text = this.join(head, this.sequence(before, this.uniform(builder.epsilon())));
      head = builder.intersect([text, body]);
      from = index + 1;
    });
    const main = this.join(head, this.sequence(items.slice(from), this.uniform(end)));
    return builder.intersect([...conditions, main]);
  }

  /** The texts that end as a look-behind says (or, negated, that do not). */
  private prefixes(item: number, anyText: number): number {
    const node = this.node(item);
    if (node.kind !== 'look') return this.any;
    if (this.marks[node.body] === 2) this.refuse(node.body);
    const texts = this.start(this.sequence([anyText, node.body], this.uniform(this.builder.epsilon())));
    return node.negated ? this.builder.complement(texts) : texts;
  }

  /** What was matched before, then the rest by the state that it leaves. */
  private join(head: number | undefined, rest: Continuation): number {
    if (head === undefined) return this.start(rest);
    const { builder, contexts } = this;
    if (rest.every((language) => language === rest[0])) return builder.concat([head, rest[0] as number]);
    const choices = contexts.classes.map((ranges, state) => {
      const ending = builder.concat([this.any, builder.charSet(ranges)]);
      return builder.concat([builder.intersect([head, ending]), rest[state] as number]);
    });
    choices.push(builder.concat([builder.intersect([head, builder.epsilon()]), this.start(rest)]));
    return builder.union(choices);
  }

  private sequence(items: readonly number[], after: Continuation): Continuation {
    let result = after;
    for (let end = items.length; end > 0; ) {
      const item = items[end - 1] as number;
      if (this.marks[item] !== 0) {
        result = this.lower(item, result);
        end -= 1;
        continue;
      }
      // Neighbours without assertions are one part where the state does not matter.
      let begin = end - 1;
      const uniform = result.every((language) => language === result[0]);
      while (uniform && begin > 0 && this.marks[items[begin - 1] as number] === 0) begin -= 1;
      result = this.plain.before(items.slice(begin, end), result);
      end = begin;
    }
    return result;
  }

  /** Lowers a node. Only nodes with assertions are looked into, and these not deeper than `MAX_DEPTH`. */
  private lower(index: number, after: Continuation, depth = 0): Continuation {
    const { builder } = this;
    const node = this.node(index);
    builder.step();
    if (this.marks[index] === 0) return this.plain.before([index], after);
    this.steps += 1;
    if (depth > MAX_DEPTH || this.steps > MAX_STEPS) this.refuse(index);
    const inner = (child: number, next: Continuation): Continuation => this.lower(child, next, depth + 1);
    switch (node.kind) {
      case 'concat': {
        let result = after;
        for (let i = node.parts.length - 1; i >= 0; i--) result = inner(node.parts[i] as number, result);
        return result;
      }
      case 'union': {
        const parts = node.parts.map((part) => inner(part, after));
        return after.map((_, state) => builder.union(parts.map((part) => part[state] as number)));
      }
      case 'look': {
        if (!node.ahead) return this.lookBack(index, after);
        const body = inner(node.body, this.uniform(this.any));
        return after.map((next, state) => {
          const texts = body[state] as number;
          return builder.intersect([next, node.negated ? builder.complement(texts) : texts]);
        });
      }
      case 'end': {
        const lineEnd = node.lines ? [builder.concat([builder.charSet(LINE_TERMINATOR), this.any])] : [];
        const atEnd = builder.union([builder.epsilon(), ...lineEnd]);
        return after.map((next) => builder.intersect([next, atEnd]));
      }
      case 'wordBorder': {
        const inWord = builder.concat([builder.charSet(node.word), this.any]);
        const other = builder.concat([builder.charSet(invertRanges(node.word)), this.any]);
        const notInWord = builder.union([builder.epsilon(), other]);
        const before: Before = { start: false, ranges: node.word };
        return after.map((next, state) =>
          builder.intersect([
            next,
            holdsIn(this.contexts, state, before) !== node.negated ? notInWord : inWord,
          ]),
        );
      }
      case 'repeat':
        return this.repeat(index, node, after, inner);
      default:
        return this.lookBack(index, after);
    }
  }

  private lookBack(index: number, after: Continuation): Continuation {
    const before = beforeOf(this.nodes, index);
    if (before === undefined) this.refuse(index);
    const none = this.builder.empty();
    return after.map((next, state) => (holdsIn(this.contexts, state, before) ? next : none));
  }

  private repeat(
    index: number,
    node: Extract<RegexNode, { kind: 'repeat' }>,
    after: Continuation,
    inner: (child: number, next: Continuation) => Continuation,
  ): Continuation {
    const { builder } = this;
    if (node.max === 0) return after;
    const consumes = this.plain.consumes(node.body);
    // Rounds that match nothing add nothing but their condition, once.
    const min = consumes ? node.min : Math.min(node.min, 1);
    const max = consumes ? node.max : min;
    if (max === undefined) this.refuse(index);
    if (max > MAX_STEPS) this.refuse(index);
    let result = after;
    for (let round = min; round < max; round++) {
      const more = inner(node.body, result);
      result = after.map((next, state) => builder.union([next, more[state] as number]));
    }
    for (let round = 0; round < min; round++) result = inner(node.body, result);
    return result;
  }

  private node(index: number): RegexNode {
    return this.nodes[index] as RegexNode;
  }
  private uniform(language: number): Continuation {
    return Array.from({ length: this.contexts.count }, () => language);
  }
  private start(after: Continuation): number {
    return after[this.contexts.start] as number;
  }
  private flatten(root: number): number[] {
    const items: number[] = [];
    const pending = [root];
    while (pending.length > 0) {
      const index = pending.pop() as number;
      const node = this.node(index);
      if (node.kind !== 'concat' || this.marks[index] === 0) items.push(index);
      else for (let i = node.parts.length - 1; i >= 0; i--) pending.push(node.parts[i] as number);
    }
    return items;
  }
  private isAnchor(index: number, kind: 'start' | 'end'): boolean {
    const node = this.node(index);
    return node.kind === kind && !node.lines;
  }
  private isLook(index: number, ahead: boolean): boolean {
    const node = this.node(index);
    return node.kind === 'look' && node.ahead === ahead;
  }
  private isTail(index: number): boolean {
    return this.isAnchor(index, 'end') || (this.isLook(index, false) && this.marks[index] === 2);
  }
  /** Whether something in a node asks for what follows. */
  private looksAhead(root: number): boolean {
    const pending = [root];
    while (pending.length > 0) {
      const node = this.node(pending.pop() as number);
      if (node.kind === 'end' || node.kind === 'wordBorder') return true;
      if (node.kind === 'look' && node.ahead) return true;
      for (const child of childrenOf(node)) if (this.marks[child] !== 0) pending.push(child);
    }
    return false;
  }

  private refuse(index: number): never {
    const node = this.node(index);
    const at = 'at' in node ? node.at : 0;
    throw sourceError(
      'UNSUPPORTED',
      this.pattern,
      at,
      node.kind === 'repeat'
        ? 'a repetition of this size with an assertion inside cannot be enforced'
        : 'a look-behind for more than one character cannot be enforced here',
      node.kind === 'repeat'
        ? 'put the look-around in front of the repetition, or bound the repetition'
        : 'put it at the end of the pattern, before $, or name the characters that may stand there',
    );
  }
}

function markAssertions(nodes: readonly RegexNode[]): Uint8Array {
  const marks = new Uint8Array(nodes.length);
  nodes.forEach((node, index) => {
    let mark = 0;
    for (const child of childrenOf(node)) mark = Math.max(mark, marks[child] as number);
    if (node.kind === 'start' || node.kind === 'end' || node.kind === 'wordBorder') mark = 1;
    if (node.kind === 'look') {
      const short = node.ahead || beforeOf(nodes, index) !== undefined;
      mark = Math.max(mark, short ? 1 : 2);
    }
    marks[index] = mark;
  });
  return marks;
}
