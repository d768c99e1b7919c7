import type { ProgramBuilder } from '../program-builder.js';
import { childrenOf, type RegexNode } from './regex-tree.js';

/**
 * Lowers a pattern whose only assertions are anchors of the whole text to an expression over whole texts.
 *
 * Without anchors a node is one expression. With anchors, what a node matches depends on whether its match begins at the
 * start of the text (s) and whether it ends at the end of the text (t); these two bits are the *corner*. Per corner a node
 * has `empty` (does it match the empty text there), `rest` (the non-empty texts that it matches) and `all` (both). The
 * border between two non-empty parts is neither at the start nor at the end, which is all that a concatenation needs:
 *
 *   rest(ab, s, t) = rest(a, s, 0) rest(b, 0, t)  |  empty(a, s, 0) rest(b, s, t)  |  rest(a, s, t) empty(b, 0, t)
 *
 * Every step is a loop over the nodes in post-order.
 */
export function lowerAnchors(builder: ProgramBuilder, nodes: readonly RegexNode[]): number {
  const anchored = markAnchored(nodes);
  const needsRest = markNeedsRest(nodes, anchored);
  const values: Value[] = [];
  nodes.forEach((node, index) => {
    builder.step();
    values.push(
      anchored[index] === 1
        ? lowerAnchored(builder, node, values)
        : lowerPlain(builder, node, values, needsRest[index] === 1),
    );
  });
  return corner(values[values.length - 1] as Value, true, true).all;
}

interface Corner {
  readonly empty: boolean;
  readonly rest: number;
  readonly all: number;
}
/** Indexed by s + 2 t. A node without anchors has the same corner four times. */
type Value = readonly [Corner, Corner, Corner, Corner];

function corner(value: Value, start: boolean, end: boolean): Corner {
  return value[((start ? 1 : 0) + (end ? 2 : 0)) as 0 | 1 | 2 | 3];
}
const plain = (of: Corner): Value => [of, of, of, of];
const build = (make: (start: boolean, end: boolean) => Corner): Value => [
  make(false, false),
  make(true, false),
  make(false, true),
  make(true, true),
];

function markAnchored(nodes: readonly RegexNode[]): Uint8Array {
  const marks = new Uint8Array(nodes.length);
  nodes.forEach((node, index) => {
    const isAnchor = node.kind === 'start' || node.kind === 'end';
    if (isAnchor || childrenOf(node).some((child) => marks[child] === 1)) marks[index] = 1;
  });
  return marks;
}

/** Nodes without anchors whose non-empty texts a node with anchors asks for. */
function markNeedsRest(nodes: readonly RegexNode[], anchored: Uint8Array): Uint8Array {
  const marks = new Uint8Array(nodes.length);
  for (let index = nodes.length - 1; index >= 0; index--) {
    if (anchored[index] === 0 && marks[index] === 0) continue;
    for (const child of childrenOf(nodes[index] as RegexNode)) marks[child] = 1;
  }
  return marks;
}

function lowerPlain(
  builder: ProgramBuilder,
  node: RegexNode,
  values: readonly Value[],
  needsRest: boolean,
): Value {
  const of = (index: number): Corner => (values[index] as Value)[0];
  const unused = builder.empty();
  switch (node.kind) {
    case 'chars':
      return plain({ empty: false, rest: node.expr, all: node.expr });
    case 'concat': {
      const parts = node.parts.map(of);
      const all = builder.concat(parts.map((part) => part.all));
      const empty = parts.every((part) => part.empty);
      if (!empty || !needsRest) return plain({ empty, rest: empty ? unused : all, all });
      // The first part that is not empty, and whatever follows it.
      const choices: number[] = [];
      let after = builder.epsilon();
      for (const part of parts.reverse()) {
        choices.push(builder.concat([part.rest, after]));
        after = builder.concat([part.all, after]);
      }
      return plain({ empty, rest: builder.union(choices), all });
    }
    case 'union': {
      const parts = node.parts.map(of);
      const all = builder.union(parts.map((part) => part.all));
      const empty = parts.some((part) => part.empty);
      if (!empty || !needsRest) return plain({ empty, rest: empty ? unused : all, all });
      return plain({ empty, rest: builder.union(parts.map((part) => part.rest)), all });
    }
    case 'repeat': {
      const body = of(node.body);
      const all = builder.repeat(body.all, node.min, node.max);
      const empty = node.min === 0 || body.empty;
      if (!empty || !needsRest) return plain({ empty, rest: empty ? unused : all, all });
      const rest = node.max === 0 ? builder.empty() : builder.repeat(body.rest, 1, node.max);
      return plain({ empty, rest, all });
    }
    default:
      return plain({ empty: false, rest: unused, all: unused });
  }
}

function lowerAnchored(builder: ProgramBuilder, node: RegexNode, values: readonly Value[]): Value {
  const of = (index: number): Value => values[index] as Value;
  switch (node.kind) {
    case 'start':
    case 'end':
      return build((start, end) => {
        const empty = node.kind === 'start' ? start : end;
        return { empty, rest: builder.empty(), all: empty ? builder.epsilon() : builder.empty() };
      });
    case 'union':
      return build((start, end) => {
        const parts = node.parts.map((part) => corner(of(part), start, end));
        return {
          empty: parts.some((part) => part.empty),
          rest: builder.union(parts.map((part) => part.rest)),
          all: builder.union(parts.map((part) => part.all)),
        };
      });
    case 'concat':
      return joinPlainRuns(builder, node.parts, values).reduce((left, right) =>
        concatTwo(builder, left, right),
      );
    case 'repeat':
      return repeatAnchored(builder, of(node.body), node.min, node.max);
    default:
      return of(0);
  }
}

/** Neighbours without anchors become one value, so that a long literal is not built up character by character. */
function joinPlainRuns(builder: ProgramBuilder, parts: readonly number[], values: readonly Value[]): Value[] {
  const result: Value[] = [];
  let run: number[] = [];
  const flush = (): void => {
    if (run.length > 0) result.push(lowerPlain(builder, { kind: 'concat', parts: run }, values, true));
    run = [];
  };
  for (const part of parts) {
    const value = values[part] as Value;
    if (value[0] === value[3]) {
      run.push(part);
    } else {
      flush();
      result.push(value);
    }
  }
  flush();
  return result;
}

function concatTwo(builder: ProgramBuilder, left: Value, right: Value): Value {
  const none = builder.empty();
  return build((start, end) => {
    // Left ends, and right begins, inside of the text (open) or at the border that the other one's emptiness leaves.
    const leftOpen = corner(left, start, false);
    const rightOpen = corner(right, false, end);
    const leftFull = corner(left, start, end);
    const rightFull = corner(right, start, end);
    const empty = leftFull.empty && rightFull.empty;
    const rest = builder.union([
      builder.concat([leftOpen.rest, rightOpen.rest]),
      leftOpen.empty ? rightFull.rest : none,
      rightOpen.empty ? leftFull.rest : none,
    ]);
    let all: number;
    if (leftOpen.all === leftFull.all && rightOpen.all === rightFull.all) {
      all = builder.concat([leftFull.all, rightFull.all]);
    } else if (rightOpen.all === none && leftOpen.empty && leftFull.empty) {
      all = rightFull.all;
    } else if (leftOpen.all === none && rightOpen.empty && rightFull.empty) {
      all = leftFull.all;
    } else {
      all = empty ? builder.union([builder.epsilon(), rest]) : rest;
    }
    return { empty, rest, all };
  });
}

function repeatAnchored(builder: ProgramBuilder, body: Value, min: number, max: number | undefined): Value {
  return build((start, end) => {
    if (max === 0) return { empty: true, rest: builder.empty(), all: builder.epsilon() };
    const first = corner(body, start, false);
    const middle = corner(body, false, false);
    const last = corner(body, false, end);
    const only = corner(body, start, end);
    // Rounds that match nothing may fill up the count where the body is empty at either end.
    const least = first.empty || last.empty ? 0 : min;
    const choices: number[] = [];
    if (least <= 1) choices.push(only.rest);
    if (max === undefined || max >= 2) {
      const between = builder.repeat(
        middle.rest,
        Math.max(least - 2, 0),
        max === undefined ? undefined : max - 2,
      );
      choices.push(builder.concat([first.rest, between, last.rest]));
    }
    const rest = builder.union(choices);
    const empty = min === 0 || only.empty;
    return { empty, rest, all: empty ? builder.union([builder.epsilon(), rest]) : rest };
  });
}
