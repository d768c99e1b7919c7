import type { GrammaskError } from '../../errors.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { CharRange } from '../program-format.js';
import { sourceError } from '../source-location.js';
import type { RegexNode } from './regex-tree.js';

/** An open group of a pattern: the alternatives that are closed, and the terms of the one in progress. */
export interface OpenGroup {
  readonly alternatives: number[];
  items: number[];
}

/** The nodes of a pattern as a parser writes them, and its errors. */
export interface PatternNodes {
  add(node: RegexNode): number;
  /** The empty text. */
  nothing(): number;
  chars(ranges: readonly CharRange[]): number;
  closeAlternative(group: OpenGroup): void;
  /** Closes the last alternative, too; the node of the whole. */
  closeGroup(group: OpenGroup): number;
  fail(offset: number, message: string, hint?: string): never;
  /** Notes what cannot be enforced: the first is thrown by `finish`, once the rest has proved to be well-formed. */
  refuse(offset: number, what: string, hint: string): void;
  finish(): RegexNode[];
}

export function createPatternNodes(builder: ProgramBuilder, pattern: string): PatternNodes {
  const nodes: RegexNode[] = [];
  let unsupported: GrammaskError | undefined;

  function add(node: RegexNode): number {
    builder.step();
    return nodes.push(node) - 1;
  }
  function joined(kind: 'concat' | 'union', parts: readonly number[]): number {
    const [only] = parts;
    return parts.length === 1 && only !== undefined ? only : add({ kind, parts });
  }
  function closeAlternative(group: OpenGroup): void {
    group.alternatives.push(joined('concat', group.items));
    group.items = [];
  }
  return {
    add,
    nothing: () => add({ kind: 'concat', parts: [] }),
    chars: (ranges) => add({ kind: 'chars', ranges, expr: builder.charSet(ranges) }),
    closeAlternative,
    closeGroup(group) {
      closeAlternative(group);
      return joined('union', group.alternatives);
    },
    fail(offset, message, hint) {
      throw sourceError('SYNTAX', pattern, offset, message, hint);
    },
    refuse(offset, what, hint) {
      unsupported ??= sourceError('UNSUPPORTED', pattern, offset, `${what} cannot be enforced`, hint);
    },
    finish() {
      if (unsupported !== undefined) throw unsupported;
      return nodes;
    },
  };
}
