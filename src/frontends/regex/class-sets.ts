import { intersectRanges, invertRanges } from '../char-ranges.js';
import type { CharRange } from '../program-format.js';

/** What a member of a class stands for. Only flag v of ECMAScript has strings of several characters. */
export interface ClassMember {
  /** A single character, which may begin or end a range. */
  readonly point?: number;
  readonly ranges?: readonly CharRange[];
  readonly strings?: readonly string[];
  readonly end: number;
}

/** What a dialect means inside of a class. */
export interface ClassReader {
  readonly pattern: string;
  readonly step: () => void;
  /** The character or escape at an offset. */
  readonly member: (at: number) => ClassMember;
  /** The set with everything that differs in case only, where that is asked for. */
  readonly fold: (ranges: readonly CharRange[]) => readonly CharRange[];
  readonly fail: (offset: number, message: string, hint?: string) => never;
  /** A class inside of a class, and the operators between them. */
  readonly nested: boolean;
  readonly operators: readonly string[];
  /**
   * The set of `[:name:]`, which stands inside of a class; undefined for a dialect without them, and for a name that makes
   * it a class of its letters and colons.
   */
  readonly posix?: ((name: string, offset: number) => readonly CharRange[] | undefined) | undefined;
  /** A `]` right behind the opening bracket is a character. */
  readonly literalBracket: boolean;
  /** A `-` beside a set is a character, and not an error. */
  readonly literalHyphen: boolean;
  /** White space and comments are left out. */
  readonly skip?: ((at: number) => number) | undefined;
}

interface Operand {
  readonly ranges: readonly CharRange[];
  readonly strings: ReadonlySet<string>;
}

/** An open bracket. */
interface Frame {
  readonly start: number;
  readonly negated: boolean;
  ranges: CharRange[];
  strings: Set<string>;
  left: Operand | undefined;
  operator: string | undefined;
}

const POSIX = /\[:(\^?)([A-Za-z]+):\]/y;

/** Reads the class whose opening bracket is at `start`: its characters, and its longer strings. */
export function readClassSet(reader: ClassReader, start: number): Operand & { readonly end: number } {
  const { pattern, fail } = reader;
  const frames: Frame[] = [];
  let at = start;

  const open = (): void => {
    const negated = pattern[at + 1] === '^';
    frames.push({
      start: at,
      negated,
      ranges: [],
      strings: new Set(),
      left: undefined,
      operator: undefined,
    });
    at += negated ? 2 : 1;
    if (reader.literalBracket && pattern[at] === ']') {
      (frames[frames.length - 1] as Frame).ranges.push([0x5d, 0x5d]);
      at += 1;
    }
  };
  const add = (frame: Frame, member: ClassMember): void => {
    if (member.point !== undefined) frame.ranges.push([member.point, member.point]);
    for (const range of member.ranges ?? []) frame.ranges.push(range);
    for (const text of member.strings ?? []) frame.strings.add(text);
  };
  const operand = (frame: Frame): Operand => {
    const right: Operand = { ranges: reader.fold(frame.ranges), strings: frame.strings };
    return frame.left === undefined ? right : operate(frame.operator as string, frame.left, right);
  };
  const posix = (frame: Frame): boolean => {
    POSIX.lastIndex = at;
    const found = reader.posix === undefined ? null : POSIX.exec(pattern);
    if (found === null) return false;
    const ranges = reader.posix?.(found[2] as string, at);
    if (ranges === undefined) return false;
    add(frame, { ranges: found[1] === '^' ? invertRanges(ranges) : ranges, end: at });
    at += found[0].length;
    return true;
  };
  const member = (frame: Frame): void => {
    const from = at;
    const low = reader.member(at);
    at = low.end;
    const next = pattern[at + 1];
    const isOperator = reader.operators.includes('--') && next === '-';
    if (pattern[at] !== '-' || next === undefined || next === ']' || isOperator) {
      add(frame, low);
      return;
    }
    const high = reader.member(at + 1);
    if (low.point !== undefined && high.point !== undefined) {
      if (low.point > high.point) fail(from, 'a range in a character class is out of order');
      frame.ranges.push([low.point, high.point]);
      at = high.end;
      return;
    }
    if (!reader.literalHyphen)
      fail(from, 'a class escape cannot end a range', 'write \\- for the character -');
    add(frame, low);
    frame.ranges.push([0x2d, 0x2d]);
    add(frame, high);
    at = high.end;
  };

  open();
  for (;;) {
    reader.step();
    if (reader.skip !== undefined) at = reader.skip(at);
    const frame = frames[frames.length - 1] as Frame;
    if (at >= pattern.length) fail(frame.start, 'a [ without its ]', 'write \\[ for the character');
    if (pattern[at] === ']') {
      at += 1;
      frames.pop();
      const { ranges, strings } = operand(frame);
      const result = { ranges: frame.negated ? invertRanges(ranges) : ranges, strings };
      const outer = frames[frames.length - 1];
      if (outer === undefined) return { ...result, end: at };
      add(outer, { ranges: result.ranges, strings: [...strings], end: at });
      continue;
    }
    const operator = reader.operators.find((each) => pattern.startsWith(each, at));
    if (operator !== undefined) {
      frame.left = operand(frame);
      frame.operator = operator;
      frame.ranges = [];
      frame.strings = new Set();
      at += operator.length;
    } else if (pattern[at] !== '[') {
      member(frame);
    } else if (!posix(frame)) {
      if (reader.nested) open();
      else member(frame);
    }
  }
}

function operate(operator: string, left: Operand, right: Operand): Operand {
  const outside = invertRanges(right.ranges);
  if (operator === '&&') {
    return {
      ranges: intersectRanges(left.ranges, right.ranges),
      strings: new Set([...left.strings].filter((text) => right.strings.has(text))),
    };
  }
  const less = intersectRanges(left.ranges, outside);
  if (operator === '--') {
    return { ranges: less, strings: new Set([...left.strings].filter((text) => !right.strings.has(text))) };
  }
  return {
    ranges: [...less, ...intersectRanges(right.ranges, invertRanges(left.ranges))],
    strings: new Set(),
  };
}
