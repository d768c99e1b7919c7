import { intersectRanges } from '../char-ranges.js';
import type { ProgramBuilder } from '../program-builder.js';
import type { Contexts } from './regex-contexts.js';
import { childrenOf, type RegexNode } from './regex-tree.js';

/** The parts of a pattern without assertions, each taken as one language. */
export interface PlainValues {
  /** Puts parts in front of a continuation: one language of suffixes for each state. */
  before(parts: readonly number[], after: readonly number[]): readonly number[];
  /** Whether a node can match more than the empty text. */
  consumes(node: number): boolean;
}

interface Value {
  /** Everything that it matches. */
  readonly all: number;
  readonly empty: boolean;
}

/** `marks`: 0 for a node without assertions. */
export function createPlainValues(
  builder: ProgramBuilder,
  nodes: readonly RegexNode[],
  marks: Uint8Array,
  contexts: Contexts,
): PlainValues {
  const values: (Value | undefined)[] = [];
  const consuming = new Uint8Array(nodes.length);
  nodes.forEach((node, index) => {
    builder.step();
    values.push(marks[index] === 0 ? makeValue(node) : undefined);
    const inside = node.kind !== 'look' && childrenOf(node).some((child) => consuming[child] === 1);
    if (node.kind === 'chars' || (inside && !(node.kind === 'repeat' && node.max === 0)))
      consuming[index] = 1;
  });
  /** Per node, made when first asked for: the texts that are not empty, by the class of their last character. */
  let endings: (readonly number[] | undefined)[] | undefined;

  function of(index: number): Value {
    return values[index] as Value;
  }
  function makeValue(node: RegexNode): Value {
    switch (node.kind) {
      case 'chars':
        return { all: node.expr, empty: false };
      case 'concat':
        return {
          all: builder.concat(node.parts.map((part) => of(part).all)),
          empty: node.parts.every((part) => of(part).empty),
        };
      case 'union':
        return {
          all: builder.union(node.parts.map((part) => of(part).all)),
          empty: node.parts.some((part) => of(part).empty),
        };
      case 'repeat':
        return {
          all: builder.repeat(of(node.body).all, node.min, node.max),
          empty: node.min === 0 || of(node.body).empty,
        };
      default:
        return { all: builder.empty(), empty: false };
    }
  }

  function endingsOf(index: number): readonly number[] {
    if (endings === undefined) {
      endings = [];
      for (const [at, node] of nodes.entries()) {
        builder.step();
        endings.push(marks[at] === 0 ? makeEndings(node) : undefined);
      }
    }
    return endings[index] as readonly number[];
  }
  function makeEndings(node: RegexNode): number[] {
    const known = (child: number): readonly number[] => endings?.[child] as readonly number[];
    return contexts.classes.map((ranges, state) => {
      switch (node.kind) {
        case 'chars':
          return builder.charSet(intersectRanges(node.ranges, ranges));
        case 'concat': {
          const choices: number[] = [];
          for (let last = node.parts.length - 1; last >= 0; last--) {
            const part = node.parts[last] as number;
            const front = node.parts.slice(0, last).map((other) => of(other).all);
            choices.push(builder.concat([...front, known(part)[state] as number]));
            if (!of(part).empty) break;
          }
          return builder.union(choices);
        }
        case 'union':
          return builder.union(node.parts.map((part) => known(part)[state] as number));
        case 'repeat': {
          if (node.max === 0) return builder.empty();
          const most = node.max === undefined ? undefined : node.max - 1;
          const front = builder.repeat(of(node.body).all, Math.max(node.min - 1, 0), most);
          return builder.concat([front, known(node.body)[state] as number]);
        }
        default:
          return builder.empty();
      }
    });
  }

  return {
    consumes: (node) => consuming[node] === 1,
    before(parts, after) {
      const [first] = after;
      if (after.every((language) => language === first)) {
        const whole = builder.concat([...parts.map((part) => of(part).all), first as number]);
        return after.map(() => whole);
      }
      let result = after;
      for (let i = parts.length - 1; i >= 0; i--) result = beforeOne(parts[i] as number, result);
      return result;
    },
  };

  function beforeOne(part: number, after: readonly number[]): readonly number[] {
    const ends = endingsOf(part);
    // Classes with the same continuation go together.
    const byNext = new Map<number, number[]>();
    ends.forEach((texts, state) => {
      const next = after[state] as number;
      const list = byNext.get(next);
      if (list === undefined) byNext.set(next, [texts]);
      else list.push(texts);
    });
    const moved = builder.union(
      [...byNext].map(([next, texts]) => builder.concat([builder.union(texts), next])),
    );
    if (!of(part).empty) return after.map(() => moved);
    return after.map((next) => builder.union([next, moved]));
  }
}
